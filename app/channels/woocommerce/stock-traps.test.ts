/** The oddities of a real shop (numbers), met by the connector over HTTP in the simulated one. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "#app/domain/channel-words.ts";
import { type ChannelBed, makeHarness } from "#app/testing/channel-harness.ts";
import type { ChannelCall, ChannelContext } from "../port.ts";
import { woocommerce } from "./connector.server.ts";
import { callShop } from "./shop-client.ts";
import { allListings, letAll, listingOf, merchant, writeOf } from "./trap-steps.ts";

let bed: ChannelBed;
beforeAll(async () => {
  bed = await makeHarness(woocommerce);
});
afterAll(() => bed.stop());
beforeEach(() => bed.reset({ items: 12 }));

const firstSku = () => bed.world.goods[0]!.sku;

describe("numbers", () => {
  it("a pool is one number under several listings, written at the parent", async () => {
    const context = bed.contextOf(3);
    const pool = (await allListings(context)).filter((one) => one.sku?.includes("APRON"));
    expect(pool).toHaveLength(3);
    expect(new Set(pool.map((one) => one.quantityRef.key)).size).toBe(1);
    const [result] = await bed.channel.setStock(context, [writeOf(pool[0]!, 15, 9)], letAll);
    expect(result).toMatchObject({ outcome: "confirmed", quantity: 9 });
    expect((await allListings(context)).filter((one) => one.sku?.includes("APRON")).map((one) => one.quantity)).toEqual([9, 9, 9]);
  });

  it("a variation that joins its parent's pool has no number of its own any more", async () => {
    const listing = (await allListings(bed.context)).find((one) => one.externalParentId !== null)!;
    await merchant(bed.context, "PUT", `products/${listing.externalParentId}`, { manage_stock: true, stock_quantity: 5 });
    await merchant(bed.context, "PUT", `products/${listing.externalParentId}/variations/${listing.externalId}`, { manage_stock: false });
    const [result] = await bed.channel.setStock(bed.context, [writeOf(listing, listing.quantity!, 1)], letAll);
    expect(result).toMatchObject({ outcome: "rejected", who: "seller" });
    expect((await listingOf(bed.context, listing.sku!)).quantityRef.key).toBe(`p:${listing.externalParentId}`);
  });

  it("backorders are told as a risk, and their negative numbers are passed on and count as zero in a comparison", async () => {
    const context = bed.contextOf(3);
    const tray = await listingOf(context, "B-TRAY-OAK");
    expect(tray.problems.map((one) => one.kind)).toContain("oversell-allowed");
    await merchant(context, "PUT", `products/${tray.externalId}`, { stock_quantity: -4 });
    const [reading] = await bed.channel.readStock(context, [tray.quantityRef]);
    expect(reading).toMatchObject({ quantity: -4, state: "active" });
    const [result] = await bed.channel.setStock(context, [writeOf(tray, 0, 2)], letAll);
    expect(result).toMatchObject({ outcome: "confirmed", quantity: 2 });
  });

  it("stock management switched off between reading and write: the answer is 200, but it is no proof", async () => {
    const listing = await listingOf(bed.context, firstSku());
    const [result] = await bed.channel.setStock(bed.context, [writeOf(listing, listing.quantity!, 1)], async (imminent) => {
      await merchant(bed.context, "PUT", `products/${listing.externalId}`, { manage_stock: false });
      return letAll(imminent);
    });
    expect(result).toMatchObject({ outcome: "rejected", code: "untracked", who: "seller" });
  });

  it("the trash is ended and not written to, a destroyed product is missing, and a restored one is back", async () => {
    const listing = await listingOf(bed.context, firstSku());
    bed.world.removeListing(firstSku());
    const state = async () => (await bed.channel.readStock(bed.context, [listing.quantityRef]))[0]!.state;
    expect(await state()).toBe("ended");
    const [result] = await bed.channel.setStock(bed.context, [writeOf(listing, listing.quantity!, 1)], letAll);
    expect(result).toMatchObject({ outcome: "conflict", reading: { state: "ended" } });
    await merchant(bed.context, "PUT", `products/${listing.externalId}`, { status: "publish" });
    expect(await state()).toBe("active");
    await merchant(bed.context, "DELETE", `products/${listing.externalId}`);
    expect(await state()).toBe("missing");
  });

  it("variations go to the trash with their product", async () => {
    const listing = (await allListings(bed.context)).find((one) => one.externalParentId !== null)!;
    await callShop(bed.context, { operation: "deleteProduct", method: "DELETE", endpoint: `products/${listing.externalParentId}` });
    const [reading] = await bed.channel.readStock(bed.context, [listing.quantityRef]);
    expect(reading!.state).toBe("ended");
    await merchant(bed.context, "DELETE", `products/${listing.externalParentId}`);
    const [gone] = await bed.channel.readStock(bed.context, [listing.quantityRef]);
    expect(gone!.state).toBe("missing");
  });

  it.each([{ emptyPage: 1 }, { truncatePage: 1 }])(
    "a list that lies makes nothing missing: few are asked alone, many are a failure (%o)",
    async (fault) => {
      const refs = (await allListings(bed.context)).map((one) => one.quantityRef);
      bed.world.faults({ api: fault });
      const few = await bed.channel.readStock(bed.context, refs.slice(0, 4));
      expect(few.map((one) => one.state)).not.toContain("missing");
      expect(few).toHaveLength(4);
      await bed.reset({ items: 40 });
      const many = (await allListings(bed.context)).map((one) => one.quantityRef);
      bed.world.faults({ api: fault });
      await expect(bed.channel.readStock(bed.context, many)).rejects.toMatchObject({
        kind: "unavailable",
        platform: { code: "short-page" },
      });
    },
  );

  it("one garbled product neither stops the others' readings and writes nor is written itself", async () => {
    const listings = (await allListings(bed.context)).filter((one) => one.externalParentId === null && one.quantity !== null).slice(0, 4);
    const odd = Number(listings[1]!.externalId);
    const garbled: ChannelContext = { ...bed.context, http: garbling(odd, bed.context) };
    const readings = await bed.channel.readStock(
      garbled,
      listings.map((one) => one.quantityRef),
    );
    expect(readings.map((one) => one.quantity === null)).toEqual([false, true, false, false]);
    const results = await bed.channel.setStock(
      garbled,
      listings.map((one) => writeOf(one, one.quantity!, 1)),
      letAll,
    );
    expect(results.map((one) => one.outcome)).toEqual(["confirmed", "conflict", "confirmed", "confirmed"]);
    const listed = (await allListings(garbled)).find((one) => one.externalId === String(odd));
    expect(listed).toMatchObject({ quantity: null, problems: [{ kind: "unsupported" }] });
  });

  it("a parent that vanishes between reading and write concerns only its own variations", async () => {
    const all = await allListings(bed.context);
    const child = all.find((one) => one.externalParentId !== null)!;
    const simple = all.find((one) => one.externalParentId === null && one.quantity !== null)!;
    const results = await bed.channel.setStock(
      bed.context,
      [writeOf(child, child.quantity!, 1), writeOf(simple, simple.quantity!, 1)],
      async (imminent) => {
        if (imminent[0]!.key === child.quantityRef.key) await merchant(bed.context, "DELETE", `products/${child.externalParentId}`);
        return letAll(imminent);
      },
    );
    expect(results.map((one) => one.outcome)).toEqual(["not-found", "confirmed"]);
  });

  it("a batch that the shop finds too large is halved, and the gate is asked for each half", async () => {
    const listings = (await allListings(bed.context)).filter((one) => one.externalParentId === null && one.quantity !== null).slice(0, 8);
    const sizes: number[] = [];
    const strict: ChannelContext = { ...bed.context, http: refusingBatchesAbove(3, bed.context) };
    const results = await bed.channel.setStock(
      strict,
      listings.map((one) => writeOf(one, one.quantity!, 1)),
      async (imminent) => {
        sizes.push(imminent.length);
        return letAll(imminent);
      },
    );
    expect(results.map((one) => one.outcome)).toEqual(Array(8).fill("confirmed"));
    expect(sizes).toEqual([8, 4, 2, 2, 4, 2, 2]);
  });

  it("numbers of several parents are read and written parent by parent, each reading right before its own write", async () => {
    const listings = (await allListings(bed.context)).filter((one) => one.quantity !== null);
    bed.trail.length = 0;
    await bed.channel.setStock(
      bed.context,
      listings.map((one) => writeOf(one, one.quantity!, 2)),
      bed.gate,
    );
    const order = bed.trail.map((entry) => (entry.kind === "gate" ? "gate" : entry.operation));
    expect(order).toEqual(["listProduct", "gate", "batchProduct", "listProductVariation", "gate", "batchProductVariation"]);
  });
});

/** A shop in which a plugin writes words where one product's number should stand. */
function garbling(id: number, { http }: ChannelContext): ChannelContext["http"] {
  return async (call: ChannelCall) => {
    const answer = await http(call);
    if (call.method !== "GET") return answer;
    const garble = (value: unknown) => {
      if (typeof value === "object" && value !== null && (value as JsonObject).id === id) (value as JsonObject).stock_quantity = "many";
    };
    const body: unknown = JSON.parse(answer.text);
    for (const value of Array.isArray(body) ? body : [body]) garble(value);
    return { ...answer, text: JSON.stringify(body) };
  };
}

/** A shop whose filter allows fewer items per batch. */
function refusingBatchesAbove(most: number, { http }: ChannelContext): ChannelContext["http"] {
  return async (call: ChannelCall) => {
    const items = call.operation.startsWith("batch") ? (JSON.parse(String(call.body)) as { update: unknown[] }).update.length : 0;
    if (items <= most) return http(call);
    return {
      status: 413,
      headers: {},
      text: '{"code":"woocommerce_rest_request_entity_too_large","message":"Unable to accept","data":{"status":413}}',
    };
  };
}
