/** How much eBay lets an application and a seller do. The sandbox raises the daily quotas; a test sets the published ones. */
import type { AccountNo, SimulatorHost } from "../simulator.ts";

export type Limits = {
  /** Calls per day and Trading call name, over all sellers of the application. */
  tradingPerDay: number;
  fulfillmentPerDay: number;
  inventoryPerDay: number;
  analyticsPerDay: number;
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
  analyticsPerDay: 5_000,
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

export type CountedFamily = "trading" | "fulfillment" | "inventory" | "analytics";

const BURST_MS = 15_000;
const DAY_MS = 86_400_000;
const CALIFORNIA_MS = 8 * 3_600_000;

export class CallLimits {
  private readonly host: SimulatorHost;
  private readonly limits: Limits;
  private day = "";
  private counted = new Map<string, number>();
  private recent = new Map<string, number[]>();

  constructor(host: SimulatorHost, limits: Limits) {
    this.host = host;
    this.limits = limits;
  }

  /** false: the day's quota of this operation is spent, or the seller's burst limit. The day ends at midnight in California. */
  allow(family: CountedFamily, operation: string, account: AccountNo): boolean {
    const now = this.host.now().getTime();
    this.turnDay(now);
    const quota = this.quotaOf(family);
    const counter = family === "trading" ? operation : family;
    const used = this.counted.get(counter) ?? 0;
    if (used >= quota) return false;
    this.counted.set(counter, used + 1);
    return operation !== "GetMyeBaySelling" && operation !== "GetSellerList" ? true : this.withinBurst(`${operation}/${account}`, now);
  }

  /** Calls made today by counter (a Trading call's name, or the family), the quota of each, and when they are forgotten. */
  today(): { used: (counter: string) => number; quotaOf: (family: CountedFamily) => number; resetsAt: Date } {
    const now = this.host.now().getTime();
    this.turnDay(now);
    const resetsAt = new Date((Math.floor((now - CALIFORNIA_MS) / DAY_MS) + 1) * DAY_MS + CALIFORNIA_MS);
    return { used: (counter) => this.counted.get(counter) ?? 0, quotaOf: (family) => this.quotaOf(family), resetsAt };
  }

  private turnDay(now: number): void {
    const day = new Date(now - CALIFORNIA_MS).toISOString().slice(0, 10);
    if (day === this.day) return;
    this.day = day;
    this.counted.clear();
  }

  private quotaOf(family: CountedFamily): number {
    return {
      trading: this.limits.tradingPerDay,
      fulfillment: this.limits.fulfillmentPerDay,
      inventory: this.limits.inventoryPerDay,
      analytics: this.limits.analyticsPerDay,
    }[family];
  }

  private withinBurst(key: string, now: number): boolean {
    const recent = (this.recent.get(key) ?? []).filter((at) => at > now - BURST_MS);
    recent.push(now);
    this.recent.set(key, recent);
    return recent.length <= this.limits.listCallsPer15s;
  }
}
