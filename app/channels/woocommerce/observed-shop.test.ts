/** The connector against a shop made from the observed document alone: what it does there it will do at a real WordPress on http. */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { JsonObject } from "#app/domain/channel-words.ts";
import { createHttp } from "#app/platform/http.server.ts";
import { HttpFailure } from "#app/platform/http.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext, Verified } from "../port.ts";
import { woocommerce } from "./connector.server.ts";
import { KEY, type ObservedShop, openObservedShop, SECRET } from "./observed-shop.ts";
import { letAll, listingOf, writeOf } from "./trap-steps.ts";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

type Opening = Parameters<typeof openObservedShop>[0] & { secret?: string; skewMs?: number };

/** A shop with goods, and a context that calls it through the guarded way out, as in development. */
async function open({ secret = SECRET, skewMs = 0, ...options }: Opening = {}) {
  const shop = await openObservedShop(options);
  stops.push(shop.stop);
  stock(shop);
  const http = createHttp({ allowLoopback: true, userAgent: "InventorySync/test" });
  const context: ChannelContext = {
    account: { externalId: "", address: shop.address },
    credentials: { consumerKey: KEY, consumerSecret: secret },
    app: {},
    settings: {},
    http: async ({ operation, ...request }) =>
      http(request).catch((error: unknown) => {
        if (!(error instanceof HttpFailure)) throw error;
        throw new ChannelError(error.kind === "no-answer" ? "outcome-unknown" : "unavailable", `${operation}: ${error.kind}`);
      }),
    observeLimits: () => {},
    now: () => new Date(Date.now() + skewMs),
    newKey: randomUUID,
  };
  return { shop, context };
}

async function connect(options: Opening = {}) {
  const { shop, context } = await open(options);
  const identity = await woocommerce.identify(context);
  const account = { externalId: identity.externalId, address: identity.address };
  return { shop, identity, context: { ...context, account, settings: identity.facts } };
}

function product(id: number, sku: string, more: JsonObject = {}): JsonObject & { id: number } {
  return {
    ...{ id, name: `Good ${id}`, type: "simple", status: "publish", sku, price: "5.00", backorders: "no", attributes: [] },
    ...{ manage_stock: true, stock_quantity: 18, stock_status: "instock", parent_id: 0, date_modified_gmt: "2026-11-23T13:31:37" },
    meta_data: [{ id: 9, key: "_plugin", value: { odd: ["things"] } }],
    ...more,
  };
}

function stock({ products }: ObservedShop): void {
  const variation = { type: "variation", parent_id: 20, attributes: [{ id: 1, name: "Size", option: "L" }] };
  const pooled = { type: "variation", parent_id: 30, manage_stock: "parent", stock_quantity: 7 };
  for (const row of [
    product(11, "SIMP-1-1"),
    product(12, "LOOSE", { manage_stock: false, stock_quantity: null }),
    product(13, "TEXT", { stock_quantity: "6" }),
    product(14, "HALF", { stock_quantity: 1.5 }),
    product(15, "BINNED", { status: "trash" }),
    product(16, "DRAFT", { status: "draft" }),
    product(20, "", { type: "variable", manage_stock: false, stock_quantity: null }),
    product(21, "VAR-L", variation),
    product(30, "POOL", { type: "variable", stock_quantity: 7 }),
    product(31, "POOL-A", pooled),
    product(32, "POOL-B", pooled),
  ]) {
    products.set(row.id, row);
  }
}

function order(id: number, status: string, line: JsonObject, more: JsonObject = {}): JsonObject & { id: number } {
  const { meta = [], ...item } = line as { meta?: JsonObject[] } & JsonObject;
  return {
    ...{ id, status, number: String(id), currency: "EUR", date_paid_gmt: status === "pending" ? null : "2026-11-23T13:00:00" },
    ...{ date_created_gmt: "2026-11-23T13:00:00", date_modified_gmt: `2026-11-23T13:31:${10 + (id % 40)}`, refunds: [] },
    line_items: [
      { id: id * 10, name: "Good", product_id: 11, variation_id: 0, quantity: 2, sku: "SIMP-1-1", price: 5, meta_data: meta, ...item },
    ],
    ...more,
  };
}
const reduced = (units: number | string) => [{ id: 1, key: "_reduced_stock", value: units }];

describe.each([{ plainPermalinks: false }, { plainPermalinks: true }])("a shop on http, %o", (kind) => {
  it("is connected by address and keys alone", async () => {
    const { identity, shop } = await connect(kind);
    expect(identity).toMatchObject({ externalId: shop.address, name: "Real Goods", currency: "EUR" });
    expect(identity.facts).toMatchObject({
      plainHttp: true,
      storeVersion: "10.0.2",
      permalinks: kind.plainPermalinks ? "plain" : "pretty",
    });
    expect(shop.seen.join(" ")).not.toContain(SECRET);
  });

  it("lists, reads and writes numbers, each proved by reading back", async () => {
    const { context, shop } = await connect(kind);
    const simple = await listingOf(context, "SIMP-1-1");
    const variant = await listingOf(context, "VAR-L");
    const pool = await listingOf(context, "POOL-B");
    expect([simple.quantity, variant.quantity, pool.quantity]).toEqual([18, 18, 7]);
    const writes = [writeOf(simple, 18, 3), writeOf(variant, 18, 4), writeOf(pool, 7, 5)];
    const results = await woocommerce.setStock(context, writes, letAll);
    expect(results.map((one) => one.outcome)).toEqual(["confirmed", "confirmed", "confirmed"]);
    expect([11, 21, 30].map((id) => shop.products.get(id)?.stock_quantity)).toEqual([3, 4, 5]);
    // Absolute numbers of managed items, and nothing else: no inventory_delta, and stock management is never switched on.
    expect(shop.batches.slice(1)).toEqual([
      {
        update: [
          { id: 11, stock_quantity: 3 },
          { id: 30, stock_quantity: 5 },
        ],
      },
      { update: [{ id: 21, stock_quantity: 4 }] },
    ]);
    const readings = await woocommerce.readStock(context, [simple.quantityRef, variant.quantityRef, pool.quantityRef]);
    const byKey = Object.fromEntries(readings.map((one) => [one.key, one.quantity]));
    expect(byKey).toEqual({ "p:11": 3, "v:20:21": 4, "p:30": 5 });
  });

  it("by choice a lowering of a product is a difference, never beside a number; raises and variations stay absolute", async () => {
    const { context, shop } = await connect({ ...kind, takesDifferences: true });
    const chosen = { ...context, settings: { ...context.settings, stockWrites: "differences" } };
    const [simple, variant] = [await listingOf(context, "SIMP-1-1"), await listingOf(context, "VAR-L")];
    const lower = await woocommerce.setStock(chosen, [writeOf(simple, 18, 15), writeOf(variant, 18, 15)], letAll);
    const raise = await woocommerce.setStock(chosen, [writeOf(simple, 15, 16)], letAll);
    expect([...lower, ...raise].map((one) => one.outcome === "confirmed" && one.quantity)).toEqual([15, 15, 16]);
    expect(shop.batches.slice(1)).toEqual([
      { update: [{ id: 11, inventory_delta: -3 }] },
      { update: [{ id: 21, stock_quantity: 15 }] },
      { update: [{ id: 11, stock_quantity: 16 }] },
    ]);
  });

  it("a shop that ignores differences is found out by its first answer, and nothing was written", async () => {
    const { context, shop } = await connect(kind);
    const chosen = { ...context, settings: { ...context.settings, stockWrites: "differences" } };
    const simple = await listingOf(context, "SIMP-1-1");
    expect(await woocommerce.setStock(chosen, [writeOf(simple, 18, 15)], letAll)).toMatchObject([
      { outcome: "rejected", code: "differences-ignored", who: "us" },
    ]);
    expect(shop.products.get(11)?.stock_quantity).toBe(18);
    const given = { ...chosen, settings: { ...chosen.settings, differencesIgnored: true } };
    expect(await woocommerce.setStock(given, [writeOf(simple, 18, 15)], letAll)).toMatchObject([{ outcome: "confirmed", quantity: 15 }]);
  });

  it("a number that moved is a conflict, a product without one is the seller's to solve, and neither is written", async () => {
    const { context, shop } = await connect(kind);
    const simple = await listingOf(context, "SIMP-1-1");
    const loose = await listingOf(context, "LOOSE");
    expect(loose.state).toBe("untracked");
    const results = await woocommerce.setStock(context, [writeOf(simple, 17, 3), writeOf(loose, 0, 3)], letAll);
    expect(results.map((one) => one.outcome)).toEqual(["conflict", "rejected"]);
    expect([11, 12].map((id) => shop.products.get(id)?.stock_quantity)).toEqual([18, null]);
  });

  it("reads orders by their change in the shop's seconds, sales, refunds and the trash", async () => {
    const { context, shop } = await connect(kind);
    shop.orders.push(
      order(1, "processing", { meta: reduced("2") }),
      order(2, "processing", { meta: [...reduced(1), { id: 2, key: "_restock_refunded_items", value: "1" }] }),
      order(3, "cancelled", {}),
      order(4, "pending", {}),
      order(5, "trash", { meta: reduced(2) }),
      order(6, "processing", { product_id: 0, name: "", sku: "", price: 0, meta: [] }),
      order(7, "checkout-draft", {}),
    );
    const { orders, nextPage } = await woocommerce.readOrders(context, { since: new Date("2026-11-23T13:31:11Z"), page: null });
    expect(nextPage).toBeNull();
    expect(orders.map(({ externalId, lines: [line] }) => [externalId, line?.held, line?.consumed, line?.channelDeducted])).toEqual([
      ["1", 2, 0, { min: 2, max: 2 }],
      ["2", 1, 0, { min: 1, max: 1 }],
      ["3", 0, 0, { min: 0, max: 0 }],
      ["4", 0, 0, { min: 0, max: 0 }],
      ["5", 0, 2, { min: 2, max: 2 }],
      ["6", 2, 0, { min: 0, max: 2 }],
    ]);
    expect(orders.at(-1)?.lines[0]?.listingExternalId).toBeNull();
  });

  it("sets up webhooks, answers the ping, and takes what is signed", async () => {
    const { context, shop } = await connect(kind);
    const door = await openDoor();
    const { secret, facts } = await woocommerce.ensureWebhooks!(context, door.url);
    door.secret = secret;
    expect(door.met.map((one) => one.outcome)).toEqual(Array(6).fill("handshake"));
    expect(facts.doorRefused).toBe("port");
    expect(await shop.deliver("order.created", order(9, "processing", { meta: reduced(2) }))).toBe(200);
    await shop.ping(shop.hooks[0]!);
    const gone = { code: "woocommerce_rest_shop_order_invalid_id", message: "Invalid ID.", data: { status: 404 } };
    expect(await shop.deliver("order.updated", gone)).toBe(200);
    expect(await shop.deliver("product.deleted", { id: 11 })).toBe(200);
    const [sale, ping, error, removed] = door.met.slice(6);
    expect(sale).toMatchObject({ outcome: "accepted", topic: "order.created", events: [{ type: "order", order: { externalId: "9" } }] });
    expect(ping).toMatchObject({ outcome: "handshake", status: 200 });
    expect(error).toMatchObject({ outcome: "accepted", events: [{ type: "orders-changed" }] });
    expect(removed).toMatchObject({ outcome: "accepted", events: [{ listingExternalId: "11" }, { parentId: "11" }] });
    door.secret = "another";
    expect(await shop.deliver("order.created", order(9, "processing", {}))).toBe(401);
  });
});

describe("what a real server does beside", () => {
  it("trap: signatures are checked against the name that the site gives itself: that name is used where it can be reached", async () => {
    const { shop, identity } = await connect({ home: (port) => `http://localhost:${port}` });
    expect(identity.externalId).toBe(shop.address.replace("127.0.0.1", "localhost"));
  });

  it.each([false, true])(
    "trap: a site whose own name leads nowhere is signed by that name all the same (plain permalinks: %s)",
    async (plainPermalinks) => {
      const { context, shop, identity } = await connect({ plainPermalinks, home: () => "http://shop.invalid:8088" });
      expect(identity).toMatchObject({ externalId: shop.address, facts: { signedAs: "http://shop.invalid:8088" } });
      const simple = await listingOf(context, "SIMP-1-1");
      expect((await woocommerce.setStock(context, [writeOf(simple, 18, 2)], letAll))[0]?.outcome).toBe("confirmed");
    },
  );

  it("trap: the address of one of its pages answers too, and is not taken for another shop", async () => {
    const { shop, context } = await open();
    const typed = { ...context, account: { externalId: "", address: `${shop.address}/shop` } };
    expect((await woocommerce.identify(typed)).externalId).toBe(shop.address);
  });

  it("numbers in words of a plugin: text is read, half a unit sells nothing", async () => {
    const { context } = await connect();
    expect((await listingOf(context, "TEXT")).quantity).toBe(6);
    expect((await listingOf(context, "HALF")).quantity).toBe(1);
    expect((await listingOf(context, "DRAFT")).state).toBe("draft");
    const binned = { key: "p:15", ref: { productId: 15 } };
    const nobody = { key: "p:99", ref: { productId: 99 } };
    expect((await woocommerce.readStock(context, [binned, nobody])).map((one) => one.state)).toEqual(["ended", "missing"]);
  });

  it("a byte order mark is passed over; a PHP notice before the JSON is an answer that cannot be read, never a number", async () => {
    const { context } = await connect({ before: "\uFEFF" });
    expect((await listingOf(context, "SIMP-1-1")).quantity).toBe(18);
    const odd = await open({ before: "<br />\n<b>Deprecated</b>: strlen()\n" });
    await expect(woocommerce.identify(odd.context)).rejects.toBeInstanceOf(ChannelError);
    await expect(woocommerce.readStock(odd.context, [{ key: "p:11", ref: { productId: 11 } }])).rejects.toMatchObject({
      kind: "unavailable",
      platform: { code: "not-json" },
    });
  });

  it.each([
    ["a wrong secret", { secret: `cs_${"3".repeat(40)}` }, "auth-revoked"],
    ["a read-only key", { readOnly: true }, "forbidden"],
    ["clocks 20 minutes apart", { skewMs: 20 * 60_000 }, "unavailable"],
  ] as const)("%s is found out before connecting", async (_, options, kind) => {
    const { context } = await open(options);
    await expect(woocommerce.identify(context)).rejects.toMatchObject({ kind });
  });
});

/** Our door as the shop meets it: raw bytes in, the connector's verdict kept. */
async function openDoor() {
  const door = { url: "", secret: null as string | null, met: [] as Verified[] };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const delivery = {
      method: "POST",
      path: request.url ?? "/",
      query: {},
      headers,
      rawBody: Buffer.concat(chunks),
      receivedAt: new Date(),
    };
    const verified = await woocommerce.verify(delivery, { app: {}, connectionSecret: door.secret, endpointUrl: door.url });
    door.met.push(verified);
    response.writeHead(verified.outcome === "refused" ? verified.status : 200).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  stops.push(() => new Promise<void>((done) => server.close(() => done())));
  door.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/woocommerce/7`;
  return door;
}
