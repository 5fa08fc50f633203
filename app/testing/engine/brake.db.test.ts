/**
 * The brake over a whole house: what an outside tool does to many numbers, and what the engine itself would lower without an order, is
 * held before anything is passed on; orders go on lowering, raises wait, and one decision settles it.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { linesOf } from "#app/data/previews.server.ts";
import { quantitiesOfItems, retarget } from "#app/data/targets.server.ts";
import { isExplained } from "#app/domain/brake.ts";
import { CHANNELS } from "#app/domain/channel-words.ts";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { approvePlan, discardPlan } from "#app/flows/approve-plan.server.ts";
import { PLAN_KINDS } from "#app/flows/plan-kinds.server.ts";
import { ringForWork } from "#app/flows/ring.server.ts";
import { heldView } from "#app/views/held.server.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { all, shopFloor } from "./shop-floor.ts";

let rig: Rig;
const floor = shopFloor(() => rig);
beforeAll(async () => {
  rig = await startRig({ items: 24, seed: 21 });
  await rig.settle();
  await sql("update connection set edit_policy = 'accept' where id = $1", [rig.connections.woocommerce]);
}, 60_000);
afterAll(() => rig.stop());

const sql = <T extends object>(text: string, values: unknown[] = []) => rig.house.db.plain.query<T>(text, values);
const who = () => ({ sellerId: rig.sellerId, actorKey: "demo" });
const openHolds = () => sql<{ id: string; kind: string }>("select id, kind from hold where closed_at is null");
const movements = async (kind: string) =>
  (await sql<{ n: number }>("select count(*)::int as n from movement where kind = $1", [kind]))[0]?.n ?? -1;

async function theHold(kind: string) {
  await rig.until(async () => {
    const [hold] = await openHolds();
    const view = hold === undefined ? null : await heldView(rig.web, rig.sellerId, hold.id, null);
    return view?.plan.state === "open";
  });
  const holds = await openHolds();
  expect(holds.map((h) => h.kind)).toEqual([kind]);
  const view = await heldView(rig.web, rig.sellerId, holds[0]!.id, null);
  if (view === null) throw new Error("the hold is gone");
  return view;
}

/** Somebody's tool sets these numbers on WooCommerce. */
async function toolSets(skus: string[], quantity: number): Promise<void> {
  await Promise.all(skus.map((sku) => rig.control("POST", "/woocommerce/stock", { sku, quantity })));
}
const editsSeen = (quantityIds: string[]) =>
  sql<{ state: string }>("select state from outside_edit where quantity_id = any($1) and state = 'open'", [quantityIds]);
const itemsOf = async (count: number) => Promise.all(Array.from({ length: count }, () => floor.freshItem()));

describe("a tool that zeroes many numbers of one channel", () => {
  it("changes nothing in the ledger whatever the policy; orders go on lowering, raises wait; taking all back writes ours again", async () => {
    const items = await itemsOf(7);
    const skus = items.map((i) => i.sku);
    const before = await movements("outside-edit");
    const numbers = await Promise.all(skus.map(async (sku) => (await floor.number("woocommerce", sku)).id));
    await toolSets(skus, 0);
    await rig.until(async () => (await editsSeen(numbers)).length === items.length, 20_000);
    const view = await theHold("edits");
    expect(await movements("outside-edit")).toBe(before);
    expect(view).toMatchObject({ cause: "outside-edits", channel: "woocommerce", sameValue: 0, edits: items.length, onlyBack: 0 });
    expect(view.plan.counts["to-zero"]).toBe(items.length * 4);

    const first = items[0]!;
    const etsyFrom = (await rig.shown(first.sku)).etsy;
    await floor.order("ebay", first.sku, 1);
    await rig.until(async () => (await rig.shown(first.sku)).etsy === (etsyFrom ?? 0) - 1);
    const second = items[1]!;
    await adjustStock(rig.house, { ...who(), itemId: second.itemId, by: 4, note: "found a box" });
    await floor.sweeps(2);
    for (const channel of CHANNELS)
      expect((await floor.journal(channel, second.sku)).filter((j) => j.by === "api" && j.to > second.start)).toEqual([]);

    const mails = await sql("select id from mail_outbox where kind = 'held'");
    const people = await sql("select 1 from membership where seller_id = $1 and role in ('owner', 'manager')", [rig.sellerId]);
    expect(mails.length).toBe(people.length);
    expect(await discardPlan(rig.web, { ...who(), previewId: view.plan.id, note: "the feed was empty" })).toBe(true);
    await rig.settle();
    expect(await rig.shown(first.sku)).toEqual(all(first.start - 1));
    expect(await rig.shown(second.sku)).toEqual(all(second.start + 4));
    for (const { sku, start } of items.slice(2)) expect(await rig.shown(sku)).toEqual(all(start));
    expect(await openHolds()).toEqual([]);
    expect(await sql("select id from alert where kind = 'held' and closed_at is null")).toEqual([]);
    expect(await sql("select decision, note from hold")).toEqual([{ decision: "keep", note: "the feed was empty" }]);
    expect(await floor.wrongLevels()).toBe(0);
  }, 60_000);

  it("is sent on where the seller says so, row by row, and does not make the next single edit suspicious", async () => {
    const items = await itemsOf(7);
    const skus = items.map((i) => i.sku);
    await toolSets(skus, 1);
    const numbers = await Promise.all(skus.map(async (sku) => (await floor.number("woocommerce", sku)).id));
    await rig.until(async () => (await editsSeen(numbers)).length === items.length, 20_000);
    const view = await theHold("edits");
    const left = (await floor.number("etsy", skus[0]!)).id;
    const answer = await approvePlan(rig.web, { ...who(), previewId: view.plan.id, hash: view.plan.hash, excluded: [left] });
    expect(answer).toEqual({ outcome: "approved" });
    await rig.settle();
    expect(await rig.shown(skus[0]!)).toEqual(all(items[0]!.start));
    for (const sku of skus.slice(1)) expect(await rig.shown(sku)).toEqual(all(1));
    const [hold] = await sql<{ decision: string }>("select decision from hold where id = $1", [view.id]);
    expect(hold?.decision).toBe("send-some");

    const [single] = await itemsOf(1);
    await toolSets([single!.sku], 2);
    await rig.until(async () => (await rig.available(single!.sku)) === 2, 20_000);
    expect(await openHolds()).toEqual([]);
    await rig.settle();
  }, 60_000);
});

describe("the net under the engine's own targets", () => {
  const lower = async (items: { itemId: string; sku: string }[], cause: string) => {
    const changed = await rig.house.db.write(rig.sellerId, async (tx) => {
      for (const { itemId } of items) await tx.query("update stock_item set on_hand = on_hand - 5 where id = $1", [itemId]);
      const ids = await quantitiesOfItems(
        tx,
        items.map((i) => i.itemId),
      );
      return retarget(tx, rig.sellerId, ids, { kind: cause, id: rig.house.newId(), at: rig.house.now() }, rig.house.now());
    });
    await ringForWork(rig.house, rig.sellerId, new Set(changed.map((c) => c.connectionId)));
  };
  const putBack = (items: { itemId: string }[]) =>
    sql("update stock_item set on_hand = on_hand + 5 where id = any($1)", [items.map((i) => i.itemId)]);

  it("holds many lowerings whose cause explains none: old numbers stay, an order takes one more, and sending lets them follow", async () => {
    const items = await itemsOf(7);
    await lower(items, "some-import");
    const view = await theHold("numbers");
    expect(view).toMatchObject({ cause: "some-import" });
    expect((await linesOf(rig.house.db.plain, rig.sellerId, view.plan.id)).every((l) => l.after === l.before! - 5)).toBe(true);
    await floor.sweeps(2);
    for (const { sku, start } of items) expect(await rig.shown(sku)).toEqual(all(start));

    const first = items[0]!;
    await floor.order("shopify", first.sku, 1);
    await rig.until(async () => (await rig.shown(first.sku)).woocommerce === first.start - 1);
    expect((await rig.shown(first.sku)).etsy).toBeGreaterThanOrEqual(first.start - 1);
    const other = await approvePlan(rig.web, { ...who(), previewId: view.plan.id, hash: "other", excluded: [] });
    expect(other).toEqual({ outcome: "changed", previewId: view.plan.id });
    const again = await theHold("numbers");
    expect(await approvePlan(rig.web, { ...who(), previewId: again.plan.id, hash: again.plan.hash, excluded: [] })).toEqual({
      outcome: "approved",
    });
    await rig.settle();
    expect(await rig.shown(first.sku)).toEqual(all(first.start - 6));
    for (const { sku, start } of items.slice(1)) expect(await rig.shown(sku)).toEqual(all(start - 5));
    await putBack(items);
  }, 60_000);
});

describe("what the brake leaves alone", () => {
  it("is every kind of plan that was approved row by row", () => {
    expect(Object.keys(PLAN_KINDS).filter((kind) => !isExplained(kind))).toEqual([]);
  });
});
