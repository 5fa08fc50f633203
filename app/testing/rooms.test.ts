import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { projectRoot } from "../../scripts/project-root.ts";
import { readImports } from "./read-imports.ts";
import { objection, ROOMS, roomOf } from "./rooms.ts";

async function objections(root: string): Promise<string[]> {
  return (await readImports(root)).map(objection).filter((words) => words !== null);
}

function sources(folder = "app"): string[] {
  return readdirSync(join(projectRoot, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return /\/(generated|fixtures)$/.test(path) ? [] : sources(path);
    return /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$|\.d\.ts$/.test(entry.name) ? [path] : [];
  });
}

/** Setting a variable for a library that reads no other way is not reading. */
const READS_ENVIRONMENT = /process\.env\b(?!\.\w+ = )/;

/** Every import of a thousand files is read: seconds on a quiet machine, more on a busy one. */
const PATIENCE_MS = 60_000;

describe("the rooms of app/", () => {
  it("import only what the map allows", { timeout: PATIENCE_MS }, async () => {
    const imports = await readImports(projectRoot);
    // A reader that silently found nothing would call every house tidy.
    expect(imports.length).toBeGreaterThan(100);
    expect(imports.map(objection).filter((words) => words !== null)).toEqual([]);
  });

  it("hold every source file", () => {
    const all = sources();
    expect(all.length).toBeGreaterThan(50);
    expect(all.filter((path) => roomOf(path) === null)).toEqual([]);
  });

  it("leave the clock and chance out of the rules", () => {
    const rules = sources("app/domain");
    expect(rules.length).toBeGreaterThan(5);
    const impure = rules.filter((path) => /Date\.now\(|new Date\(\)|Math\.random\(|performance\.now\(/.test(read(path)));
    expect(impure).toEqual([]);
  });

  it("read the environment in one place", () => {
    // The sandbox and the demo are programs of their own; entries hand the environment to that one place.
    const mayRead = (path: string) =>
      ["sandbox", "demo", "testing", "composition"].includes(roomOf(path) ?? "") || path === "app/platform/env.server.ts";
    expect(sources().filter((path) => !mayRead(path) && READS_ENVIRONMENT.test(withoutComments(read(path))))).toEqual([]);
  });
});

describe("the check itself", () => {
  let root = "";
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function plant(files: Record<string, string>): void {
    root = mkdtempSync(join(tmpdir(), "inventorysync-rooms-"));
    writeFileSync(join(root, "package.json"), JSON.stringify({ type: "module", imports: { "#app/*": "./app/*" } }));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  }

  const cases: { name: string; files: Record<string, string>; says: string }[] = [
    {
      name: "a rule that reads a row",
      files: { "app/domain/rule.ts": 'import "#app/data/rows.ts";', "app/data/rows.ts": "" },
      says: "domain may not import data",
    },
    {
      name: "a type taken from a forbidden room",
      files: {
        "app/views/screen.ts": 'import type { F } from "#app/flows/f.ts";\nexport type G = F;',
        "app/flows/f.ts": "export type F = 1;",
      },
      says: "views may not import flows",
    },
    {
      name: "a dynamic import of the demo",
      files: { "app/flows/f.ts": 'export const f = () => import("#app/demo/d.ts");', "app/demo/d.ts": "export {};" },
      says: "flows may not import demo",
    },
    {
      name: "the product reaching into the sandbox",
      files: { "app/channels/ebay/a.ts": 'import "#app/sandbox/b.ts";', "app/sandbox/b.ts": "" },
      says: "channels may not import sandbox",
    },
    {
      name: "one connector using another",
      files: { "app/channels/ebay/a.ts": 'import "../etsy/b.ts";', "app/channels/etsy/b.ts": "" },
      says: "one channel imports another",
    },
    {
      name: "a flow that knows BullMQ",
      files: { "app/flows/f.ts": 'import { Queue } from "bullmq";\nexport const q = Queue;' },
      says: "only jobs knows BullMQ",
    },
    {
      name: "a crossing that hides behind a relative path",
      files: { "app/flows/f.ts": 'import "../domain/d.ts";', "app/domain/d.ts": "" },
      says: "across rooms by #app/",
    },
    {
      name: "a rule with a package",
      files: { "app/domain/d.ts": 'import { randomUUID } from "node:crypto";\nexport { randomUUID };' },
      says: "domain knows no package",
    },
  ];
  it.each(cases)("catches $name", async ({ files, says }) => {
    plant(files);
    expect((await objections(root)).join("\n")).toContain(says);
  });

  it("lets a tidy crossing pass", async () => {
    plant({ "app/flows/f.ts": 'import "#app/domain/d.ts";\nimport "./g.ts";', "app/flows/g.ts": "", "app/domain/d.ts": "" });
    expect(await readImports(root)).toHaveLength(2);
    expect(await objections(root)).toEqual([]);
  });

  it("lets nobody import the demo or the tests", () => {
    const importers = Object.values(ROOMS).filter((allowed) => allowed !== "anything") as readonly (readonly string[])[];
    expect(importers.length).toBeGreaterThan(10);
    expect(importers.filter((allowed) => allowed.includes("demo") || allowed.includes("testing"))).toEqual([]);
  });
});

function read(path: string): string {
  return readFileSync(join(projectRoot, path), "utf8");
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
}
