/** The driver's own book of what it did in the shops and in the house; the oracle checks the ledger against it. */
import type { SoakChannel } from "./schedule.ts";

export type PlacedOrder = {
  no: number;
  channel: SoakChannel;
  /** The platform's id; null = the shop refused it. */
  id: string | null;
  lines: { sku: string; quantity: number }[];
  placedAt: number;
  /** Placed before the product was connected. */
  beforeBaseline: boolean;
  /** Changes of it that the shop carried out. */
  changes: { kind: "cancel" | "refund" | "edit" | "fulfil"; units: number; restock: boolean }[];
};

export type Span = { from: number; until: number };

export type OrderBook = {
  orders: PlacedOrder[];
  /** Units that a person moved through the product, and when the product said that it was done. */
  adjustments: { sku: string; by: number; at: number }[];
  /** Rules in force now: of the seller as a whole (null) and of one channel. */
  rules: Map<SoakChannel | null, RuleFields>;
  /** From the product's yes to a pause until the wish to go on. */
  forbidden: { channel: SoakChannel | null; why: "paused" | "stopped"; span: Span }[];
  outages: { what: string; span: Span }[];
  counts: Record<string, number>;
  refused: Record<string, number>;
};

export type RuleFields = { buffer: number | null; percent: number | null; cap: number | null; floor: number | null };

export function emptyBook(): OrderBook {
  return { orders: [], adjustments: [], rules: new Map(), forbidden: [], outages: [], counts: {}, refused: {} };
}

export function tally(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
