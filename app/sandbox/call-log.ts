/** What the app asked of the platforms: one line per API call for the benchmarks, and counts per account for the state. */
import type { AccountNo } from "./simulator.ts";

/**
 * `sentAt`: when the request arrived here; `at`: when its answer left (or was cut off); `ms`: the simulator's own handling time
 * with injected latency; `status` 0: never answered or cut off.
 */
export type CallEntry = {
  n: number;
  at: string;
  operation: string;
  account: AccountNo | null;
  status: number;
  ms: number;
  changes: boolean;
  sentAt: string;
};
export type CallCounts = { total: number; rejected: number; byOperation: Record<string, number> };

const KEPT = 100_000;

export class CallLog {
  private last = 0;
  private slots: CallEntry[] = [];
  private counts = new Map<AccountNo, CallCounts>();

  add(entry: Omit<CallEntry, "n">): void {
    const n = ++this.last;
    this.slots[n % KEPT] = { n, ...entry };
  }

  count(account: AccountNo, operation: string, rejected: boolean): void {
    const counts = this.countsOf(account);
    counts.total++;
    if (rejected) counts.rejected++;
    counts.byOperation[operation] = (counts.byOperation[operation] ?? 0) + 1;
    this.counts.set(account, counts);
  }

  countsOf(account: AccountNo): CallCounts {
    return this.counts.get(account) ?? { total: 0, rejected: 0, byOperation: {} };
  }

  /** Calls above `since` of one account, and those whose account could not be told (bad tokens). */
  since(since: number, account: AccountNo): CallEntry[] {
    const found: CallEntry[] = [];
    for (let n = Math.max(since + 1, this.last - KEPT + 1, 1); n <= this.last; n++) {
      const entry = this.slots[n % KEPT];
      if (entry && (entry.account === account || entry.account === null)) found.push(entry);
    }
    return found;
  }

  /** A new world begins with no calls; their numbers go on. */
  reset(): void {
    this.slots = [];
    this.counts = new Map();
  }
}
