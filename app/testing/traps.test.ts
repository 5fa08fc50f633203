/** docs/traps.md says which test proves which trap: a table that nothing checks would soon name tests that are no more. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../scripts/project-root.ts";

type Trap = { name: string; places: string[]; tests: { file: string; title: string }[]; notSimulated: string[] };

function readTraps(text: string): Trap[] {
  return text
    .split("\n")
    .map((line) => line.split(" | "))
    .filter((cells) => cells.length === 3 && cells[0]?.startsWith("| ") && !/^\| (Trap|---)/.test(cells[0]))
    .map(([name = "", where = "", tests = ""]) => ({
      name: name.slice(2),
      places: [...where.matchAll(/`([^`]+)`/g)].map(([, path = ""]) => path),
      tests: [...tests.matchAll(/`([^`]+)` "([^"]+)"/g)].map(([, file = "", title = ""]) => ({ file, title })),
      notSimulated: [...tests.matchAll(/not simulated: ([^;|]+?)\s*(?=;|\||$)/g)].map(([, words = ""]) => words),
    }));
}

/** Whether a test of this title stands in the file: a call that begins with it, or with a template that it is a part of. */
function holdsTitle(source: string, title: string): boolean {
  return source.split("\n").some((line) => {
    const at = line.indexOf(title);
    return at > 0 && /(^\s*(it|test|describe)[.(].*|^\s*\].*\)|^\s*)\(?["'`][^"'`]*$/.test(line.slice(0, at));
  });
}

const read = (path: string) => readFileSync(join(projectRoot, path), "utf8");
const document = read("docs/traps.md");
const traps = readTraps(document);

describe("docs/traps.md", () => {
  it("is read row by row, each platform with its traps", () => {
    const rows = document.split("\n").filter((line) => line.startsWith("| ") && !/^\| (Trap|---)/.test(line));
    expect(traps).toHaveLength(rows.length);
    expect(traps.length).toBeGreaterThan(100);
    expect(traps.filter((trap) => trap.places.length === 0)).toEqual([]);
  });

  it("names a test for each trap, or the words under which it is not simulated", () => {
    expect(traps.filter((trap) => trap.tests.length === 0 && trap.notSimulated.length === 0).map((trap) => trap.name)).toEqual([]);
  });

  it("names only places, files and tests that exist", () => {
    const gone = traps.flatMap(({ places, tests }) => [
      ...places.filter((path) => !existsSync(join(projectRoot, "app", path))),
      ...tests.filter(({ file, title }) => !existsSync(join(projectRoot, "app", file)) || !holdsTitle(read(`app/${file}`), title)),
    ]);
    expect(gone).toEqual([]);
  });

  it("says of nothing that it is not simulated but what docs/not-simulated.md says too", () => {
    const list = read("docs/not-simulated.md").replace(/\s+/g, " ").replaceAll("`", "");
    expect(traps.flatMap((trap) => trap.notSimulated).filter((words) => !list.includes(words))).toEqual([]);
  });

  it("would notice a wrong row", () => {
    const [row] = readTraps('| A trap | `channels/port.ts` | `testing/traps.test.ts` "no such title here"; not simulated: something |');
    expect(row).toEqual({
      name: "A trap",
      places: ["channels/port.ts"],
      tests: [{ file: "testing/traps.test.ts", title: "no such title here" }],
      notSimulated: ["something"],
    });
    expect(holdsTitle("it('another title', () => {})", "no such title")).toBe(false);
  });
});
