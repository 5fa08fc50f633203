import { describe, expect, it } from "vitest";
import { toSandbox } from "./platform-hosts.ts";

describe("platform hosts", () => {
  it.each([
    ["https://api.ebay.com/sell/inventory/v1/inventory_item?limit=1", "/ebay/api.ebay.com/sell/inventory/v1/inventory_item?limit=1"],
    ["https://apiz.ebay.com/commerce/identity/v1/user/", "/ebay/apiz.ebay.com/commerce/identity/v1/user/"],
    ["https://www.etsy.com/oauth/connect?scope=a%20b", "/etsy/www.etsy.com/oauth/connect?scope=a%20b"],
    ["https://demo.myshopify.com/admin/api/2026-10/graphql.json", "/shopify/demo.myshopify.com/admin/api/2026-10/graphql.json"],
  ])("%s", (from, to) => {
    expect(toSandbox("http://127.0.0.1:4010", from)).toBe(`http://127.0.0.1:4010${to}`);
  });

  it("leaves every other address alone", () => {
    for (const url of [
      "http://127.0.0.1:4010/woocommerce/shop-1/wp-json/",
      "https://api.ebay.com.evil.example/x",
      "https://notmyshopify.com/",
    ]) {
      expect(toSandbox("http://127.0.0.1:4010", url)).toBe(url);
    }
  });
});
