/** The connector over both listing models at once: found once, read right, written by the way that owns them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ChannelListing } from "#app/domain/channel-words.ts";
import type { EbaySimulator } from "#app/sandbox/ebay/simulator.ts";
import { type ChannelBed, makeHarness } from "#app/testing/channel-harness.ts";
import { collectListings, only, readAndSet, readOf, setStock, writeFrom } from "../contract/steps.ts";
import type { ChannelContext } from "../port.ts";
import { ebay } from "./connector.server.ts";
import { sendRest } from "./rest-client.ts";

const INVENTORY = "https://api.ebay.com/sell/inventory/v1";

describe("two listing models", () => {
  let bed: ChannelBed;
  let listings: ChannelListing[];
  beforeAll(async () => {
    bed = await makeHarness(ebay);
  });
  afterAll(() => bed.stop());
  beforeEach(async () => {
    await bed.reset();
    listings = await collectListings(bed);
  });
  const inventoryMade = () => listings.filter((one) => one.quantityRef.key.startsWith("i:"));
  const variations = () => listings.filter((one) => one.quantityRef.key.startsWith("t:") && one.externalParentId !== null);
  const rest = (method: "POST" | "PUT", path: string, body: object) =>
    sendRest(bed.context, { operation: "test", method, url: INVENTORY + path, body: JSON.parse(JSON.stringify(body)) });

  it("each listing is found once, by the model that owns it", () => {
    expect(listings.length).toBe(new Set(listings.map((one) => one.externalId)).size);
    expect(inventoryMade().length).toBeGreaterThan(5);
    expect(inventoryMade().length).toBeLessThan(listings.length / 2);
    expect(variations().length).toBeGreaterThan(5);
    const { externalId, externalParentId, sku, quantityRef } = variations()[0]!;
    expect(externalId).toBe(`${externalParentId}:${sku}`);
    expect(quantityRef).toEqual({ key: `t:${externalParentId}:${sku}`, ref: { managedBy: "trading", itemId: externalParentId, sku } });
    expect(inventoryMade()[0]!.quantityRef.ref).toMatchObject({ managedBy: "inventory_api", sku: inventoryMade()[0]!.sku });
  });

  it("variations on which nothing happened yet are found although the lists hide them", () => {
    const shown = bed.world.listings().filter((one) => one.active);
    expect(listings.map((one) => one.sku).sort()).toEqual(shown.map((one) => one.sku).sort());
  });

  it("variations of one item are read by one call, and written four per call", async () => {
    const three = variations().slice(0, 3);
    bed.trail.length = 0;
    const readings = await bed.channel.readStock(
      bed.context,
      three.map((one) => one.quantityRef),
    );
    expect(bed.trail.map((entry) => entry.kind === "call" && entry.operation)).toEqual(["GetItem"]);
    bed.trail.length = 0;
    const writes = readings.map((reading, index) => writeFrom(bed, { ...reading, ref: three[index]!.quantityRef.ref }, 2));
    expect((await setStock(bed, writes)).map((result) => result.outcome)).toEqual(Array(3).fill("confirmed"));
    expect(bed.trail.flatMap((entry) => (entry.kind === "call" ? entry.operation : []))).toEqual(["GetItem", "ReviseInventoryStatus"]);
  });

  it("plain old-style numbers come two hundred a call out of the list, and they are those that GetItem shows; variations do not", async () => {
    await bed.reset({ items: 260 });
    listings = await collectListings(bed);
    const { keyPattern } = ebay.capabilities({}).shown!;
    const plain = listings.filter((one) => new RegExp(keyPattern).test(one.quantityRef.key));
    expect(plain.every((one) => one.externalParentId === null)).toBe(true);
    bed.world.setByHand(plain[0]!.sku!, 3);
    bed.trail.length = 0;
    const shown = new Map<string, number | null>();
    let page: string | null = null;
    do {
      const answer = await bed.channel.readShown!(bed.context, page);
      for (const reading of answer.readings) shown.set(reading.key, reading.quantity);
      page = answer.nextPage;
    } while (page !== null);
    expect(new Set(bed.trail.flatMap((entry) => (entry.kind === "call" ? entry.operation : [])))).toEqual(new Set(["GetMyeBaySelling"]));
    expect(bed.trail.length).toBe(Math.ceil(new Set(listings.map((one) => one.externalParentId ?? one.externalId)).size / 200));
    const named = await bed.channel.readStock(
      bed.context,
      plain.map((one) => one.quantityRef),
    );
    expect(named.map((one) => [one.key, shown.get(one.key)])).toEqual(named.map((one) => [one.key, one.quantity]));
    expect(shown.get(plain[0]!.quantityRef.key)).toBe(3);
    expect(variations().filter((one) => shown.has(one.quantityRef.key))).toEqual([]);
    bed.world.faults({ api: { emptyPage: 1 } });
    await expect(bed.channel.readShown!(bed.context, JSON.stringify({ call: "selling", page: 1 }))).resolves.toMatchObject({
      readings: [],
    });
  });

  it("a no-change write spends no call", async () => {
    const { sku, quantity } = bed.world.goods[0]!;
    expect(await readAndSet(bed, sku, quantity)).toMatchObject({ outcome: "confirmed" });
    expect(bed.trail.some((entry) => entry.kind === "call" && entry.changes)).toBe(false);
  });

  it("odd SKUs survive: 1e5, 007, blanks, entities", async () => {
    const odd = ["1e5", "007", " edge ", 'O\'Brien & <Söhne> "x"', "0x10", "a/b?c#d", "~tilde", "x:y"];
    for (const sku of odd) bed.world.addListing({ sku, title: `Odd ${sku}`, quantity: 5, price: 3.5 });
    const skus = (await collectListings(bed)).map((one) => one.sku);
    for (const sku of odd) expect(skus).toContain(sku);
    for (const sku of odd) expect(await readAndSet(bed, sku, 4), sku).toMatchObject({ outcome: "confirmed", quantity: 4 });
    expect(odd.map((sku) => bed.world.shown(sku).quantity)).toEqual(odd.map(() => 4));
    const id = bed.world.sell(odd.map((sku) => ({ sku, quantity: 1 })));
    const { orders } = await bed.channel.readOrdersById(bed.context, [id]);
    expect(orders[0]!.lines.map((line) => line.sku)).toEqual(odd);
  });

  it("an address of the old model that points to an Inventory listing is written the new way, and moves on", async () => {
    const listing = inventoryMade().find((one) => one.externalParentId === null)!;
    const other = variations()[0]!;
    const ref = { managedBy: "trading", itemId: listing.externalId, sku: null };
    const wrong = { ...writeFrom(bed, (await readOf(bed, [listing.sku!]))[0]!, 3), key: "moved", ref };
    const right = writeFrom(bed, (await readOf(bed, [other.sku!]))[0]!, 4);
    const results = await setStock(bed, [wrong, right]);
    expect(results).toMatchObject([
      { key: "moved", outcome: "confirmed", quantity: 3, ref: { managedBy: "inventory_api", sku: listing.sku } },
      { outcome: "confirmed", quantity: 4 },
    ]);
    expect([bed.world.shown(listing.sku!).quantity, bed.world.shown(other.sku!).quantity]).toEqual([3, 4]);
  });

  it("several offers of one SKU are one number: listed under one key, written together", async () => {
    const { sku } = inventoryMade().find((one) => one.externalParentId === null)!;
    const created = await rest("POST", "/offer", { sku, marketplaceId: "EBAY_CA", format: "FIXED_PRICE", availableQuantity: 50 });
    const { offerId } = JSON.parse(created.text) as { offerId: string };
    await sendRest(bed.context, { operation: "publishOffer", method: "POST", url: `${INVENTORY}/offer/${offerId}/publish` });
    const both = (await collectListings(bed)).filter((one) => one.sku === sku);
    expect(both).toHaveLength(2);
    expect(new Set(both.map((one) => one.quantityRef.key))).toEqual(new Set([`i:${sku}`]));
    expect(await readAndSet(bed, sku!, 6)).toMatchObject({ outcome: "confirmed" });
    expect(
      bed.world
        .listings()
        .filter((one) => one.sku === sku)
        .map((one) => one.quantity),
    ).toEqual([6, 6]);
  });

  it("a lost total reads as sold out, and a write brings it back", async () => {
    const { sku } = inventoryMade()[0]!;
    await rest("PUT", `/inventory_item/${encodeURIComponent(sku!)}`, { product: { title: "Replaced" } });
    const [reading] = await readOf(bed, [sku!]);
    expect(reading).toMatchObject({ quantity: 0, state: "sold-out" });
    expect(only(await setStock(bed, [writeFrom(bed, reading!, 8)]))).toMatchObject({ outcome: "confirmed", quantity: 8 });
    expect(bed.world.shown(sku!).quantity).toBe(8);
  });

  it("a relisted item is read and written under its new id", async () => {
    bed.world.addListing({ sku: "AGAIN", title: "Again", quantity: 6, price: 2 });
    const [reading] = await readOf(bed, ["AGAIN"]);
    bed.world.removeListing("AGAIN");
    expect((await bed.channel.readStock(bed.context, [{ key: reading!.key, ref: reading!.ref! }]))[0]).toMatchObject({
      state: "ended",
      quantity: null,
    });
    bed.world.addListing({ sku: "AGAIN", title: "Again", quantity: 6, price: 2 });
    const result = only(await setStock(bed, [writeFrom(bed, reading!, 5)]));
    expect(result).toMatchObject({ outcome: "confirmed", quantity: 5 });
    const { id } = bed.world.listings().find((one) => one.sku === "AGAIN" && one.active)!;
    expect(result.outcome === "confirmed" && result.ref).toMatchObject({ itemId: id });
  });

  it("out-of-stock control off: a problem of each old listing, and no zero is written", async () => {
    const context = bed.contextOf(2);
    const page = await bed.channel.listListings(context, null);
    expect(page.listings.map((one) => one.problems.map(({ kind }) => kind))).toEqual(page.listings.map(() => ["no-out-of-stock-control"]));
    const { quantityRef, quantity } = page.listings[0]!;
    const write = {
      ...writeFrom(bed, { key: quantityRef.key, quantity, state: "active", sentAt: bed.clock.now(), parts: [], ref: quantityRef.ref }, 0),
    };
    const result = only(await bed.channel.setStock(context, [write], bed.gate));
    expect(result).toMatchObject({ outcome: "rejected", who: "seller" });
    expect(
      bed
        .simulator()
        .state(2)
        .listings.map((one) => one.quantity),
    ).toEqual(page.listings.map((one) => one.quantity));
  });

  it("switched off behind our back: the item itself says so before the zero", async () => {
    (bed.simulator() as EbaySimulator).setOutOfStockControl(1, false);
    const { sku, quantity } = bed.world.goods[0]!;
    expect(await readAndSet(bed, sku, 0)).toMatchObject({ outcome: "rejected", who: "seller" });
    expect(bed.world.shown(sku)).toMatchObject({ quantity, active: true });
  });

  it("a stale reading that looks right leads to a write of what stands there: success, nothing moved", async () => {
    const { sku, quantity } = bed.world.goods[0]!;
    const [reading] = await readOf(bed, [sku]);
    bed.world.setByHand(sku, quantity - 1);
    bed.world.faults({ api: { staleReadMs: 60_000 } });
    const journal = bed.world.journal().length;
    expect(only(await setStock(bed, [writeFrom(bed, reading!, quantity - 1)]))).toMatchObject({ outcome: "confirmed" });
    expect(bed.world.journal()).toHaveLength(journal);
  });

  it("bulk updates carry one SKU unless the settings allow more", async () => {
    const skus = inventoryMade()
      .slice(0, 3)
      .map((one) => one.sku!);
    const writes = (await readOf(bed, skus)).map((reading) => writeFrom(bed, reading, 3));
    bed.trail.length = 0;
    await setStock(bed, writes);
    const updates = () => bed.trail.filter((entry) => entry.kind === "call" && entry.operation === "bulkUpdatePriceQuantity").length;
    expect(updates()).toBe(3);
    const wide: ChannelContext = { ...bed.context, settings: { ...bed.context.settings, skusPerUpdate: 25 } };
    bed.trail.length = 0;
    // This sandbox takes one SKU per call: the whole request is refused, and each number hears of it.
    const refused = await bed.channel.setStock(
      wide,
      (await readOf(bed, skus)).map((reading) => writeFrom(bed, reading, 2)),
      bed.gate,
    );
    expect(updates()).toBe(1);
    expect(refused.map((result) => result.outcome)).toEqual(Array(3).fill("rejected"));
  });

  describe.each([
    ["alone", false],
    ["in a group", true],
  ])("an Inventory listing %s", (_name, grouped) => {
    let sku: string;
    let shown: number;
    beforeEach(() => {
      const listing = inventoryMade().find((one) => (one.externalParentId !== null) === grouped)!;
      sku = listing.sku!;
      shown = listing.quantity!;
    });
    const reading = async () => (await readOf(bed, [sku]))[0]!;
    const changes = () => bed.trail.filter((entry) => entry.kind === "call" && entry.changes);

    it("goes down to zero, stays alive without any preference, and comes back", async () => {
      (bed.simulator() as EbaySimulator).setOutOfStockControl(1, false);
      expect(await readAndSet(bed, sku, 0)).toMatchObject({ outcome: "confirmed", quantity: 0, state: "sold-out" });
      expect(await reading()).toMatchObject({ quantity: 0, state: "sold-out" });
      expect(await readAndSet(bed, sku, shown + 3)).toMatchObject({ outcome: "confirmed", state: "active" });
      expect(bed.world.shown(sku)).toMatchObject({ quantity: shown + 3, active: true });
    });

    it("a sale before the write is a conflict, and the sold unit does not come back", async () => {
      const before = await reading();
      bed.world.sell([{ sku, quantity: 1 }]);
      const result = only(await setStock(bed, [writeFrom(bed, before, shown + 5)]));
      expect(result).toMatchObject({ outcome: "conflict", reading: { quantity: shown - 1 } });
      expect([changes(), bed.world.shown(sku).quantity]).toEqual([[], shown - 1]);
    });

    it("taken down by hand it has ended, which is no zero", async () => {
      const { quantityRef } = listings.find((one) => one.sku === sku)!;
      const before = await reading();
      bed.world.removeListing(sku);
      const [after] = await bed.channel.readStock(bed.context, [quantityRef]);
      expect([after!.state, after!.quantity]).toEqual(["ended", null]);
      expect(only(await setStock(bed, [writeFrom(bed, before, 1)])).outcome).toBe("conflict");
    });

    it("a lost reply, a 5xx and a throttle at the write are told apart", async () => {
      const under = async (api: Parameters<typeof bed.world.faults>[0]) => {
        const write = writeFrom(bed, await reading(), shown - 2);
        const gate: typeof bed.gate = async (imminent) => {
          bed.world.faults(api);
          return new Set(imminent.map((one) => one.key));
        };
        const outcome = await setStock(bed, [write], gate).then(
          (results) => only(results).outcome,
          (error: { kind: string }) => error.kind,
        );
        bed.world.faults();
        return [outcome, bed.world.shown(sku).quantity];
      };
      expect(await under({ api: { throttle: 1 } })).toEqual(["rate-limited", shown]);
      expect(await under({ api: { error5xx: 1 } })).toEqual(["unknown", shown]);
      expect(await under({ api: { html200: 1 } })).toEqual(["unknown", shown]);
      expect(await under({ api: { lostReply: 1 } })).toEqual(["unknown", shown - 2]);
    });

    it("the gate is asked right before, with the time of a reading of its own", async () => {
      const before = await reading();
      bed.trail.length = 0;
      const started = bed.clock.now().getTime();
      await setStock(bed, [writeFrom(bed, before, shown - 1)]);
      const kinds = bed.trail.map((entry) => (entry.kind === "call" ? entry.operation : "gate"));
      expect(kinds).toEqual(["bulkGetInventoryItem", "getOffers", "gate", "bulkUpdatePriceQuantity"]);
      const gate = bed.trail.find((entry) => entry.kind === "gate");
      expect(gate?.kind === "gate" && gate.readAt[0]!.getTime()).toBeGreaterThanOrEqual(started);
    });
  });
});
