/** Whether a delivery about a listing says anything that is not known: most of them only echo a number. */
import type { ToldListing } from "./channel-words.ts";

export type KnownListing = { title: string; parentTitle: string | null; sku: string | null; state: string };

/** Switched off or untracked, a listing still stands in its shop; whether it is on sale there is another question. */
const THERE: ReadonlySet<string> = new Set(["active", "sold-out", "untracked"]);

/** `known`: the one listing that the delivery names, or all of its parent's. */
export function saysNothingNew(told: ToldListing, known: readonly KnownListing[]): boolean {
  if (known.length === 0) return false;
  if (told.title !== null && known.some((one) => (one.parentTitle ?? one.title) !== told.title)) return false;
  if (told.skus !== null && sorted(told.skus) !== sorted(known.map((one) => one.sku))) return false;
  return told.onSale === known.some((one) => THERE.has(one.state));
}

const sorted = (skus: readonly (string | null)[]): string => JSON.stringify(skus.map((sku) => sku ?? "").sort());
