import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import { decideOutsideEdit } from "#app/flows/decide-outside-edit.server.ts";
import { undoMovement } from "#app/flows/undo-movement.server.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { all, endFaults, shopFloor } from "./shop-floor.ts";

/** The feed is behind, though the channel promised that it is not: the orders come after the reading was judged, by `catchUp`. */
const LATE = { webhooks: { drop: 1 }, api: { orderLagMs: 600_000 } };

let rig: Rig;
const floor = shopFloor(() => rig);
beforeAll(async () => {
  rig = await startRig({ items: 24, seed: 3 });
  await rig.settle();
}, 60_000);
afterAll(() => rig.stop());
afterEach(async () => {
  await endFaults(floor);
  expect(await floor.wrongLevels()).toBe(0);
});

type Edit = { id: string; state: string; expected: number; observed: number; movementId: string | null };

async function edits(sku: string): Promise<Edit[]> {
  return rig.house.db.plain.query<Edit>(
    `select e.id, e.state, e.expected, e.observed, e.movement_id as "movementId" from outside_edit e join listing l on l.quantity_id = e.quantity_id
     where l.sku = $1 and e.seller_id = $2 order by e.seen_at`,
    [sku, rig.sellerId],
  );
}

const editComes = (sku: string, state: string) => rig.until(async () => (await edits(sku)).some((e) => e.state === state));
const editBecomes = async (sku: string, states: string[]) => {
  await rig.until(async () => JSON.stringify((await edits(sku)).map((e) => e.state)) === JSON.stringify(states), 20_000);
};

/** The feed tells of everything that happened; still no delivery comes. */
const catchUp = (channel: ChannelName) => floor.faults(channel, { webhooks: { drop: 1 } });

async function openAlerts(sku: string): Promise<unknown[]> {
  return rig.house.db.plain.query(
    `select a.kind from alert a join listing l on a.key = 'outside-edit:' || l.quantity_id where l.sku = $1 and a.closed_at is null`,
    [sku],
  );
}

describe("a sale that is known only after its fall was taken for an edit", () => {
  it("gives an accepted edit back, so that the units count once", async () => {
    const { sku, start } = await floor.freshItem();
    await floor.faults("shopify", LATE);
    await floor.order("shopify", sku, 2);
    await editComes(sku, "accepted");
    await floor.comesTo(sku, start - 2);
    await catchUp("shopify");
    await editBecomes(sku, ["explained"]);
    await floor.comesTo(sku, start - 2);
  });

  it("closes the card by itself where edits are reviewed", async () => {
    await Promise.all(
      CHANNELS.filter((c) => c !== "shopify").map(async (channel) => {
        const { sku, start } = await floor.freshItem();
        await floor.faults(channel, LATE);
        await floor.order(channel, sku, 2);
        await editComes(sku, "open");
        await catchUp(channel);
        await editBecomes(sku, ["explained"]);
        await floor.comesTo(sku, start - 2);
        expect([channel, await openAlerts(sku)]).toEqual([channel, []]);
      }),
    );
  });

  it("leaves of an accepted edit what the order does not explain", async () => {
    const { sku, start } = await floor.freshItem();
    await floor.faults("shopify", LATE);
    await floor.order("shopify", sku, 1);
    await rig.control("POST", "/shopify/stock", { sku, quantity: start - 4 });
    await editComes(sku, "accepted");
    await catchUp("shopify");
    await orderIsKnown("shopify", sku);
    await floor.comesTo(sku, start - 4);
    expect((await edits(sku)).map((e) => e.state)).toEqual(["accepted"]);
    // Undone by hand afterwards, only what is left of it goes back.
    const [edit] = await edits(sku);
    const undone = await undoMovement(rig.house, { sellerId: rig.sellerId, actorKey: "demo", movementId: edit!.movementId! });
    expect(undone.outcome).toBe("done");
    await floor.comesTo(sku, start - 1);
  });

  it("narrows a card to what the order does not explain", async () => {
    const { sku, start } = await floor.freshItem();
    await floor.faults("woocommerce", LATE);
    await floor.order("woocommerce", sku, 1);
    await rig.control("POST", "/woocommerce/stock", { sku, quantity: start - 4 });
    await editComes(sku, "open");
    await catchUp("woocommerce");
    await orderIsKnown("woocommerce", sku);
    const [card] = await edits(sku);
    expect(card).toMatchObject({ state: "open", expected: start - 1, observed: start - 4 });
    await decideOutsideEdit(rig.house, { sellerId: rig.sellerId, actorKey: "demo", editId: card!.id, decision: "accept" });
    await floor.comesTo(sku, start - 4);
  });
});

describe("what a late order must not take back", () => {
  it("an edit that was seen before the sale", async () => {
    const { sku, start } = await floor.freshItem();
    await rig.control("POST", "/shopify/stock", { sku, quantity: start - 3 });
    await editComes(sku, "accepted");
    await floor.comesTo(sku, start - 3);
    // The order's time is cut to the second: it must surely be later than the reading.
    const [edit] = await rig.house.db.plain.query<{ seen: Date }>("select seen_at as seen from outside_edit order by seen_at desc limit 1");
    await rig.until(async () => rig.house.now().getTime() > edit!.seen.getTime() + 2_500);
    await floor.order("shopify", sku, 3);
    await floor.comesTo(sku, start - 6);
    expect((await edits(sku)).map((e) => e.state)).toEqual(["accepted"]);
  });
});

describe("a cancellation that is known only after its rise was taken for an edit", () => {
  it("gives an accepted rise back", async () => {
    const { sku, start } = await floor.freshItem();
    const id = await floor.order("shopify", sku, 2);
    await floor.comesTo(sku, start - 2);
    await floor.faults("shopify", LATE);
    await rig.control("POST", `/shopify/orders/${id}/cancel`, { restock: true });
    await editComes(sku, "accepted");
    await catchUp("shopify");
    await editBecomes(sku, ["explained"]);
    await floor.comesTo(sku, start);
  });

  it("turns a card about a rise into the order's return where only the rise can tell", async () => {
    const { sku, start } = await floor.freshItem();
    const id = await floor.order("ebay", sku, 2);
    await floor.comesTo(sku, start - 2);
    await floor.faults("ebay", LATE);
    await rig.control("POST", `/ebay/orders/${id}/cancel`, { restock: true });
    await editComes(sku, "open");
    await catchUp("ebay");
    await editBecomes(sku, ["explained"]);
    await floor.comesTo(sku, start);
    expect(await openAlerts(sku)).toEqual([]);
    const kinds = await rig.house.db.plain.query<{ kind: string }>(
      `select m.kind from movement m join stock_item i on i.id = m.item_id where i.sku = $1 and i.seller_id = $2 order by m.recorded_at`,
      [sku, rig.sellerId],
    );
    expect(kinds.map((k) => k.kind)).not.toContain("outside-edit");
    expect(await rig.shown(sku)).toEqual(all(start));
  });
});

async function orderIsKnown(channel: ChannelName, sku: string): Promise<void> {
  await rig.until(async () => {
    const rows = await rig.house.db.plain.query(
      "select 1 from order_line l join sales_order o on o.id = l.order_id where o.connection_id = $1 and l.sku = $2",
      [rig.connections[channel], sku],
    );
    return rows.length > 0;
  }, 20_000);
}
