/** Sends planned writes in batches, several lanes at once, each through the gate; what came of them is recorded answer by answer. */
import type { StockWrite } from "#app/channels/port.ts";
import type { ConnectionRow } from "#app/data/connections.server.ts";
import type { Lease } from "#app/data/lease.server.ts";
import { postpone, type QuantityRow } from "#app/data/quantities.server.ts";
import { type LocationChoice, spread } from "#app/domain/locations.ts";
import { unsettledUntil } from "#app/domain/unsettled-difference.ts";
import type { OpenChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";
import type { Planned } from "./planned-write.ts";
import { recordResults } from "./record-writes.server.ts";
import { settleFees, takeFees } from "./renewal-fees.server.ts";
import { gateFor } from "./write-gate.server.ts";

export async function writeNumbers(
  house: House,
  connection: ConnectionRow,
  open: OpenChannel,
  lease: Lease,
  planned: Planned[],
): Promise<void> {
  const batches = inBatches(planned, open.capabilities.writeBatch, open.capabilities.writeByParent);
  const lanes = Array.from({ length: Math.min(LANES[connection.channel], batches.length) }, async () => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) await writeBatch(house, connection, open, lease, batch);
  });
  const outcomes = await Promise.allSettled(lanes);
  const failed = outcomes.find((o) => o.status === "rejected");
  if (failed) throw failed.reason;
}

/** Writes on their way at once: what a platform takes without complaint (contracts/: WooCommerce two, the others within their rate). */
const LANES: Record<ConnectionRow["channel"], number> = { shopify: 2, ebay: 4, etsy: 4, woocommerce: 2 };

/** Most urgent first as picked; with `byParent`, what belongs to one parent stays together even where that makes the batch longer. */
function inBatches(planned: Planned[], size: number, byParent: boolean): Planned[][] {
  const groups = new Map<string, Planned[]>();
  for (const p of planned) {
    const key = byParent && p.row.parentKey !== null ? p.row.parentKey : p.row.id;
    groups.set(key, [...(groups.get(key) ?? []), p]);
  }
  const batches: Planned[][] = [];
  for (const group of groups.values()) {
    const last = batches.at(-1);
    if (last !== undefined && last.length + group.length <= size) last.push(...group);
    else batches.push([...group]);
  }
  return batches;
}

async function writeBatch(house: House, connection: ConnectionRow, open: OpenChannel, lease: Lease, batch: Planned[]): Promise<void> {
  const byKey = new Map(batch.map((p) => [p.row.key, p]));
  const writes: StockWrite[] = [];
  const fees = await takeFees(house, connection, batch);
  for (const { row, step } of batch) {
    if (fees.unpaid.has(row.id)) continue;
    const settledAt = open.capabilities.differences === "chosen" ? unsettledUntil(row, step.to, house.now()) : null;
    if (settledAt !== null) {
      await postpone(house.db.plain, [row.id], settledAt);
      continue;
    }
    const parts = open.capabilities.locations ? partsFor(connection, row, step.to) : [];
    if (parts === null) await postpone(house.db.plain, [row.id], new Date(house.now().getTime() + 600_000));
    else {
      writes.push({
        key: row.key,
        ref: row.ref,
        from: step.from,
        to: step.to,
        readAt: step.readAt,
        idempotencyKey: house.newId(),
        parts,
        maySpend: fees.paidFor.has(row.id),
        ...(row.lateTo === null ? {} : { unsettled: true }),
      });
    }
  }
  if (writes.length === 0) return;
  const sentKeys = new Set<string>();
  const results = await open.channel.setStock(open.context, writes, gateFor(house, connection, open, lease, byKey, sentKeys));
  await settleFees(house, connection, fees, batch, results, sentKeys);
  house.crashPoint("write-before-record");
  await recordResults(house, connection, open, lease, byKey, results, sentKeys);
}

/** Settled.md 17; without known locations the connector writes where it reads. */
function partsFor(connection: ConnectionRow, row: QuantityRow, to: number): { locationId: string; from: number; to: number }[] | null {
  const locations = (connection.settings.locations ?? []) as LocationChoice[];
  return spread(to, row.parts, locations);
}
