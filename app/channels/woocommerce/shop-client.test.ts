import { describe, expect, it } from "vitest";
import type { JsonObject } from "#app/domain/channel-words.ts";
import type { HttpAnswer } from "#app/platform/http.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelCall, ChannelContext } from "../port.ts";
import { callShop, type ShopCall } from "./shop-client.ts";

const SECRET = "cs_0123456789abcdef0123456789abcdef01234567";
const KEY = "ck_0123456789abcdef0123456789abcdef01234567";
const NOW = new Date("2026-11-23T13:00:00Z");

function shop(address: string, answer: Partial<HttpAnswer> | ChannelError = {}, settings: JsonObject = {}) {
  const calls: ChannelCall[] = [];
  let keys = 0;
  const context: ChannelContext = {
    account: { externalId: address, address },
    credentials: { consumerKey: KEY, consumerSecret: SECRET },
    app: {},
    settings,
    http: async (call) => {
      calls.push(call);
      if (answer instanceof ChannelError) throw answer;
      return { status: 200, headers: {}, text: "[]", ...answer };
    },
    observeLimits: () => {},
    now: () => NOW,
    newKey: () => `00000000-0000-4000-8000-${String(++keys).padStart(12, "0")}`,
  };
  return { context, calls, url: () => new URL(calls.at(-1)!.url) };
}

const list: ShopCall = { operation: "listProduct", method: "GET", endpoint: "products", params: { include: "1,2", search: "a b+c" } };
const write: ShopCall = {
  operation: "batchProduct",
  method: "POST",
  endpoint: "products/batch",
  body: { update: [{ id: 1, stock_quantity: 2 }] },
};

describe("the shop client", () => {
  it("over https shows the key in the header and signs nothing", async () => {
    const there = shop("https://shop.example.com/store/");
    await callShop(there.context, list);
    expect(there.url().origin + there.url().pathname).toBe("https://shop.example.com/store/wp-json/wc/v3/products");
    expect(there.calls[0]!.headers?.authorization).toBe(`Basic ${Buffer.from(`${KEY}:${SECRET}`).toString("base64")}`);
    expect(Object.fromEntries(there.url().searchParams)).toMatchObject({ include: "1,2", search: "a b+c" });
    expect(there.calls[0]!.url).not.toContain("oauth");
  });

  it("shows the key in the query where the host strips the header", async () => {
    const there = shop("https://shop.example.com", {}, { auth: "query" });
    await callShop(there.context, list);
    expect(there.url().searchParams.get("consumer_secret")).toBe(SECRET);
    expect(there.calls[0]!.headers?.authorization).toBeUndefined();
  });

  it("over http signs with the context's clock and key, names each parameter once and never sends the secret", async () => {
    const there = shop("http://127.0.0.1:8080");
    await callShop(there.context, list);
    const names = [...there.url().searchParams.keys()];
    expect(new Set(names).size).toBe(names.length);
    expect(there.url().searchParams.get("oauth_timestamp")).toBe(String(NOW.getTime() / 1000));
    expect(there.url().searchParams.get("oauth_nonce")).toMatch(/^0{8}0{0,4}/);
    expect(there.calls[0]!.url).not.toContain(SECRET);
  });

  it("carries routes in the query of shops with plain permalinks", async () => {
    const there = shop("https://shop.example.com", {}, { permalinks: "plain" });
    await callShop(there.context, list);
    expect(there.url().pathname).toBe("/index.php");
    expect(there.url().searchParams.get("rest_route")).toBe("/wc/v3/products");
    // What WooCommerce before 11.1 looks for in the address as it stands.
    expect(there.calls[0]!.url).toContain("=wp-json/wc/");
  });

  it("no two reads have the same address, so that no page cache answers for the shop", async () => {
    const there = shop("https://shop.example.com");
    await callShop(there.context, list);
    await callShop(there.context, list);
    expect(there.calls[0]!.url).not.toBe(there.calls[1]!.url);
  });

  it("an answer from a cache is as old as it says", async () => {
    const there = shop("https://shop.example.com", { headers: { age: "90" } });
    expect((await callShop(there.context, list)).sentAt).toEqual(new Date(NOW.getTime() - 90_000));
  });

  it("sends a body as JSON, and asks for at most ten seconds", async () => {
    const there = shop("https://shop.example.com", { text: '{"update":[]}' });
    await callShop(there.context, write);
    expect(there.calls[0]).toMatchObject({
      method: "POST",
      operation: "batchProduct",
      body: JSON.stringify(write.body),
      timeoutMs: 10_000,
    });
    expect(there.calls[0]!.headers?.["content-type"]).toMatch(/^application\/json/);
  });

  it.each([
    [{ status: 401, text: '{"code":"woocommerce_rest_cannot_view","message":"no"}' }, "auth-revoked"],
    [{ status: 500, text: "<html>" }, "unavailable"],
    [new ChannelError("outcome-unknown", "sent, but no answer came"), "outcome-unknown"],
    [new ChannelError("rate-limited", "the budget is spent", { retryAfterMs: 100 }), "rate-limited"],
  ])("no error holds the key or the address: %o", async (answer, kind) => {
    const there = shop("https://shop.example.com", answer);
    const error = await callShop(there.context, list).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ChannelError);
    expect((error as ChannelError).kind).toBe(kind);
    const everything = `${(error as Error).message} ${JSON.stringify(error)} ${(error as Error).stack} ${JSON.stringify(Object.entries(error as object))}`;
    expect(everything).not.toContain(SECRET);
    expect(everything).not.toContain("shop.example.com");
  });
});
