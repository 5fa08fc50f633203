/** The oversell desk through the whole house: a unit sold twice becomes a case within seconds, with both orders and the right cause. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { pauseConnection, resumeConnection } from "#app/flows/pause-connection.server.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { endFaults, shopFloor } from "./shop-floor.ts";

let rig: Rig;
const floor = shopFloor(() => rig);
beforeAll(async () => {
  rig = await startRig({ items: 24, seed: 21 });
  await rig.settle();
}, 60_000);
afterAll(() => rig.stop());
afterEach(async () => {
  await endFaults(floor);
  expect(await floor.wrongLevels()).toBe(0);
});

type CaseRow = {
  id: string;
  kind: string;
  cause: string;
  missing: number;
  decision: string | null;
  orderId: string | null;
  openedAt: Date;
  orders: { channel: string; units: number; role: string; placedAt: string }[];
  facts: { betweenMs: number | null };
};
const sql = <T extends object>(text: string, values: unknown[] = []) => rig.house.db.plain.query<T>(text, values);
const casesOf = (itemId: string) =>
  sql<CaseRow>(
    `select c.id, c.kind, c.cause, c.missing, c.decision, c.order_id as "orderId", c.opened_at as "openedAt", c.facts,
       (select jsonb_agg(jsonb_build_object('channel', n.channel, 'units', o.units, 'role', o.role, 'placedAt', s.placed_at) order by n.channel::text)
        from oversell_order o join sales_order s on s.id = o.order_id join connection n on n.id = s.connection_id where o.case_id = c.id) as orders
     from oversell_case c where c.item_id = $1 order by c.opened_at`,
    [itemId],
  );
const who = () => ({ sellerId: rig.sellerId, actorKey: "demo" });
const adjust = (itemId: string, by: number, seconds = 0) =>
  adjustStock({ ...rig.web, now: () => new Date(Date.now() + seconds * 1_000) }, { ...who(), itemId, by, note: "test" });
const openAlerts = (itemId: string) =>
  sql<{ data: { caseId: string } }>(
    "select data from alert where kind = 'oversell' and closed_at is null and seller_id = $1 and data ->> 'itemId' = $2",
    [rig.sellerId, itemId],
  );
async function theCase(itemId: string): Promise<CaseRow> {
  await rig.until(async () => (await casesOf(itemId)).length > 0, 5_000);
  const [first, ...more] = await casesOf(itemId);
  if (first === undefined || more.length > 0) throw new Error("one case was expected");
  return first;
}

describe("two buyers of the same unit", () => {
  it("while our write is on its way: a case within 5 s, with both orders and the seconds between them", async () => {
    const { sku, start, itemId } = await floor.freshItem();
    await floor.faults("woocommerce", { api: { latencyMs: 1_500 } });
    await floor.order("ebay", sku, start);
    await floor.order("woocommerce", sku, 1);
    const soldAt = Date.now();
    const found = await theCase(itemId);
    expect(found.openedAt.getTime() - soldAt).toBeLessThan(5_000);
    expect(found).toMatchObject({ kind: "below-zero", cause: "physical", missing: 1, decision: null });
    // Both platforms cut the moment to the second: within one, nobody knows who came first.
    expect(found.orders.map((o) => [o.channel, o.units])).toEqual([
      ["ebay", start],
      ["woocommerce", 1],
    ]);
    expect(found.orders.map((o) => o.role).sort()).toEqual(["earlier", "later"]);
    expect(Math.abs(found.facts.betweenMs ?? 99_000)).toBeLessThan(5_000);
    expect((await openAlerts(itemId)).map((a) => a.data.caseId)).toEqual([found.id]);
    await adjust(itemId, 1);
    expect(await casesOf(itemId)).toMatchObject([{ decision: "covered" }]);
    expect(await openAlerts(itemId)).toEqual([]);
    await endFaults(floor);
    await rig.settle();
  });

  it("while the channel was paused: says so, and is over by itself once one of them is cancelled there", async () => {
    const { sku, start, itemId } = await floor.freshItem();
    await pauseConnection(rig.house, { ...who(), connectionId: rig.connections.shopify });
    await floor.order("ebay", sku, start);
    await rig.until(async () => (await rig.available(sku)) === 0);
    const second = await floor.order("shopify", sku, 2);
    const found = await theCase(itemId);
    expect(found).toMatchObject({ kind: "below-zero", cause: "no-writing", missing: 2 });
    await rig.control("POST", `/shopify/orders/${second}/cancel`, {});
    await rig.until(async () => (await casesOf(itemId))[0]?.decision !== null);
    const [over] = await casesOf(itemId);
    expect(over).toMatchObject({ decision: "cancelled-there" });
    const [order] = await sql<{ channel: string }>(
      "select c.channel::text as channel from sales_order o join connection c on c.id = o.connection_id where o.id = $1",
      [over?.orderId],
    );
    expect(order?.channel).toBe("shopify");
    expect(await openAlerts(itemId)).toEqual([]);
    await resumeConnection(rig.house, { ...who(), connectionId: rig.connections.shopify });
    await rig.settle();
  });

  it("is a case although something covered it before we looked; it waits for the seller", async () => {
    const { sku, start, itemId } = await floor.freshItem();
    await rig.worker.stop();
    await floor.order("ebay", sku, start);
    await floor.order("shopify", sku, 1);
    await adjust(itemId, 5, 6);
    await rig.worker.start();
    const found = await theCase(itemId);
    expect(found).toMatchObject({ kind: "sold-twice", cause: "physical", missing: 1, decision: null });
    await rig.until(async () => (await rig.available(sku)) === 4);
    await adjust(itemId, 1);
    expect(await casesOf(itemId)).toMatchObject([{ decision: null }]);
    await rig.settle();
  });
});

describe("units taken away by hand", () => {
  it("below what was sold already: the opening count was too high", async () => {
    const { sku, start, itemId } = await floor.freshItem();
    await floor.order("ebay", sku, start - 1);
    await floor.order("etsy", sku, 1);
    await rig.until(async () => (await rig.available(sku)) === 0);
    await adjust(itemId, -1);
    expect(await theCase(itemId)).toMatchObject({ cause: "opening-count", missing: 1, orders: [{ channel: "ebay" }, { channel: "etsy" }] });
    await adjust(itemId, 3);
    await rig.settle();
  });
});
