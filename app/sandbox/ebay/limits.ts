/** How much eBay lets an application and a seller do. The sandbox raises the daily quotas; a test sets the published ones. */
import type { AccountNo, SimulatorHost } from "../simulator.ts";

export type Limits = {
  /** Calls per day and Trading call name, over all sellers of the application. */
  tradingPerDay: number;
  fulfillmentPerDay: number;
  inventoryPerDay: number;
  /** Calls of one Trading list call per seller within fifteen seconds. */
  listCallsPer15s: number;
  revisionsPerListingPerDay: number;
  /** SKUs in one bulkUpdatePriceQuantity: the official document names both 1 and 25. */
  skusPerBulkUpdate: number;
};

export const PUBLISHED_LIMITS: Limits = {
  tradingPerDay: 5_000,
  fulfillmentPerDay: 100_000,
  inventoryPerDay: 2_000_000,
  listCallsPer15s: 300,
  revisionsPerListingPerDay: 250,
  skusPerBulkUpdate: 1,
};

/** The demo and the benchmarks call more in an hour than a new application may in a day. */
export const RAISED_LIMITS: Limits = {
  ...PUBLISHED_LIMITS,
  tradingPerDay: 10_000_000,
  fulfillmentPerDay: 10_000_000,
  inventoryPerDay: 10_000_000,
  listCallsPer15s: 10_000,
  revisionsPerListingPerDay: 100_000,
};

const BURST_MS = 15_000;

export class CallLimits {
  private readonly host: SimulatorHost;
  private readonly limits: Limits;
  private day = "";
  private today = new Map<string, number>();
  private recent = new Map<string, number[]>();

  constructor(host: SimulatorHost, limits: Limits) {
    this.host = host;
    this.limits = limits;
  }

  /** false: the day's quota of this operation is spent, or the seller's burst limit. The day ends at midnight in California. */
  allow(family: "trading" | "fulfillment" | "inventory", operation: string, account: AccountNo): boolean {
    const now = this.host.now().getTime();
    const day = new Date(now - 8 * 3_600_000).toISOString().slice(0, 10);
    if (day !== this.day) {
      this.day = day;
      this.today.clear();
    }
    const quota = {
      trading: this.limits.tradingPerDay,
      fulfillment: this.limits.fulfillmentPerDay,
      inventory: this.limits.inventoryPerDay,
    }[family];
    const counter = family === "trading" ? operation : family;
    const used = this.today.get(counter) ?? 0;
    if (used >= quota) return false;
    this.today.set(counter, used + 1);
    return operation !== "GetMyeBaySelling" && operation !== "GetSellerList" ? true : this.withinBurst(`${operation}/${account}`, now);
  }

  private withinBurst(key: string, now: number): boolean {
    const recent = (this.recent.get(key) ?? []).filter((at) => at > now - BURST_MS);
    recent.push(now);
    this.recent.set(key, recent);
    return recent.length <= this.limits.listCallsPer15s;
  }
}
