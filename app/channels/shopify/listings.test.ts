import { describe, expect, it } from "vitest";
import type { ChannelContext } from "../port.ts";
import { listListings } from "./listings.ts";

type Asked = { first: number; after: string | null; query: string | null };

/** A shop of `count` variants behind an API that pages no deeper than Shopify does. */
function shopOf(count: number): { context: ChannelContext; asked: Asked[] } {
  const asked: Asked[] = [];
  const variant = (id: number) => ({
    ...{
      id: `gid://shopify/ProductVariant/${id}`,
      sku: `S-${id}`,
      barcode: null,
      title: "Default Title",
      price: "1.00",
      inventoryPolicy: "DENY",
    },
    product: { id: `gid://shopify/Product/${id}`, title: `Thing ${id}`, status: "ACTIVE" },
    inventoryItem: {
      ...{ id: `gid://shopify/InventoryItem/${id}`, tracked: true },
      inventoryLevels: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } },
    },
  });
  const http: ChannelContext["http"] = async (call) => {
    const { variables } = JSON.parse(String(call.body)) as { variables: Asked };
    asked.push(variables);
    const base = variables.query === null ? 1 : Number(/^id:>=(\d+)$/.exec(variables.query)?.[1]);
    const start = variables.after === null ? base : Number(variables.after) + 1;
    const body =
      start - base + variables.first > 25_000
        ? { errors: [{ message: "too deep", extensions: { code: "BAD_REQUEST" } }] }
        : { data: pageOf(start, Math.min(count, start + variables.first - 1)) };
    return { status: 200, headers: {}, text: JSON.stringify(body) } as never;
  };
  const pageOf = (from: number, to: number) => ({
    shop: { currencyCode: "EUR" },
    productVariantsCount: { count, precision: "EXACT" },
    productVariants: {
      nodes: Array.from({ length: to - from + 1 }, (_, n) => variant(from + n)),
      pageInfo: { hasNextPage: to < count, endCursor: String(to) },
    },
  });
  const context = {
    account: { externalId: "gid://shopify/Shop/1", address: "shop.myshopify.com" },
    ...{
      credentials: { accessToken: "t" },
      app: {},
      settings: {},
      http,
      observeLimits: () => {},
      now: () => new Date(0),
      newKey: () => "k",
    },
  } as unknown as ChannelContext;
  return { context, asked };
}

describe("listing a shop larger than Shopify pages through", () => {
  it("begins a new list behind the last variant before 25,000, and hands out each variant once", async () => {
    const { context, asked } = shopOf(60_000);
    const seen = new Set<string>();
    let handedOut = 0;
    for (let page: string | null = null, calls = 0; calls === 0 || page !== null; calls++) {
      const answer: Awaited<ReturnType<typeof listListings>> = await listListings(context, page);
      handedOut += answer.listings.length;
      for (const listing of answer.listings) seen.add(listing.externalId);
      page = answer.nextPage;
    }
    expect(seen.size).toBe(60_000);
    expect(handedOut).toBe(60_000);
    expect(new Set(asked.map((a) => a.query)).size).toBe(3);
  });

  it("refuses a place that it did not make", async () => {
    await expect(listListings(shopOf(10).context, "eyJpZCI6MX0")).rejects.toMatchObject({ kind: "rejected" });
  });
});
