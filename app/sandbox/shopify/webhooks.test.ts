import { createHmac } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openShopify } from "./shopify-bed.ts";

let opened: Awaited<ReturnType<typeof openShopify>> | null = null;
afterEach(async () => {
  await opened?.stop();
  opened = null;
});
async function open(options: Parameters<typeof openShopify>[0] = {}) {
  opened = await openShopify(options);
  opened.openDoor();
  return opened;
}

describe("the simulated shop's deliveries", () => {
  it("carry Shopify's headers and an HMAC over the raw bytes", async () => {
    const bed = await open();
    bed.simulator().placeOrder(1, { lines: [{ sku: bed.sandbox.world().simple[0]!.sku, quantity: 1 }] });
    const all = await bed.arrived();
    expect(all.map((each) => each.topic).sort()).toEqual(["inventory_levels/update", "orders/create"]);
    for (const { headers, raw } of all) {
      const { clientSecret } = bed.connect().app;
      expect(headers["x-shopify-hmac-sha256"]).toBe(createHmac("sha256", clientSecret).update(raw).digest("base64"));
      expect(headers).toMatchObject({ "x-shopify-shop-domain": bed.connect().domain, "x-shopify-api-version": "2026-10" });
      for (const name of ["x-shopify-webhook-id", "x-shopify-event-id", "x-shopify-triggered-at"]) expect(headers[name]).toBeTruthy();
    }
    expect(new Set(all.map((each) => each.headers["x-shopify-webhook-id"])).size).toBe(2);
  });

  it("trap: an order's body is REST-shaped with plain numeric ids, and the buyer is all over it", async () => {
    const bed = await open();
    const sku = bed.sandbox.world().simple[0]!.sku;
    const { id } = bed.simulator().placeOrder(1, { lines: [{ sku, quantity: 2 }] });
    const order = JSON.parse((await bed.arrived()).find((each) => each.topic === "orders/create")!.raw) as Record<string, unknown>;
    expect(order).toMatchObject({
      id: Number(id),
      admin_graphql_api_id: `gid://shopify/Order/${id}`,
      line_items: [{ sku, quantity: 2, current_quantity: 2 }],
    });
    expect(Number(id)).toBeGreaterThan(2 ** 32);
    for (const field of [
      "email",
      "phone",
      "note",
      "customer",
      "billing_address",
      "shipping_address",
      "client_details",
      "note_attributes",
    ]) {
      expect(JSON.stringify(order[field]), field).toContain("BUYERMARK");
    }
  });

  it("tell of an order's life, each topic with its own body", async () => {
    const bed = await open();
    const sku = bed.sandbox.world().simple[0]!.sku;
    const { placeOrder, editOrder, refundOrder, cancelOrder } = bed.simulator();
    const { id } = placeOrder(1, { lines: [{ sku, quantity: 3 }] });
    await bed.arrived();
    editOrder(1, id, { lines: [{ sku, quantity: 2 }] });
    expect((await bed.arrived()).map((each) => each.topic).sort()).toEqual(["inventory_levels/update", "orders/edited", "orders/updated"]);
    refundOrder(1, id, { lines: [{ sku, quantity: 1 }], restock: false });
    const refunded = await bed.arrived();
    expect(refunded.map((each) => each.topic).sort()).toEqual(["orders/updated", "refunds/create"]);
    expect(JSON.parse(refunded.find((each) => each.topic === "refunds/create")!.raw)).toMatchObject({
      order_id: Number(id),
      refund_line_items: [{ quantity: 1, restock_type: "no_restock", location_id: null }],
    });
    cancelOrder(1, id, { restock: true });
    expect((await bed.arrived()).map((each) => each.topic).sort()).toEqual([
      "inventory_levels/update",
      "orders/cancelled",
      "orders/updated",
      "refunds/create",
    ]);
  });

  it("trap: our own write comes back as a delivery with the same number", async () => {
    const bed = await open();
    bed.simulator().setStock(1, { sku: bed.sandbox.world().simple[0]!.sku, quantity: 30 });
    const [echo] = await bed.arrived();
    expect(echo!.topic).toBe("inventory_levels/update");
    expect(Object.keys(JSON.parse(echo!.raw) as object).sort()).toEqual([
      "admin_graphql_api_id",
      "available",
      "inventory_item_id",
      "location_id",
      "updated_at",
    ]);
  });

  it("trap: the first hundred variants of a product alone are written out", async () => {
    const bed = await open();
    const saved = bed.simulator().save() as { shops: { products: { id: number; variantIds: number[] }[]; variants: { id: number }[] }[] };
    const [shop] = saved.shops;
    const { productBody } = await import("./webhook-bodies.ts");
    const { unpackShop } = await import("./shop-file.ts");
    const state = unpackShop(shop as never);
    const [product] = state.products.values();
    product!.variantIds = Array.from({ length: 120 }, () => product!.variantIds[0]!);
    const body = productBody(state, product!) as { variants: unknown[]; variant_gids: unknown[] };
    expect([body.variants.length, body.variant_gids.length]).toEqual([100, 120]);
  });

  it("stop when a listing goes, with its id alone", async () => {
    const bed = await open();
    bed.simulator().addListing(1, { sku: "NEW-1", title: "New one", quantity: 5, price: 9.5 });
    expect((await bed.arrived()).map((each) => each.topic)).toEqual(["products/create"]);
    bed.simulator().removeListing(1, "NEW-1");
    const [gone] = await bed.arrived();
    expect([gone!.topic, Object.keys(JSON.parse(gone!.raw) as object)]).toEqual(["products/delete", ["id"]]);
  });
});

describe("the simulated shop's memory", () => {
  it("a second start meets the same shop, orders, tokens and numbers", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "shopify-"));
    try {
      const first = await open({ dataDir });
      const sku = first.sandbox.world().simple[0]!.sku;
      const { token } = first.connect();
      first.simulator().placeOrder(1, { lines: [{ sku, quantity: 2 }] });
      const before = first.simulator().state(1);
      await first.stop();
      opened = null;
      const second = await open({ dataDir });
      expect(second.simulator().state(1)).toEqual(before);
      const answer = await second.connect().ask("{ shop { myshopifyDomain } }", {}, token);
      expect(answer.body.data).toEqual({ shop: { myshopifyDomain: "anna-a.myshopify.com" } });
    } finally {
      await opened?.stop();
      opened = null;
      await rm(dataDir, { recursive: true });
    }
  });
});
