/** A change over many numbers is shown first and done only as shown: the way of rules, restore and every held batch. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { approvePlan, discardPlan } from "#app/flows/approve-plan.server.ts";
import { openPlan } from "#app/flows/open-plan.server.ts";
import { planView } from "#app/views/plan.server.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { shopFloor } from "./shop-floor.ts";

let rig: Rig;
const floor = shopFloor(() => rig);
beforeAll(async () => {
  rig = await startRig({ items: 24, seed: 5 });
  await rig.settle();
}, 60_000);
afterAll(() => rig.stop());

const who = () => ({ sellerId: rig.sellerId, actorKey: "demo" });
const NOTHING = {
  ...{ connectionId: null, tag: null, listingId: null, buffer: null, percent: null, floor: null, cap: null, fixed: null },
  ...{ paused: null, lastUnits: null, lastRank: null, startsAt: null, endsAt: null },
};
const bufferOn = (connectionId: string, buffer: number) =>
  openPlan(rig.web, {
    ...who(),
    kind: "rules",
    plan: {
      title: null,
      replaces: [],
      rules: [{ ...NOTHING, id: rig.house.newId(), scope: "connection", connectionId, buffer }],
    },
  });
async function opened(previewId: string) {
  await rig.until(async () => (await planView(rig.web, rig.sellerId, previewId, null))?.state !== "computing");
  const view = await planView(rig.web, rig.sellerId, previewId, null);
  if (view === null) throw new Error("the plan is gone");
  return view;
}
const rulesInForce = () =>
  rig.house.db.plain.query<{ id: string; buffer: number; version: number }>(
    "select id, buffer, version from rule where seller_id = $1 and replaced_at is null and buffer is not null and connection_id = $2",
    [rig.sellerId, rig.connections.etsy],
  );

describe("a change of rules", () => {
  it("is shown row by row, changes nothing until approved, then stands on the channel", async () => {
    const { sku, start } = await floor.freshItem();
    const view = await opened(await bufferOn(rig.connections.etsy, 2));
    expect(view.state).toBe("open");
    expect(view.counts.down + view.counts["to-zero"]).toBeGreaterThan(0);
    expect(view.rows.every((row) => row.channel === "etsy" || row.change === "same")).toBe(true);
    expect(await rulesInForce()).toEqual([]);
    expect((await rig.shown(sku)).etsy).toBe(start);
    expect(await approvePlan(rig.web, { ...who(), previewId: view.id, hash: view.hash, excluded: [] })).toEqual({ outcome: "approved" });
    await rig.until(async () => (await rig.shown(sku)).etsy === start - 2);
    expect((await rig.shown(sku)).ebay).toBe(start);
    expect(await approvePlan(rig.web, { ...who(), previewId: view.id, hash: view.hash, excluded: [] })).toMatchObject({ outcome: "gone" });
  });

  it("replaces the rule before it, which stays as history", async () => {
    expect(await rulesInForce()).toEqual([expect.objectContaining({ buffer: 2, version: 1 })]);
    const view = await opened(await bufferOn(rig.connections.etsy, 0));
    await approvePlan(rig.web, { ...who(), previewId: view.id, hash: view.hash, excluded: [] });
    expect(await rulesInForce()).toEqual([expect.objectContaining({ buffer: 0, version: 2 })]);
    await rig.settle();
  });

  it("asks again where somebody changed a row in between, goes along where only an order did, and refuses another hash", async () => {
    const { sku, itemId, start } = await floor.freshItem();
    const first = await opened(await bufferOn(rig.connections.etsy, 1));
    expect((await approvePlan(rig.web, { ...who(), previewId: first.id, hash: "other", excluded: [] })).outcome).toBe("changed");
    const second = await opened(await bufferOn(rig.connections.etsy, start));
    await adjustStock(rig.web, { ...who(), itemId, by: start, note: "found a box" });
    const asked = await approvePlan(rig.web, { ...who(), previewId: second.id, hash: second.hash, excluded: [] });
    if (asked.outcome !== "changed") throw new Error(`expected to be asked again, not ${asked.outcome}`);
    expect(await discardPlan(rig.web, { ...who(), previewId: asked.previewId })).toBe(true);
    await adjustStock(rig.web, { ...who(), itemId, by: -start, note: "there was none" });
    await rig.settle();
    const third = await opened(await bufferOn(rig.connections.etsy, start - 1));
    await floor.order("ebay", sku, 1);
    await rig.until(async () => (await rig.available(sku)) === start - 1);
    const approved = await approvePlan(rig.web, { ...who(), previewId: third.id, hash: third.hash, excluded: [] });
    expect(approved.outcome).toBe("approved");
    await rig.until(async () => (await rig.shown(sku)).etsy === 0);
  });

  it("is another seller's business only where it is his", async () => {
    const view = await opened(await bufferOn(rig.connections.etsy, 1));
    const stranger = { sellerId: rig.house.newId(), actorKey: "demo", previewId: view.id };
    expect(await planView(rig.web, stranger.sellerId, view.id, null)).toBeNull();
    expect(await approvePlan(rig.web, { ...stranger, hash: view.hash, excluded: [] })).toMatchObject({ outcome: "gone" });
    expect(await discardPlan(rig.web, stranger)).toBe(false);
  });
});
