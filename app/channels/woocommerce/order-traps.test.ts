/** The oddities of a real shop (orders), met by the connector over HTTP in the simulated one. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ChannelBed, makeHarness } from "#app/testing/channel-harness.ts";
import { woocommerce } from "./connector.server.ts";
import { callShop } from "./shop-client.ts";

let bed: ChannelBed;
beforeAll(async () => {
  bed = await makeHarness(woocommerce);
});
afterAll(() => bed.stop());
beforeEach(() => bed.reset({ items: 12 }));

const firstSku = () => bed.world.goods[0]!.sku;

describe("orders", () => {
  it("an old shop that cannot sort by modification is read by id", async () => {
    const context = bed.contextOf(2);
    const identity = await bed.channel.identify(context);
    expect(identity.facts).toMatchObject({ ordersOrderBy: "id", storeVersion: "5.9.1", separateOrderTables: false });
    const sku = bed.simulator().state(2).listings[0]!.sku;
    const { id } = bed.simulator().placeOrder(2, { lines: [{ sku, quantity: 1 }] });
    const since = new Date(bed.clock.now().getTime() - 5_000);
    for (const settings of [identity.facts, {}]) {
      const { orders } = await bed.channel.readOrders({ ...context, settings }, { since, page: null });
      expect(orders.map((order) => order.externalId)).toEqual([id]);
    }
  });

  it("the trash is read beside the others: its units stay gone", async () => {
    const id = bed.world.sell([{ sku: firstSku(), quantity: 2 }]);
    await callShop(bed.context, { operation: "deleteOrder", method: "DELETE", endpoint: `orders/${id}` });
    const since = new Date(bed.clock.now().getTime() - 60_000);
    const { orders } = await bed.channel.readOrders(bed.context, { since, page: null });
    expect(orders.find((order) => order.externalId === id)?.lines[0]).toMatchObject({ held: 0, consumed: 2 });
    const byId = await bed.channel.readOrdersById(bed.context, [id, "999999999"]);
    expect(byId.orders.map((order) => order.externalId)).toEqual([id]);
  });

  it("a line taken out of an order is simply no longer there, and its units are back in the shop", async () => {
    const other = bed.world.goods[1]!;
    const id = bed.world.sell([
      { sku: firstSku(), quantity: 1 },
      { sku: other.sku, quantity: 2 },
    ]);
    bed.world.edit(id, [{ sku: other.sku, quantity: 0 }]);
    const { orders } = await bed.channel.readOrdersById(bed.context, [id]);
    expect(orders[0]!.lines.map((line) => line.sku)).toEqual([firstSku()]);
    expect(bed.world.shown(other.sku).quantity).toBe(other.quantity);
  });

  it("an empty page of orders where the totals promise some is a failure, not the end", async () => {
    bed.world.sell([{ sku: firstSku(), quantity: 1 }]);
    bed.world.faults({ api: { emptyPage: 1 } });
    const read = bed.channel.readOrders(bed.context, { since: new Date(bed.clock.now().getTime() - 60_000), page: null });
    await expect(read).rejects.toMatchObject({ kind: "unavailable", platform: { code: "empty-page" } });
  });
});
