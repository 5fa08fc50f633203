/** Writing old-style listings: read up to four, ask the gate, ReviseInventoryStatus, read the answer item by item. */
import type { StockReading } from "#app/domain/channel-words.ts";
import type { StockWrite, WriteResult } from "../port.ts";
import { readInventory } from "./inventory-items.ts";
import { writeInventory } from "./inventory-writing.ts";
import { askControl, CONTROL_OFF_TEXT } from "./out-of-stock-control.ts";
import { inventoryRef, type TradingRef } from "./refs.ts";
import { readOutcomes } from "./revise-outcomes.ts";
import { tradingReading } from "./stock-reading.ts";
import { callTrading, type TradingError } from "./trading-client.ts";
import { getCurrentItems, getItems, type TradingItem } from "./trading-items.ts";
import { confirmed, mayWrite, passGate, sendWrite, settle, type WriteSession } from "./write-session.ts";

export type TradingWrite = { write: StockWrite; ref: TradingRef };
type Ready = TradingWrite & { reading: StockReading; itemId: string; sku: string | null };

/** At most four, no two of the same item and variation: that is what one call carries. */
export async function writeTrading(session: WriteSession, writes: TradingWrite[], repeat = false): Promise<void> {
  const { context } = session;
  const items = await getCurrentItems(
    context,
    writes.map(({ ref }) => ref.itemId),
  );
  const ready: Ready[] = [];
  for (const each of writes) {
    const { item, sentAt } = items.get(each.ref.itemId)!;
    const reading = tradingReading(each.write.key, each.ref, { item, sentAt });
    if (!mayWrite(session, each.write, reading, repeat)) continue;
    if (await isRefusedZero(session, each.write, item)) continue;
    ready.push({ ...each, reading, itemId: item!.itemId, sku: each.ref.sku });
  }
  const allowed = await passGate(session, ready);
  if (allowed.length === 0) return;
  const sentAt = context.now();
  const fields = {
    InventoryStatus: allowed.map(({ itemId, sku, write }) => ({
      ItemID: itemId,
      ...(sku === null ? {} : { SKU: sku }),
      Quantity: write.to,
    })),
  };
  const answer = await sendWrite(
    session,
    allowed.map(({ write }) => write),
    () => callTrading(context, "ReviseInventoryStatus", fields),
  );
  if (!answer) return;
  const unclear: TradingWrite[] = [];
  for (const [wish, outcome] of readOutcomes(allowed, answer)) {
    if (outcome.outcome === "written") {
      const { ref } = wish.reading;
      settle(session, confirmed(wish.write, sentAt, { ...(outcome.note ? { note: outcome.note } : {}), ...(ref ? { ref } : {}) }));
    } else if (outcome.outcome === "failed") await settleFailure(session, wish, outcome.error);
    else unclear.push(wish);
  }
  await settleUnclear(session, unclear, allowed.length);
}

/** An error that names nothing, among several: each write goes again alone, where the answer can only mean it. */
async function settleUnclear(session: WriteSession, unclear: TradingWrite[], carried: number): Promise<void> {
  for (const each of unclear) {
    if (carried > 1) await writeTrading(session, [each], true);
    else settle(session, { key: each.write.key, outcome: "unknown", reason: "eBay's answer does not say whether the number was set" });
  }
}

/** Without out-of-stock control a zero would end the listing or remove the variation for good. */
async function isRefusedZero(session: WriteSession, write: StockWrite, item: TradingItem | null): Promise<boolean> {
  if (write.to > 0) return false;
  const control = item?.outOfStockControl ?? (await askControl(session.context));
  if (!control) settle(session, { key: write.key, outcome: "rejected", code: null, text: CONTROL_OFF_TEXT, who: "seller" });
  return !control;
}

async function settleFailure(session: WriteSession, { write, ref }: TradingWrite, error: TradingError): Promise<void> {
  const { key } = write;
  switch (error.code) {
    // Not found, ended, variation unknown: it stood there a moment ago, so a second look decides.
    case "17":
    case "291":
    case "21916750":
    case "21916735":
    case "21916799":
    case "21916583":
      settle(session, { key, outcome: "conflict", reading: null });
      return;
    // The listing was moved into the Inventory API: from now on only that may write it.
    case "21919474":
    case "21916635":
      if (await writeThroughInventory(session, write, ref)) return;
      settle(session, rejected(key, error, "us"));
      return;
    case "21919188":
      settle(session, rejected(key, error, "seller", "eBay's monthly selling limit of this account is reached."));
      return;
    case "21916286":
      settle(session, rejected(key, error, "seller", "This is not a fixed-price listing: eBay lets nobody set its quantity."));
      return;
    // A malformed request or header: nothing the seller could mend.
    case "2":
    case "5":
    case "37":
    case "10012":
      settle(session, rejected(key, error, "us"));
      return;
    default:
      settle(session, rejected(key, error, "seller"));
  }
}

function rejected(key: string, error: TradingError, who: "seller" | "us", text = error.text): WriteResult {
  return { key, outcome: "rejected", code: error.code || null, text: text.slice(0, 300), who };
}

/** false: the Inventory API does not know this listing either. */
async function writeThroughInventory(session: WriteSession, write: StockWrite, ref: TradingRef): Promise<boolean> {
  const sku = ref.sku ?? (await getItems(session.context, [ref.itemId])).get(ref.itemId)?.item?.units[0]?.sku ?? null;
  if (sku === null) return false;
  const numbers = (await readInventory(session.context, [sku])).get(sku)?.numbers;
  if (!numbers?.offers.some((offer) => offer.listingId === ref.itemId)) return false;
  const moved = inventoryRef(sku, numbers.offers).ref;
  await writeInventory(session, [{ write, ref: { managedBy: "inventory_api", sku, offerIds: [], listingIds: [] } }]);
  const result = session.results.get(write.key);
  if (result?.outcome === "confirmed") settle(session, { ...result, ref: moved });
  return true;
}
