/**
 * What ReviseInventoryStatus did to each of the up to four numbers it carried. The call is not atomic and its errors name their item
 * by a parameter, by a position, or not at all.
 */
import type { TradingAnswer, TradingError } from "./trading-client.ts";
import { nodesOf, textOf } from "./xml.ts";

export type Wish = { itemId: string; sku: string | null };
export type WishOutcome =
  /** `note`: eBay said something about it that the seller should know. */
  | { outcome: "written"; note: string | null }
  | { outcome: "failed"; error: TradingError }
  /** Some error concerns it or not: only asking again alone, or reading, can tell. */
  | { outcome: "unclear" };

/** Already so, nothing revised. */
const UNCHANGED = ["21917091", "21917092"];
const VARIATION_REMOVED = "21916620";

export function readOutcomes<W extends Wish>(wishes: W[], answer: TradingAnswer): Map<W, WishOutcome> {
  const rows = nodesOf(answer.node, "InventoryStatus").map((node) => ({
    itemId: textOf(node, "ItemID")?.trim() ?? "",
    sku: textOf(node, "SKU") ?? "",
  }));
  const isAnswered = (wish: Wish) => rows.some((row) => row.itemId === wish.itemId && (wish.sku === null || row.sku === wish.sku));
  const named = new Map<W, TradingError>();
  let unnamed: TradingError | null = null;
  for (const error of answer.errors) {
    const wish = namedBy(error, wishes);
    if (wish) named.set(wish, named.get(wish) ?? error);
    else unnamed ??= error;
  }
  const removed = answer.warnings.find((warning) => warning.code === VARIATION_REMOVED);
  const unchanged = (wish: W) =>
    [...answer.warnings, ...answer.errors].some(
      (each) => UNCHANGED.includes(each.code) && (wishes.length === 1 || namedBy(each, wishes) === wish),
    );
  return new Map(
    wishes.map((wish): [W, WishOutcome] => {
      const error = named.get(wish) ?? (wishes.length === 1 ? unnamed : null);
      if (unchanged(wish)) return [wish, { outcome: "written", note: null }];
      if (error) return [wish, { outcome: "failed", error }];
      if (isAnswered(wish)) return [wish, { outcome: "written", note: removed?.text ?? null }];
      return [wish, { outcome: "unclear" }];
    }),
  );
}

/** The one wish whose item or SKU stands among the parameters; undefined where none or several could be meant. */
function namedBy<W extends Wish>(error: TradingError, wishes: W[]): W | undefined {
  const has = (value: string | null) => value !== null && value !== "" && error.parameters.includes(value);
  const byBoth = wishes.filter((wish) => has(wish.itemId) && has(wish.sku));
  if (byBoth.length === 1) return byBoth[0];
  const bySku = wishes.filter((wish) => has(wish.sku));
  if (bySku.length === 1) return bySku[0];
  const byItem = wishes.filter((wish) => has(wish.itemId));
  return byItem.length === 1 ? byItem[0] : undefined;
}
