import { spawn } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "./project-root.ts";

/** Brings a database up to the newest migration, as its owner role. Throws with Prisma's own words when that fails. */
export async function migrate(ownerUrl: string): Promise<void> {
  const child = spawn(process.execPath, [join(projectRoot, "scripts", "prisma.ts"), "migrate", "deploy"], {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, DATABASE_URL_OWNER: ownerUrl },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) throw new Error(`The database could not be brought up to date:\n${said.trim()}`);
}
