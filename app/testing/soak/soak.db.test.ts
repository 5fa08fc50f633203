/** A short soak with every suite; `npm run soak` runs long ones, and on both queue backends. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeWorld } from "#app/sandbox/world.ts";
import { testDatabase } from "../test-database.ts";
import { runSoak } from "./run-soak.server.ts";
import { makeSchedule, sortGoods } from "./schedule.ts";
import { sharedDatabase } from "./soak-database.ts";
import { tellProblem } from "./tell-problem.ts";

const SEED = 1;
const ACTIONS = 30;
const ITEMS = 16;

describe("a short soak", () => {
  it("ends with every window right, every order counted once and no unit brought back", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "inventorysync-soak-"));
    const verdict = await runSoak({
      seed: SEED,
      actions: ACTIONS,
      items: ITEMS,
      queue: "postgres",
      database: sharedDatabase(testDatabase()),
      dataDir,
      calmChanges: 0,
      settleWithinMs: 60_000,
      say: () => {},
    });
    expect(verdict.problems.slice(0, 3).flatMap((problem) => tellProblem(problem, dataDir))).toEqual([]);
    expect(verdict.windows).toBeGreaterThan(4 * ITEMS);
    expect(verdict.oversold.sold).toBeGreaterThan(0);
    expect(verdict.calls.writes).toBeGreaterThan(0);
    for (const act of ["order", "adjust", "faults", "kill-worker", "database-fast"])
      expect([act, verdict.counts[act] ?? 0]).not.toEqual([act, 0]);
    rmSync(dataDir, { recursive: true, force: true });
  }, 300_000);
});

describe("a schedule", () => {
  const world = makeWorld(9, 24);
  const make = (seed: number) => makeSchedule(seed, 120, sortGoods(world), ["B-1"]);

  it("is the same for the same seed, and another for another", () => {
    expect(make(9)).toEqual(make(9));
    expect(make(9).steps).not.toEqual(make(10).steps);
  });
});
