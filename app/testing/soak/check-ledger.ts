/** Ledger = orders + adjustments, and every order counted exactly once: against the shops' own journal and the driver's book. */
import type { Facts, Movement } from "./facts.ts";
import { someAddUpTo } from "./formula.ts";
import type { OrderBook, PlacedOrder } from "./order-book.ts";
import type { Problem } from "./problem.ts";
import { type Good, SOAK_CHANNELS, type SoakChannel } from "./schedule.ts";

export type LedgerGround = {
  facts: Facts;
  book: OrderBook;
  goods: Good[];
  opening: Map<string, number>;
  parts: Map<string, number>;
  /** The journal's last number when the product was opened. */
  since: number;
};

/** eBay and Etsy give nothing back that the product could know of other than as a rise of the number. */
const TELLS_RETURNS: Record<SoakChannel, boolean> = { shopify: true, ebay: false, etsy: false, woocommerce: true };

export function checkLedger(ground: LedgerGround): Problem[] {
  return [...levels(ground), ...sums(ground), ...orderRows(ground), ...orderLines(ground)];
}

function levels({ facts }: LedgerGround): Problem[] {
  return facts.items
    .filter((i) => i.onHand !== i.sumOnHand || i.reserved !== i.sumReserved)
    .map((i) => ({
      check: "level is the sum of its movements",
      sku: i.sku,
      text: `${i.onHand}/${i.reserved} stands, the lines add up to ${i.sumOnHand}/${i.sumReserved}`,
    }));
}

/** Units of each thing that must be there, by what the shops say was bought and given back there. */
function sums({ facts, book, goods, opening, parts, since }: LedgerGround): Problem[] {
  const good = new Map(goods.map((g) => [g.sku, g]));
  return facts.items.flatMap((item): Problem[] => {
    const made = facts.numbers.filter((n) => n.parts.some((p) => p.sku === item.sku));
    const eachOf = new Map(made.map((n) => [`${n.channel} ${n.sku}`, n.parts.find((p) => p.sku === item.sku)?.each ?? 1]));
    let certain = opening.get(item.sku) ?? parts.get(item.sku) ?? 0;
    let maybeBack = 0;
    const byHand: number[] = [];
    for (const change of facts.shown) {
      const each = eachOf.get(`${change.channel} ${change.sku}`);
      if (each === undefined || change.n <= since) continue;
      const units = (change.to - change.from) * each;
      if (change.by === "order" && (units < 0 || TELLS_RETURNS[change.channel])) certain += units;
      else if (change.by === "order") maybeBack += units;
      else if (change.by === "hand" && isEdited(good.get(change.sku), change.channel)) byHand.push(units);
      // A hand that puts back what an order held.
      else if (change.by === "hand") maybeBack += units;
    }
    for (const adjusted of book.adjustments) if (adjusted.sku === item.sku) certain += adjusted.by;
    const stands = item.onHand - item.reserved;
    const fits =
      good.get(item.sku)?.manner === "mixed"
        ? withinReach(stands - certain, byHand, maybeBack)
        : someAddUpTo(byHand, stands - certain, maybeBack);
    if (fits) return [];
    const text = `the ledger has ${stands}; orders and adjustments make ${certain}, returns seen as a rise 0 to ${maybeBack}, changes by hand ${byHand.join(" ") || "none"}`;
    return [{ check: "ledger = orders + adjustments", sku: item.sku, text }];
  });
}

/** Where a hand and a buyer are at one number at once, nobody can tell afterwards how much was whose; only how much at most. */
function withinReach(difference: number, byHand: number[], maybeBack: number): boolean {
  const most = byHand.reduce((sum, d) => sum + Math.abs(d), 0);
  return difference <= most + maybeBack && difference >= -most;
}

const isEdited = (good: Good | undefined, channel: SoakChannel): boolean => good?.manner === "mixed" || good?.editedOn === channel;

/** One row for each order in a shop, and none that no shop knows. */
function orderRows({ facts, book }: LedgerGround): Problem[] {
  const problems: Problem[] = [];
  for (const channel of SOAK_CHANNELS) {
    const rows = facts.orders.filter((o) => o.channel === channel);
    const placed = facts.shops[channel].orders;
    for (const order of placed) {
      const count = rows.filter((r) => isOrder(r.externalId, order.id)).length;
      const sku = order.lines[0]?.sku ?? "?";
      if (count !== 1)
        problems.push({ check: "every order counted once", sku, text: `${channel} order ${order.id} stands ${count} times` });
    }
    const ours = book.orders.filter((o) => o.channel === channel && o.id !== null).length;
    if (placed.length !== ours)
      problems.push({
        check: "every order counted once",
        sku: "?",
        text: `${channel} holds ${placed.length} orders, the driver placed ${ours}`,
      });
    if (rows.length > placed.length)
      problems.push({ check: "every order counted once", sku: "?", text: `${rows.length} rows for ${placed.length} orders of ${channel}` });
  }
  return problems;
}

/** What each order took of the ledger, and in how many lines: no more than it had versions. */
function orderLines({ facts, book }: LedgerGround): Problem[] {
  return book.orders.flatMap((order): Problem[] => {
    if (order.id === null) return [];
    const mine = facts.movements.filter(
      (m) => m.channel === order.channel && m.externalOrderId !== null && isOrder(m.externalOrderId, order.id ?? ""),
    );
    const problems: Problem[] = [];
    const sku = order.lines[0]?.sku ?? "?";
    const lines = new Map<string, Movement[]>();
    for (const m of mine) lines.set(`${m.lineId} ${m.itemId}`, [...(lines.get(`${m.lineId} ${m.itemId}`) ?? []), m]);
    const versions = 1 + order.changes.length;
    for (const movements of lines.values()) {
      // Returns seen as a rise may come in several lines.
      const counted = movements.filter((m) => TELLS_RETURNS[order.channel] || m.kind !== "return");
      if (counted.length > versions)
        problems.push({
          check: "every order counted once",
          sku,
          text: `${order.channel} order ${order.id} had ${versions} versions and ${counted.length} lines: ${counted.map((m) => `${m.kind} ${m.onHand}/${m.reserved}`).join(", ")}`,
        });
    }
    const taken = expectedTaken(order);
    const each = facts.numbers.find((n) => n.channel === order.channel && n.sku === sku)?.parts[0];
    if (taken !== null && each !== undefined) {
      const net = -mine.filter((m) => m.sku === each.sku).reduce((sum, m) => sum + m.onHand - m.reserved, 0) / each.each;
      const wrong = TELLS_RETURNS[order.channel] ? net !== taken.atLeast : net < taken.atLeast || net > taken.atMost;
      if (wrong)
        problems.push({
          check: "ledger = orders + adjustments",
          sku,
          text: `${order.channel} order ${order.id} took ${net}, should have taken ${taken.atLeast}${taken.atMost === taken.atLeast ? "" : ` to ${taken.atMost}`} (${describe(order)})`,
        });
    }
    return problems;
  });
}

/** Pieces that an order still takes after all that was done to it; null where the shop's arithmetic is not ours to know. */
function expectedTaken(order: PlacedOrder): { atLeast: number; atMost: number } | null {
  const kinds = order.changes.map((c) => c.kind);
  if (order.channel === "woocommerce" && kinds.includes("edit") && (kinds.includes("refund") || kinds.includes("cancel"))) return null;
  const bought = order.lines.reduce((sum, l) => sum + l.quantity, 0);
  let current = bought;
  let lost = 0;
  for (const change of order.changes) {
    if (change.kind === "edit") current = change.units;
    if (change.kind === "refund") {
      current -= change.units;
      if (!change.restock) lost += change.units;
    }
    if (change.kind === "cancel") {
      if (!change.restock) lost += current;
      current = 0;
    }
  }
  const before = order.beforeBaseline ? bought : 0;
  const atLeast = current + lost - before;
  // A hand may have raised the number for another reason: then it counts as this order's return, or this one's as another's.
  if (!TELLS_RETURNS[order.channel]) return { atLeast: current - before, atMost: bought - before };
  return { atLeast, atMost: atLeast };
}

const describe = (order: PlacedOrder) =>
  [`${order.lines[0]?.quantity} bought`, ...order.changes.map((c) => `${c.kind} ${c.units}${c.restock ? " back" : ""}`)].join(", ");

/** Some channels name an order by a longer id outside (gid://shopify/Order/1). */
function isOrder(external: string, id: string): boolean {
  return external === id || external.endsWith(`/${id}`);
}
