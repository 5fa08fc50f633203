/** Deliveries are hints (law 1): twice, late, out of order, forged or odd, the end state is the same. No poll helps here. */
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { appendMovements } from "#app/data/ledger.server.ts";
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import { type DeliveryTap, openDeliveryTap, type TakenDelivery } from "../delivery-tap.ts";
import { oddBodies } from "../odd-bodies.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { endFaults, shopFloor } from "./shop-floor.ts";

const NEVER_MS = 3_600_000;
/** What each platform is told that did not sign (contracts/: Shopify 6.4, eBay 7, Etsy and WooCommerce by common use). */
const REFUSED: Record<ChannelName, number> = { shopify: 401, ebay: 412, etsy: 401, woocommerce: 401 };

let rig: Rig;
let tap: DeliveryTap;
const floor = shopFloor(() => rig);
beforeAll(async () => {
  rig = await startRig({ items: 40, seed: 11, pace: { pollMs: NEVER_MS, quietPollMs: NEVER_MS, scanMs: NEVER_MS } });
  await rig.settle();
  // The first look at the shops' webhooks reads orders: it is through before a case counts calls.
  const looked = "select 1 from feed where kind = 'webhooks' and next_at > clock_timestamp() + interval '1 minute'";
  await rig.until(async () => (await rig.house.db.plain.query(looked)).length >= CHANNELS.length, 30_000);
  await floor.sweeps(1);
  await rig.settle();
  tap = await openDeliveryTap(rig);
}, 60_000);
afterAll(async () => {
  await rig.stop();
  await tap.stop();
});
afterEach(async () => {
  await endFaults(floor);
  tap.pass();
  expect(await floor.wrongLevels()).toBe(0);
});

const sql = <T extends object>(text: string, values: unknown[] = []) => rig.house.db.plain.query<T>(text, values);

/** All that deliveries leave behind: rows of their own, orders, and lines of the ledger. */
async function traces(): Promise<{ deliveries: number; orders: number; movements: number }> {
  const [counted] = await sql<{ deliveries: number; orders: number; movements: number }>(
    `select (select count(*)::int from inbound_event) as deliveries, (select count(*)::int from sales_order) as orders,
       (select count(*)::int from movement) as movements`,
  );
  if (!counted) throw new Error("nothing was counted");
  return counted;
}

/** What the ledger says of an item, line by line, without ids and times. */
async function ledgerOf(sku: string): Promise<string[]> {
  const rows = await sql<{ line: string }>(
    `select concat_ws(' ', c.channel, m.kind, m.on_hand_delta, m.reserved_delta, m.sequence) as line from movement m join stock_item i on i.id = m.item_id
       join connection c on c.id = m.connection_id where i.seller_id = $1 and i.sku = $2 and m.order_id is not null order by m.recorded_at`,
    [rig.sellerId, sku],
  );
  return rows.map((r) => r.line);
}

async function forge(delivery: TakenDelivery, how: { sign: string; times?: number; headers?: Record<string, string>; body?: string }) {
  const { body = delivery.body, headers = {}, ...rest } = how;
  const { statuses } = await rig.control<{ statuses: (number | null)[] }>("POST", `/${delivery.channel}/deliver`, {
    topic: delivery.topic,
    headers,
    body,
    ...rest,
  });
  return statuses;
}

/** The deliveries of one sale that bring its order. */
async function deliveriesOfSale(channel: ChannelName, sku: string, quantity: number): Promise<TakenDelivery[]> {
  const before = tap.taken(channel).length;
  await floor.order(channel, sku, quantity);
  await rig.sandbox.settled();
  return tap.taken(channel).slice(before);
}

const isOrder = ({ topic }: Pick<TakenDelivery, "topic">) => /^orders?[/.]|^ORDER/.test(topic);

/** Shops tell the time of a change in whole seconds. */
async function secondIsOver(): Promise<void> {
  const second = Math.floor(Date.now() / 1_000);
  await rig.until(async () => Math.floor(Date.now() / 1_000) > second);
}

/** A sale, its cancellation where the platform tells of it, and another sale; on every channel. */
async function aDay(sku: string, start: number): Promise<void> {
  for (const channel of CHANNELS) {
    const left = await rig.available(sku);
    const id = await floor.order(channel, sku, 2);
    await floor.comesTo(sku, left - 2);
    // eBay sends no message when an order is cancelled: there the poll finds it.
    if (channel !== "ebay") {
      await rig.control("POST", `/${channel}/orders/${id}/cancel`, { restock: true });
      await floor.comesTo(sku, left);
    }
    await floor.order(channel, sku, 1);
    await floor.comesTo(sku, left - (channel === "ebay" ? 3 : 1));
  }
  await floor.comesTo(sku, start - 6);
}

/** Etsy's return is the rise that the seller made by hand, seen twice. */
const A_DAY = [
  "shopify sale 0 2 0",
  "shopify give-back 0 -2 1",
  "shopify sale 0 1 0",
  "ebay sale 0 2 0",
  "ebay sale 0 1 0",
  "etsy sale 0 2 0",
  "etsy shipment -2 -2 1",
  "etsy return 2 0 2",
  "etsy sale 0 1 0",
  "woocommerce sale 0 2 0",
  "woocommerce give-back 0 -2 1",
  "woocommerce sale 0 1 0",
];

describe("a day's deliveries", () => {
  it.each([
    ["once", {}],
    ["twice", { duplicate: 1 }],
    ["late and twice", { duplicate: 1, delayMs: 300 }],
    ["shuffled and twice", { duplicate: 1, shuffle: 1 }],
    ["now and then twice, shuffled, and late", { duplicate: 0.5, shuffle: 0.5, delayMs: 150 }],
  ])(
    "make the same lines in the ledger when they come %s",
    async (_how, webhooks) => {
      const { sku, start } = await floor.freshItem();
      for (const channel of CHANNELS) await floor.faults(channel, { webhooks });
      await aDay(sku, start);
      expect(await ledgerOf(sku)).toEqual(A_DAY);
    },
    90_000,
  );

  it("are counted once when all of them come in reverse order", async () => {
    const items = [await floor.freshItem(), await floor.freshItem()];
    tap.hold();
    const from = tap.taken().length;
    for (const { sku } of items) for (const channel of CHANNELS) for (const quantity of [1, 2]) await floor.order(channel, sku, quantity);
    await rig.sandbox.settled();
    const held = tap.taken().slice(from);
    for (const channel of CHANNELS) expect(held.filter((h) => h.channel === channel).length, channel).toBeGreaterThanOrEqual(4);
    for (const delivery of [...held, ...held].reverse()) expect(await tap.post(delivery)).toBe(200);
    tap.pass();
    for (const { sku, start } of items) {
      await floor.comesTo(sku, start - 12);
      expect((await ledgerOf(sku)).toSorted()).toEqual(
        CHANNELS.flatMap((channel) => [`${channel} sale 0 1 0`, `${channel} sale 0 2 0`]).toSorted(),
      );
    }
  }, 60_000);

  it.each(["shopify", "woocommerce"] as const)(
    "of an order on %s that was edited twice say the last state, whichever comes last",
    async (channel) => {
      const { sku, start } = await floor.freshItem();
      tap.hold();
      const from = tap.taken(channel).length;
      const id = await floor.order(channel, sku, 1);
      for (const quantity of [4, 2]) {
        await secondIsOver();
        await rig.control("POST", `/${channel}/orders/${id}/edit`, { lines: [{ sku, quantity }] });
        await rig.sandbox.settled();
      }
      const reversed = tap.taken(channel).slice(from).reverse();
      tap.pass();
      for (const delivery of reversed) {
        expect(await tap.post(delivery)).toBe(200);
        // One at a time, so that each older one meets what the newer one left.
        await rig.until(async () => (await sql("select id from inbound_event where status = 'waiting'")).length === 0);
      }
      await floor.comesTo(sku, start - 2);
      expect(await ledgerOf(sku)).toEqual([`${channel} sale 0 2 0`]);
    },
  );
});

describe.each(CHANNELS)("a delivery from %s", (channel) => {
  it("that was captured and is sent again and again adds nothing and asks nothing", async () => {
    const { sku, start } = await floor.freshItem();
    const captured = await deliveriesOfSale(channel, sku, 2);
    await floor.comesTo(sku, start - 2);
    expect(captured.filter(isOrder).length).toBeGreaterThan(0);
    const [before, since] = [await traces(), await lastCalls()];
    for (const delivery of captured) {
      expect(await forge(delivery, { sign: "good", headers: delivery.headers, times: 3 })).toEqual([200, 200, 200]);
    }
    await rig.settle();
    expect(await traces()).toEqual(before);
    expect(await lastCalls()).toEqual(since);
    expect(await rig.available(sku)).toBe(start - 2);
  });

  it("signed wrongly, not at all or by somebody else is refused in the platform's own way and leaves nothing", async () => {
    const { sku, start } = await floor.freshItem();
    tap.hold();
    const held = (await deliveriesOfSale(channel, sku, 3)).filter(isOrder);
    tap.pass();
    expect(held.length).toBeGreaterThan(0);
    // What an earlier case set going is recorded by now.
    await rig.settle();
    // The order stands in the shop and may be read there at any time; what must not come is a delivery of it.
    const taken = async () =>
      (await sql<{ topic: string }>("select topic from inbound_event where connection_id = $1", [rig.connections[channel]])).filter(isOrder)
        .length;
    const before = await taken();
    for (const delivery of held) {
      for (const sign of ["bad", "none", "otherKey"]) {
        expect([sign, await forge(delivery, { sign, times: 2 })]).toEqual([sign, [REFUSED[channel], REFUSED[channel]]]);
      }
    }
    await floor.sweeps(1);
    expect(await taken()).toBe(before);
    // The very same bodies with the platform's own signature: it was nothing but the signature.
    for (const delivery of held) expect(await tap.post(delivery)).toBe(200);
    expect(await taken()).toBeGreaterThan(before);
    await floor.comesTo(sku, start - 3);
  });

  it("with odd values anywhere is taken, put aside where it cannot be used, and stops nothing", async () => {
    const { sku, start } = await floor.freshItem();
    const [sample] = (await deliveriesOfSale(channel, sku, 1)).filter(isOrder);
    await floor.comesTo(sku, start - 1);
    if (!sample) throw new Error("no delivery brought the order");
    for (const body of oddBodies(sample.body)) {
      const headers: Record<string, string> = channel === "shopify" ? { "x-shopify-webhook-id": randomUUID() } : {};
      expect([await forge(sample, { sign: "good", headers, body }), body.slice(0, 120)]).toEqual([[200], body.slice(0, 120)]);
    }
    await rig.settle(30_000);
    const [stuck] = await sql<{ n: number }>("select count(*)::int as n from inbound_event where status = 'waiting'");
    expect(stuck?.n).toBe(0);
    await floor.order(channel, sku, 1);
    await floor.comesTo(sku, start - 2);
  }, 60_000);
});

describe("a line of the ledger that an order made", () => {
  it("has one place, named by order line, item and sequence, and cannot be taken twice", async () => {
    const { sku, start, itemId } = await floor.freshItem();
    await floor.order("shopify", sku, 2);
    await floor.comesTo(sku, start - 2);
    // The lock on the order keeps two from computing the same step; this is what holds if it ever does not (settled.md 22).
    const elsewhere = await sql(
      `select dedupe_key from movement where order_line_id is not null
         and not (dedupe_key like '%' || order_line_id || '%' and dedupe_key like '%' || item_id || '%' and dedupe_key like '%:' || sequence)`,
    );
    expect(elsewhere).toEqual([]);
    const [line] = await sql<{ order_id: string; order_line_id: string; dedupe_key: string; sequence: number }>(
      "select order_id, order_line_id, dedupe_key, sequence from movement where item_id = $1 and order_line_id is not null",
      [itemId],
    );
    if (!line) throw new Error("the sale is not in the ledger");
    const again = {
      id: rig.house.newId(),
      itemId,
      kind: "sale" as const,
      onHandDelta: 0,
      reservedDelta: 2,
      orderId: line.order_id,
      orderLineId: line.order_line_id,
      sequence: line.sequence,
      dedupeKey: line.dedupe_key,
      connectionId: rig.connections.shopify,
      actorKey: "channel:shopify",
      correlationId: "test",
      undoes: null,
      note: null,
      occurredAt: rig.house.now(),
    };
    const before = await traces();
    expect(await rig.house.db.write(rig.sellerId, (tx) => appendMovements(tx, rig.sellerId, [again]))).toEqual([]);
    expect(await traces()).toEqual(before);
    expect(await rig.available(sku)).toBe(start - 2);
  });
});

describe("a delivery for an account that we do not serve", () => {
  it.each(["shopify", "ebay", "etsy"] as const)("is acknowledged and dropped on %s", async (channel) => {
    const stranger = rig.sandbox.world().simple.find((i) => i.account === 3);
    const before = await traces();
    await rig.control("POST", `/${channel}/orders?account=3`, { lines: [{ sku: stranger?.sku, quantity: 1 }] });
    await rig.sandbox.settled();
    const state = await rig.control<{ channels: Record<string, { webhooks: { sent: number; failed: number } }> }>(
      "GET",
      "/state?account=3",
    );
    expect(state.channels[channel]?.webhooks.sent).toBeGreaterThan(0);
    expect(state.channels[channel]?.webhooks.failed).toBe(0);
    expect(await traces()).toEqual(before);
  });

  it("is unknown at WooCommerce's door, whose address names the connection", async () => {
    const [sample] = tap.taken("woocommerce").filter(isOrder);
    if (!sample) throw new Error("no delivery was taken");
    const before = await traces();
    expect(await tap.post({ ...sample, path: `/webhooks/woocommerce/${randomUUID()}` })).toBe(404);
    // Another connection of ours, but not a shop of this kind: its secret is no secret of WooCommerce's.
    expect([401, 404]).toContain(await tap.post({ ...sample, path: `/webhooks/woocommerce/${rig.connections.shopify}` }));
    expect(await traces()).toEqual(before);
  });
});

async function lastCalls(): Promise<number[]> {
  return Promise.all(CHANNELS.map((channel) => floor.lastCall(channel)));
}
