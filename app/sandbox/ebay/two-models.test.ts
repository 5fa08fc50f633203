/** eBay's main trap: old-style and Inventory API listings side by side, each closed to the other's writes. */
import { describe, expect, it } from "vitest";
import { type Bench, itemIdOf, openBench, revise, texts } from "./test-bench.ts";

const INVENTORY = "/sell/inventory/v1";
/** Of nine goods the seed puts 1 to 3 into one old listing, 4 to 6 into one each, 7 and 8 into a group, 9 alone. */
const [OLD_VARIATION, OLD_PLAIN, GROUPED, NEW_PLAIN] = ["G1-2", "G1-4", "G1-7", "G1-9"] as const;

const offerOf = async (bench: Bench, sku: string) => {
  const { body } = await bench.rest("GET", `${INVENTORY}/offer?sku=${sku}`);
  return (body as { offers: { offerId: string; availableQuantity: number; listing: { listingId: string } }[] }).offers[0]!;
};
const update = (bench: Bench, ...requests: unknown[]) =>
  bench.rest("POST", `${INVENTORY}/bulk_update_price_quantity`, { body: { requests } });

describe("two listing models", () => {
  it("two thirds stand in the old model, some as variations, some Inventory items in a group", () => {
    const { listings } = openBench().simulator.state(1);
    expect(listings).toHaveLength(9);
    expect(new Set(listings.slice(0, 3).map(({ id }) => id.split(":")[0])).size).toBe(1);
    expect(new Set(listings.map(({ id }) => id.split(":")[0])).size).toBe(6);
  });

  it("the Inventory API sees nothing of old listings, Trading sees everything", async () => {
    const bench = openBench();
    const { status, body } = await bench.rest("POST", `${INVENTORY}/bulk_get_inventory_item`, {
      body: { requests: [{ sku: OLD_PLAIN }, { sku: NEW_PLAIN }] },
    });
    expect(status).toBe(207);
    expect((body as { responses: { statusCode: number }[] }).responses.map((row) => row.statusCode)).toEqual([404, 200]);
    const list = await bench.trading("GetMyeBaySelling", "<ActiveList><Include>true</Include></ActiveList>");
    expect(texts(list, "ItemID")).toHaveLength(6);
    expect(list).toContain(itemIdOf(bench, NEW_PLAIN));
  });

  it("lock-out: Trading may not write an Inventory listing, and says so after two warnings without naming it", async () => {
    const bench = openBench();
    const answer = await bench.trading(
      "ReviseInventoryStatus",
      revise({ itemId: itemIdOf(bench, NEW_PLAIN), quantity: 3 }, { itemId: itemIdOf(bench, OLD_PLAIN), quantity: 3 }),
    );
    expect(texts(answer, "SeverityCode")).toEqual(["Warning", "Warning", "Error"]);
    expect(texts(answer, "ErrorCode").at(-1)).toBe("21919474");
    expect(answer).not.toContain("ErrorParameters");
    expect(texts(answer, "Ack")).toEqual(["Failure"]);
    expect(bench.shown(NEW_PLAIN)!.quantity).toBe(20);
    // The other of the two was written all the same.
    expect(bench.shown(OLD_PLAIN)!.quantity).toBe(3);
  });

  it("min(total, offer): the listing shows the lesser of the two numbers", async () => {
    const bench = openBench();
    const { offerId } = await offerOf(bench, NEW_PLAIN);
    await update(bench, { sku: NEW_PLAIN, offers: [{ offerId, availableQuantity: 5 }] });
    expect(bench.shown(NEW_PLAIN)!.quantity).toBe(5);
    await update(bench, { sku: NEW_PLAIN, shipToLocationAvailability: { quantity: 2 } });
    expect(bench.shown(NEW_PLAIN)!.quantity).toBe(2);
    expect(bench.journal.map(({ from, to, call }) => [from, to, call])).toEqual([
      [20, 5, "bulkUpdatePriceQuantity"],
      [5, 2, "bulkUpdatePriceQuantity"],
    ]);
  });

  it("full replacement loses a total that is left out, and nothing can be bought", async () => {
    const bench = openBench();
    const { status } = await bench.rest("PUT", `${INVENTORY}/inventory_item/${NEW_PLAIN}`, { body: { product: { title: "New title" } } });
    expect(status).toBe(204);
    expect(bench.shown(NEW_PLAIN)!.quantity).toBe(0);
    expect(bench.journal).toMatchObject([{ sku: NEW_PLAIN, from: 20, to: 0, by: "api" }]);
  });

  it("207: one bad SKU spoils nothing for the others", async () => {
    const bench = openBench({ skusPerBulkUpdate: 25 });
    const { offerId } = await offerOf(bench, NEW_PLAIN);
    const answer = await update(
      bench,
      { sku: NEW_PLAIN, offers: [{ offerId, availableQuantity: 4 }] },
      { sku: OLD_PLAIN, shipToLocationAvailability: { quantity: 4 } },
    );
    expect(answer.status).toBe(207);
    expect(answer.body).toMatchObject({
      responses: [
        { sku: NEW_PLAIN, offerId, statusCode: 200 },
        { sku: OLD_PLAIN, statusCode: 404, errors: [{ errorId: 25702 }] },
      ],
    });
    expect(bench.shown(NEW_PLAIN)!.quantity).toBe(4);
  });

  it("an offer of another SKU, or named twice, is refused", async () => {
    const bench = openBench();
    const { offerId } = await offerOf(bench, NEW_PLAIN);
    const foreign = await update(bench, { sku: GROUPED, offers: [{ offerId, availableQuantity: 1 }] });
    const twice = await update(bench, { sku: NEW_PLAIN, offers: [1, 2].map((availableQuantity) => ({ offerId, availableQuantity })) });
    const rows = [foreign, twice].flatMap(
      ({ body }) => (body as { responses: { statusCode: number; errors: { errorId: number }[] }[] }).responses,
    );
    expect(rows.map((row) => [row.statusCode, row.errors[0]!.errorId])).toEqual(Array(3).fill([400, 25002]));
    expect(bench.journal).toEqual([]);
  });

  it("one SKU per bulk update unless more is allowed; wrong types are refused", async () => {
    const bench = openBench();
    const two = await update(
      bench,
      { sku: GROUPED, shipToLocationAvailability: { quantity: 1 } },
      { sku: NEW_PLAIN, shipToLocationAvailability: { quantity: 1 } },
    );
    const text = await update(bench, { sku: NEW_PLAIN, shipToLocationAvailability: { quantity: "4" } });
    expect([two.status, text.status]).toEqual([400, 400]);
    expect(text.body).toMatchObject({ errors: [{ errorId: 25709, category: "REQUEST" }] });
  });

  it("offset is a page number in the Inventory API", async () => {
    const bench = openBench();
    const page = async (offset: number) =>
      (
        (await bench.rest("GET", `${INVENTORY}/inventory_item?limit=2&offset=${offset}`)).body as { inventoryItems: { sku: string }[] }
      ).inventoryItems.map(({ sku }) => sku);
    expect([await page(0), await page(1), await page(2)]).toEqual([["G1-7", "G1-8"], ["G1-9"], []]);
  });

  it("two offers of one SKU share its total: a sale on one lowers both", async () => {
    const bench = openBench();
    const created = await bench.rest("POST", `${INVENTORY}/offer`, {
      body: { sku: NEW_PLAIN, marketplaceId: "EBAY_CA", format: "FIXED_PRICE" },
    });
    const { offerId } = created.body as { offerId: string };
    expect((await bench.rest("POST", `${INVENTORY}/offer/${offerId}/publish`)).status).toBe(200);
    bench.simulator.placeOrder(1, { lines: [{ sku: NEW_PLAIN, quantity: 3 }] });
    const shown = bench.simulator.state(1).listings.filter(({ sku }) => sku === NEW_PLAIN);
    expect(shown.map(({ quantity }) => quantity)).toEqual([17, 17]);
  });

  it("odd languages are refused as the Inventory API refuses them", async () => {
    const bench = openBench();
    const star = await bench.rest("GET", `${INVENTORY}/inventory_item`, { headers: { "accept-language": "*" } });
    const none = await bench.rest("PUT", `${INVENTORY}/inventory_item/${NEW_PLAIN}`, { body: {}, headers: { "content-language": "" } });
    expect([star.status, none.status]).toEqual([400, 400]);
    expect(bench.journal).toEqual([]);
  });

  it("a variation is found by item and SKU", async () => {
    const bench = openBench();
    const itemId = itemIdOf(bench, OLD_VARIATION);
    const without = await bench.trading("ReviseInventoryStatus", revise({ itemId, quantity: 2 }));
    const wrong = await bench.trading("ReviseInventoryStatus", revise({ itemId, sku: "nobody", quantity: 2 }));
    const right = await bench.trading("ReviseInventoryStatus", revise({ itemId, sku: OLD_VARIATION, quantity: 2 }));
    expect([texts(without, "ErrorCode"), texts(wrong, "ErrorCode"), texts(right, "ErrorCode")]).toEqual([["21916583"], ["21916799"], []]);
    expect(bench.shown(OLD_VARIATION)!.quantity).toBe(2);
  });
});
