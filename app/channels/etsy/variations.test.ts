/** Etsy's stock is not one number per variation: what is shared, and what a write must leave alone. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ChannelBed, makeHarness } from "#app/testing/channel-harness.ts";
import { collectListings, only, writeFrom } from "../contract/steps.ts";
import type { ChannelContext } from "../port.ts";
import { etsy } from "./connector.server.ts";

let bed: ChannelBed;
let second: ChannelBed;

beforeAll(async () => {
  bed = await makeHarness(etsy);
}, 60_000);
afterAll(() => bed.stop());
beforeEach(async () => {
  await bed.reset();
  second = { ...bed, context: bed.contextOf(2) };
});

const shown = (sku: string) =>
  bed
    .simulator()
    .state(2)
    .listings.find((listing) => listing.sku === sku)?.quantity;
const listingOf = async (sku: string) => only((await collectListings(second)).filter((listing) => listing.sku === sku));

async function write(sku: string, to: number, context: ChannelContext = second.context) {
  const { quantityRef } = await listingOf(sku);
  const reading = only(await bed.channel.readStock(context, [quantityRef]));
  return only(await bed.channel.setStock(context, [writeFrom(second, { ...reading, ref: quantityRef.ref }, to)], bed.gate));
}

const callsOf = (operation: string) => bed.trail.filter((entry) => entry.kind === "call" && entry.operation === operation).length;

describe("quantity shared by all variations (quantity_on_property is empty)", () => {
  it("is one number under three listings", async () => {
    const pool = (await collectListings(second)).filter((listing) => listing.sku?.startsWith("ODD-POOL"));
    expect(pool.map((listing) => listing.sku).sort()).toEqual(["ODD-POOL-BLUE", "ODD-POOL-GREEN", "ODD-POOL-RED"]);
    expect(new Set(pool.map((listing) => listing.externalId)).size).toBe(3);
    expect(new Set(pool.map((listing) => listing.quantityRef.key))).toEqual(new Set([pool[0]?.externalParentId]));
  });

  it("moves for all of them with one write", async () => {
    expect(await write("ODD-POOL-RED", 5)).toMatchObject({ outcome: "confirmed", quantity: 5 });
    expect(["RED", "BLUE", "GREEN"].map((colour) => shown(`ODD-POOL-${colour}`))).toEqual([5, 5, 5]);
    expect(callsOf("updateListingInventory")).toBe(1);
  });

  it("falls for all of them when one is sold", async () => {
    bed.simulator().placeOrder(2, { lines: [{ sku: "ODD-POOL-BLUE", quantity: 2 }] });
    const { quantityRef } = await listingOf("ODD-POOL-GREEN");
    expect(only(await bed.channel.readStock(second.context, [quantityRef])).quantity).toBe(7);
  });
});

describe("quantity that depends on one of two properties", () => {
  it("has one key per value of that property", async () => {
    const planks = (await collectListings(second)).filter((listing) => listing.sku?.startsWith("ODD-SIZE"));
    const keys = new Map(planks.map((listing) => [listing.sku, listing.quantityRef.key]));
    expect(keys.get("ODD-SIZE-S-OAK")).toBe(keys.get("ODD-SIZE-S-ASH"));
    expect(keys.get("ODD-SIZE-L-OAK")).toBe(keys.get("ODD-SIZE-L-ASH"));
    expect(keys.get("ODD-SIZE-S-OAK")).not.toBe(keys.get("ODD-SIZE-L-OAK"));
  });

  it("changes both members of one value and neither of the other", async () => {
    expect(await write("ODD-SIZE-S-OAK", 3)).toMatchObject({ outcome: "confirmed", quantity: 3 });
    expect(["S-OAK", "S-ASH", "L-OAK", "L-ASH"].map((name) => shown(`ODD-SIZE-${name}`))).toEqual([3, 3, 4, 4]);
  });

  it("writes two numbers of one listing in one PUT", async () => {
    const [short, long] = [await listingOf("ODD-SIZE-S-OAK"), await listingOf("ODD-SIZE-L-OAK")];
    const readings = await bed.channel.readStock(second.context, [short.quantityRef, long.quantityRef]);
    const writes = readings.map((reading, index) => writeFrom(second, { ...reading, ref: short.quantityRef.ref }, index + 1));
    expect((await bed.channel.setStock(second.context, writes, bed.gate)).map((result) => result.outcome)).toEqual([
      "confirmed",
      "confirmed",
    ]);
    expect([shown("ODD-SIZE-S-ASH"), shown("ODD-SIZE-L-ASH")]).toEqual([1, 2]);
    expect(callsOf("updateListingInventory")).toBe(1);
  });
});

describe("a write touches nothing but quantities", () => {
  it("keeps prices, hidden variations, SKUs, options and the *_on_property lists", async () => {
    const inventory = async () => {
      const { externalParentId } = await listingOf("ODD-ALL-A");
      const answer = await second.context.http({
        operation: "getListingInventory",
        method: "GET",
        url: `https://openapi.etsy.com/v3/application/listings/${externalParentId}/inventory`,
        headers: {
          "x-api-key": `${String(second.context.app.keystring)}:${String(second.context.app.sharedSecret)}`,
          authorization: `Bearer ${String(second.context.credentials.accessToken)}`,
        },
        timeoutMs: 5_000,
      });
      return JSON.parse(answer.text) as { products: { product_id: number; offerings: { quantity: number; offering_id: number }[] }[] };
    };
    const bare = (given: Awaited<ReturnType<typeof inventory>>) => ({
      ...given,
      products: given.products.map((product) => ({
        ...product,
        product_id: 0,
        offerings: product.offerings.map((offering) => ({ ...offering, offering_id: 0, quantity: 0 })),
      })),
    });
    const before = await inventory();
    expect(await write("ODD-ALL-A", 2)).toMatchObject({ outcome: "confirmed", quantity: 2 });
    const after = await inventory();
    expect(bare(after)).toEqual(bare(before));
    expect(after.products.map((product) => product.offerings[0]?.quantity)).toEqual([2, 3, 6]);
    expect(after.products.every((product, index) => product.product_id !== before.products[index]?.product_id)).toBe(true);
  });

  it("carries the missing processing profile of a digital listing over", async () => {
    expect(await write("ODD-FILE", 500)).toMatchObject({ outcome: "confirmed", quantity: 500 });
  });

  it("sends nothing when prices come in another currency than the shop's", async () => {
    const euros = bed.contextOf(2, { currency: "EUR" });
    const result = await write("ODD-ALL-A", 2, euros);
    expect(result).toMatchObject({ outcome: "rejected", who: "us" });
    expect(callsOf("updateListingInventory")).toBe(0);
  });
});

describe("product ids that change with every PUT", () => {
  it("leave keys and listings as they were", async () => {
    const before = await collectListings(second);
    await write("ODD-ALL-A", 2);
    const names = (listings: typeof before) => listings.map((listing) => [listing.externalId, listing.quantityRef.key]);
    expect(names(await collectListings(second))).toEqual(names(before));
  });

  it("leave an order's line on its listing, though its product_id points at nothing now", async () => {
    const { externalId } = await listingOf("ODD-ALL-B");
    const { id } = bed.simulator().placeOrder(2, { lines: [{ sku: "ODD-ALL-B", quantity: 1 }] });
    await write("ODD-ALL-A", 2);
    const { orders } = await bed.channel.readOrdersById(second.context, [id]);
    expect(only(only(orders).lines).listingExternalId).toBe(externalId);
  });
});

describe("three variations", () => {
  it("are listed with their numbers and the reason why they cannot be written", async () => {
    const listing = await listingOf("ODD-THREE-A");
    expect(listing.quantity).toBe(5);
    expect(listing.problems.map((problem) => problem.kind)).toEqual(["unsupported"]);
  });

  it("are never written", async () => {
    expect(await write("ODD-THREE-A", 1)).toMatchObject({ outcome: "rejected", who: "seller" });
    expect(callsOf("updateListingInventory")).toBe(0);
    expect(shown("ODD-THREE-A")).toBe(5);
  });
});

it("lists a listing without SKU with that problem, and states as they are", async () => {
  const listings = await collectListings(second);
  expect(only(listings.filter((listing) => listing.sku === null)).problems.map((problem) => problem.kind)).toEqual(["no-sku"]);
  const states = new Map(listings.map((listing) => [listing.sku, listing.state]));
  expect(states.get("ODD-SOLD")).toBe("sold-out");
  expect(states.get("ODD-RESTING")).toBe("inactive");
  expect(states.get("ODD-DRAFT")).toBe("draft");
  expect(states.get("ODD-EXPIRED")).toBe("ended");
  expect(states.get("ODD-ALL-HIDDEN")).toBe("inactive");
});

it("takes two simultaneous writes of one listing as a conflict of one of them, and loses none of the other", async () => {
  const { quantityRef } = await listingOf("ODD-POOL-RED");
  const reading = only(await bed.channel.readStock(second.context, [quantityRef]));
  const go = (to: number) => bed.channel.setStock(second.context, [writeFrom(second, { ...reading, ref: quantityRef.ref }, to)], bed.gate);
  const outcomes = (await Promise.all([go(8), go(8)])).map((results) => only(results).outcome).sort();
  expect(outcomes[0]).toBe("confirmed");
  expect(["confirmed", "conflict"]).toContain(outcomes[1]);
  expect(shown("ODD-POOL-RED")).toBe(8);
});
