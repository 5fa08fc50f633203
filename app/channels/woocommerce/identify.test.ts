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
});
