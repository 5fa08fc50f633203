/** Bounds: one drain at a time per account, what a change costs in calls, and silence after the settling. */
import type { Call, Facts } from "./facts.ts";
import type { OrderBook } from "./order-book.ts";
import type { Problem } from "./problem.ts";
import { SOAK_CHANNELS } from "./schedule.ts";

/** A lease that ran out while the database was away may pass on while its holder's last call is still on its way. */
const AFTER_OUTAGE_MS = 6_000;

/** Writes to one account under way at the same time from two processes. */
export function overlappingDrains(facts: Facts, book: OrderBook): Problem[] {
  const problems: Problem[] = [];
  for (const channel of SOAK_CHANNELS) {
    const writes = facts.spied.filter((c) => c.channel === channel && c.write).sort((a, b) => a.from - b.from);
    for (const [i, write] of writes.entries()) {
      const other = writes.slice(i + 1).find((w) => w.from < write.until && w.by !== write.by);
      if (other === undefined) continue;
      const outage = book.outages.some(
        (o) => o.what.startsWith("database") && other.from > o.span.from && other.from < o.span.until + AFTER_OUTAGE_MS,
      );
      if (!outage)
        problems.push({
          check: "one drain at a time",
          sku: "?",
          channel,
          at: other.from,
          text: `${channel}: ${write.by} and ${other.by} wrote at once for ${write.until - other.from} ms`,
        });
    }
  }
  return problems;
}

/** Writes of ours that changed nothing in the end state but were sent after everything had settled. */
export function writesAfterSettling(facts: Facts, settledAt: number): Problem[] {
  const late = facts.spied.filter((c) => c.write && c.from > settledAt);
  return late.length === 0
    ? []
    : [{ check: "no write after settling", sku: "?", text: `${late.length} writes, first on ${late[0]?.channel}` }];
}

const ORDERS = /order|receipt/i;
const KEYS = /token|public_key|webhook|subscription|destination/i;

/** Looks at numbers on Shopify while `changes` falling numbers were written there: beside the regular look at each poll there is none. */
export function echoesAreQuiet(calls: Call[], span: { from: number; until: number }, changes: number, pollMs: number): Problem[] {
  const looks = calls.filter(
    (c) => c.sentAt >= span.from && c.sentAt <= span.until && !c.changes && !ORDERS.test(c.operation) && !KEYS.test(c.operation),
  );
  const allowed = Math.ceil((span.until - span.from) / pollMs) + 3 + Math.ceil(changes / 3);
  if (looks.length <= allowed) return [];
  return [
    {
      check: "calls per change",
      sku: "?",
      channel: "shopify",
      text: `${looks.length} looks for ${changes} changes of our own in ${span.until - span.from} ms; ${allowed} at most`,
    },
  ];
}

/** All calls that were sent, by what they do; for the report. */
export function callFigures(facts: Facts): { writes: number; all: number } {
  return { writes: facts.spied.filter((c) => c.write).length, all: facts.spied.length };
}
