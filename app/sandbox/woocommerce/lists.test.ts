import { describe, expect, it } from "vitest";
import { openShop } from "./shop-under-test.ts";

describe("lists", () => {
  it("name totals and neighbours; past the end there is an empty page that points back to the last real one", async () => {
    const shop = openShop(3);
    const first = await shop.call("GET", "products", undefined, { per_page: "2", dates_are_gmt: "true" });
    expect(first.headers).toMatchObject({ "x-wp-total": "4", "x-wp-totalpages": "2" });
    expect(first.headers.link).toMatch(/dates_are_gmt=1.*page=2>; rel="next"$/);
    const beyond = await shop.call("GET", "products", undefined, { per_page: "2", page: "9" });
    expect(beyond.body).toEqual([]);
    expect(beyond.headers.link).toMatch(/[?&]page=2&.*; rel="prev"$/);
  });

  it.each(["0", "101", "x"])("per_page %s is refused", async (perPage) => {
    const answer = await openShop().call("GET", "products", undefined, { per_page: perPage });
    expect(answer).toMatchObject({ status: 400, body: { code: "rest_invalid_param" } });
  });

  it("dates carry no zone; an argument is site time unless it is said to be GMT", async () => {
    const shop = openShop();
    shop.advance(60_000);
    shop.simulator.placeOrder(1, { lines: [{ sku: "S-1", quantity: 1 }] });
    const count = async (params: Record<string, string>) =>
      ((await shop.call("GET", "orders", undefined, params)).body as unknown[]).length;
    const [order] = (await shop.call("GET", "orders")).body as { date_modified: string; date_modified_gmt: string }[];
    expect([order!.date_modified, order!.date_modified_gmt]).toEqual(["2026-11-23T18:31:00", "2026-11-23T13:01:00"]);
    expect(await count({ modified_after: "2026-11-23T13:00:59", dates_are_gmt: "true" })).toBe(1);
    expect(await count({ modified_after: "2026-11-23T13:01:00", dates_are_gmt: "true" })).toBe(0);
    expect(await count({ modified_after: "2026-11-23T18:30:59" })).toBe(1);
    expect(await count({ modified_after: "2026-11-23T18:31:00" })).toBe(0);
  });

  it("an old version does not know how to sort by modification", async () => {
    const answer = await openShop(3, 2).call("GET", "orders", undefined, { orderby: "modified" });
    expect(answer).toMatchObject({ status: 400, body: { code: "rest_invalid_param" } });
  });

  it("the order feed may lag and readings may be old, by fault", async () => {
    const shop = openShop();
    shop.advance(60_000);
    shop.simulator.placeOrder(1, { lines: [{ sku: "S-1", quantity: 1 }] });
    shop.setFaults({ api: { orderLagMs: 5_000, staleReadMs: 5_000 } });
    const id = shop.idOf("S-1");
    const orders = async () =>
      (await shop.call("GET", "orders", undefined, { modified_after: "2026-11-23T13:00:00", dates_are_gmt: "true" })).body;
    expect(await orders()).toEqual([]);
    expect((await shop.call("GET", `products/${id}`)).body).toMatchObject({ stock_quantity: 10 });
    shop.advance(5_000);
    expect(await orders()).toHaveLength(1);
    expect((await shop.call("GET", `products/${id}`)).body).toMatchObject({ stock_quantity: 9 });
  });
});
