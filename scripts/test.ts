/**
 * `npm test`: every test once. What this machine lacks (a browser, Redis) is left out and named in one line; under CI=true its
 * absence is a failure. The last line is `tests: N passed, N failed`.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findBrowser } from "./find-browser.ts";
import { projectRoot } from "./project-root.ts";
import { type Tally, tally, type VitestReport } from "./test-report.ts";

const ci = process.env.CI === "true";
const browser = await findBrowser();
const redis = process.env.REDIS_URL !== undefined || spawnSync("redis-server", ["--version"], { stdio: "ignore" }).status === 0;
const missing = [
  ...(browser ? [] : ["browser journeys (no Chromium starts here)"]),
  ...(redis ? [] : ["the queue on Redis (no redis-server)"]),
];

const result = await runVitest(process.argv.slice(2));
if (missing.length) console.log(`${ci ? "Missing in CI" : "Not run on this machine"}: ${missing.join("; ")}.`);
if (result.skipped) console.log(`Skipped: ${result.skipped}.`);
const failed = result.failed + (ci ? missing.length : 0);
console.log(`tests: ${result.passed} passed, ${failed} failed`);
process.exit(failed === 0 && result.passed > 0 ? 0 : 1);

async function runVitest(args: string[]): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), "inventorysync-report-"));
  const file = join(folder, "report.json");
  const cli = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
  const options = ["run", "--reporter=dot", "--reporter=json", `--outputFile.json=${file}`, "--passWithNoTests", ...args];
  const child = spawn(process.execPath, [cli, ...options], { cwd: projectRoot, stdio: ["ignore", "inherit", "inherit"] });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => child.kill(signal));
  await new Promise<void>((resolve, reject) => child.once("error", reject).once("close", () => resolve()));
  try {
    // Without a report vitest itself fell over, and said why above.
    return existsSync(file) ? tally(JSON.parse(readFileSync(file, "utf8")) as VitestReport) : { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
