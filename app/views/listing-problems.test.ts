import { describe, expect, it } from "vitest";
import { productPages } from "./listing-problems.server.ts";

describe("pages of products in the shop's own admin", () => {
  const cap = { title: "Cap", id: "gid://shopify/Product/7" };

  it("are named once each, under the shop's own address", () => {
    const two = { ...cap, title: "Cap, red" };
    expect(productPages("a-shop.myshopify.com", [cap, two, { title: "Mug", id: "gid://shopify/Product/8" }])).toEqual([
      { title: "Cap, red", url: "https://a-shop.myshopify.com/admin/products/7" },
      { title: "Mug", url: "https://a-shop.myshopify.com/admin/products/8" },
    ]);
  });

  it("are left out for what is no product's id, and for an address that is no Shopify shop's", () => {
    expect(productPages("a-shop.myshopify.com", [{ title: "x", id: "gid://shopify/Product/7/../../evil" }])).toEqual([]);
    expect(productPages("evil.example/a-shop.myshopify.com", [cap])).toEqual([]);
    expect(productPages(null, [cap])).toEqual([]);
  });
});
