/** The walk over all listings: caps, holes, lists that shrink while they are read, and listings that cannot be kept in step. */
import { describe, expect, it } from "vitest";
import type { ChannelCall } from "../port.ts";
import { cannedContext, tradingXml } from "./canned-context.ts";
import { listListings } from "./listings.ts";

const item = (id: number, more = "", type = "FixedPriceItem") =>
  `<Item><ItemID>${id}</ItemID><SKU>S${id}</SKU><Title>Thing ${id}</Title><ListingType>${type}</ListingType><Quantity>9</Quantity><QuantityAvailable>7</QuantityAvailable><SellingStatus><CurrentPrice currencyID="EUR">3.50</CurrentPrice></SellingStatus>${more}</Item>`;
const items = (from: number, to: number) => Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => item(from + index)).join("");
const pagination = (total: number) =>
  `<PaginationResult><TotalNumberOfPages>${Math.ceil(total / 50)}</TotalNumberOfPages><TotalNumberOfEntries>${total}</TotalNumberOfEntries></PaginationResult>`;
const selling = (content: string, total: number) =>
  tradingXml("GetMyeBaySelling", `<ActiveList><ItemArray>${content}</ItemArray>${pagination(total)}</ActiveList>`);
const sellerList = (content: string, total: number) => tradingXml("GetSellerList", `${pagination(total)}<ItemArray>${content}</ItemArray>`);
const preference = tradingXml("GetUserPreferences", "<OutOfStockControlPreference>true</OutOfStockControlPreference>");
const noInventory = { text: JSON.stringify({ total: 0 }) };
const pageOf = (call: ChannelCall) => Number(/<PageNumber>(\d+)/.exec(String(call.body))?.[1]);

/** A shop of old listings only; `answer` for the list calls. */
function shop(answer: (call: ChannelCall) => string) {
  return cannedContext((call) => {
    if (call.operation === "getInventoryItems") return noInventory;
    return { text: call.operation === "GetUserPreferences" ? preference : answer(call) };
  });
}

describe("listings", () => {
  it("a shop without Inventory items costs no Inventory calls beyond the first question", async () => {
    const { context, calls } = shop(() => selling(items(1, 3), 3));
    const { listings, nextPage } = await listListings(context, null);
    expect(
      listings.map(({ externalId, sku, quantity, priceMinor, currency }) => [externalId, sku, quantity, priceMinor, currency])[0],
    ).toEqual(["1", "S1", 7, 350, "EUR"]);
    expect([listings.length, nextPage]).toEqual([3, null]);
    expect(calls.map((call) => call.operation)).toEqual(["getInventoryItems", "GetUserPreferences", "GetMyeBaySelling"]);
  });

  it("at 25,000 GetMyeBaySelling ends: the walk changes over to GetSellerList and keeps to it", async () => {
    const { context, calls } = shop((call) =>
      call.operation === "GetMyeBaySelling"
        ? selling(items(1, 50), 25_000)
        : sellerList(items(pageOf(call) * 50 - 49, pageOf(call) * 50), 40_000),
    );
    const first = await listListings(context, null);
    const second = await listListings(context, first.nextPage);
    expect([first.listings[0]!.externalId, second.listings[0]!.externalId]).toEqual(["1", "51"]);
    expect(calls.map((call) => call.operation).slice(2)).toEqual(["GetMyeBaySelling", "GetSellerList", "GetSellerList"]);
    expect(String(calls.at(-1)!.body)).toContain("<EndTimeTo>2027-03-22T12:00:00.000Z</EndTimeTo>");
  });

  it("an absent list is believed only when the other list call is empty too", async () => {
    const empty = (rest: string) =>
      shop((call) => (call.operation === "GetMyeBaySelling" ? tradingXml("GetMyeBaySelling", "") : rest)).context;
    expect(await listListings(empty(sellerList("", 0)), null)).toMatchObject({ listings: [], nextPage: null });
    expect((await listListings(empty(sellerList(items(1, 2), 2)), null)).listings).toHaveLength(2);
    await expect(listListings(empty(sellerList("", 2)), null)).rejects.toMatchObject({ kind: "unavailable" });
  });

  it("a page with holes is asked once more, then given up", async () => {
    let asked = 0;
    const healing = shop(() => selling(items(1, asked++ === 0 ? 2 : 3), 3));
    expect((await listListings(healing.context, null)).listings).toHaveLength(3);
    await expect(listListings(shop(() => selling(items(1, 2), 3)).context, null)).rejects.toMatchObject({ kind: "unavailable" });
  });

  it("listings that end during the walk move others forward: the border is read again", async () => {
    let ended = false;
    const { context } = shop((call) => {
      const [from, total] = ended ? [11, 110] : [1, 120];
      const start = from + (pageOf(call) - 1) * 50;
      return selling(items(start, Math.min(start + 49, 120)), total);
    });
    const first = await listListings(context, null);
    ended = true;
    const second = await listListings(context, first.nextPage);
    const seen = new Set([...first.listings, ...second.listings].map(({ externalId }) => externalId));
    expect(Array.from({ length: 100 }, (_, index) => String(index + 11)).filter((id) => !seen.has(id))).toEqual([]);
  });

  it("an item whose number cannot be read stops the walk, it is no zero", async () => {
    const broken = item(1).replace("<Quantity>9</Quantity>", "").replace("<QuantityAvailable>7</QuantityAvailable>", "");
    await expect(listListings(shop(() => selling(broken, 1)).context, null)).rejects.toMatchObject({ kind: "unavailable" });
  });

  it("variations come from GetItem; one without SKU is listed as unwritable, by its specifics", async () => {
    const variation = (sku: string, color: string) =>
      `<Variation>${sku}<StartPrice currencyID="EUR">4.0</StartPrice><Quantity>5</Quantity><VariationSpecifics><NameValueList><Name>Size</Name><Value>M</Value></NameValueList><NameValueList><Name>Color</Name><Value>${color}</Value></NameValueList></VariationSpecifics><SellingStatus><QuantitySold>2</QuantitySold></SellingStatus></Variation>`;
    const listed = item(1, `<Variations>${variation("<SKU>V1</SKU>", "Red")}</Variations>`);
    const whole = item(1, `<Variations>${variation("<SKU>V1</SKU>", "Red")}${variation("<SKU></SKU>", "Blue")}</Variations>`);
    const { context } = shop((call) => (call.operation === "GetItem" ? tradingXml("GetItem", whole) : selling(listed, 1)));
    const { listings } = await listListings(context, null);
    expect(listings.map(({ externalId, sku, quantity, quantityRef }) => [externalId, sku, quantity, quantityRef.key])).toEqual([
      ["1:V1", "V1", 3, "t:1:V1"],
      ["1:~Color=Blue;Size=M", null, 3, "t:1:~Color=Blue;Size=M"],
    ]);
    expect(listings[1]!.problems.map(({ kind }) => kind)).toEqual(["no-sku"]);
    expect(listings[0]!.title).toBe("Thing 1 (M, Red)");
  });

  it("an auction is shown with its problem", async () => {
    const { listings } = await listListings(shop(() => selling(item(1, "", "Chinese"), 1)).context, null);
    expect(listings[0]!.problems.map(({ kind }) => kind)).toEqual(["unsupported"]);
  });

  it("a cursor of something else is refused", async () => {
    const { context } = shop(() => selling("", 0));
    for (const page of ["", "2", '{"page":2}']) await expect(listListings(context, page)).rejects.toMatchObject({ kind: "rejected" });
  });
});
