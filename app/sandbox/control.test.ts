import { request } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openDoor, openPlainSandbox } from "./sandbox-bed.ts";

type State = {
  channels: Record<
    string,
    {
      listings: { sku: string; quantity: number }[];
      orders: { id: string; status: string }[];
      calls: { total: number; rejected: number; byOperation: Record<string, number> };
      webhooks: { sent: number; failed: number; dropped: number };
    }
  >;
};

describe("control API", () => {
  let box: Awaited<ReturnType<typeof openPlainSandbox>>;
  beforeAll(async () => {
    box = await openPlainSandbox();
  });
  afterAll(() => box.stop());
  beforeEach(() => box.reset({ seed: 1, items: 24 }));

  const state = async (query = "") => (await box.call(`/control/state${query}`)).body as State;
  const sku = () => box.world().simple[0]!.sku;
  const quantityOf = async (wanted: string) => (await state()).channels.shopify!.listings.find((one) => one.sku === wanted)!.quantity;

  it("shows listings, orders, calls and webhooks per channel and account", async () => {
    const first = await state();
    expect(Object.keys(first.channels)).toEqual(["shopify", "ebay"]);
    expect(first.channels.shopify!.calls).toEqual({ total: 0, rejected: 0, byOperation: {} });
    expect(first.channels.shopify!.webhooks).toEqual({ sent: 0, failed: 0, dropped: 0 });
    expect((await state("?account=2")).channels.shopify!.listings).toHaveLength(3);
    expect((await state("?account=3")).channels.shopify!.listings.every((one) => one.sku.startsWith("B-"))).toBe(true);
  });

  it("sells, refuses more than is shown, cancels, refunds, fulfils", async () => {
    const full = await quantityOf(sku());
    const sold = await box.post("/control/shopify/orders", { lines: [{ sku: sku(), quantity: 2 }] });
    expect(sold.status).toBe(201);
    const { id } = sold.body as { id: string };
    expect(await quantityOf(sku())).toBe(full - 2);
    expect((await box.post("/control/shopify/orders", { lines: [{ sku: sku(), quantity: full }] })).status).toBe(409);
    await box.post(`/control/shopify/orders/${id}/refund`, { lines: [{ sku: sku(), quantity: 1 }], restock: false });
    expect(await quantityOf(sku())).toBe(full - 2);
    await box.post(`/control/shopify/orders/${id}/cancel`);
    expect(await quantityOf(sku())).toBe(full);
    await box.post(`/control/shopify/orders/${id}/fulfil`);
    expect((await state()).channels.shopify!.orders).toMatchObject([{ id, status: "shipped" }]);
  });

  it("keeps a journal with numbers that rise over all channels", async () => {
    const before = box.desks.shopify!.ground.journal.lastNumber;
    await box.post("/control/shopify/stock", { sku: sku(), quantity: 5 });
    await box.post("/control/ebay/stock", { sku: sku(), quantity: 6 });
    await box.post("/control/shopify/stock", { sku: sku(), quantity: 7 });
    const { body } = await box.call(`/control/shopify/journal?since=${before}`);
    expect(body).toMatchObject([
      { n: before + 1, sku: sku(), to: 5, by: "hand", call: null },
      { n: before + 3, sku: sku(), from: 5, to: 7, by: "hand" },
    ]);
    expect((await box.call(`/control/shopify/journal?since=${before + 1}`)).body).toHaveLength(1);
  });

  it("lists API calls with their times and counts them by operation", async () => {
    await box.api("/stock");
    await box.api(`/stock/${sku()}`, { method: "PUT", headers: { authorization: `Bearer ${box.token()}` }, body: '{"quantity":3}' });
    const calls = (await box.call("/control/shopify/calls")).body as { operation: string; changes: boolean; ms: number; status: number }[];
    expect(calls.slice(-2)).toMatchObject([
      { operation: "getStock", changes: false, status: 200, account: 1 },
      { operation: "putStock", changes: true, status: 200, account: 1 },
    ]);
    expect(calls.at(-1)!.ms).toBeGreaterThanOrEqual(0);
    expect((await state()).channels.shopify!.calls).toEqual({ total: 2, rejected: 0, byOperation: { getStock: 1, putStock: 1 } });
  });

  it("adds and takes down listings, and hands out credentials", async () => {
    const added = await box.post("/control/shopify/listings", { sku: "NEW 1", title: "New", quantity: 4, price: 9.5 });
    expect(added.status).toBe(201);
    expect(await quantityOf("NEW 1")).toBe(4);
    expect((await box.call("/control/shopify/listings/NEW%201", { method: "DELETE" })).status).toBe(200);
    expect((await state()).channels.shopify!.listings.some((one) => one.sku === "NEW 1")).toBe(false);
    expect((await box.call("/control/shopify/credentials?account=3")).body).toMatchObject({ account: { externalId: "plain-3" } });
  });

  it("sends made-up deliveries and tells the app's statuses and times", async () => {
    const door = await openDoor([401]);
    await box.post("/control/doors", { shopify: door.url });
    const { body } = await box.post("/control/shopify/deliver", { topic: "stock", body: { a: 1 }, sign: "bad", times: 3 });
    const { statuses, times } = body as { statuses: number[]; times: number[] };
    expect([...statuses].sort()).toEqual([200, 200, 401]);
    expect(times).toHaveLength(3);
    expect(door.bodies).toEqual(['{"a":1}', '{"a":1}', '{"a":1}']);
    expect(door.headers[0]).toMatchObject({ "x-topic": "stock", "x-signature": expect.stringMatching(/^0+$/) });
    await door.stop();
  });

  it("reset makes a new world with new ids", async () => {
    const before = await state();
    await box.post("/control/shopify/orders", { lines: [{ sku: sku(), quantity: 1 }] });
    await box.api("/stock");
    expect((await box.post("/control/reset", { seed: 7, items: 5 })).status).toBe(200);
    const after = await state();
    expect(after.channels.shopify!.orders).toEqual([]);
    expect((await box.call("/control/shopify/journal")).body).toEqual([]);
    expect((await box.call("/control/shopify/calls")).body).toEqual([]);
    expect(box.world().simple.filter((one) => one.account === 1)).toHaveLength(5);
    const ids = (of: State) => of.channels.shopify!.listings.map((one) => (one as unknown as { id: string }).id);
    expect(ids(after).filter((id) => ids(before).includes(id))).toEqual([]);
  });

  it.each([
    ["/control/amazon/orders", {}, 404, "unknown channel amazon"],
    ["/control/etsy/orders", {}, 404, "does not run"],
    ["/control/shopify/nothing", {}, 404, "no such control address"],
    ["/control/shopify/orders", {}, 400, "lines"],
    ["/control/shopify/orders", { lines: [{ sku: "A", quantity: 0.5 }] }, 400, "lines[0].quantity"],
    ["/control/shopify/orders", { lines: [null] }, 400, "lines[0].sku"],
    ["/control/shopify/orders", { lines: [{ sku: "A", quantity: 1 }], at: "yesterday" }, 400, "at must be a date"],
    ["/control/shopify/orders", { lines: [{ sku: "NOPE", quantity: 1 }] }, 404, "no listing NOPE"],
    ["/control/shopify/orders/nope/cancel", {}, 404, "no order nope"],
    ["/control/shopify/orders/nope/cancel", { restock: "yes" }, 400, "restock"],
    ["/control/shopify/stock", { sku: "A", quantity: "3" }, 400, "quantity must be a whole number"],
    ["/control/shopify/stock", { sku: "A", amount: 3 }, 400, "unknown field amount"],
    ["/control/shopify/stock?account=4", { sku: "A", quantity: 3 }, 400, "account must be 1, 2 or 3"],
    ["/control/shopify/listings", { sku: "A", title: "t", quantity: 1, price: -1 }, 400, "price"],
    ["/control/shopify/faults", { api: { timeout: 2 } }, 400, "api.timeout"],
    ["/control/shopify/faults", { api: { slow: 1 } }, 400, "unknown field api.slow"],
    ["/control/shopify/faults", { tokens: "eat" }, 400, "tokens"],
    ["/control/shopify/deliver", { topic: "t", sign: "well" }, 400, "sign"],
    ["/control/reset", { items: 100_001 }, 400, "items"],
    ["/control/doors", {}, 400, "name at least one"],
    ["/control/doors", { shopify: "here" }, 400, "shopify must be an address"],
  ])("names bad input plainly: %s %j", async (path, body, status, words) => {
    const answer = await box.post(path, body);
    expect(answer.status).toBe(status);
    expect((answer.body as { error: string }).error).toContain(words);
  });

  it("refuses anything but JSON, foreign origins and foreign names", async () => {
    const send = (headers: Record<string, string>, body = "{}") => box.call("/control/reset", { method: "POST", headers, body });
    expect((await send({ "content-type": "text/plain" })).status).toBe(415);
    expect((await send({ "content-type": "application/json" }, "{")).status).toBe(400);
    expect((await send({ "content-type": "application/json" }, "[]")).status).toBe(400);
    expect((await send({ "content-type": "application/json", origin: "https://elsewhere.example" })).status).toBe(403);
    expect((await send({ "content-type": "application/json", origin: "null" })).status).toBe(403);
    expect((await send({ "content-type": "application/json", origin: box.origin })).status).toBe(200);
    expect(await statusUnderHost(box.origin, "rebound.example")).toBe(403);
    expect((await box.call("/control/state", { method: "DELETE" })).status).toBe(405);
  });
});

/** fetch does not let a test choose the Host header; a page whose name was rebound to loopback would send it. */
function statusUnderHost(origin: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(`${origin}/control/state`, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .on("error", reject)
      .end();
  });
}
