/**
 * `npm run bench` measures; `npm run bench -- drain` only the files whose name holds that word. Each benchmark is a program of
 * its own that prints one line of JSON per figure; those lines go to stdout unchanged, everything else to stderr.
 */
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PlainFailure, sayAndExit } from "./plain-failure.ts";
import { projectRoot } from "./project-root.ts";

const FOLDER = join(projectRoot, "app", "testing", "bench");

try {
  const wanted = process.argv.slice(2);
  const all = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith(".bench.ts")) : [];
  const chosen = all.filter((name) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
  if (chosen.length === 0) {
    throw new PlainFailure(
      `No benchmark has "${wanted.join(" ")}" in its name. There are: ${all.map((name) => name.replace(".bench.ts", "")).join(", ")}.`,
    );
  }
  let failures = 0;
  // One after the other: two at once would measure each other.
  for (const name of chosen.sort()) if (!(await run(join(FOLDER, name)))) failures++;
  process.exit(failures === 0 ? 0 : 1);
} catch (error) {
  sayAndExit(error);
}

async function run(file: string): Promise<boolean> {
  const child = spawn(process.execPath, ["--enable-source-maps", file], { cwd: projectRoot, stdio: ["ignore", "pipe", "inherit"] });
  let figures = 0;
  createInterface(child.stdout).on("line", (line) => {
    if (!isJson(line)) return console.error(line);
    figures++;
    console.log(line);
  });
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) console.error(`${file} failed (code ${code}).`);
  else if (figures === 0) console.error(`${file} measured nothing.`);
  return code === 0 && figures > 0;
}

function isJson(line: string): boolean {
  try {
    return typeof JSON.parse(line) === "object";
  } catch {
    return false;
  }
}
