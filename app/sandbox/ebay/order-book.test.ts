/** Orders: numbers fall at commit-to-buy, the feed may lag, cancels and refunds move (or do not move) the shown number. */
import { describe, expect, it } from "vitest";
import { type Bench, openBench } from "./test-bench.ts";

const ORDERS = "/sell/fulfillment/v1/order";
const SKU = "G1-4";
type Order = {
  orderId: string;
  lastModifiedDate: string;
  orderPaymentStatus: string;
  cancelStatus: { cancelState: string; cancelRequests: unknown[] };
  lineItems: { quantity: number; refunds: { amount: { value: string } }[] }[];
};

const since = (bench: Bench, ms: number) => new Date(bench.clock.now().getTime() - ms).toISOString();
const feed = async (bench: Bench, from: string, more: Record<string, string> = {}) => {
  const query = new URLSearchParams({ filter: `lastmodifieddate:[${from}..]`, limit: "200", ...more });
  return (await bench.rest("GET", `${ORDERS}?${query}`)).body as { total: number; orders: Order[] };
};

describe("order book", () => {
  it("commit-to-buy lowers the number before any feed shows the order", async () => {
    const bench = openBench();
    bench.api = { orderLagMs: 300_000 };
    const { id } = bench.simulator.placeOrder(1, { lines: [{ sku: SKU, quantity: 2 }] });
    expect(bench.shown(SKU)!.quantity).toBe(18);
    expect((await feed(bench, since(bench, 60_000))).orders).toEqual([]);
    expect((await bench.rest("GET", `${ORDERS}/${id}`)).status).toBe(404);
    const from = since(bench, 60_000);
    bench.clock.advance(301_000);
    expect((await feed(bench, from)).orders.map(({ orderId }) => orderId)).toEqual([id]);
    expect(bench.journal).toEqual([{ account: 1, sku: SKU, from: 20, to: 18, by: "order", call: null }]);
  });

  it("a change moves the order in the feed; while it lags, the older state stays visible", async () => {
    const bench = openBench();
    const { id } = bench.simulator.placeOrder(1, { lines: [{ sku: SKU, quantity: 1 }] });
    bench.clock.advance(600_000);
    const from = since(bench, 1_000);
    bench.simulator.fulfilOrder(1, id);
    expect((await feed(bench, from)).total).toBe(1);
    bench.api = { orderLagMs: 60_000 };
    expect((await feed(bench, from)).total).toBe(0);
    expect((await bench.rest("GET", `${ORDERS}/${id}`)).body).toMatchObject({ orderFulfillmentStatus: "NOT_STARTED" });
  });

  it("cancelRequests are empty in lists and filled in getOrder", async () => {
    const bench = openBench();
    const { id } = bench.simulator.placeOrder(1, { lines: [{ sku: SKU, quantity: 1 }] });
    bench.simulator.cancelOrder(1, id, { restock: true });
    const [listed] = (await feed(bench, since(bench, 1_000))).orders;
    expect(listed!.cancelStatus).toMatchObject({ cancelState: "CANCELED", cancelRequests: [] });
    const single = (await bench.rest("GET", `${ORDERS}/${id}`)).body as Order;
    expect(single.cancelStatus.cancelRequests).toHaveLength(1);
  });

  it("a cancel gives the quantity back on a running listing, or not", () => {
    const bench = openBench();
    for (const restock of [true, false]) {
      const { id } = bench.simulator.placeOrder(1, { lines: [{ sku: SKU, quantity: 3 }] });
      bench.simulator.cancelOrder(1, id, { restock });
    }
    expect(bench.journal.map(({ from, to, by }) => [from, to, by])).toEqual([
      [20, 17, "order"],
      [17, 20, "order"],
      [20, 17, "order"],
    ]);
  });

  it("a cancel on an ended listing gives nothing back", () => {
    const bench = openBench();
    const { id } = bench.simulator.placeOrder(1, { lines: [{ sku: SKU, quantity: 3 }] });
    bench.simulator.removeListing(1, SKU);
    bench.simulator.cancelOrder(1, id, { restock: true });
    expect(bench.journal.at(-1)).toMatchObject({ from: 17, to: 0, by: "hand" });
  });

  it("a refund is money only; where goods return, the seller raises the number by hand", async () => {
    const bench = openBench();
    const { id } = bench.simulator.placeOrder(1, { lines: [{ sku: SKU, quantity: 3 }] });
    bench.simulator.refundOrder(1, id, { lines: [{ sku: SKU, quantity: 1 }], restock: false });
    bench.simulator.refundOrder(1, id, { lines: [{ sku: SKU, quantity: 1 }], restock: true });
    const [order] = (await feed(bench, since(bench, 1_000))).orders;
    expect(order).toMatchObject({ orderPaymentStatus: "PARTIALLY_REFUNDED" });
    expect(order!.lineItems[0]!.refunds.map(({ amount }) => amount.value)).toEqual(["10.03", "10.03"]);
    expect(JSON.stringify(order!.lineItems[0]!.refunds)).not.toContain("quantity");
    expect(bench.journal.map(({ to, by }) => [to, by])).toEqual([
      [17, "order"],
      [18, "hand"],
    ]);
    expect(() => bench.simulator.refundOrder(1, id, { lines: [{ sku: SKU, quantity: 2 }], restock: false })).toThrow(
      "can still be refunded",
    );
  });

  it("offset counts records here, and odd queries are refused", async () => {
    const bench = openBench();
    for (let count = 0; count < 5; count++) bench.simulator.placeOrder(1, { lines: [{ sku: SKU, quantity: 1 }] });
    const page = await feed(bench, since(bench, 1_000), { limit: "2", offset: "3" });
    expect([page.total, page.orders.length]).toEqual([5, 2]);
    const refusals: [Record<string, string>, number][] = [
      [{ limit: "201" }, 31100],
      [{ offset: "-1" }, 31000],
      [{ filter: "lastmodifieddate:[2026-11-23..]" }, 30810],
      [{ filter: `lastmodifieddate:[${since(bench, -60_000)}..]` }, 30850],
      [{ filter: "colour:[red]" }, 30700],
      [{ orderIds: Array.from({ length: 51 }, (_, n) => `1-${n}`).join(",") }, 30900],
    ];
    for (const [query, errorId] of refusals) {
      const answer = await bench.rest("GET", `${ORDERS}?${new URLSearchParams(query)}`);
      expect([answer.status, (answer.body as { errors: { errorId: number }[] }).errors[0]!.errorId]).toEqual([400, errorId]);
    }
  });

  it("too much is refused, and nothing moves", () => {
    const bench = openBench();
    expect(() =>
      bench.simulator.placeOrder(1, {
        lines: [
          { sku: SKU, quantity: 12 },
          { sku: SKU, quantity: 12 },
        ],
      }),
    ).toThrow("eBay shows 20");
    expect(() => bench.simulator.placeOrder(1, { lines: [{ sku: "nobody", quantity: 1 }] })).toThrow("lists no SKU");
    expect(bench.journal).toEqual([]);
  });
});
