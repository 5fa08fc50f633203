/** Writes the database client when it does not fit prisma/schema.prisma. Quiet unless something is wrong. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { generatedClientIsCurrent } from "./generated-client.ts";
import { projectRoot } from "./project-root.ts";

if (!generatedClientIsCurrent()) {
  const generate = spawnSync(process.execPath, [join(projectRoot, "scripts", "prisma.ts"), "generate"], {
    cwd: projectRoot,
    encoding: "utf8",
  });
  if (generate.status !== 0) console.error(generate.stdout + generate.stderr);
  process.exit(generate.status ?? 1);
}
