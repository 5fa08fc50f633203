import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { all, endFaults, shopFloor } from "./shop-floor.ts";

let rig: Rig;
const floor = shopFloor(() => rig);
beforeAll(async () => {
  rig = await startRig({ items: 30, seed: 17 });
  await rig.settle();
}, 60_000);
afterAll(() => rig.stop());
afterEach(async () => {
  await endFaults(floor);
  expect(await floor.wrongLevels()).toBe(0);
});

const sql = <T extends object>(text: string, values: unknown[] = []) => rig.house.db.plain.query<T>(text, values);
const setTo = (itemId: string, n: number) =>
  adjustStock(rig.house, { sellerId: rig.sellerId, actorKey: "demo", itemId, setTo: n, note: "test" });
/** Of a listing with several variations one may sell out without the listing doing so. */
async function aloneOnEtsy(): ReturnType<typeof floor.freshItem> {
  for (;;) {
    const item = await floor.freshItem();
    const { parent_key } = await floor.number("etsy", item.sku);
    const numbers = await sql("select 1 from channel_quantity where connection_id = $1 and parent_key = $2", [
      rig.connections.etsy,
      parent_key,
    ]);
    if (numbers.length === 1) return item;
  }
}
const openAlerts = () => sql<{ kind: string; text: string }>("select kind, text from alert where closed_at is null");

describe("an item that sells out and comes back", () => {
  it.each(CHANNELS)("by its last sale on %s", async (channel) => {
    const { sku, start, itemId } = await floor.freshItem();
    await floor.order(channel, sku, start);
    await floor.comesTo(sku, 0);
    await setTo(itemId, 4);
    await floor.comesTo(sku, 4);
    await floor.order(channel, sku, 1);
    await floor.comesTo(sku, 3);
    expect(await openAlerts()).toEqual([]);
  });

  it("by hand, several times over", async () => {
    const { sku, itemId } = await floor.freshItem();
    for (const n of [0, 3, 0, 5]) {
      await setTo(itemId, n);
      await floor.comesTo(sku, n);
    }
    expect(await openAlerts()).toEqual([]);
  });

  it("costs nothing on Etsy that the seller did not agree to: it stays at zero and says so", async () => {
    const { sku, start, itemId } = await aloneOnEtsy();
    await sql("update connection set may_spend = false where id = $1", [rig.connections.etsy]);
    await floor.order("etsy", sku, start);
    await floor.comesTo(sku, 0);
    const since = await floor.lastCall("etsy");
    await setTo(itemId, 4);
    await rig.until(async () => (await rig.shown(sku)).shopify === 4 && (await rig.shown(sku)).woocommerce === 4);
    await floor.sweeps(3);
    expect(await rig.shown(sku)).toEqual({ ...all(4), etsy: 0 });
    expect((await floor.calls("etsy", since)).filter((c) => c.changes)).toEqual([]);
    const number = await floor.number("etsy", sku);
    expect([number.target, number.dirty]).toEqual([0, false]);
    await sql("update connection set may_spend = true where id = $1", [rig.connections.etsy]);
    await setTo(itemId, 5);
    await floor.comesTo(sku, 5);
  });

  it("comes back on Etsy without a fee where it was us who took it off sale", async () => {
    const { sku, itemId } = await aloneOnEtsy();
    await sql("update connection set may_spend = false where id = $1", [rig.connections.etsy]);
    await setTo(itemId, 0);
    await floor.comesTo(sku, 0);
    expect((await floor.number("etsy", sku)).off_by_us).toBe(true);
    await setTo(itemId, 2);
    await floor.comesTo(sku, 2);
    expect(await openAlerts()).toEqual([]);
    await sql("update connection set may_spend = true where id = $1", [rig.connections.etsy]);
  });
});

describe("a number below zero in a shop that takes backorders", () => {
  it("counts as zero, is nobody's edit, and comes back by a raise", async () => {
    const { sku, itemId } = await floor.freshItem();
    await setTo(itemId, 0);
    await floor.comesTo(sku, 0);
    const since = await floor.lastCall("woocommerce");
    await rig.control("POST", "/woocommerce/stock", { sku, quantity: -3 });
    await floor.sweeps(3);
    await rig.settle();
    expect((await floor.calls("woocommerce", since)).filter((c) => c.changes)).toEqual([]);
    expect(await sql("select 1 from outside_edit where state = 'open'")).toEqual([]);
    await setTo(itemId, 6);
    await floor.comesTo(sku, 6);
  });
});

describe("an oversold item", () => {
  it("shows zero everywhere, alerts, and closes the alert when there is enough again", async () => {
    const { sku, start, itemId } = await floor.freshItem();
    for (const channel of CHANNELS) await floor.faults(channel, { webhooks: { drop: 1 } });
    await rig.worker.stop();
    await floor.order("shopify", sku, start);
    await floor.order("ebay", sku, 2);
    await rig.worker.start();
    await rig.until(async () => (await rig.available(sku)) === -2);
    await rig.until(async () => (await openAlerts()).some((a) => a.kind === "oversell"));
    await rig.settle();
    expect(await rig.shown(sku)).toEqual(all(0));
    await setTo(itemId, 3);
    await floor.comesTo(sku, 3);
    expect(await openAlerts()).toEqual([]);
  });
});

describe("Shopify's several locations", () => {
  it("together show the target; the receiving one gives and takes first, the parcel service is left alone", async () => {
    const { sku, itemId } = await floor.freshItem();
    await setTo(itemId, 24);
    await floor.comesTo(sku, 24);
    const parts = async () =>
      ((await floor.number("shopify", sku)).parts as { locationId: string; quantity: number }[]).map((p) => p.quantity);
    expect((await parts()).length).toBeGreaterThan(1);
    const before = await parts();
    await setTo(itemId, 23);
    await floor.comesTo(sku, 23);
    expect((await parts()).reduce((a, b) => a + b, 0)).toBe(23);
    expect((await parts()).filter((n, i) => n !== before[i])).toHaveLength(1);
    await setTo(itemId, 1);
    await floor.comesTo(sku, 1);
    expect((await parts()).reduce((a, b) => a + b, 0)).toBe(1);
    expect(Math.min(...(await parts()))).toBeGreaterThanOrEqual(0);
    await setTo(itemId, 0);
    await floor.comesTo(sku, 0);
    await setTo(itemId, 9);
    await floor.comesTo(sku, 9);
  });
});

describe("a listing that somebody else ended", () => {
  it.each(CHANNELS)("on %s is left alone, said once, and the others go on", async (channel: ChannelName) => {
    const { sku, start } = await floor.freshItem();
    const answer = await fetch(`${rig.sandbox.origin}/control/${channel}/listings/${encodeURIComponent(sku)}`, { method: "DELETE" });
    expect(answer.status).toBeLessThan(300);
    const other = channel === "shopify" ? "woocommerce" : "shopify";
    await floor.order(other, sku, 1);
    const others = CHANNELS.filter((c) => c !== channel);
    await rig.until(async () => {
      const shown = await rig.shown(sku);
      return others.every((c) => shown[c] === start - 1);
    });
    await rig.until(async () => (await openAlerts()).filter((a) => a.kind === "vanished").length === 1);
    await rig.settle();
    const since = await floor.lastCall(channel);
    await floor.sweeps(2);
    expect((await floor.calls(channel, since)).filter((c) => c.changes)).toEqual([]);
    expect((await openAlerts()).map((a) => a.kind)).toEqual(["vanished"]);
    await sql("update alert set closed_at = clock_timestamp() where closed_at is null");
  });
});

describe("the last units, kept for one channel", () => {
  it("go to the others when the keeper's listing is gone", async () => {
    const { sku, itemId } = await floor.freshItem();
    const ruleId = rig.house.newId();
    await sql(`insert into rule (id, seller_id, scope, last_units, last_rank, actor_key) values ($1, $2, 'seller', 3, $3::jsonb, 'demo')`, [
      ruleId,
      rig.sellerId,
      JSON.stringify([rig.connections.ebay]),
    ]);
    await setTo(itemId, 2);
    await rig.until(async () => (await rig.shown(sku)).shopify === 0);
    await rig.settle();
    expect(await rig.shown(sku)).toEqual({ ...all(0), ebay: 2 });
    await fetch(`${rig.sandbox.origin}/control/ebay/listings/${encodeURIComponent(sku)}`, { method: "DELETE" });
    await rig.until(async () => {
      const shown = await rig.shown(sku);
      return shown.shopify === 2 && shown.etsy === 2 && shown.woocommerce === 2;
    });
    await sql("update rule set replaced_at = clock_timestamp() where id = $1", [ruleId]);
    await sql("update alert set closed_at = clock_timestamp() where closed_at is null");
  });
});
