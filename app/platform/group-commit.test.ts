import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createGroupCommit } from "./group-commit.ts";

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** A write that answers when told to. */
function createStore() {
  const groups: number[][] = [];
  const gates: (() => void)[] = [];
  let held = false;
  return {
    groups,
    hold() {
      held = true;
    },
    release() {
      held = false;
      for (const gate of gates.splice(0)) gate();
    },
    async write(items: number[]): Promise<string[]> {
      groups.push(items);
      if (held) await new Promise<void>((resolve) => gates.push(resolve));
      if (items.some((item) => item < 0)) throw new Error(`odd item in ${items.join()}`);
      return items.map((item) => `r${item}`);
    },
  };
}

describe("group commit", () => {
  it("gives callers of one turn one statement and each its own result", async () => {
    const store = createStore();
    const commit = createGroupCommit(store.write, { maxWaitMs: 0, maxBatch: 10 });
    expect(await Promise.all([1, 2, 3].map(commit))).toEqual(["r1", "r2", "r3"]);
    expect(await commit(4)).toBe("r4");
    expect(store.groups).toEqual([[1, 2, 3], [4]]);
  });

  it("gathers while the statements before it are on their way", async () => {
    const store = createStore();
    store.hold();
    const commit = createGroupCommit(store.write, { maxWaitMs: 0, maxBatch: 10, maxInFlight: 1 });
    const results = [commit(1)];
    await nextTurn();
    for (const item of [2, 3, 4]) {
      results.push(commit(item));
      await nextTurn();
    }
    expect(store.groups).toEqual([[1]]);
    store.release();
    expect(await Promise.all(results)).toEqual(["r1", "r2", "r3", "r4"]);
    expect(store.groups).toEqual([[1], [2, 3, 4]]);
  });

  it("waits for company as long as it is told, not longer", async () => {
    const store = createStore();
    const commit = createGroupCommit(store.write, { maxWaitMs: 2, maxBatch: 10 });
    const first = commit(1);
    await nextTurn();
    const second = commit(2);
    expect(await Promise.all([first, second])).toEqual(["r1", "r2"]);
    expect(store.groups.flat()).toEqual([1, 2]);
  });

  it("never makes a group larger than allowed, whatever arrives, and loses nobody", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -3, max: 1_000 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 3 }),
        async (items, maxBatch, maxInFlight) => {
          const store = createStore();
          const commit = createGroupCommit(store.write, { maxWaitMs: 0, maxBatch, maxInFlight });
          const settled = await Promise.allSettled(items.map(commit));
          expect(settled.map((one) => (one.status === "fulfilled" ? one.value : "failed"))).toEqual(
            items.map((item) => (item < 0 ? "failed" : `r${item}`)),
          );
          expect(store.groups.every((group) => group.length <= maxBatch)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("lets an odd item fail alone", async () => {
    const store = createStore();
    const commit = createGroupCommit(store.write, { maxWaitMs: 0, maxBatch: 10 });
    const [good, odd, alsoGood] = await Promise.allSettled([1, -1, 2].map(commit));
    expect([good?.status, odd?.status, alsoGood?.status]).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(store.groups).toEqual([[1, -1, 2], [1], [-1], [2]]);
  });

  it("fails loudly when a store answers with fewer results than items", async () => {
    const commit = createGroupCommit<number, number>(async () => [], { maxWaitMs: 0, maxBatch: 10 });
    await expect(commit(1)).rejects.toThrow(/answered with 0 results/);
  });
});
