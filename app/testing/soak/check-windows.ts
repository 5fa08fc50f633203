/** Every window shows what the formula says; what does not says so to the seller. */
import type { Facts, NumberRow } from "./facts.ts";
import { ruleFor, shouldShow } from "./formula.ts";
import type { OrderBook } from "./order-book.ts";
import type { Problem } from "./problem.ts";

export type Windows = { checked: number; visiblyWrong: string[]; problems: Problem[] };

export function checkWindows(facts: Facts, book: OrderBook): Windows {
  const available = new Map(facts.items.map((i) => [i.sku, i.onHand - i.reserved]));
  const result: Windows = { checked: 0, visiblyWrong: [], problems: [] };
  for (const number of facts.numbers) {
    const listing = facts.shops[number.channel].listings.find((l) => l.sku === number.sku);
    if (listing === undefined || number.parts.length === 0) continue;
    result.checked++;
    const shows = listing.active ? listing.quantity : 0;
    const rule = ruleFor(book.rules.get(null), book.rules.get(number.channel));
    const wanted = shouldShow(
      number.parts.map((p) => ({ available: available.get(p.sku) ?? 0, each: p.each })),
      rule,
      number.channel,
    );
    if (shows === wanted) continue;
    const text = `shows ${shows}, should show ${wanted} (${whatIsKnown(number)})`;
    if (isVisible(number, facts)) result.visiblyWrong.push(`${number.channel} ${number.sku} ${text}`);
    else
      result.problems.push({
        check: "every window shows what the formula says",
        sku: number.sku,
        channel: number.channel,
        text: `${number.channel} ${text}, and nothing tells the seller`,
      });
  }
  if (facts.waiting > 0) result.problems.push({ check: "nothing is left over", sku: "?", text: `${facts.waiting} messages still wait` });
  for (const parked of facts.parked) {
    if (!facts.alerts.some((a) => a.kind === "parked"))
      result.problems.push({
        check: "every failure is visible",
        sku: "?",
        text: `a parked ${parked.topic} without an alert: ${parked.reason}`,
      });
  }
  return result;
}

/** A card, a reason at the number, or an alert that names it. */
function isVisible(number: NumberRow, facts: Facts): boolean {
  if (number.failureText !== null || number.raisesStopped !== null || (number.target === null && number.noTarget !== null)) return true;
  if (facts.openCards.some((c) => c.channel === number.channel && c.sku === number.sku)) return true;
  return facts.alerts.some((a) => JSON.stringify(a.data).includes(number.id));
}

const whatIsKnown = (n: NumberRow) =>
  `target ${n.target}${n.noTarget ? ` ${n.noTarget}` : ""}, confirmed ${n.confirmed}${n.dirty ? ", work waits" : ""}${n.doubtReason ? `, ${n.doubtReason}` : ""}${n.raisesStopped ? `, raises stopped: ${n.raisesStopped}` : ""}${n.failureText ? `, ${n.failureText}` : ""}`;
