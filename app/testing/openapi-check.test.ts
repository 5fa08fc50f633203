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

  it("a replacement with its language passes", async () => {
    const headers = { ...bearer, "content-type": "application/json", "content-language": "en-US" };
    expect(await checkRequest({ method: "PUT", url: `${EBAY}/inventory_item/A`, headers, body: '{"availability":{}}' })).toEqual([]);
  });

  it("an address that nobody described is itself a problem: nothing passes unseen", async () => {
    for (const url of ["https://api.ebay.com/elsewhere", "https://www.etsy.com/shop", "http://127.0.0.1:4010/anything"])
      expect((await checkRequest({ method: "GET", url, headers: bearer })).join()).toContain("no document speaks of this address");
    const index = { method: "GET", url: "http://127.0.0.1:4010/woocommerce/shop-1/wp-json/", headers: {} };
    expect(await checkRequest(index)).toEqual([]);
  });
});

type Wrong = { method?: string; path?: string; query?: string; headers?: Record<string, string | undefined>; body?: unknown };
type Platform = {
  right: { method: string; origin: string; path: string; headers: Record<string, string>; body?: unknown };
  wrong: Record<string, Wrong>;
};

const json = { "content-type": "application/json" };
const offering = { quantity: 1, is_enabled: true, price: 1.5, readiness_state_id: 1 };
const PLATFORMS: Record<string, Platform> = {
  "eBay REST": {
    right: {
      ...{ method: "POST", origin: "https://api.ebay.com", path: "/sell/inventory/v1/bulk_update_price_quantity" },
      headers: { ...bearer, ...json, "content-language": "en-US" },
      body: { requests: [{ sku: "A", shipToLocationAvailability: { quantity: 3 } }] },
    },
    wrong: {
      "wrong type": { body: { requests: [{ sku: "A", shipToLocationAvailability: { quantity: "3" } }] } },
      "unknown field": { body: { requests: [{ sku: "A", stock: 3 }] } },
      "unknown query name": { query: "?dry=1" },
      "no Content-Language at a replacement": {
        ...{ method: "PUT", path: "/sell/inventory/v1/inventory_item/A", body: { availability: {} } },
        headers: { "content-language": undefined },
      },
      "no token": { headers: { authorization: undefined } },
      "wrong path": { path: "/sell/inventory/v1/bulk_update_quantity" },
      "wrong method": { method: "PUT" },
    },
  },
  "eBay Trading": {
    right: {
      ...{ method: "POST", origin: "https://api.ebay.com", path: "/ws/api.dll", body: "<x/>" },
      headers: {
        ...{ "x-ebay-api-call-name": "GetItem", "x-ebay-api-siteid": "0", "x-ebay-api-compatibility-level": "1397" },
        ...{ "x-ebay-api-iaf-token": "t", "content-type": "text/xml" },
      },
    },
    wrong: {
      "no token": { headers: { "x-ebay-api-iaf-token": undefined } },
      "no call name": { headers: { "x-ebay-api-call-name": undefined } },
      "wrong method": { method: "GET" },
      "wrong path": { path: "/ws/api" },
    },
  },
  Etsy: {
    right: {
      ...{ method: "PUT", origin: "https://openapi.etsy.com", path: "/v3/application/listings/1/inventory" },
      headers: { ...etsy, ...json },
      body: { products: [{ sku: "A", offerings: [offering] }] },
    },
    wrong: {
      "wrong type": { body: { products: [{ sku: "A", offerings: [{ ...offering, price: { amount: 150, divisor: 100 } }] }] } },
      "unknown field": { body: { products: [{ sku: "A", product_id: 5, offerings: [offering] }] } },
      "a field left out": { body: { products: [{ sku: "A", offerings: [{ ...offering, is_enabled: undefined }] }] } },
      "unknown query name": { query: "?dry=1" },
      "no token": { headers: { authorization: undefined } },
      "the bare keystring": { headers: { "x-api-key": "key" } },
      "wrong path": { path: "/v3/application/listing/1/inventory" },
    },
  },
  WooCommerce: {
    right: {
      ...{ method: "POST", origin: "http://127.0.0.1:4010", path: "/shop/wp-json/wc/v3/products/batch" },
      headers: { authorization: "Basic x", ...json },
      body: { update: [{ id: 5, stock_quantity: 3 }] },
    },
    wrong: {
      "wrong type": { body: { update: [{ id: 5, stock_quantity: "three" }] } },
      "unknown field": { body: { update: [{ id: 5, stock: 3 }] } },
      "unknown query name": { query: "?_dry=1" },
      "no key": { headers: { authorization: undefined } },
      "wrong path": { path: "/shop/wp-json/wc/v3/product/batch" },
      "another version": { path: "/shop/wp-json/wc/v4/products/batch" },
    },
  },
  Shopify: {
    right: {
      ...{ method: "POST", origin: "https://a.myshopify.com", path: "/admin/api/2026-10/graphql.json" },
      headers: { "x-shopify-access-token": "t", ...json },
      body: { query: "{ shop { id } }" },
    },
    wrong: {
      "no token": { headers: { "x-shopify-access-token": undefined } },
      "another version": { path: "/admin/api/2025-10/graphql.json" },
      "no document": { body: { variables: {} } },
      "the dead REST interface": { method: "GET", path: "/admin/api/2026-10/products.json" },
    },
  },
};

describe.each(Object.entries(PLATFORMS))("a deliberately wrong request to %s", (_, { right, wrong }) => {
  const ask = ({ method, path, query = "", headers, body }: Wrong) => {
    const all = Object.entries({ ...right.headers, ...headers }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
    const sent = body ?? right.body;
    return checkRequest({
      ...{ method: method ?? right.method, url: right.origin + (path ?? right.path) + query, headers: Object.fromEntries(all) },
      ...(sent === undefined ? {} : { body: typeof sent === "string" ? sent : JSON.stringify(sent) }),
    });
  };

  it("the same without the mistake passes", async () => {
    expect(await ask({})).toEqual([]);
  });

  it.each(Object.entries(wrong))("is caught: %s", async (_, mistake) => {
    expect(await ask(mistake)).not.toEqual([]);
  });
});
