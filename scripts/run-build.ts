import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { rememberBuild, sourceFingerprint } from "./build-freshness.ts";
import type { BuildPlan } from "./build-plan.ts";
import { PlainFailure } from "./plain-failure.ts";
import { projectRoot } from "./project-root.ts";

/** Makes one build. Throws PlainFailure with the tool's own words; `onProcess` learns the child, to end it with the parent. */
export async function runBuild(plan: BuildPlan, onProcess: (pid: number) => void = () => {}): Promise<void> {
  const fingerprint = sourceFingerprint(plan);
  const folder = join(projectRoot, plan.folder);
  for (const part of ["client", "server", "modules.json"]) rmSync(join(folder, part), { recursive: true, force: true });
  const require = createRequire(import.meta.url);
  const cli = join(dirname(require.resolve("@remix-run/dev/package.json")), "dist", "cli.js");
  const child = spawn(process.execPath, [cli, "vite:build", "--logLevel", "warn"], {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_ENV: "production", BUILD_KIND: plan.kind, VITEST: "" },
  });
  if (child.pid) onProcess(child.pid);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) throw new PlainFailure(`The ${plan.kind} build failed:\n${said.trim()}`);
  rememberBuild(plan, fingerprint);
}
