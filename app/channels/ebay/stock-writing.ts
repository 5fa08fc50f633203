/** Setting numbers: four at a time, so that a reading is never older than the few calls it stands for. */
import { ChannelError } from "../errors.ts";
import type { ChannelContext, StockWrite, WriteGate, WriteResult } from "../port.ts";
import { type InventoryWrite, writeInventory } from "./inventory-writing.ts";
import { readRef } from "./refs.ts";
import { type TradingWrite, writeTrading } from "./trading-writing.ts";
import { settle, type WriteSession } from "./write-session.ts";

export const WRITE_BATCH = 4;

/** Throws ChannelError only while nothing was sent; later troubles leave the rest "not-sent". */
export async function setStock(context: ChannelContext, writes: StockWrite[], gate: WriteGate): Promise<WriteResult[]> {
  const session: WriteSession = { context, gate, results: new Map(), sent: false };
  try {
    for (const step of plan(session, writes)) await step();
  } catch (error) {
    if (!(error instanceof ChannelError) || !session.sent) throw error;
    for (const { key } of writes) if (!session.results.has(key)) settle(session, { key, outcome: "not-sent", reason: error.message });
  }
  return writes.map(({ key }) => session.results.get(key)!);
}

function plan(session: WriteSession, writes: StockWrite[]): (() => Promise<void>)[] {
  const trading: TradingWrite[] = [];
  const inventory: InventoryWrite[] = [];
  for (const write of writes) {
    const ref = readRef(write.ref);
    if (ref?.managedBy === "trading" && ref.specifics !== undefined) settle(session, unwritable(write));
    else if (ref?.managedBy === "trading") trading.push({ write, ref });
    else if (ref) inventory.push({ write, ref });
    else settle(session, { key: write.key, outcome: "rejected", code: null, text: "This is no address of an eBay quantity.", who: "us" });
  }
  return [
    ...chunks(trading, ({ ref }) => `${ref.itemId}:${ref.sku ?? ""}`).map((chunk) => () => writeTrading(session, chunk)),
    ...chunks(inventory, ({ ref }) => ref.sku).map((chunk) => () => writeInventory(session, chunk)),
  ];
}

function unwritable(write: StockWrite): WriteResult {
  const text = "This variation has no SKU: eBay offers no way to set its quantity alone. Give it a SKU at eBay.";
  return { key: write.key, outcome: "rejected", code: null, text, who: "seller" };
}

/** Groups of up to four; the same place twice never shares a call. */
function chunks<T>(all: T[], placeOf: (each: T) => string): T[][] {
  const groups: { members: T[]; places: Set<string> }[] = [];
  for (const each of all) {
    const place = placeOf(each);
    let group = groups.at(-1);
    if (!group || group.members.length >= WRITE_BATCH || group.places.has(place)) {
      group = { members: [], places: new Set() };
      groups.push(group);
    }
    group.members.push(each);
    group.places.add(place);
  }
  return groups.map(({ members }) => members);
}
