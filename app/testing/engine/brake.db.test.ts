/**
 * The brake over a whole house: what an outside tool does to many numbers, and what the engine itself would lower without an order, is
 * held before anything is passed on; orders go on lowering, raises wait, and one decision settles it.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recentLowerings } from "#app/data/brake.server.ts";
import { linesOf } from "#app/data/previews.server.ts";
import { quantitiesOfItems, retarget } from "#app/data/targets.server.ts";
import { BRAKE_LIMITS, isExplained } from "#app/domain/brake.ts";
import { CHANNELS } from "#app/domain/channel-words.ts";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { approvePlan, discardPlan } from "#app/flows/approve-plan.server.ts";
import { PLAN_KINDS } from "#app/flows/plan-kinds.server.ts";
import { ringForWork } from "#app/flows/ring.server.ts";
import { explainNumber } from "#app/views/explain-number.server.ts";
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
    const why = await explainNumber(rig.web, rig.sellerId, (await floor.number("etsy", first.sku)).id);
    const [since] = await sql<{ at: Date }>("select opened_at as at from hold where id = $1", [view.id]);
    expect([why?.wouldShow, why?.supposed, why?.steps.map((s) => [s.kind, s.result])]).toEqual([
      first.start,
      false,
      [
        ["makeable", first.start - 5],
        ["held", first.start],
      ],
    ]);
    expect(why?.steps.at(-1)?.since).toBe(since?.at.toISOString());
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

describe("two that ask the brake at the same moment", () => {
  it("see each other: together they are too many, so the second is held", async () => {
    await rig.settle();
    const recent = await recentLowerings(rig.house.db.plain, rig.sellerId, new Date(rig.house.now().getTime() - BRAKE_LIMITS.windowMs));
    const [base] = await sql<{ n: number }>("select count(*)::int as n from channel_quantity where seller_id = $1 and target is not null", [
      rig.sellerId,
    ]);
    const most = Math.floor((base?.n ?? 0) * BRAKE_LIMITS.share) - new Set(recent.map((r) => r.quantityId)).size;
    const each = Math.floor(most / CHANNELS.length);
    expect([each > 0, 2 * each * CHANNELS.length > most]).toEqual([true, true]);
    const numbers = await sql<{ itemId: string; ids: string[] }>(
      `select c.item_id as "itemId", array_agg(q.id order by q.id) as ids from component c join listing l on l.id = c.listing_id
       join stock_item i on i.id = c.item_id join channel_quantity q on q.id = l.quantity_id and q.target > 5 and q.target = i.on_hand - i.reserved where q.seller_id = $1 and not (q.id = any($2))
       group by 1 having count(*) = $3 and count(distinct q.id) = $3 and min(c.units) = 1 order by 1 limit $4`,
      [rig.sellerId, recent.map((r) => r.quantityId), CHANNELS.length, 2 * each],
    );
    expect(numbers.length).toBe(2 * each);
    const [first, second] = [numbers.slice(0, each), numbers.slice(each)];
    const lower = (which: typeof numbers, steps: { begun?: (pid: number) => void; asked?: () => Promise<void> }) =>
      rig.house.db.write(rig.sellerId, async (tx) => {
        const [backend] = await tx.query<{ pid: number }>("select pg_backend_pid() as pid");
        steps.begun?.(backend?.pid ?? 0);
        await tx.query("update stock_item set on_hand = on_hand - 1 where id = any($1)", [which.map((n) => n.itemId)]);
        const cause = { kind: "some-import", id: rig.house.newId(), at: rig.house.now() };
        const changed = await retarget(
          tx,
          rig.sellerId,
          which.flatMap((n) => n.ids),
          cause,
          rig.house.now(),
        );
        await steps.asked?.();
        return changed.length;
      });
    const gate = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const one = lower(first, {
      asked() {
        asked.resolve();
        return gate.promise;
      },
    });
    await asked.promise;
    const begun = Promise.withResolvers<number>();
    let done = false;
    const two = lower(second, { begun: begun.resolve }).finally(() => {
      done = true;
    });
    const pid = await begun.promise;
    await rig.until(async () => {
      const [waiting] = await sql<{ waits: boolean }>("select cardinality(pg_blocking_pids($1)) > 0 as waits", [pid]);
      return done || waiting?.waits === true;
    });
    gate.resolve();
    expect([await one, await two]).toEqual([first.length * CHANNELS.length, 0]);
    const view = await theHold("numbers");
    expect(view.plan.counts.down).toBe(second.length * CHANNELS.length);
    expect(await approvePlan(rig.web, { ...who(), previewId: view.plan.id, hash: view.plan.hash, excluded: [] })).toEqual({
      outcome: "approved",
    });
    await sql("update stock_item set on_hand = on_hand + 1 where id = any($1)", [numbers.map((n) => n.itemId)]);
  }, 60_000);
});

describe("what the brake leaves alone", () => {
  it("is every kind of plan that was approved row by row", () => {
    expect(Object.keys(PLAN_KINDS).filter((kind) => !isExplained(kind))).toEqual([]);
  });
});
