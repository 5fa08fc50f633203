/** eBay's read-out of the application's quotas: what is asked, and which of its many figures are about us. */
import { describe, expect, it } from "vitest";
import { checkRequest } from "#app/testing/openapi-check.ts";
import { cannedContext } from "./canned-context.ts";
import { readQuotas } from "./quotas.ts";

const reset = "2026-11-24T08:00:00.000Z";
const day = (left: number, limit = 5_000) => ({ count: limit - left, limit, remaining: left, reset, timeWindow: 86_400 });

function told(trading: object[], sell: object[] | null) {
  return cannedContext(({ operation, url }) => {
    if (operation === "oauth2/token") return { text: JSON.stringify({ access_token: "application", expires_in: 7200 }) };
    if (url.endsWith("tradingapi")) return { text: JSON.stringify({ rateLimits: trading }) };
    return sell === null ? { status: 204, text: "" } : { text: JSON.stringify({ rateLimits: sell }) };
  });
}
const api = (apiContext: string, apiName: string, resources: object[]) => ({ apiContext, apiName, apiVersion: "v1", resources });

describe("getRateLimits", () => {
  it("is asked with the application's token, as the official document has it", async () => {
    const { context, calls } = told([], []);
    expect(await readQuotas(context)).toEqual([]);
    const asked = calls.filter(({ operation }) => operation === "getRateLimits");
    expect(asked.map(({ url }) => new URL(url).search)).toEqual(["?api_context=tradingapi", "?api_context=sell"]);
    for (const { method, url, headers } of asked) {
      expect(headers?.authorization).toBe("Bearer application");
      expect(await checkRequest({ method, url, headers: headers ?? {} })).toEqual([]);
    }
  });

  it("trap: windows of seconds, calls that we never make and resources without figures are no quota of ours", async () => {
    const trading = api("TradingAPI", "TradingAPI", [
      { name: "GetItem", rates: [{ ...day(1, 300), timeWindow: 15 }, day(4_120)] },
      { name: "AddItem", rates: [day(0)] },
      { name: "GetSellerList" },
      { name: "GetMyeBaySelling", rates: [{ limit: 5_000 }] },
    ]);
    const sell = [
      api("sell", "fulfillment", [
        { name: "sell.fulfillment", rates: [day(99_000, 100_000)] },
        { name: "issueRefund", rates: [day(0)] },
      ]),
      api("sell", "Inventory", [{ name: "inventory", rates: [day(-3, 2_000)] }]),
      api("sell", "marketing", [{ name: "sell.marketing", rates: [day(0)] }]),
    ];
    const resetsAt = new Date(reset);
    expect(await readQuotas(told([trading], sell).context)).toEqual([
      { operation: "GetItem", perDay: 5_000, left: 4_120, resetsAt },
      { operation: "getOrders", perDay: 100_000, left: 99_000, resetsAt },
      { operation: "getInventoryItems", perDay: 2_000, left: 0, resetsAt },
    ]);
  });

  it("says nothing where eBay has no content, and is refused where the answer is no read-out", async () => {
    expect(await readQuotas(told([], null).context)).toEqual([]);
    await expect(readQuotas(told([{ apiContext: 7 }], []).context)).rejects.toMatchObject({ kind: "unavailable" });
  });
});
