/** Runs Prisma's command line, for example `node scripts/prisma.ts migrate deploy`. Nothing is downloaded: see prisma.config.ts. */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { rememberGenerated } from "./generated-client.ts";
import { projectRoot } from "./project-root.ts";

const cli = createRequire(import.meta.url).resolve("prisma/build/index.js");
const command = process.argv.slice(2);
const run = spawnSync(process.execPath, [cli, ...command], {
  stdio: "inherit",
  cwd: projectRoot,
  env: {
    ...process.env,
    // With this set to any file that exists, Prisma looks for no native engine. It is never loaded.
    PRISMA_QUERY_ENGINE_LIBRARY: process.env.PRISMA_QUERY_ENGINE_LIBRARY ?? "package.json",
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
    CHECKPOINT_DISABLE: "1",
  },
});
if (run.error) throw run.error;
if (run.status === 0 && command[0] === "generate") rememberGenerated();
process.exit(run.status ?? 1);
