import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { findConnection } from "#app/data/connections.server.ts";
import { CHANNELS, type ChannelOrder } from "#app/domain/channel-words.ts";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { withChannel } from "#app/flows/channel-door.server.ts";
import { importListings } from "#app/flows/import-listings.server.ts";
import { scanConnectionById } from "#app/flows/scan-numbers.server.ts";
import { createRandom } from "#app/sandbox/random.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { endFaults, shopFloor } from "./shop-floor.ts";

let rig: Rig;
const floor = shopFloor(() => rig);
beforeAll(async () => {
  rig = await startRig({ items: 40, seed: 13, pace: { callTimeoutMs: 700, lateWriteMs: 1_500 } });
  await rig.settle();
}, 60_000);
afterAll(() => rig.stop());
afterEach(async () => {
  await endFaults(floor);
  expect(await floor.wrongLevels()).toBe(0);
});

const sql = <T extends object>(text: string, values: unknown[] = []) => rig.house.db.plain.query<T>(text, values);
const adjust = (itemId: string, by: number) =>
  adjustStock(rig.house, { sellerId: rig.sellerId, actorKey: "demo", itemId, by, note: "test" });

describe("a write whose answer is lost", () => {
  it.each(CHANNELS)("on %s is looked at before anything else, and not written twice", async (channel) => {
    const { sku, start, itemId } = await floor.freshItem();
    const since = await floor.lastCall(channel);
    await floor.faults(channel, { api: { lostReply: 1 } });
    await adjust(itemId, -2);
    await rig.until(async () => (await floor.calls(channel, since)).some((c) => c.changes && c.status === 0));
    await floor.faults(channel, {});
    await floor.comesTo(sku, start - 2);
    const written = (await floor.journal(channel, sku)).filter((j) => j.by === "api");
    expect(written.map((j) => [j.from, j.to])).toEqual([[start, start - 2]]);
  });

  it.each(CHANNELS)("on %s does not hide a sale that follows it", async (channel) => {
    const { sku, start, itemId } = await floor.freshItem();
    const since = await floor.lastCall(channel);
    await floor.faults(channel, { api: { lostReply: 1 } });
    await adjust(itemId, 4);
    await rig.until(async () => (await floor.calls(channel, since)).some((c) => c.changes && c.status === 0));
    await floor.order(channel, sku, 1);
    await floor.faults(channel, {});
    await floor.comesTo(sku, start + 3);
    expect(await sql("select id from outside_edit where state = 'open'")).toEqual([]);
  });
});

describe("a channel that refuses or garbles its answers", () => {
  it.each(["throttle", "error5xx", "html200", "timeout", "emptyPage", "truncatePage"] as const)(
    "%s: is not hammered, invents no zero and no edit, and is in step soon after",
    async (fault) => {
      const { sku, start, itemId } = await floor.freshItem();
      const before = new Map(await Promise.all(CHANNELS.map(async (c) => [c, await floor.lastCall(c)] as const)));
      for (const channel of CHANNELS) await floor.faults(channel, { api: { [fault]: 1 } });
      await adjust(itemId, -1);
      for (const channel of CHANNELS) await floor.order(channel, sku, 1);
      await floor.sweeps(12, { through: false });
      const made = await Promise.all(
        CHANNELS.map(async (channel) => (await floor.calls(channel, before.get(channel)!)).map((c) => `${channel} ${c.operation}`)),
      );
      // eBay's looks ask for each listing singly, of either kind, and these tests look about twice a second; everything else is a handful.
      const often = Object.entries(Object.groupBy(made.flat(), (call) => call)).filter(
        ([call, calls]) => calls!.length > (call === "ebay GetItem" || call === "ebay getOffers" ? 200 : 40),
      );
      expect(often.map(([call, calls]) => `${call}: ${calls!.length}`)).toEqual([]);
      await endFaults(floor);
      await floor.comesTo(sku, start - 5);
      const wrong = await sql(
        "select kind, text from alert where closed_at is null and kind in ('vanished', 'outside-edit', 'held', 'another-app', 'oversell')",
      );
      expect(wrong).toEqual([]);
      const zeroed = await Promise.all(CHANNELS.map((channel) => floor.journal(channel, sku)));
      expect(zeroed.flat().filter((j) => j.to === 0)).toEqual([]);
    },
    60_000,
  );

  it.each(CHANNELS)("%s: an empty list of listings makes nothing vanish", async (channel) => {
    await floor.faults(channel, { api: { emptyPage: 1 } });
    await importListings(rig.house, rig.connections[channel]).catch((error: unknown) => expect(String(error)).toContain("ChannelError"));
    await floor.faults(channel, { api: { truncatePage: 1 } });
    await importListings(rig.house, rig.connections[channel]).catch((error: unknown) => expect(String(error)).toContain("ChannelError"));
    await floor.faults(channel, {});
    await rig.settle();
    expect(await sql("select id from alert where kind = 'vanished'")).toEqual([]);
    const [gone] = await sql<{ n: number }>("select count(*)::int as n from channel_quantity where connection_id = $1 and target is null", [
      rig.connections[channel],
    ]);
    const [unlinked] = await sql<{ n: number }>(
      "select count(distinct quantity_id)::int as n from listing where connection_id = $1 and (link_state <> 'linked' or state not in ('active', 'sold-out'))",
      [rig.connections[channel]],
    );
    expect(gone).toEqual(unlinked);
  });
});

describe("deliveries that come twice, late, out of order or not at all", () => {
  it("end in the same state", async () => {
    const items = await Promise.all(Array.from({ length: 6 }, () => floor.freshItem()));
    for (const channel of CHANNELS) await floor.faults(channel, { webhooks: { duplicate: 0.7, shuffle: 0.5, drop: 0.3, delayMs: 120 } });
    const random = createRandom(4);
    const sold = new Map(items.map((i) => [i.sku, 0]));
    await Promise.all(
      CHANNELS.map(async (channel) => {
        for (let n = 0; n < 12; n++) {
          const { sku } = items[Math.floor(random.next() * items.length)]!;
          const answer = await fetch(`${rig.sandbox.origin}/control/${channel}/orders`, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ lines: [{ sku, quantity: 1 }] }),
          });
          if (answer.status === 409) continue;
          const { id } = (await answer.json()) as { id: string };
          sold.set(sku, sold.get(sku)! + 1);
          // Where a cancelled order puts its units back by itself.
          if (random.next() < 0.3 && (channel === "shopify" || channel === "woocommerce")) {
            await rig.control("POST", `/${channel}/orders/${encodeURIComponent(id)}/cancel`, { restock: true });
            sold.set(sku, sold.get(sku)! - 1);
          }
        }
      }),
    );
    await endFaults(floor);
    // A level may pass through its end on the way, so all of them must stand there at once.
    await rig.until(async () => {
      for (const { sku, start } of items) if ((await rig.available(sku)) !== start - sold.get(sku)!) return false;
      return (await sql("select id from channel_quantity where dirty")).length === 0;
    }, 20_000);
    for (const { sku, start } of items) await floor.comesTo(sku, start - sold.get(sku)!);
  }, 60_000);

  it.each(["ebay", "etsy"] as const)("%s: a sale and its return between two looks leave the units where they are", async (channel) => {
    const { sku, start } = await floor.freshItem();
    // The number was first proved well before the sale: platforms cut times to the second, and clocks differ.
    const number = () => floor.number(channel, sku);
    await rig.until(async () => {
      const { steady_since, confirmed_at } = await number();
      return rig.house.now().getTime() > ((steady_since ?? confirmed_at) as Date).getTime() + 4_000;
    });
    await rig.worker.stop();
    await floor.faults(channel, { webhooks: { drop: 1 } });
    const id = await floor.order(channel, sku, 2);
    await rig.control("POST", `/${channel}/orders/${id}/cancel`, { restock: true });
    // The second look finds what the first found, before anybody reads the order.
    const ordered = rig.house.now().getTime();
    await rig.until(async () => {
      await scanConnectionById(rig.house, rig.connections[channel]);
      return ((await number()).confirmed_at as Date).getTime() >= ordered;
    });
    await rig.worker.start();
    await rig.until(async () => (await sql("select 1 from order_line where sku = $1 and returned = 2", [sku])).length === 1);
    await floor.comesTo(sku, start);
    expect((await floor.journal(channel, sku)).filter((j) => j.by === "api")).toEqual([]);
  });

  it.each(["shopify", "woocommerce"] as const)(
    "%s: an older snapshot of the same second that comes last brings nothing back, not even for a moment",
    async (channel) => {
      const { sku, start } = await floor.freshItem();
      await floor.order(channel, sku, 3);
      await floor.comesTo(sku, start - 3);
      const connection = (await findConnection(rig.house.db.plain, rig.connections[channel]))!;
      const [order] = await sql<{ id: string }>(
        "select o.external_id as id from sales_order o join order_line l on l.order_id = o.id where l.sku = $1 and o.connection_id = $2",
        [sku, connection.id],
      );
      const known = await withChannel(rig.house, connection, "orders", (open) => open.channel.readOrdersById(open.context, [order!.id]));
      const now = known.orders[0]!;
      const older: ChannelOrder = {
        ...now,
        observedAt: rig.house.now(),
        lines: now.lines.map((l) => ({ ...l, quantity: 1, held: 1, channelDeducted: { min: 1, max: 1 } })),
      };
      await sql(
        `insert into inbound_event (id, seller_id, connection_id, topic, dedupe_key, events, correlation_id, received_at)
         values ($1, $2, $3, 'test', $4, $5, 'test', clock_timestamp())`,
        [rig.house.newId(), rig.sellerId, connection.id, rig.house.newId(), JSON.stringify([{ type: "order", order: older }])],
      );
      rig.house.doorbell.ringSoon({ job: "apply-events", channel, connectionId: connection.id });
      await rig.until(async () => (await sql("select 1 from inbound_event where status = 'waiting'")).length === 0);
      await rig.settle();
      const [{ n } = { n: -1 }] = await sql<{ n: number }>(
        "select count(*)::int as n from movement m join stock_item i on i.id = m.item_id where i.sku = $1 and i.seller_id = $2 and m.order_id is not null",
        [sku, rig.sellerId],
      );
      expect(n).toBe(1);
      await floor.comesTo(sku, start - 3);
    },
  );
});

describe("a worker that was away while all four sold", () => {
  it("finds everything by itself", async () => {
    const items = await Promise.all(Array.from({ length: 4 }, () => floor.freshItem()));
    await rig.worker.stop();
    for (const [n, { sku }] of items.entries()) {
      for (const channel of CHANNELS) await floor.order(channel, sku, n % 2 === 0 ? 1 : 2);
    }
    await rig.worker.start();
    for (const [n, { sku, start }] of items.entries()) await floor.comesTo(sku, start - 4 * (n % 2 === 0 ? 1 : 2));
  });
});
