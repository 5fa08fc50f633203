/** Writing Inventory API listings: read the SKUs, ask the gate for each call, set total and offers together. */
import type { StockReading } from "#app/domain/channel-words.ts";
import type { StockWrite, WriteResult } from "../port.ts";
import { type InventoryNumbers, readInventory } from "./inventory-items.ts";
import { type UpdateRow, updateQuantities } from "./inventory-update.ts";
import type { InventoryRef } from "./refs.ts";
import { inventoryReading } from "./stock-reading.ts";
import { confirmed, mayWrite, passGate, sendWrite, settle, type WriteSession } from "./write-session.ts";

export type InventoryWrite = { write: StockWrite; ref: InventoryRef };
type Ready = InventoryWrite & { reading: StockReading; numbers: InventoryNumbers };

export async function writeInventory(session: WriteSession, writes: InventoryWrite[]): Promise<void> {
  const { context } = session;
  const readings = await readInventory(
    context,
    writes.map(({ ref }) => ref.sku),
  );
  const ready: Ready[] = [];
  for (const each of writes) {
    const { numbers, sentAt } = readings.get(each.ref.sku)!;
    const reading = inventoryReading(each.write.key, each.ref, { numbers, sentAt });
    if (mayWrite(session, each.write, reading)) ready.push({ ...each, reading, numbers: numbers! });
  }
  const perCall = skusPerCall(session);
  for (let at = 0; at < ready.length; at += perCall) await writeOneCall(session, ready.slice(at, at + perCall));
}

async function writeOneCall(session: WriteSession, ready: Ready[]): Promise<void> {
  const allowed = await passGate(session, ready);
  if (allowed.length === 0) return;
  const sentAt = session.context.now();
  const rows = await sendWrite(
    session,
    allowed.map(({ write }) => write),
    () =>
      updateQuantities(
        session.context,
        allowed.map(({ numbers, write }) => ({ numbers, to: write.to })),
      ),
  );
  if (!rows) return;
  for (const each of allowed) settle(session, resultOf(each, rows, sentAt));
}

/** eBay's texts name both one and 25 SKUs per call: one, until a live test has shown that more work. */
function skusPerCall({ context }: WriteSession): number {
  const { skusPerUpdate } = context.settings;
  return typeof skusPerUpdate === "number" && Number.isInteger(skusPerUpdate) ? Math.min(25, Math.max(1, skusPerUpdate)) : 1;
}

function resultOf({ write, ref, reading }: Ready, all: UpdateRow[], sentAt: Date): WriteResult {
  const { key } = write;
  const rows = all.filter((row) => row.sku === ref.sku);
  const bad = rows.filter((row) => row.statusCode >= 300);
  if (rows.length > 0 && bad.length === 0) return confirmed(write, sentAt, reading.ref ? { ref: reading.ref } : {});
  if (rows.length === 0) return { key, outcome: "unknown", reason: "eBay's answer does not name this SKU" };
  if (bad.length < rows.length) return { key, outcome: "unknown", reason: "eBay set the number for some offers only" };
  const [error] = bad[0]!.errors ?? [];
  const code = error === undefined ? null : String(error.errorId);
  if (bad[0]!.statusCode >= 500 || error?.category === "APPLICATION")
    return { key, outcome: "unknown", reason: "eBay had a trouble of its own with this number" };
  // The SKU or its offer is gone since the reading a moment ago: a second look decides.
  if (bad[0]!.statusCode === 404 || code === "25702" || code === "25710" || code === "25713")
    return { key, outcome: "conflict", reading: null };
  return {
    key,
    outcome: "rejected",
    code,
    text: (error?.message ?? "eBay refused this number").slice(0, 300),
    who: code === "25709" ? "us" : "seller",
  };
}
