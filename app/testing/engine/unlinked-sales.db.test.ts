import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import { importListings } from "#app/flows/import-listings.server.ts";
import { linkBySku } from "#app/flows/link-listings.server.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { endFaults, shopFloor } from "./shop-floor.ts";

let rig: Rig;
const floor = shopFloor(() => rig);
beforeAll(async () => {
  rig = await startRig({ items: 30, seed: 23 });
  await rig.settle();
}, 60_000);
afterAll(() => rig.stop());
afterEach(async () => {
  await endFaults(floor);
  expect(await floor.wrongLevels()).toBe(0);
});

const sql = <T extends object>(text: string, values: unknown[] = []) => rig.house.db.plain.query<T>(text, values);
const unlinkedAlerts = (channel: ChannelName) =>
  sql<{ text: string; data: { sku: string; quantity: number } }>(
    "select text, data from alert where kind = 'unlinked-sale' and closed_at is null and connection_id = $1",
    [rig.connections[channel]],
  );
const movements = async () => (await sql<{ n: number }>("select count(*)::int as n from movement"))[0]!.n;
const add = (channel: ChannelName, sku: string, quantity: number) =>
  rig.control("POST", `/${channel}/listings`, { sku, title: `Extra ${sku}`, quantity, price: 9.5 });

describe("a sale on a listing that is linked to nothing", () => {
  it.each(CHANNELS)("on %s is a card at once and books nothing", async (channel) => {
    const sku = `NEW-${channel.toUpperCase()}`;
    await add(channel, sku, 5);
    const before = await movements();
    await floor.order(channel, sku, 2);
    await rig.until(async () => (await unlinkedAlerts(channel)).length === 1);
    await rig.settle();
    expect(await movements()).toBe(before);
    const [card] = await unlinkedAlerts(channel);
    expect(card?.data).toMatchObject({ quantity: 2 });
    expect(card?.text).toContain("linked to no item");
    // The same delivery again, or a poll beside it, does not make it two sales.
    await floor.sweeps(2);
    expect(await sql("select count from alert where kind = 'unlinked-sale' and connection_id = $1", [rig.connections[channel]])).toEqual([
      { count: 1 },
    ]);
  });
});

describe("two listings with one SKU on one channel", () => {
  it.each(["shopify", "ebay", "woocommerce"] as const)("%s: never link by themselves, and the second is never written", async (channel) => {
    const { sku, start } = await floor.freshItem();
    const added = await fetch(`${rig.sandbox.origin}/control/${channel}/listings`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ sku, title: "The same again", quantity: 7, price: 9.5 }),
    });
    // A platform may refuse a second one (WooCommerce keeps SKUs unique); then there is nothing to mix up.
    if (added.status >= 400) return expect(added.status).toBe(409);
    await importListings(rig.house, rig.connections[channel]);
    await linkBySku(rig.house, rig.sellerId, "demo", []);
    const rows = await sql<{ link: string; live: string }>(
      "select link_state as link, go_live as live from listing where connection_id = $1 and sku = $2 order by 1",
      [rig.connections[channel], sku],
    );
    expect(rows).toEqual([
      { link: "linked", live: "live" },
      { link: "proposed", live: "watching" },
    ]);
    expect(await rig.available(sku)).toBe(start);
    await rig.settle();
    await floor.sweeps(1);
    // The second one's number was never ours to write.
    expect((await floor.journal(channel, sku)).filter((j) => j.by === "api")).toEqual([]);
  });
});

describe("a sale on a listing that is linked but only watched", () => {
  it("is booked and lowers the others; its own number is left alone", async () => {
    const { sku, start } = await floor.freshItem();
    const { id } = await floor.number("ebay", sku);
    await sql("update listing set go_live = 'watching' where quantity_id = $1", [id]);
    await sql("update channel_quantity set target = null, no_target = 'watching' where id = $1", [id]);
    await floor.order("ebay", sku, 2);
    await rig.until(async () => (await rig.available(sku)) === start - 2);
    await rig.until(async () => (await rig.shown(sku)).shopify === start - 2);
    await floor.order("shopify", sku, 1);
    await rig.until(async () => (await rig.shown(sku)).woocommerce === start - 3);
    await rig.settle();
    expect((await rig.shown(sku)).ebay).toBe(start - 2);
    expect((await floor.journal("ebay", sku)).filter((j) => j.by === "api")).toEqual([]);
  });
});

describe("a line that is taken out of an order", () => {
  it.each(["shopify", "woocommerce"] as const)("on %s gives its units back", async (channel) => {
    const [one, two] = [await floor.freshItem(), await floor.freshItem()];
    const { id } = await rig.control<{ id: string }>("POST", `/${channel}/orders`, {
      lines: [
        { sku: one.sku, quantity: 1 },
        { sku: two.sku, quantity: 2 },
      ],
    });
    await floor.comesTo(two.sku, two.start - 2);
    await rig.control("POST", `/${channel}/orders/${encodeURIComponent(id)}/edit`, { lines: [{ sku: two.sku, quantity: 0 }] });
    await floor.comesTo(two.sku, two.start);
    await floor.comesTo(one.sku, one.start - 1);
  });
});
