/** The Developer Analytics API's read-out: calls left today, beside a window of seconds, and resources that nobody of ours calls. */
import type { CallLimits, CountedFamily } from "./limits.ts";

const TRADING_CALLS = ["AddItem", "GetItem", "GetMyeBaySelling", "GetSellerList", "GetUserPreferences", "ReviseInventoryStatus"];
const SELL: ("fulfillment" | "inventory")[] = ["fulfillment", "inventory"];

/** `context` null: all of them. */
export function rateLimits(calls: CallLimits, context: string | null) {
  const { used, quotaOf, resetsAt } = calls.today();
  const day = (family: CountedFamily, counter: string) => ({
    count: used(counter),
    limit: quotaOf(family),
    remaining: Math.max(0, quotaOf(family) - used(counter)),
    reset: resetsAt.toISOString(),
    timeWindow: 86_400,
  });
  const burst = { count: 0, limit: 300, remaining: 300, reset: resetsAt.toISOString(), timeWindow: 15 };
  const trading = {
    apiContext: "TradingAPI",
    apiName: "TradingAPI",
    apiVersion: "v1",
    resources: TRADING_CALLS.map((name) => ({ name, rates: [burst, day("trading", name)] })),
  };
  const sell = SELL.map((family) => ({
    apiContext: "sell",
    apiName: family,
    apiVersion: "v1",
    resources: [{ name: `sell.${family}`, rates: [day(family, family)] }, { name: "neverCalled" }],
  }));
  return { rateLimits: [trading, ...sell].filter((api) => context === null || api.apiContext.toLowerCase() === context) };
}
