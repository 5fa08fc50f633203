/** The oddities of a real shop, met by the connector over HTTP in the simulated one. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ChannelListing, JsonObject } from "#app/domain/channel-words.ts";
import { type ChannelBed, makeHarness } from "#app/testing/channel-harness.ts";
import type { ChannelCall, ChannelContext, StockWrite } from "../port.ts";
import { woocommerce } from "./connector.server.ts";
import { callShop } from "./shop-client.ts";

let bed: ChannelBed;
beforeAll(async () => {
  bed = await makeHarness(woocommerce);
});
afterAll(() => bed.stop());
beforeEach(() => bed.reset({ items: 12 }));

const letAll = async (imminent: { key: string }[]) => new Set(imminent.map((one) => one.key));

/** What the merchant does with the same key, past the connector. */
async function merchant(
  method: "GET" | "POST" | "PUT" | "DELETE",
  endpoint: string,
  body?: JsonObject,
  context = bed.context,
): Promise<JsonObject> {
  const call = { operation: "merchant", method, endpoint, ...(body ? { body } : {}) };
  return (await callShop(context, method === "DELETE" ? { ...call, params: { force: "true" } } : call)).body as JsonObject;
}

async function allListings(context: ChannelContext = bed.context): Promise<ChannelListing[]> {
  const found: ChannelListing[] = [];
  for (let page: string | null = null; ; ) {
    const answer = await bed.channel.listListings(context, page);
    found.push(...answer.listings);
    page = answer.nextPage;
    if (page === null) return found;
  }
}

const listingOf = async (sku: string, context?: ChannelContext) => {
  const listing = (await allListings(context)).find((one) => one.sku === sku);
  if (!listing) throw new Error(`no listing ${sku}`);
  return listing;
};

const write = (listing: ChannelListing, from: number, to: number): StockWrite => ({
  ...listing.quantityRef,
  from,
  to,
  readAt: bed.clock.now(),
  idempotencyKey: "k",
  parts: [],
  maySpend: false,
});

const firstSku = () => bed.world.goods[0]!.sku;

describe("numbers", () => {
  it("a pool is one number under several listings, written at the parent", async () => {
    const context = bed.contextOf(3);
    const pool = (await allListings(context)).filter((one) => one.sku?.includes("APRON"));
    expect(pool).toHaveLength(3);
    expect(new Set(pool.map((one) => one.quantityRef.key)).size).toBe(1);
    const [result] = await bed.channel.setStock(context, [write(pool[0]!, 15, 9)], letAll);
    expect(result).toMatchObject({ outcome: "confirmed", quantity: 9 });
    expect((await allListings(context)).filter((one) => one.sku?.includes("APRON")).map((one) => one.quantity)).toEqual([9, 9, 9]);
  });

  it("a variation that joins its parent's pool has no number of its own any more", async () => {
    const listing = (await allListings()).find((one) => one.externalParentId !== null)!;
    await merchant("PUT", `products/${listing.externalParentId}`, { manage_stock: true, stock_quantity: 5 });
    await merchant("PUT", `products/${listing.externalParentId}/variations/${listing.externalId}`, { manage_stock: false });
    const [result] = await bed.channel.setStock(bed.context, [write(listing, listing.quantity!, 1)], letAll);
    expect(result).toMatchObject({ outcome: "rejected", who: "seller" });
    expect((await listingOf(listing.sku!)).quantityRef.key).toBe(`p:${listing.externalParentId}`);
  });

  it("backorders are told as a risk, and their negative numbers are passed on and count as zero in a comparison", async () => {
    const context = bed.contextOf(3);
    const tray = await listingOf("B-TRAY-OAK", context);
    expect(tray.problems.map((one) => one.kind)).toContain("oversell-allowed");
    await merchant("PUT", `products/${tray.externalId}`, { stock_quantity: -4 }, context);
    const [reading] = await bed.channel.readStock(context, [tray.quantityRef]);
    expect(reading).toMatchObject({ quantity: -4, state: "active" });
    const [result] = await bed.channel.setStock(context, [write(tray, 0, 2)], letAll);
    expect(result).toMatchObject({ outcome: "confirmed", quantity: 2 });
  });

  it("stock management switched off between reading and write: the answer is 200, but it is no proof", async () => {
    const listing = await listingOf(firstSku());
    const [result] = await bed.channel.setStock(bed.context, [write(listing, listing.quantity!, 1)], async (imminent) => {
      await merchant("PUT", `products/${listing.externalId}`, { manage_stock: false });
      return letAll(imminent);
    });
    expect(result).toMatchObject({ outcome: "rejected", code: "untracked", who: "seller" });
  });

  it("the trash is ended and not written to, a destroyed product is missing, and a restored one is back", async () => {
    const listing = await listingOf(firstSku());
    bed.world.removeListing(firstSku());
    const state = async () => (await bed.channel.readStock(bed.context, [listing.quantityRef]))[0]!.state;
    expect(await state()).toBe("ended");
    const [result] = await bed.channel.setStock(bed.context, [write(listing, listing.quantity!, 1)], letAll);
    expect(result).toMatchObject({ outcome: "conflict", reading: { state: "ended" } });
    await merchant("PUT", `products/${listing.externalId}`, { status: "publish" });
    expect(await state()).toBe("active");
    await merchant("DELETE", `products/${listing.externalId}`);
    expect(await state()).toBe("missing");
  });

  it("variations go to the trash with their product", async () => {
    const listing = (await allListings()).find((one) => one.externalParentId !== null)!;
    await callShop(bed.context, { operation: "deleteProduct", method: "DELETE", endpoint: `products/${listing.externalParentId}` });
    const [reading] = await bed.channel.readStock(bed.context, [listing.quantityRef]);
    expect(reading!.state).toBe("ended");
    await merchant("DELETE", `products/${listing.externalParentId}`);
    const [gone] = await bed.channel.readStock(bed.context, [listing.quantityRef]);
    expect(gone!.state).toBe("missing");
  });

  it.each([{ emptyPage: 1 }, { truncatePage: 1 }])(
    "a list that lies makes nothing missing: few are asked alone, many are a failure (%o)",
    async (fault) => {
      const refs = (await allListings()).map((one) => one.quantityRef);
      bed.world.faults({ api: fault });
      const few = await bed.channel.readStock(bed.context, refs.slice(0, 4));
      expect(few.map((one) => one.state)).not.toContain("missing");
      expect(few).toHaveLength(4);
      await bed.reset({ items: 40 });
      const many = (await allListings()).map((one) => one.quantityRef);
      bed.world.faults({ api: fault });
      await expect(bed.channel.readStock(bed.context, many)).rejects.toMatchObject({
        kind: "unavailable",
        platform: { code: "short-page" },
      });
    },
  );

  it("one garbled product neither stops the others' readings and writes nor is written itself", async () => {
    const listings = (await allListings()).filter((one) => one.externalParentId === null && one.quantity !== null).slice(0, 4);
    const odd = Number(listings[1]!.externalId);
    const garbled: ChannelContext = { ...bed.context, http: garbling(odd, bed.context) };
    const readings = await bed.channel.readStock(
      garbled,
      listings.map((one) => one.quantityRef),
    );
    expect(readings.map((one) => one.quantity === null)).toEqual([false, true, false, false]);
    const results = await bed.channel.setStock(
      garbled,
      listings.map((one) => write(one, one.quantity!, 1)),
      letAll,
    );
    expect(results.map((one) => one.outcome)).toEqual(["confirmed", "conflict", "confirmed", "confirmed"]);
    const listed = (await allListings(garbled)).find((one) => one.externalId === String(odd));
    expect(listed).toMatchObject({ quantity: null, problems: [{ kind: "unsupported" }] });
  });

  it("a parent that vanishes between reading and write concerns only its own variations", async () => {
    const all = await allListings();
    const child = all.find((one) => one.externalParentId !== null)!;
    const simple = all.find((one) => one.externalParentId === null && one.quantity !== null)!;
    const results = await bed.channel.setStock(
      bed.context,
      [write(child, child.quantity!, 1), write(simple, simple.quantity!, 1)],
      async (imminent) => {
        if (imminent[0]!.key === child.quantityRef.key) await merchant("DELETE", `products/${child.externalParentId}`);
        return letAll(imminent);
      },
    );
    expect(results.map((one) => one.outcome)).toEqual(["not-found", "confirmed"]);
  });

  it("a batch that the shop finds too large is halved, and the gate is asked for each half", async () => {
    const listings = (await allListings()).filter((one) => one.externalParentId === null && one.quantity !== null).slice(0, 8);
    const sizes: number[] = [];
    const strict: ChannelContext = { ...bed.context, http: refusingBatchesAbove(3, bed.context) };
    const results = await bed.channel.setStock(
      strict,
      listings.map((one) => write(one, one.quantity!, 1)),
      async (imminent) => {
        sizes.push(imminent.length);
        return letAll(imminent);
      },
    );
    expect(results.map((one) => one.outcome)).toEqual(Array(8).fill("confirmed"));
    expect(sizes).toEqual([8, 4, 2, 2, 4, 2, 2]);
  });

  it("numbers of several parents are read and written parent by parent, each reading right before its own write", async () => {
    const listings = (await allListings()).filter((one) => one.quantity !== null);
    bed.trail.length = 0;
    await bed.channel.setStock(
      bed.context,
      listings.map((one) => write(one, one.quantity!, 2)),
      bed.gate,
    );
    const order = bed.trail.map((entry) => (entry.kind === "gate" ? "gate" : entry.operation));
    expect(order).toEqual(["listProduct", "gate", "batchProduct", "listProductVariation", "gate", "batchProductVariation"]);
  });
});

/** A shop in which a plugin writes words where one product's number should stand. */
function garbling(id: number, { http }: ChannelContext): ChannelContext["http"] {
  return async (call: ChannelCall) => {
    const answer = await http(call);
    if (call.method !== "GET") return answer;
    const garble = (value: unknown) => {
      if (typeof value === "object" && value !== null && (value as JsonObject).id === id) (value as JsonObject).stock_quantity = "many";
    };
    const body: unknown = JSON.parse(answer.text);
    for (const value of Array.isArray(body) ? body : [body]) garble(value);
    return { ...answer, text: JSON.stringify(body) };
  };
}

/** A shop whose filter allows fewer items per batch. */
function refusingBatchesAbove(most: number, { http }: ChannelContext): ChannelContext["http"] {
  return async (call: ChannelCall) => {
    const items = call.operation.startsWith("batch") ? (JSON.parse(String(call.body)) as { update: unknown[] }).update.length : 0;
    if (items <= most) return http(call);
    return {
      status: 413,
      headers: {},
      text: '{"code":"woocommerce_rest_request_entity_too_large","message":"Unable to accept","data":{"status":413}}',
    };
  };
}

describe("pages that shift", () => {
  it("a product removed while the list is walked hides no other", async () => {
    await bed.reset({ items: 250 });
    const first = await bed.channel.listListings(bed.context, null);
    const before = new Set(first.listings.map((one) => one.externalId));
    for (const listing of first.listings.filter((one) => one.externalParentId === null).slice(0, 60)) bed.world.removeListing(listing.sku!);
    for (let page = first.nextPage; page !== null; ) {
      const next = await bed.channel.listListings(bed.context, page);
      for (const listing of next.listings) {
        expect(before.has(listing.externalId)).toBe(false);
        before.add(listing.externalId);
      }
      page = next.nextPage;
    }
    for (const { id } of bed.world.listings()) expect(before.has(id)).toBe(true);
  });

  it("many variable products are spread over pages, none twice", async () => {
    for (let n = 0; n < 12; n++) {
      const { id } = await merchant("POST", "products", { name: `V${n}`, type: "variable" });
      for (const option of ["a", "b"]) {
        await merchant("POST", `products/${String(id)}/variations`, { sku: `V${n}-${option}`, manage_stock: true, stock_quantity: 3 });
      }
    }
    const skus = (await allListings()).map((one) => one.sku).filter((sku) => sku?.startsWith("V"));
    expect(skus).toHaveLength(24);
    expect(new Set(skus).size).toBe(24);
  });

  it("an order that changes while the feed is walked takes no other along", async () => {
    const since = new Date(bed.clock.now().getTime() - 1_000);
    const ids: string[] = [];
    for (let n = 0; n < 240; n++) {
      if (n % 20 === 0) bed.clock.advance(1_000);
      bed.world.setByHand(firstSku(), 10);
      ids.push(bed.world.sell([{ sku: firstSku(), quantity: 1 }]));
    }
    const seen = new Set<string>();
    let moved = 0;
    for (let page: string | null = null; ; ) {
      const answer = await bed.channel.readOrders(bed.context, { since, page });
      for (const order of answer.orders) seen.add(order.externalId);
      page = answer.nextPage;
      if (page === null) break;
      // Everything after these moves up by as many places.
      bed.clock.advance(1_000);
      for (const id of ids.slice(moved, moved + 10)) bed.world.fulfil(id);
      moved += 10;
    }
    expect(ids.filter((id) => !seen.has(id))).toEqual([]);
  });

  it("more orders than a page holds, all within one second, are read to the last", async () => {
    bed.world.setByHand(firstSku(), 500);
    const at = bed.clock.now().getTime();
    const ids = Array.from({ length: 230 }, () => bed.world.sell([{ sku: firstSku(), quantity: 1 }]));
    const read: string[] = [];
    for (let page: string | null = null; ; ) {
      const answer = await bed.channel.readOrders(bed.context, { since: new Date(at), page });
      read.push(...answer.orders.map((order) => order.externalId));
      page = answer.nextPage;
      if (page === null) break;
    }
    expect([...read].sort()).toEqual([...ids].sort());
  });
});

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

describe("webhooks", () => {
  const DOOR = "http://127.0.0.1:9/webhooks/woocommerce/7";
  const hooks = async () =>
    (await callShop(bed.context, { operation: "listWebhook", method: "GET", endpoint: "webhooks" })).body as JsonObject[];

  it("are made once; the second time only looks", async () => {
    const first = await bed.channel.ensureWebhooks!(bed.context, DOOR);
    expect(first.secret).toMatch(/^[A-Za-z0-9]{32,}$/);
    expect((await hooks()).map((one) => one.topic).sort()).toEqual([
      "order.created",
      "order.deleted",
      "order.updated",
      "product.created",
      "product.deleted",
      "product.updated",
    ]);
    bed.trail.length = 0;
    const second = await bed.channel.ensureWebhooks!(bed.context, DOOR);
    expect(second.secret).toBe(first.secret);
    expect(bed.trail.map((entry) => entry.kind === "call" && entry.operation)).toEqual(["listWebhook"]);
  });

  it("switched off after seven failures in a row, nobody told: found and switched on again", async () => {
    await bed.channel.ensureWebhooks!(bed.context, DOOR);
    for (let n = 0; n < 8; n++) {
      bed.world.setByHand(firstSku(), 20 + n);
      await bed.sandbox.settled();
    }
    const off = (await hooks()).filter((one) => one.status === "disabled").map((one) => one.topic);
    expect(off).toEqual(["product.updated"]);
    const { facts } = await bed.channel.ensureWebhooks!(bed.context, DOOR);
    expect(facts.webhooksMended).toEqual(["product.updated"]);
    expect((await hooks()).every((one) => one.status === "active")).toBe(true);
  });

  it("with another key's secret are given ours; doubles and missing ones are put right, foreign ones left alone", async () => {
    const foreign = { topic: "order.updated", delivery_url: "https://elsewhere.example.com/", secret: "theirs", name: "Other app" };
    await merchant("POST", "webhooks", foreign);
    const old = { topic: "order.updated", delivery_url: DOOR, secret: "old", name: "InventorySync order.updated 00000000" };
    await merchant("POST", "webhooks", old);
    await merchant("POST", "webhooks", old);
    await bed.channel.ensureWebhooks!(bed.context, DOOR);
    const now = await hooks();
    expect(now.filter((one) => one.delivery_url === DOOR && one.topic === "order.updated")).toHaveLength(1);
    expect(now.filter((one) => one.name === "Other app")).toHaveLength(1);
    expect(now).toHaveLength(7);
  });

  it("hooks with a stranger's secret sign with ours after mending", async () => {
    await bed.openDoor();
    for (const hook of await hooks())
      await merchant("PUT", `webhooks/${String(hook.id)}`, { secret: "somebody elses", name: "renamed by hand" });
    bed.world.sell([{ sku: firstSku(), quantity: 1 }]);
    const refused = await Promise.all((await bed.arrived()).map((one) => bed.channel.verify(one, bed.verifyKeys())));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every((one) => one.outcome === "refused")).toBe(true);
    await bed.openDoor();
    bed.world.sell([{ sku: firstSku(), quantity: 1 }]);
    const accepted = await Promise.all((await bed.arrived()).map((one) => bed.channel.verify(one, bed.verifyKeys())));
    expect(accepted.map((one) => one.outcome)).toEqual(accepted.map(() => "accepted"));
    expect(accepted.length).toBeGreaterThan(0);
  });

  it("a sale tells the order in full and the number of each product, and never its buyer", async () => {
    await bed.openDoor();
    const id = bed.world.sell([{ sku: firstSku(), quantity: 2 }]);
    const verified = await Promise.all((await bed.arrived()).map((one) => bed.channel.verify(one, bed.verifyKeys())));
    const events = verified.flatMap((one) => (one.outcome === "accepted" ? one.events : []));
    const orders = events.filter((one) => one.type === "order");
    expect(orders.map((one) => one.order.externalId)).toEqual([id, id]);
    expect(orders[0]!.order.lines[0]).toMatchObject({ held: 2, channelDeducted: { min: 2, max: 2 } });
    const listing = await listingOf(firstSku());
    const shown = bed.world.goods[0]!.quantity - 2;
    expect(events).toContainEqual({
      type: "stock-changed",
      key: listing.quantityRef.key,
      listingExternalId: listing.externalId,
      locationId: null,
      quantity: shown,
    });
    expect(bed.problems).toEqual([]);
  });
});
