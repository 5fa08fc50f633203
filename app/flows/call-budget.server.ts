/**
 * Which budget a call to a platform is counted in, and the way through it: a call that has to wait a moment for its turn waits here,
 * a longer wait is the caller's (contracts/: Shopify and WooCommerce count per shop, Etsy per app, eBay per app and Trading call).
 */
import { ChannelError } from "#app/channels/errors.ts";
import { type BudgetLimits, type Purpose, takeCall } from "#app/data/call-budget.server.ts";
import type { ConnectionRow } from "#app/data/connections.server.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import type { House } from "./house.server.ts";

/** Less urgent calls leave this share of the budget standing for more urgent ones. */
const RESERVE: Record<Purpose, number> = { orders: 0, falling: 0, rising: 0.1, drift: 0.2, watch: 0.25, import: 0.3 };

/** Platform defaults (contracts/); what the platform itself reports replaces them at once. Shopify counts points, the others calls. */
const LIMITS: Record<ChannelName, BudgetLimits> = {
  shopify: { capacity: 2_000, restorePerSecond: 100, perDay: null },
  ebay: { capacity: 200, restorePerSecond: 50, perDay: 5_000 },
  etsy: { capacity: 10, restorePerSecond: 10, perDay: 10_000 },
  woocommerce: { capacity: 20, restorePerSecond: 10, perDay: null },
};
/** Fulfillment and Inventory calls have quotas far above Trading's (contracts/ebay.md 9). */
const EBAY_REST_PER_DAY = 100_000;
const SHOPIFY_POINTS_PER_CALL = 20;

/** When a day's quota comes back: eBay at midnight in California, Etsy hour by hour a day later (contracts/etsy.md 6). */
const DAY: Record<ChannelName, string> = { shopify: "UTC", ebay: "America/Los_Angeles", etsy: "sliding", woocommerce: "UTC" };

export type CallBudget = { scope: string; shared: boolean; day: string; limits: BudgetLimits; cost: number };

export function budgetOf(house: House, connection: ConnectionRow, operation: string): CallBudget {
  const { channel } = connection;
  const own = house.limits?.[channel];
  const limits = own ?? LIMITS[channel];
  const day = DAY[channel];
  switch (channel) {
    case "shopify":
      return { scope: `shopify:${connection.id}`, shared: false, day, limits, cost: SHOPIFY_POINTS_PER_CALL };
    case "woocommerce":
      return { scope: `woocommerce:${connection.id}`, shared: false, day, limits, cost: 1 };
    case "etsy":
      return { scope: "etsy:app", shared: true, day, limits, cost: 1 };
    case "ebay": {
      // A Trading call's name begins with a capital letter; each has a quota of its own.
      // So has the read-out of the quotas itself, which must go through when another is spent.
      const trading = /^[A-Z]/.test(operation) || operation === "getRateLimits";
      const scope = `ebay:app:${trading ? operation : "rest"}`;
      return { scope, shared: true, day, limits: trading || own ? limits : { ...limits, perDay: EBAY_REST_PER_DAY }, cost: 1 };
    }
    default: {
      const never: never = channel;
      throw new Error(`no budget for ${String(never)}`);
    }
  }
}

/** Our own count refused a call; the platform was not asked, so it never silences the connection. */
export class BudgetKept extends ChannelError {
  readonly because: "second" | "day" | "blocked";
  constructor(text: string, retryAfterMs: number, because: BudgetKept["because"]) {
    super("rate-limited", text, { retryAfterMs });
    this.because = because;
  }
}

/** A turn that comes within this time is waited for; a write has been decided by then, and its lease must outlast the call. */
const PATIENCE_MS = 1_500;

/** Resolves when the call may go; rejects with BudgetKept when its turn is further off. */
export async function waitForTurn(house: House, connection: ConnectionRow, purpose: Purpose, budget: CallBudget): Promise<void> {
  let patience = PATIENCE_MS;
  for (;;) {
    const answer = await takeCall(house.db.plain, {
      scope: budget.scope,
      sellerId: connection.sellerId,
      connectionId: connection.id,
      weight: connection.shareWeight,
      purpose,
      cost: budget.cost,
      reserve: RESERVE[purpose],
      limits: budget.limits,
      day: budget.day,
    });
    if (answer.granted) return;
    if (answer.because !== "second" || answer.retryAfterMs > patience) {
      throw new BudgetKept(`the call budget of ${connection.channel} is spent for now`, answer.retryAfterMs, answer.because);
    }
    patience -= answer.retryAfterMs;
    await house.pause(answer.retryAfterMs);
  }
}
