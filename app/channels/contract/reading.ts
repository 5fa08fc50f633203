/** Who the account is, what it lists, and which numbers it shows. */
import { expect, it } from "vitest";
import type { Json, JsonObject } from "#app/domain/channel-words.ts";
import { type Bed, collectListings, listingsOf, readOf } from "./steps.ts";

const MINUTE_MS = 60_000;

export function readingContract(bed: Bed): void {
  it("identify proves whose account the credentials open", async () => {
    const { channel, context } = bed();
    const first = await channel.identify(context);
    const second = await channel.identify(context);
    expect(first.externalId).not.toBe("");
    expect(first.name).not.toBe("");
    expect(first.currency).toMatch(/^[A-Z]{3}$/);
    expect(second).toEqual(first);
  });

  it("lists every listing exactly once over many pages", async () => {
    const b = bed();
    await b.reset({ items: 430 });
    const listed = await collectListings(b);
    const ids = listed.map((one) => one.externalId);
    expect(new Set(ids).size).toBe(ids.length);
    const skus = new Set(listed.map((one) => one.sku));
    const missing = b.world.listings().filter((one) => one.active && one.sku !== "" && !skus.has(one.sku));
    expect(missing.map((one) => one.sku)).toEqual([]);
    expect(b.world.goods.length).toBe(430);
  });

  it("a listing page can be asked again by its cursor, and the way goes on from there", async () => {
    const b = bed();
    await b.reset({ items: 430 });
    const { channel, context } = b;
    const first = await channel.listListings(context, null);
    expect(first.nextPage).not.toBeNull();
    const cursor: string = JSON.parse(JSON.stringify(first.nextPage));
    const once = await channel.listListings(context, cursor);
    const again = await channel.listListings(context, cursor);
    expect(once.listings.length).toBeGreaterThan(0);
    expect(again.listings.map((one) => one.externalId)).toEqual(once.listings.map((one) => one.externalId));
    const before = new Set(first.listings.map((one) => one.externalId));
    expect(once.listings.filter((one) => before.has(one.externalId))).toEqual([]);
  });

  it("a listing carries title, SKU, price, state and the number it shows", async () => {
    const b = bed();
    const listed = await collectListings(b);
    for (const good of b.world.goods) {
      const one = listed.find((listing) => listing.sku === good.sku);
      expect(one, good.sku).toBeDefined();
      expect(`${one!.parentTitle ?? ""} ${one!.title}`).toContain(good.title);
      expect(one!.priceMinor).toBe(good.priceMinor);
      expect(one!.currency).toMatch(/^[A-Z]{3}$/);
      expect(one!.state).toBe("active");
      expect(one!.quantity, good.sku).toBe(b.world.shown(good.sku).quantity);
      expect(one!.quantityRef.key).not.toBe("");
    }
  });

  it("reads every number it listed, in batches of its own size", async () => {
    const b = bed();
    const listed = await collectListings(b);
    const refs = [...new Map(listed.map((one) => [one.quantityRef.key, one.quantityRef])).values()];
    const { readBatch } = b.channel.capabilities(b.context.settings);
    const readings = [];
    for (let at = 0; at < refs.length; at += readBatch) {
      readings.push(...(await b.channel.readStock(b.context, refs.slice(at, at + readBatch))));
    }
    expect(readings.map((one) => one.key).sort()).toEqual(refs.map((one) => one.key).sort());
    const numbers = new Map(readings.map((one) => [one.key, one.quantity]));
    for (const good of b.world.goods) {
      const key = listed.find((one) => one.sku === good.sku)!.quantityRef.key;
      expect(numbers.get(key), good.sku).toBe(b.world.shown(good.sku).quantity);
    }
  });

  it("reading nothing makes no call", async () => {
    const b = bed();
    expect(await b.channel.readStock(b.context, [])).toEqual([]);
    expect(b.trail).toEqual([]);
  });

  it("an id that the platform does not know is missing, and the rest is still answered", async () => {
    const b = bed();
    const [known, other] = await listingsOf(b, [b.world.goods[0]!.sku, b.world.goods[1]!.sku]);
    const stranger = { key: "stranger", ref: strangeIds(other!.quantityRef.ref) as JsonObject };
    const readings = await b.channel.readStock(b.context, [stranger, known!.quantityRef]);
    expect(readings.find((one) => one.key === "stranger")).toMatchObject({ state: "missing", quantity: null });
    expect(readings.find((one) => one.key === known!.quantityRef.key)).toMatchObject({
      state: "active",
      quantity: b.world.goods[0]!.quantity,
    });
  });

  it("a listing taken down by hand is missing or ended, never a zero that counts", async () => {
    const b = bed();
    const [gone, stays] = b.world.goods;
    const refs = (await listingsOf(b, [gone!.sku, stays!.sku])).map((one) => one.quantityRef);
    b.world.removeListing(gone!.sku);
    const readings = await b.channel.readStock(b.context, refs);
    expect(["missing", "ended"]).toContain(readings.find((one) => one.key === refs[0]!.key)?.state);
    expect(readings.find((one) => one.key === refs[1]!.key)).toMatchObject({ state: "active", quantity: stays!.quantity });
  });

  it("a listing without a number is untracked", async () => {
    const b = bed();
    const untracked = (await collectListings(b)).filter((one) => one.state === "untracked");
    if (!b.traits.hasUntracked) {
      expect(untracked).toEqual([]);
      return;
    }
    expect(untracked.length).toBeGreaterThan(0);
    expect(untracked[0]!.quantity).toBeNull();
    const [reading] = await b.channel.readStock(b.context, [untracked[0]!.quantityRef]);
    expect(reading).toMatchObject({ state: "untracked", quantity: null });
  });

  it("a reading carries the time from before its request was sent", async () => {
    const b = bed();
    const [listing] = await listingsOf(b, [b.world.goods[0]!.sku]);
    b.trail.length = 0;
    b.world.faults({ api: { latencyMs: 20 } });
    const before = b.clock.now().getTime();
    const [reading] = await b.channel.readStock(b.context, [listing!.quantityRef]);
    expect(reading!.sentAt.getTime()).toBeGreaterThanOrEqual(before);
    const [call] = b.trail;
    expect(call?.kind === "call" && reading!.sentAt <= call.sentAt).toBe(true);
  });

  it("the next reading shows a hand edit and a sale", async () => {
    const b = bed();
    const [edited, sold] = b.world.goods;
    b.world.setByHand(edited!.sku, 5);
    b.world.sell([{ sku: sold!.sku, quantity: 2 }]);
    const [first, second] = await readOf(b, [edited!.sku, sold!.sku]);
    expect(first!.quantity).toBe(5);
    expect(second!.quantity).toBe(sold!.quantity - 2);
  });

  it("a stale reading is old, never something that did not stand there", async () => {
    const b = bed();
    const { sku, quantity } = b.world.goods[0]!;
    const [listing] = await listingsOf(b, [sku]);
    b.world.faults({ api: { staleReadMs: MINUTE_MS } });
    b.clock.advance(2 * MINUTE_MS);
    b.world.setByHand(sku, 5);
    const [old] = await b.channel.readStock(b.context, [listing!.quantityRef]);
    expect(old!.quantity).toBe(quantity);
    b.clock.advance(2 * MINUTE_MS);
    const [fresh] = await b.channel.readStock(b.context, [listing!.quantityRef]);
    expect(fresh!.quantity).toBe(5);
  });

  it("another account's credentials open that account and no other", async () => {
    const b = bed();
    const other = b.contextOf(3);
    const identity = await b.channel.identify(other);
    expect(identity.externalId).not.toBe(b.context.account.externalId);
    const context = { ...other, account: { externalId: identity.externalId, address: identity.address ?? other.account.address } };
    const skus = (await collectListings({ ...b, context })).map((one) => one.sku);
    expect(skus.filter((sku) => sku?.startsWith("B-")).length).toBeGreaterThan(0);
    expect(skus.filter((sku) => b.world.goods.some((good) => good.sku === sku))).toEqual([]);
  });

  it("limits that the platform tells are passed on", async () => {
    const b = bed();
    await collectListings(b);
    expect(b.limits.some((one) => one.remaining !== undefined || one.remainingToday !== undefined)).toBe(b.traits.tellsLimits);
  });

  it("locations are named where the channel has them, and their parts add up", async () => {
    const b = bed();
    const { locations } = b.channel.capabilities(b.context.settings);
    expect(b.channel.listLocations !== undefined).toBe(locations);
    const named = new Set(((await b.channel.listLocations?.(b.context)) ?? []).map((one) => one.externalId));
    const [reading] = await readOf(b, [b.world.goods[0]!.sku]);
    expect(reading!.parts.length > 0).toBe(locations);
    expect(reading!.parts.filter((part) => !named.has(part.locationId))).toEqual([]);
    if (locations) expect(reading!.parts.reduce((sum, part) => sum + part.quantity, 0)).toBe(reading!.quantity);
  });
}

/** Turns every id in an address into one that nobody has. */
function strangeIds(value: Json): Json {
  if (typeof value === "number") return value + 500_000_000;
  if (typeof value === "string") return value.replace(/\d{3,}/g, (digits) => "9".repeat(digits.length));
  if (Array.isArray(value)) return value.map(strangeIds);
  if (value === null || typeof value === "boolean") return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, strangeIds(part)]));
}
