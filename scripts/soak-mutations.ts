/**
 * `npm run soak` proves the engine, `npm run soak:mutations` the soak: each mutation of app/testing/soak/mutations.ts is applied to a copy of the
 * sources, and the soak must object there. Words in the arguments choose mutations by name; --seed N and --seeds N as for the soak.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { MUTATIONS, type Mutation } from "../app/testing/soak/mutations.ts";
import { PlainFailure, sayAndExit } from "./plain-failure.ts";
import { projectRoot } from "./project-root.ts";

const COPIED = ["app", "scripts", "prisma", "package.json", "tsconfig.json", "prisma.config.ts"];

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: "string" },
      seeds: { type: "string", default: "3" },
      actions: { type: "string", default: "120" },
      queue: { type: "string", default: "postgres" },
    },
  });
  const chosen = MUTATIONS.filter((m) => positionals.length === 0 || positionals.some((word) => m.name.includes(word)));
  if (chosen.length === 0) throw new PlainFailure("No mutation has these words in its name.");
  let missed = 0;
  for (const mutation of chosen) {
    const said = await soakMutated(mutation, values);
    const caught = mutation.caughtBy.filter((check) => said.some((line) => line.trimStart().startsWith(`${check}:`)));
    console.log(`${caught.length > 0 ? "caught" : "MISSED"}  ${mutation.name}`);
    const shown =
      caught.length > 0 ? said.filter((line) => caught.some((check) => line.trimStart().startsWith(`${check}:`))).slice(0, 2) : said;
    for (const line of shown) console.log(`        ${line.trim()}`);
    if (caught.length === 0) missed++;
  }
  process.exitCode = missed === 0 ? 0 : 1;
} catch (error) {
  sayAndExit(error);
}

/** Seeds one after the other until one objects. Answers what was printed. */
async function soakMutated(
  mutation: Mutation,
  how: { seed?: string | undefined; seeds: string; actions: string; queue: string },
): Promise<string[]> {
  const copy = mkdtempSync(join(tmpdir(), "inventorysync-mutated-"));
  try {
    for (const name of COPIED) cpSync(join(projectRoot, name), join(copy, name), { recursive: true });
    symlinkSync(join(projectRoot, "node_modules"), join(copy, "node_modules"));
    for (const { file, find, replace } of mutation.changes) {
      const text = readFileSync(join(copy, file), "utf8");
      if (text.split(find).length !== 2) throw new PlainFailure(`"${mutation.name}" no longer fits ${file}.`);
      writeFileSync(
        join(copy, file),
        text.replace(find, () => replace),
      );
    }
    const said: string[] = [];
    const first = Number(how.seed ?? mutation.seed);
    for (let seed = first; seed < first + Number(how.seeds); seed++) {
      const { code, lines } = await run(copy, ["--seed", String(seed), "--actions", how.actions, "--queue", how.queue]);
      said.push(...lines);
      if (code !== 0) break;
    }
    return said;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function run(folder: string, args: string[]): Promise<{ code: number | null; lines: string[] }> {
  const child = spawn(process.execPath, [join(folder, "scripts", "soak.ts"), ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  createInterface(child.stdout).on("line", (line) => lines.push(line));
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  return { code, lines };
}
