import { describe, expect, it } from "vitest";
import { checkRequest } from "./openapi-check.ts";

const EBAY = "https://api.ebay.com/sell/inventory/v1";
const ETSY = "https://openapi.etsy.com/v3/application";
const WOO = "http://127.0.0.1:4010/woocommerce/shop-1/wp-json/wc/v3";
const bearer = { authorization: "Bearer t" };
const etsy = { ...bearer, "x-api-key": "key:secret" };

describe("openapi check", () => {
  const ebayWrite = (body: unknown, headers: Record<string, string> = {}) =>
    checkRequest({
      method: "POST",
      url: `${EBAY}/bulk_update_price_quantity`,
      headers: { ...bearer, "content-type": "application/json", "content-language": "en-US", ...headers },
      body: JSON.stringify(body),
    });
  const right = { requests: [{ sku: "A", shipToLocationAvailability: { quantity: 3 }, offers: [{ offerId: "1", availableQuantity: 3 }] }] };

  it("lets right requests pass", async () => {
    expect(await ebayWrite(right)).toEqual([]);
    expect(await checkRequest({ method: "GET", url: `${EBAY}/inventory_item?limit=200&offset=0`, headers: bearer })).toEqual([]);
    expect(await checkRequest({ method: "GET", url: "https://apiz.ebay.com/commerce/identity/v1/user/", headers: bearer })).toEqual([]);
    expect(
      await checkRequest({ method: "GET", url: `${ETSY}/listings/batch/inventory?listing_ids=1&listing_ids=2`, headers: etsy }),
    ).toEqual([]);
    expect(await checkRequest({ method: "GET", url: `${ETSY}/listings/batch/inventory?listing_ids=1`, headers: etsy })).toEqual([]);
    const signed = "oauth_consumer_key=ck&oauth_signature=s&_=1";
    expect(await checkRequest({ method: "GET", url: `${WOO}/products?per_page=100&page=2&${signed}`, headers: {} })).toEqual([]);
  });

  it("refuses misspelt body fields, wrong types and missing headers", async () => {
    expect(await ebayWrite({ requests: [{ skuu: "A" }] })).not.toEqual([]);
    expect(await ebayWrite({ requests: [{ sku: "A", shipToLocationAvailability: { quantity: "3" } }] })).not.toEqual([]);
    expect(
      await checkRequest({ method: "POST", url: `${EBAY}/bulk_update_price_quantity`, headers: bearer, body: JSON.stringify(right) }),
    ).not.toEqual([]);
    const put = (body: unknown) =>
      checkRequest({
        method: "PUT",
        url: `${WOO}/products/5`,
        headers: { authorization: "Basic x", "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    expect(await put({ stock_quantity: 3 })).toEqual([]);
    expect(await put({ stock: 3 })).not.toEqual([]);
  });

  it("refuses a body field that Etsy's inventory does not have", async () => {
    const offering = { quantity: 1, is_enabled: true, price: 1.5, readiness_state_id: 1 };
    const put = (offerings: unknown[]) =>
      checkRequest({
        method: "PUT",
        url: `${ETSY}/listings/1/inventory`,
        headers: { ...etsy, "content-type": "application/json" },
        body: JSON.stringify({ products: [{ sku: "A", offerings }] }),
      });
    expect(await put([offering])).toEqual([]);
    expect(await put([{ ...offering, offering_id: 4 }])).not.toEqual([]);
    expect(await put([{ ...offering, price: { amount: 150, divisor: 100 } }])).not.toEqual([]);
  });

  it("refuses unknown paths, query names and missing credentials", async () => {
    expect(await checkRequest({ method: "GET", url: `${EBAY}/nothing`, headers: bearer })).not.toEqual([]);
    expect(await checkRequest({ method: "GET", url: `${EBAY}/inventory_item?page=1`, headers: bearer })).not.toEqual([]);
    expect(await checkRequest({ method: "GET", url: `${EBAY}/inventory_item?limit=1`, headers: {} })).not.toEqual([]);
    expect(
      await checkRequest({ method: "GET", url: `${ETSY}/users/me`, headers: { ...bearer, "x-api-key": "keystring-only" } }),
    ).not.toEqual([]);
    expect(await checkRequest({ method: "GET", url: `${WOO}/products`, headers: {} })).not.toEqual([]);
  });

  it("says nothing about addresses that no document describes", async () => {
    expect(await checkRequest({ method: "POST", url: "https://api.ebay.com/ws/api.dll", headers: {}, body: "<x/>" })).toEqual([]);
    expect(await checkRequest({ method: "GET", url: "http://127.0.0.1:4010/woocommerce/shop-1/wp-json", headers: {} })).toEqual([]);
  });
});
