/**
 * Lowerings as differences (`inventory_delta`), where the seller chose them: the shop reads and subtracts within one request, so that a
 * sale between our reading and our write is not overwritten. Undocumented, and not safe to repeat: after a lost answer the number is
 * written absolutely, once nothing of the lost one can arrive any more (docs/decisions/woocommerce-stock-writes.md).
 */
import type { JsonObject, StockReading } from "#app/domain/channel-words.ts";
import { DIFFERENCES_IGNORED, type StockWrite, type WriteResult } from "../port.ts";
import { differencesOf } from "./settings.ts";

type Wish = { parentId: number | null; write: StockWrite };

/** Raises and corrections are absolute (contract 8); of variations the difference is not confirmed (contract 3). */
export function isDifference(settings: JsonObject, { parentId, write }: Wish): boolean {
  if (differencesOf(settings) !== "chosen" || write.unsettled === true || write.to >= write.from) return false;
  return parentId === null || settings.differencesOfVariations === true;
}

/** Never both fields at once: an absolute number would win. */
export function changeOf(settings: JsonObject, wish: Wish, reading: StockReading): JsonObject {
  if (!isDifference(settings, wish) || reading.quantity === null) return { stock_quantity: wish.write.to };
  return { inventory_delta: wish.write.to - reading.quantity };
}

/** The answer shows another number than was wanted. */
export function missed(key: string, shown: number, before: StockReading): WriteResult {
  if (shown === before.quantity) {
    const text = "The shop answered, but did not change the number by the difference.";
    return { key, outcome: "rejected", code: DIFFERENCES_IGNORED, text, who: "us" };
  }
  return { key, outcome: "unknown", reason: "Something else changed this number in the same moment.", answered: true };
}
