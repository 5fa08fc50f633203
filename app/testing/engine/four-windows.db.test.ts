import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import { decideOutsideEdit } from "#app/flows/decide-outside-edit.server.ts";
import { type Rig, startRig } from "../rig.server.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig({ items: 30 });
  await rig.settle();
}, 60_000);
afterAll(() => rig.stop());

const all = (n: number) => ({ shopify: n, ebay: n, etsy: n, woocommerce: n });
let next = 0;
/** Each case takes a simple item of its own. */
async function freshItem(): Promise<{ sku: string; start: number }> {
  const items = rig.sandbox.world().simple.filter((i) => i.account === 1);
  const item = items[next++];
  if (!item) throw new Error("the world has too few items for these cases");
  return { sku: item.sku, start: await rig.available(item.sku) };
}

/** The ledger and all four windows come to `n`, and stay there. */
async function comesTo(sku: string, n: number): Promise<void> {
  await rig.until(async () => (await rig.available(sku)) === n);
  await rig.settle();
  expect(await rig.shown(sku)).toEqual(all(n));
  expect(await rig.available(sku)).toBe(n);
}

async function order(channel: ChannelName, sku: string, quantity: number): Promise<string> {
  const { id } = await rig.control<{ id: string }>("POST", `/${channel}/orders`, { lines: [{ sku, quantity }] });
  return encodeURIComponent(id);
}

afterEach(async () => {
  const [sums] = await rig.house.db.plain.query<{ wrong: number }>(
    `select count(*)::int as wrong from stock_item i where i.seller_id = $1 and row(i.on_hand, i.reserved) is distinct from
       (select row(coalesce(sum(m.on_hand_delta), 0)::int, coalesce(sum(m.reserved_delta), 0)::int) from movement m where m.item_id = i.id)`,
    [rig.sellerId],
  );
  expect(sums?.wrong).toBe(0);
});

describe.each(CHANNELS)("on %s", (channel) => {
  it("a sale and its cancellation with restock", async () => {
    const { sku, start } = await freshItem();
    const id = await order(channel, sku, 2);
    await comesTo(sku, start - 2);
    await rig.control("POST", `/${channel}/orders/${id}/cancel`, { restock: true });
    await comesTo(sku, start);
  });

  it("a refund with restock gives back what was refunded", async () => {
    const { sku, start } = await freshItem();
    const id = await order(channel, sku, 3);
    await comesTo(sku, start - 3);
    await rig.control("POST", `/${channel}/orders/${id}/refund`, { lines: [{ sku, quantity: 1 }], restock: true });
    await comesTo(sku, start - 2);
  });

  it("a refund without restock, and shipping, change nothing that can be sold", async () => {
    const { sku, start } = await freshItem();
    const id = await order(channel, sku, 2);
    await comesTo(sku, start - 2);
    await rig.control("POST", `/${channel}/orders/${id}/fulfil`, {});
    await rig.until(async () => {
      const [row] = await rig.house.db.plain.query<{ reserved: number }>(
        "select reserved from stock_item where seller_id = $1 and sku = $2",
        [rig.sellerId, sku],
      );
      return row?.reserved === 0;
    });
    await rig.control("POST", `/${channel}/orders/${id}/refund`, { lines: [{ sku, quantity: 1 }], restock: false });
    await rig.settle();
    await comesTo(sku, start - 2);
  });

  it("a number changed by hand follows the connection's policy", async () => {
    const { sku, start } = await freshItem();
    await rig.control("POST", `/${channel}/stock`, { sku, quantity: start - 4 });
    if (channel !== "shopify") {
      const edit = await openEdit(sku);
      expect(await rig.shown(sku)).toEqual({ ...all(start), [channel]: start - 4 });
      expect(await decideOutsideEdit(rig.house, { sellerId: rig.sellerId, actorKey: "demo", editId: edit, decision: "accept" })).toEqual({
        outcome: "done",
      });
    }
    await comesTo(sku, start - 4);
  });

  it("a change by hand that is put back leaves all four as they were", async () => {
    if (channel === "shopify") await setPolicy("review");
    const { sku, start } = await freshItem();
    await rig.control("POST", `/${channel}/stock`, { sku, quantity: start + 5 });
    const edit = await openEdit(sku);
    expect(await decideOutsideEdit(rig.house, { sellerId: rig.sellerId, actorKey: "demo", editId: edit, decision: "revert" })).toEqual({
      outcome: "done",
    });
    await comesTo(sku, start);
    if (channel === "shopify") await setPolicy("accept");
  });
});

describe.each(["shopify", "woocommerce"] as const)("on %s", (channel) => {
  it("an order edited up and down", async () => {
    const { sku, start } = await freshItem();
    const id = await order(channel, sku, 1);
    await comesTo(sku, start - 1);
    await rig.control("POST", `/${channel}/orders/${id}/edit`, { lines: [{ sku, quantity: 4 }] });
    await comesTo(sku, start - 4);
    await rig.control("POST", `/${channel}/orders/${id}/edit`, { lines: [{ sku, quantity: 2 }] });
    await comesTo(sku, start - 2);
  });
});

describe("orders of more than one thing", () => {
  it("two lines in one order", async () => {
    const [one, two] = [await freshItem(), await freshItem()];
    await rig.control("POST", "/ebay/orders", {
      lines: [
        { sku: one.sku, quantity: 1 },
        { sku: two.sku, quantity: 2 },
      ],
    });
    await comesTo(one.sku, one.start - 1);
    await comesTo(two.sku, two.start - 2);
  });

  it("a pack lowers every pack and bundle that shares its part, where they stand", async () => {
    const composites = rig.sandbox.world().composites.filter((c) => c.account === 1);
    const pack = composites.find((c) => c.kind === "pack" && c.channels.length > 1)!;
    const part = pack.components[0]!;
    const before = await rig.available(part.sku);
    await rig.control("POST", `/${pack.channels[0]}/orders`, { lines: [{ sku: pack.sku, quantity: 1 }] });
    await rig.until(async () => (await rig.available(part.sku)) === before - part.units);
    await rig.settle();
    for (const composite of composites) {
      const levels = await Promise.all(composite.components.map(async (c) => Math.floor((await rig.available(c.sku)) / c.units)));
      const shown = await rig.shown(composite.sku);
      for (const channel of CHANNELS) {
        expect([composite.sku, channel, shown[channel]]).toEqual([
          composite.sku,
          channel,
          composite.channels.includes(channel) ? Math.min(...levels) : null,
        ]);
      }
    }
  });

  it("a bundle takes one of each component", async () => {
    const bundle = rig.sandbox.world().composites.find((c) => c.account === 1 && c.kind === "bundle")!;
    const before = await Promise.all(bundle.components.map((c) => rig.available(c.sku)));
    await rig.control("POST", `/${bundle.channels[0]}/orders`, { lines: [{ sku: bundle.sku, quantity: 2 }] });
    await rig.until(async () => (await rig.available(bundle.components[0]!.sku)) === before[0]! - 2 * bundle.components[0]!.units);
    await rig.settle();
    expect(await Promise.all(bundle.components.map((c) => rig.available(c.sku)))).toEqual(
      before.map((n, i) => n - 2 * bundle.components[i]!.units),
    );
  });
});

async function openEdit(sku: string): Promise<string> {
  let found: string | undefined;
  await rig.until(async () => {
    const rows = await rig.house.db.plain.query<{ id: string }>(
      `select e.id from outside_edit e join listing l on l.quantity_id = e.quantity_id where e.state = 'open' and e.seller_id = $1 and l.sku = $2`,
      [rig.sellerId, sku],
    );
    found = rows[0]?.id;
    return found !== undefined;
  });
  return found!;
}

async function setPolicy(policy: "accept" | "review"): Promise<void> {
  await rig.house.db.plain.query(`update connection set edit_policy = $2::edit_policy where id = $1`, [rig.connections.shopify, policy]);
}
