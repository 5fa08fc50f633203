/** A change over many numbers is shown first and done only as shown: the way of rules, restore and every held batch. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { approvePlan, discardPlan } from "#app/flows/approve-plan.server.ts";
import { approvePreview } from "#app/flows/approve-preview.server.ts";
import { openPlan } from "#app/flows/open-plan.server.ts";
import { previewGoLive } from "#app/flows/preview-go-live.server.ts";
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

describe("going live", () => {
  const onlyWatched = async (sku: string) => {
    const { id } = await floor.number("woocommerce", sku);
    await rig.house.db.plain.query("update listing set go_live = 'watching' where quantity_id = $1", [id]);
    await rig.house.db.plain.query("update channel_quantity set target = null, no_target = 'watching' where id = $1", [id]);
    return id;
  };
  const previewed = async () => {
    const previewId = await previewGoLive(rig.house, { ...who(), connectionId: rig.connections.woocommerce });
    const [row] = await rig.house.db.plain.query<{ hash: string }>("select hash from preview where id = $1", [previewId]);
    return { ...who(), previewId, hash: row!.hash, excluded: [] };
  };

  it("asks again where somebody turned a row in between, goes along where only an order did, and takes the chosen ones alone", async () => {
    const [one, other] = [await floor.freshItem(), await floor.freshItem()];
    const chosen = await onlyWatched(one.sku);
    await onlyWatched(other.sku);
    const first = await previewed();
    await adjustStock(rig.web, { ...who(), itemId: one.itemId, by: 4, note: "found some" });
    expect((await approvePreview(rig.house, first)).outcome).toBe("changed");
    // Turned again, by an order this time; and the row that nobody chose may turn as it likes.
    const second = await previewed();
    await floor.order("ebay", one.sku, 5);
    await adjustStock(rig.web, { ...who(), itemId: other.itemId, by: 1, note: "found one" });
    await rig.until(async () => (await rig.available(one.sku)) === one.start - 1);
    expect(await approvePreview(rig.house, { ...second, only: [chosen] })).toEqual({ outcome: "approved" });
    await rig.until(async () => (await rig.shown(one.sku)).woocommerce === one.start - 1);
    const live = async (sku: string) =>
      (
        await rig.house.db.plain.query<{ go: string }>("select go_live::text as go from listing where connection_id = $1 and sku = $2", [
          rig.connections.woocommerce,
          sku,
        ])
      ).map((row) => row.go);
    expect([await live(one.sku), await live(other.sku)]).toEqual([["live"], ["watching"]]);
    expect((await rig.shown(other.sku)).woocommerce).toBe(other.start);
  });
});
