import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { HttpAnswer } from "#app/platform/http.ts";
import { type ChannelBed, makeHarness } from "#app/testing/channel-harness.ts";
import type { ChannelCall, ChannelContext } from "../port.ts";
import { woocommerce } from "./connector.server.ts";

let bed: ChannelBed;
beforeAll(async () => {
  bed = await makeHarness(woocommerce);
});
afterAll(() => bed.stop());
beforeEach(() => bed.reset({ items: 3 }));

type Before = (call: ChannelCall) => HttpAnswer | null;

/** The sandbox's shop as one on https in front of which something stands that may answer itself. */
function onTls(address: string, before: Before = () => null, settings = {}): { context: ChannelContext; calls: ChannelCall[] } {
  const calls: ChannelCall[] = [];
  const http = async (call: ChannelCall): Promise<HttpAnswer> => {
    calls.push(call);
    const own = before(call);
    if (own) return own;
    const there = new URL(call.url);
    const path = there.pathname.replace(/^\/store/, "/woocommerce/shop-1");
    const answer = await fetch(`${bed.sandbox.origin}${path}${there.search}`, {
      method: call.method,
      headers: { ...call.headers, "x-forwarded-proto": "https" },
      redirect: "manual",
      ...(call.body === undefined ? {} : { body: String(call.body) }),
    });
    return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() };
  };
  return { calls, context: { ...bed.context, account: { externalId: "", address }, settings, http } };
}

const redirect = (location: string): HttpAnswer => ({ status: 301, headers: { location }, text: "" });
const page = (status: number): HttpAnswer => ({ status, headers: { "content-type": "text/html" }, text: "<html></html>" });

describe("identify", () => {
  it("names the shop by origin and path, and tells what steers calls", async () => {
    const { context } = onTls("https://Shop.Example.com/store/");
    expect(await woocommerce.identify(context)).toMatchObject({
      externalId: "https://shop.example.com/store",
      address: "https://shop.example.com/store",
      currency: "EUR",
      facts: {
        permalinks: "pretty",
        auth: "header",
        ordersOrderBy: "modified",
        timeZone: "Asia/Kolkata",
        storeVersion: "10.0.2",
        plainHttp: false,
      },
    });
  });

  it("follows a redirect to www once, without showing the key on the way", async () => {
    const { context, calls } = onTls("https://shop.example.com/store", (call) =>
      new URL(call.url).hostname === "shop.example.com" ? redirect(call.url.replace("//shop.", "//www.shop.")) : null,
    );
    expect((await woocommerce.identify(context)).externalId).toBe("https://www.shop.example.com/store");
    const first = calls.filter((call) => new URL(call.url).hostname === "shop.example.com");
    expect(first).toHaveLength(1);
    expect(first[0]!.headers?.authorization).toBeUndefined();
  });

  it("does not follow to another host, nor from https down to http", async () => {
    for (const target of ["https://evil.example.net/wp-json/", "http://shop.example.com/store/wp-json/"]) {
      const { context, calls } = onTls("https://shop.example.com/store", () => redirect(target));
      await expect(woocommerce.identify(context)).rejects.toMatchObject({ kind: "rejected" });
      expect(calls).toHaveLength(1);
    }
  });

  it.each([
    ["https://www.shop.example.com/store", "https://www.shop.example.com/store"],
    // The key never goes to a host that the seller did not name, nor down to plain http.
    ["https://other.example.net/store", "https://shop.example.com/store"],
    ["http://www.shop.example.com/store", "https://shop.example.com/store"],
  ])("trap: a site that answers everywhere and calls itself %s is the shop %s", async (home, externalId) => {
    const index = { name: "Harbour Goods", home, namespaces: ["wc/v3"] };
    const { context, calls } = onTls("https://shop.example.com/store", (call) =>
      call.operation === "getIndex" ? { status: 200, headers: {}, text: JSON.stringify(index) } : null,
    );
    expect((await woocommerce.identify(context)).externalId).toBe(externalId);
    expect(new Set(calls.filter((call) => call.operation !== "getIndex").map((call) => new URL(call.url).origin))).toEqual(
      new Set([new URL(externalId).origin]),
    );
  });

  it("finds the interface behind plain permalinks, and uses it from then on", async () => {
    const { context } = onTls("https://shop.example.com/store", (call) =>
      new URL(call.url).pathname.includes("/wp-json") ? page(404) : null,
    );
    const identity = await woocommerce.identify(context);
    expect(identity.facts.permalinks).toBe("plain");
    const later = { ...context, settings: identity.facts };
    expect((await woocommerce.listListings(later, null)).listings.length).toBeGreaterThan(2);
  });

  it("shows the key in the query where the host strips the header", async () => {
    const { context, calls } = onTls("https://shop.example.com/store", (call) => {
      if (call.headers) delete call.headers.authorization;
      return null;
    });
    const identity = await woocommerce.identify(context);
    expect(identity.facts.auth).toBe("query");
    expect(calls.at(-1)!.url).toContain("consumer_key=");
  });

  it("lives without the system status, which only administrators may read", async () => {
    const forbidden = '{"code":"woocommerce_rest_cannot_view","message":"Sorry","data":{"status":403}}';
    const { context } = onTls("https://shop.example.com/store", (call) =>
      call.operation === "getSystemStatus" ? { status: 403, headers: {}, text: forbidden } : null,
    );
    bed.world.sell([{ sku: bed.world.goods[0]!.sku, quantity: 1 }]);
    expect(await woocommerce.identify(context)).toMatchObject({ currency: "EUR", facts: { storeVersion: null } });
  });

  it("says what is wrong with an address: no WordPress, no WooCommerce, a dead key", async () => {
    const none = onTls("https://shop.example.com/store", () => page(200));
    await expect(woocommerce.identify(none.context)).rejects.toMatchObject({ kind: "unavailable" });
    const bare = onTls("https://shop.example.com/store", () => ({
      status: 200,
      headers: {},
      text: '{"name":"Blog","namespaces":["wp/v2"]}',
    }));
    await expect(woocommerce.identify(bare.context)).rejects.toMatchObject({ kind: "unsupported" });
    const { context } = onTls("https://shop.example.com/store");
    const dead = { ...context, credentials: { consumerKey: "ck_dead", consumerSecret: "cs_dead" } };
    await expect(woocommerce.identify(dead)).rejects.toMatchObject({ kind: "auth-revoked" });
  });

  it("gives each wrong thing a code of its own", async () => {
    const index = (namespaces: string[]) => ({ status: 200, headers: {}, text: JSON.stringify({ name: "x", namespaces }) });
    const said = async (before: Before) =>
      woocommerce.identify(onTls("https://shop.example.com", before).context).then(
        () => "nothing",
        (error: { platform: { code: string } }) => error.platform.code,
      );
    expect(await said(() => page(200))).toBe("no-wordpress");
    expect(await said(() => page(404))).toBe("no-wordpress");
    expect(await said(() => index(["wp/v2"]))).toBe("no-woocommerce");
    expect(await said(() => index(["wp/v2", "wc/v1", "wc/v2"]))).toBe("too-old");
    expect(await said(() => redirect("https://other.example.net/wp-json/"))).toBe("other-host");
    const old = { environment: { version: "5.7.2" }, settings: {} };
    expect(
      await woocommerce
        .identify(
          onTls("https://shop.example.com/store", (call) =>
            call.operation === "getSystemStatus" ? { status: 200, headers: {}, text: JSON.stringify(old) } : null,
          ).context,
        )
        .catch((error: { platform: { code: string } }) => error.platform.code),
    ).toBe("too-old");
  });

  it("finds the shop above the page whose address was copied", async () => {
    const { context } = onTls("https://shop.example.com/store/product/blue-mug", (call) =>
      new URL(call.url).pathname.startsWith("/store/product") ? page(404) : null,
    );
    expect((await woocommerce.identify(context)).externalId).toBe("https://shop.example.com/store");
  });

  it("notices a key that may only read, and changes nothing to find out", async () => {
    const { context, calls } = onTls("https://shop.example.com/store");
    const refusal =
      '{"code":"woocommerce_rest_authentication_error","message":"The API key provided does not have write permissions.","data":{"status":401}}';
    const readOnly = onTls("https://shop.example.com/store", (call) =>
      call.method === "GET" ? null : { status: 401, headers: {}, text: refusal },
    );
    await expect(woocommerce.identify(readOnly.context)).rejects.toMatchObject({ kind: "forbidden" });
    const before = bed.world.listings();
    await woocommerce.identify(context);
    expect(calls.filter((call) => call.method !== "GET").map((call) => call.body)).toEqual(["{}"]);
    expect(bed.world.listings()).toEqual(before);
  });
});
