/** The oddities of a real shop (pages), met by the connector over HTTP in the simulated one. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ChannelBed, makeHarness } from "#app/testing/channel-harness.ts";
import { woocommerce } from "./connector.server.ts";
import { allListings, merchant } from "./trap-steps.ts";

let bed: ChannelBed;
beforeAll(async () => {
  bed = await makeHarness(woocommerce);
});
afterAll(() => bed.stop());
beforeEach(() => bed.reset({ items: 12 }));

const firstSku = () => bed.world.goods[0]!.sku;

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
      const { id } = await merchant(bed.context, "POST", "products", { name: `V${n}`, type: "variable" });
      for (const option of ["a", "b"]) {
        await merchant(bed.context, "POST", `products/${String(id)}/variations`, {
          sku: `V${n}-${option}`,
          manage_stock: true,
          stock_quantity: 3,
        });
      }
    }
    const skus = (await allListings(bed.context)).map((one) => one.sku).filter((sku) => sku?.startsWith("V"));
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
