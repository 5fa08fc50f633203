/** The Trading API's own rules: how it counts, what zero does, how often a listing may be revised, what its lists hide. */
import { describe, expect, it } from "vitest";
import { PUBLISHED_LIMITS } from "./limits.ts";
import type { rateLimits } from "./rate-limits.ts";
import { goods, itemIdOf, openBench, revise, texts } from "./test-bench.ts";

const PLAIN = "G1-4";
const list = (page: number, entries = 200) =>
  `<ActiveList><Include>true</Include><Pagination><EntriesPerPage>${entries}</EntriesPerPage><PageNumber>${page}</PageNumber></Pagination></ActiveList>`;

describe("Trading", () => {
  it("Quantity counts sold units too: after a revise it is the value plus what was sold", async () => {
    const bench = openBench();
    const itemId = itemIdOf(bench, PLAIN);
    bench.simulator.placeOrder(1, { lines: [{ sku: PLAIN, quantity: 7 }] });
    await bench.trading("ReviseInventoryStatus", revise({ itemId, quantity: 1 }));
    const item = await bench.trading("GetItem", `<ItemID>${itemId}</ItemID>`);
    expect([texts(item, "Quantity"), texts(item, "QuantitySold")]).toEqual([["8"], ["7"]]);
    expect(bench.shown(PLAIN)!.quantity).toBe(1);
  });

  it("zero keeps the listing with out-of-stock control on", async () => {
    const bench = openBench();
    const itemId = itemIdOf(bench, PLAIN);
    await bench.trading("ReviseInventoryStatus", revise({ itemId, quantity: 0 }));
    const item = await bench.trading("GetItem", `<ItemID>${itemId}</ItemID>`);
    expect([texts(item, "ListingStatus"), texts(item, "ReasonHideFromSearch")]).toEqual([["Active"], ["OutOfStock"]]);
  });

  it("control off: a plain listing refuses zero and ends with its last unit", async () => {
    const bench = openBench();
    const itemId = itemIdOf(bench, "G2-4", 2);
    const refused = await bench.trading("ReviseInventoryStatus", revise({ itemId, quantity: 0 }), 2);
    expect(texts(refused, "Ack")).toEqual(["Failure"]);
    bench.simulator.placeOrder(2, { lines: [{ sku: "G2-4", quantity: 20 }] });
    expect(bench.shown("G2-4", 2)).toMatchObject({ quantity: 0, active: false });
    const late = await bench.trading("ReviseInventoryStatus", revise({ itemId, quantity: 5 }), 2);
    expect(texts(late, "ErrorCode")).toEqual(["21916750"]);
  });

  it("control off: a variation that never sold is removed by zero, one that sold stays greyed out", async () => {
    const bench = openBench();
    const itemId = itemIdOf(bench, "G2-1", 2);
    const removed = await bench.trading("ReviseInventoryStatus", revise({ itemId, sku: "G2-1", quantity: 0 }), 2);
    expect(texts(removed, "ErrorCode")).toEqual(["21916620"]);
    const again = await bench.trading("ReviseInventoryStatus", revise({ itemId, sku: "G2-1", quantity: 4 }), 2);
    expect(texts(again, "ErrorCode")).toEqual(["21916799"]);
    bench.simulator.placeOrder(2, { lines: [{ sku: "G2-2", quantity: 1 }] });
    await bench.trading("ReviseInventoryStatus", revise({ itemId, sku: "G2-2", quantity: 0 }), 2);
    expect(bench.shown("G2-2", 2)).toMatchObject({ quantity: 0, active: true });
  });

  it("the value that stands there already is a warning and spends no revision", async () => {
    const bench = openBench({ revisionsPerListingPerDay: 1 });
    const same = revise({ itemId: itemIdOf(bench, PLAIN), quantity: 20 });
    for (let round = 0; round < 3; round++) {
      const answer = await bench.trading("ReviseInventoryStatus", same);
      expect([texts(answer, "Ack"), texts(answer, "ErrorCode")]).toEqual([["Warning"], ["21917092"]]);
    }
    const other = await bench.trading("ReviseInventoryStatus", revise({ itemId: itemIdOf(bench, PLAIN), quantity: 19 }));
    expect(texts(other, "Ack")).toEqual(["Success"]);
  });

  it("250 revisions per listing and day, by whatever route; the next day it goes on", async () => {
    const bench = openBench(PUBLISHED_LIMITS);
    const itemId = itemIdOf(bench, PLAIN);
    for (let round = 0; round < 250; round++) await bench.trading("ReviseInventoryStatus", revise({ itemId, quantity: 5 + (round % 2) }));
    expect(bench.journal).toHaveLength(250);
    const frozen = await bench.trading("ReviseInventoryStatus", revise({ itemId, quantity: 9 }));
    expect([texts(frozen, "Ack"), bench.shown(PLAIN)!.quantity]).toEqual([["Failure"], 6]);
    bench.clock.advance(86_400_000);
    expect(texts(await bench.trading("ReviseInventoryStatus", revise({ itemId, quantity: 9 })), "Ack")).toEqual(["Success"]);
  });

  it("four numbers per call, none twice, whole numbers only", async () => {
    const bench = openBench();
    const itemId = itemIdOf(bench, PLAIN);
    const five = ["G1-1", "G1-2", "G1-3"].map((sku) => ({ itemId: itemIdOf(bench, sku), sku, quantity: 1 }));
    const calls = [
      revise(...five, { itemId, quantity: 1 }, { itemId: itemIdOf(bench, "G1-5"), quantity: 1 }),
      revise({ itemId, quantity: 1 }, { itemId, quantity: 2 }),
      revise({ itemId, quantity: "1.5" }),
      revise({ itemId, quantity: "-1" }),
    ];
    for (const fields of calls) expect(texts(await bench.trading("ReviseInventoryStatus", fields), "Ack")).toEqual(["Failure"]);
    expect(bench.journal).toEqual([]);
  });

  it("the lists leave out variations without activity, GetItem shows all", async () => {
    const bench = openBench();
    bench.simulator.placeOrder(1, { lines: [{ sku: "G1-3", quantity: 1 }] });
    const active = await bench.trading("GetMyeBaySelling", list(1));
    const item = await bench.trading("GetItem", `<ItemID>${itemIdOf(bench, "G1-1")}</ItemID>`);
    const old = (xml: string) => texts(xml, "SKU").filter((sku) => ["G1-1", "G1-2", "G1-3"].includes(sku));
    expect([old(active), old(item)]).toEqual([
      ["G1-1", "G1-3"],
      ["G1-1", "G1-2", "G1-3"],
    ]);
  });

  it("no active listings: no ActiveList node", async () => {
    const answer = await openBench().trading("GetMyeBaySelling", list(1), 3);
    expect([texts(answer, "Ack"), answer.includes("ActiveList")]).toEqual([["Success"], false]);
  });

  it("GetMyeBaySelling stops at 25,000 and repeats its last page; GetSellerList knows the rest", async () => {
    const bench = openBench({}, goods(39_000));
    const first = await bench.trading("GetMyeBaySelling", list(1));
    expect([texts(first, "TotalNumberOfPages"), texts(first, "TotalNumberOfEntries")]).toEqual([["125"], ["25000"]]);
    const ids = async (page: number) => texts(await bench.trading("GetMyeBaySelling", list(page)), "ItemID");
    expect(await ids(126)).toEqual(await ids(125));
    const window = `<EndTimeFrom>2026-11-23T12:00:00.000Z</EndTimeFrom><EndTimeTo>2027-03-01T12:00:00.000Z</EndTimeTo>`;
    const all = await bench.trading(
      "GetSellerList",
      `${window}<Pagination><EntriesPerPage>200</EntriesPerPage><PageNumber>1</PageNumber></Pagination>`,
    );
    expect(Number(texts(all, "TotalNumberOfEntries")[0])).toBe(25_999);
  });

  it("the daily quota of one call name is 518, and midnight in California resets it", async () => {
    const bench = openBench({ tradingPerDay: 2 });
    const ask = async () => texts(await bench.trading("GetItem", `<ItemID>${itemIdOf(bench, PLAIN)}</ItemID>`), "ErrorCode");
    expect([await ask(), await ask(), await ask()]).toEqual([[], [], ["518"]]);
    expect(texts(await bench.trading("GetMyeBaySelling", list(1)), "ErrorCode")).toEqual([]);
    bench.clock.advance(86_400_000);
    expect(await ask()).toEqual([]);
  });

  it("the read-out of the quotas counts each call name, is the application's alone, and has a quota too", async () => {
    const bench = openBench({ tradingPerDay: 5_000, analyticsPerDay: 2 });
    await bench.trading("GetItem", `<ItemID>${itemIdOf(bench, PLAIN)}</ItemID>`);
    const path = "/developer/analytics/v1_beta/rate_limit/?api_context=tradingapi";
    expect((await bench.rest("GET", path)).status).toBe(403);
    const { body } = await bench.token({ grant_type: "client_credentials", scope: "https://api.ebay.com/oauth/api_scope" });
    const token = String(body.access_token);
    const told = (await bench.rest("GET", path, { token })).body as ReturnType<typeof rateLimits>;
    expect(told.rateLimits.map((api) => api.apiContext)).toEqual(["TradingAPI"]);
    const item = told.rateLimits[0]!.resources.find(({ name }) => name === "GetItem");
    const midnight = { reset: "2026-11-24T08:00:00.000Z", timeWindow: 86_400 };
    expect(item).toMatchObject({ rates: [{ timeWindow: 15 }, { count: 1, limit: 5_000, remaining: 4_999, ...midnight }] });
    await bench.rest("GET", path, { token });
    expect((await bench.rest("GET", path, { token })).status).toBe(429);
  });

  it("headers, token and document are checked", async () => {
    const bench = openBench();
    const fields = `<ItemID>${itemIdOf(bench, PLAIN)}</ItemID>`;
    const codes = [];
    const oddities: Record<string, string>[] = [
      { "x-ebay-api-siteid": "" },
      { "x-ebay-api-iaf-token": "" },
      { "x-ebay-api-iaf-token": "stolen" },
    ];
    for (const headers of oddities) codes.push(texts(await bench.trading("GetItem", fields, 1, headers), "ErrorCode")[0]);
    expect(codes).toEqual(["10012", "930", "21916984"]);
    const entity = await bench.trading("GetItem", '<!DOCTYPE x [<!ENTITY y "z">]><ItemID>&y;</ItemID>');
    expect(texts(entity, "ErrorCode")).toEqual(["5"]);
  });

  it("a late reading shows the number from before the write, for as long as ordered", async () => {
    const bench = openBench();
    const itemId = itemIdOf(bench, PLAIN);
    bench.api = { staleReadMs: 30_000 };
    await bench.trading("ReviseInventoryStatus", revise({ itemId, quantity: 3 }));
    const quantity = async () => texts(await bench.trading("GetItem", `<ItemID>${itemId}</ItemID>`), "Quantity")[0];
    expect(await quantity()).toBe("20");
    bench.clock.advance(31_000);
    expect(await quantity()).toBe("3");
  });
});
