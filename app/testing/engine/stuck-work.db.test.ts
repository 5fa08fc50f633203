import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ChannelError } from "#app/channels/errors.ts";
import { CHANNELS, type ChannelEvent } from "#app/domain/channel-words.ts";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { drainConnection } from "#app/flows/drain-connection.server.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { endFaults, shopFloor } from "./shop-floor.ts";

let rig: Rig;
const floor = shopFloor(() => rig);
beforeAll(async () => {
  rig = await startRig({ items: 24, seed: 5 });
  await rig.settle();
}, 60_000);
afterAll(() => rig.stop());
afterEach(async () => {
  await endFaults(floor);
  await rig.worker.start();
  expect(await floor.wrongLevels()).toBe(0);
});

const sql = <T extends object>(text: string, values: unknown[] = []) => rig.house.db.plain.query<T>(text, values);
const adjust = (itemId: string, by: number) =>
  adjustStock(rig.house, { sellerId: rig.sellerId, actorKey: "demo", itemId, by, note: "test" });

/** A delivery as a door leaves it. */
async function delivered(connectionId: string, events: ChannelEvent[]): Promise<void> {
  await sql(
    `insert into inbound_event (id, seller_id, connection_id, topic, dedupe_key, events, correlation_id, received_at)
     values ($1, $2, $3, 'test', $4, $5, 'test', clock_timestamp())`,
    [rig.house.newId(), rig.sellerId, connectionId, rig.house.newId(), JSON.stringify(events)],
  );
}

describe("a number that is doubted again while its first odd reading waits to be judged", () => {
  it("is still lowered: the newest reading counts before the gate, not the first", async () => {
    const { sku, start, itemId } = await floor.freshItem();
    await rig.worker.stop();
    await floor.faults("shopify", { webhooks: { drop: 1 } });
    await rig.control("POST", "/shopify/stock", { sku, quantity: start + 4 });
    const { id } = await floor.number("shopify", sku);
    // As the engine leaves it: odd at first reading, a hint came, the second reading agreed, orders are still to be read.
    await sql(
      `update channel_quantity set odd_quantity = $2, odd_at = clock_timestamp() - interval '3 s', doubt_at = clock_timestamp() - interval '2 s',
         doubt_until = null, last_read_at = clock_timestamp() - interval '1 s',
         parts = (select jsonb_agg(case when n = 1 then jsonb_set(p, '{quantity}', to_jsonb((p->>'quantity')::int + 4)) else p end) from jsonb_array_elements(parts) with ordinality t(p, n))
       where id = $1`,
      [id, start + 4],
    );
    await adjust(itemId, -5);
    const since = await floor.lastCall("shopify");
    await drainConnection(rig.house, rig.connections.shopify);
    expect((await floor.calls("shopify", since)).length).toBeGreaterThan(0);
    await rig.worker.start();
    await rig.settle();
    expect((await floor.number("shopify", sku)).dirty).toBe(false);
  });
});

describe("a write of which the connector says nothing", () => {
  it("counts as unanswered: it is looked at once, not in a circle", async () => {
    const { sku, start, itemId } = await floor.freshItem();
    const { channels } = rig.house;
    const { woocommerce } = channels;
    let silent = 1;
    rig.house.channels = {
      ...channels,
      woocommerce: {
        ...woocommerce,
        setStock: async (context, writes, gate) => {
          const results = await woocommerce.setStock(context, writes, gate);
          return silent-- > 0 ? [] : results;
        },
      },
    };
    const since = await floor.lastCall("woocommerce");
    try {
      await adjust(itemId, -2);
      await floor.comesTo(sku, start - 2);
    } finally {
      rig.house.channels = channels;
    }
    const readings = (await floor.calls("woocommerce", since)).filter((c) => !c.changes && c.operation !== "listOrder");
    expect(readings.length).toBeLessThan(10);
    expect((await floor.number("woocommerce", sku)).sending_to).toBeNull();
  });
});

describe("a card about a number that the same hand puts back", () => {
  it("closes by itself and holds nothing back any more", async () => {
    const { sku, start, itemId } = await floor.freshItem();
    const cards = () =>
      sql<{ state: string }>("select e.state from outside_edit e join listing l on l.quantity_id = e.quantity_id where l.sku = $1", [sku]);
    await rig.control("POST", "/ebay/stock", { sku, quantity: start - 4 });
    await rig.until(async () => (await cards()).some((c) => c.state === "open"));
    await rig.control("POST", "/ebay/stock", { sku, quantity: start });
    await rig.until(async () => (await cards()).every((c) => c.state !== "open"));
    await adjust(itemId, 2);
    await floor.comesTo(sku, start + 2);
    expect(await sql("select kind from alert where closed_at is null and kind = 'outside-edit'")).toEqual([]);
  });

  it("says the whole change when the hand goes on", async () => {
    const { sku, start } = await floor.freshItem();
    const alerts = () =>
      sql<{ text: string }>(
        "select a.text from alert a join listing l on a.key = 'outside-edit:' || l.quantity_id where l.sku = $1 and a.closed_at is null",
        [sku],
      );
    await rig.control("POST", "/ebay/stock", { sku, quantity: start - 1 });
    await rig.until(async () => (await alerts()).length === 1);
    await rig.control("POST", "/ebay/stock", { sku, quantity: start - 3 });
    await rig.until(async () => (await alerts())[0]?.text.includes(`to ${start - 3},`) ?? false);
    expect((await alerts())[0]?.text).toContain(`from ${start} to ${start - 3},`);
  });
});

describe("a daily quota of which little is left", () => {
  it("keeps its rest for sales: what may wait is refused without silencing the connection", async () => {
    const { sku, start, itemId } = await floor.freshItem();
    // As if the platform had said so: 150 calls are left of so many that a fifth of any later hour's share is far more.
    const here = "(scope like 'ebay:%' or scope like 'woocommerce:%')";
    await sql(`update call_budget set reported = true, per_day = 10000000, used_today = 9999850 where ${here}`);
    await sql(`update call_share set promised = 150 where ${here}`);
    // The looks at quiet numbers leave a fifth standing, so now they are refused.
    await rig.until(async () => (await lastLook("ebay", sku)) && (await lastLook("woocommerce", sku)));
    await floor.order("ebay", sku, 1);
    await floor.order("shopify", sku, 1);
    await adjust(itemId, -1);
    await rig.until(async () => (await rig.shown(sku)).ebay === start - 3 && (await rig.shown(sku)).woocommerce === start - 3);
    const quiet = await sql("select channel from connection where quiet_until > clock_timestamp()");
    expect(quiet).toEqual([]);
    await sql("update call_budget set reported = false, per_day = null, used_today = 0");
    await floor.comesTo(sku, start - 3);
  });

  /** Whether the number was due for a look long ago and got none. */
  async function lastLook(channel: "ebay" | "woocommerce", sku: string): Promise<boolean> {
    const row = await floor.number(channel, sku);
    return rig.house.now().getTime() - (row.last_read_at as Date).getTime() > 2_500;
  }
});

describe("a delivery that its channel refuses for good", () => {
  it("holds up nothing that stands behind it, and is put aside with a word", async () => {
    const { sku, start } = await floor.freshItem();
    const { channels } = rig.house;
    const { etsy } = channels;
    rig.house.channels = {
      ...channels,
      etsy: {
        ...etsy,
        readOrdersById: (context, ids) => {
          if (ids.includes("poison")) throw new ChannelError("rejected", "this is no order");
          return etsy.readOrdersById(context, ids);
        },
      },
    };
    try {
      await delivered(rig.connections.etsy, [{ type: "order-changed", orderId: "poison" }]);
      await floor.order("etsy", sku, 1);
      await floor.comesTo(sku, start - 1);
    } finally {
      rig.house.channels = channels;
    }
    expect(await sql("select topic from inbound_event where status = 'parked'")).toEqual([{ topic: "test" }]);
    expect(await sql("select kind from alert where kind = 'parked' and closed_at is null")).toHaveLength(1);
  });

  it.each(CHANNELS)("on %s an order that does not exist is no obstacle", async (channel) => {
    const { sku, start } = await floor.freshItem();
    await delivered(rig.connections[channel], [{ type: "order-changed", orderId: "no/such order" }]);
    await floor.order(channel, sku, 1);
    await floor.comesTo(sku, start - 1);
    expect(await sql("select id from inbound_event where status = 'waiting'")).toEqual([]);
  });
});

describe("a connection that cannot be seen", () => {
  it("is not asked again and again while deliveries wait, still counts the orders they bring, and catches up", async () => {
    const { sku, start } = await floor.freshItem();
    const connectionId = rig.connections.woocommerce;
    await sql("update connection set blind_since = clock_timestamp(), blind_reason = 'test', blind_units = 0 where id = $1", [
      connectionId,
    ]);
    await delivered(connectionId, [{ type: "orders-changed" }]);
    const since = await floor.lastCall("woocommerce");
    await floor.order("woocommerce", sku, 2);
    await rig.until(async () => (await rig.available(sku)) === start - 2);
    await rig.until(async () => (await rig.shown(sku)).shopify === start - 2);
    await floor.sweeps(3);
    expect(await floor.calls("woocommerce", since)).toEqual([]);
    expect(await sql("select status from inbound_event where connection_id = $1 and status = 'waiting'", [connectionId])).toHaveLength(1);
    await sql("update connection set blind_since = null where id = $1", [connectionId]);
    await floor.comesTo(sku, start - 2);
    expect(await sql("select id from inbound_event where status = 'waiting'")).toEqual([]);
  });
});

describe("a connection that is gone", () => {
  it("leaves no delivery waiting for ever", async () => {
    const connectionId = rig.connections.etsy;
    await sql("update connection set lifecycle = 'disconnected' where id = $1", [connectionId]);
    await delivered(connectionId, [{ type: "orders-changed" }]);
    const since = await floor.lastCall("etsy");
    await rig.until(async () => (await sql("select 1 from inbound_event where status = 'waiting'")).length === 0);
    expect((await floor.calls("etsy", since)).map((c) => c.operation)).toEqual([]);
    await sql("update connection set lifecycle = 'live' where id = $1", [connectionId]);
  });
});
