import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

export type Browser = { executablePath: string; args: string[] };

const INSTALLED = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/**
 * A Chromium for page tests: CHROMIUM_PATH, else the machine's own, else the one in the npm package @sparticuz/chromium. Null
 * where none starts (a bare container lacks its libraries).
 */
export async function findBrowser(): Promise<Browser | null> {
  // Root has no user namespace to build Chromium's sandbox from.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const named = process.env.CHROMIUM_PATH;
  for (const executablePath of named ? [named] : INSTALLED)
    if (starts(executablePath)) return { executablePath: pathOf(executablePath), args };
  if (process.platform !== "linux") return null;
  const { default: chromium } = await import("@sparticuz/chromium");
  const executablePath = await chromium.executablePath();
  return existsSync(executablePath) && starts(executablePath) ? { executablePath, args } : null;
}

function starts(command: string): boolean {
  return spawnSync(command, ["--version", "--no-sandbox"], { stdio: "ignore", timeout: 20_000 }).status === 0;
}

/** playwright wants a path, not a name. */
function pathOf(command: string): string {
  return command.includes("/") ? command : spawnSync("sh", ["-c", `command -v ${command}`], { encoding: "utf8" }).stdout.trim();
}
