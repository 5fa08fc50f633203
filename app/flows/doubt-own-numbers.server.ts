/**
 * What orders did to their own channel's numbers (design.md 5): those become doubtful with the range by which they may have moved,
 * then every number behind a touched item gets its target.
 */
import type { ConnectionRow } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { closeSpentHolds } from "#app/data/holds.server.ts";
import type { ItemLevel } from "#app/data/ledger.server.ts";
import { asPatch, lockQuantities, type QuantityRow, storeQuantities } from "#app/data/quantities.server.ts";
import { quantitiesOfItems, type Retargeted, retarget } from "#app/data/targets.server.ts";
import { firstShift, shownShift } from "#app/domain/order-effects.ts";
import type { House } from "./house.server.ts";
import type { Explained, LineShift } from "./late-orders.server.ts";
import type { LineWork } from "./order-lines.server.ts";

/** What one line did to its channel's number since the last snapshot: an unexplained edit may turn out to be just that. */
export function lineShift({ order, older, before, row }: LineWork, returnsShowAsRise: boolean, returnsCount: boolean): LineShift[] {
  if (row.quantityId === null || (before === null && older)) return [];
  const pieces = (before?.deductedMax ?? 0) - row.deductedMax;
  const comesBack = returnsShowAsRise && returnsCount ? Math.max(0, row.returnable - (before?.returnable ?? 0)) : 0;
  return [
    {
      quantityId: row.quantityId,
      orderNumber: order.number,
      moment: before === null ? order.placedAt : order.updatedAt,
      // Where a return shows only as a rise, the order alone brings nothing back.
      pieces: returnsShowAsRise ? Math.min(0, pieces) : pieces,
      comesBack,
    },
  ];
}

/** Own numbers become doubtful, then every number behind a touched item gets its target. Numbers are locked once, in id order. */
export async function settleNumbers(
  house: House,
  sql: Sql,
  connection: ConnectionRow,
  lines: LineWork[],
  levels: ItemLevel[],
  explained: Explained,
  cause: { kind: string; id: string; at: Date },
): Promise<Retargeted[]> {
  const capabilities = house.channels[connection.channel].capabilities(connection.settings);
  const own = shiftsByQuantity(lines, capabilities.returnsShowAsRise);
  const ids = new Set([
    ...own.keys(),
    ...(await quantitiesOfItems(
      sql,
      levels.map((l) => l.id),
    )),
  ]);
  const rows = await lockQuantities(sql, [...ids]);
  const staleMs = capabilities.staleReadMs;
  const now = house.now();
  const doubted = rows.flatMap((row) => {
    const shift = own.get(row.id);
    if (shift === undefined) return [];
    const patch = doubtedPatch(row, withoutContained(shift, explained.contained.get(row.id) ?? 0), now, staleMs);
    const returning = explained.returning.get(row.id) ?? 0;
    // What was taken for somebody's change is open again, also where our own write has covered it since.
    const looked = returning === 0 ? patch : { ...patch, coveredGap: row.coveredGap + returning };
    return [explained.released.has(row.id) ? { ...looked, raisesStopped: null, frozenTarget: null } : looked];
  });
  await storeQuantities(sql, doubted);
  const changed = await retarget(sql, connection.sellerId, [...ids], cause, now);
  await closeSpentHolds(sql, connection.sellerId, [...explained.released]);
  return changed;
}

/**
 * `unseenFall`: pieces of orders that were cancelled or refunded before we ever saw them, on a channel where only a rise tells of a
 * return; `since` is when the first of them was placed.
 */
type Shift = { min: number; max: number; returnable: number; unseenFall: number; since: Date | null };

/** Clocks of platforms differ from ours, and they cut times to the second. */
const CLOCKS_MS = 2_000;

function shiftsByQuantity(lines: LineWork[], returnsShowAsRise: boolean): Map<string, Shift> {
  const shifts = new Map<string, Shift>();
  for (const { order, older, before, row } of lines) {
    if (row.quantityId === null) continue;
    // What an order older than the baseline did before we first saw it is contained in the opening reading.
    if (before === null && older) continue;
    const deducted = { min: row.deductedMin, max: row.deductedMax };
    const ended = order.status === "cancelled" || order.status === "refunded";
    const shift = before
      ? shownShift({ min: before.deductedMin, max: before.deductedMax }, deducted)
      : firstShift(deducted, ended ? row.quantity - row.held - row.consumed : 0);
    const returnable = row.returnable - (before?.returnable ?? 0);
    if (shift === null && returnable === 0) continue;
    const sum = shifts.get(row.quantityId) ?? { min: 0, max: 0, returnable: 0, unseenFall: 0, since: null };
    const unseen = before === null && returnsShowAsRise && row.returnable > 0;
    shifts.set(row.quantityId, {
      min: sum.min + (shift?.min ?? 0),
      // Where a return shows only as a rise, the rise must be seen as one and not be taken for granted.
      max: sum.max + (returnsShowAsRise ? 0 : (shift?.max ?? 0)),
      returnable: sum.returnable + returnable,
      unseenFall: sum.unseenFall + (unseen ? row.deductedMax : 0),
      since: unseen && (sum.since === null || order.placedAt < sum.since) ? order.placedAt : sum.since,
    });
  }
  return shifts;
}

/** Units that an edit has already told of stand in the number that was read then. */
function withoutContained(shift: Shift, contained: number): Shift {
  return { ...shift, min: Math.min(0, shift.min - Math.min(0, contained)), max: Math.max(0, shift.max - Math.max(0, contained)) };
}

/** Oldest entries melt together, so that a paused connection's busy item does not grow without end. */
const MOST_DRIFT = 20;

function doubtedPatch(row: QuantityRow, shift: Shift, now: Date, staleMs: number) {
  const fell = surelyFell(row, shift);
  const min = Math.min(0, shift.min + fell);
  const drift = min === 0 && shift.max === 0 ? row.drift : [...row.drift, { at: now, min, max: shift.max }];
  const [first, second, ...rest] = drift;
  const kept =
    drift.length > MOST_DRIFT && first && second
      ? [{ at: second.at, min: first.min + second.min, max: first.max + second.max }, ...rest]
      : drift;
  const until = new Date(now.getTime() + staleMs);
  return {
    ...asPatch(row),
    confirmed: row.confirmed === null ? null : Math.max(0, row.confirmed - fell),
    drift: kept,
    returnable: Math.max(0, row.returnable + shift.returnable),
    doubtAt: now,
    doubtUntil: row.doubtUntil !== null && row.doubtUntil > until ? row.doubtUntil : until,
    doubtReason: "an order of its own channel",
  };
}

/**
 * What was proved before such an order was placed cannot contain its fall: a number that stands as high as then has been raised again.
 * A look after the order that found the same number as before it proves no less: fall and rise lie between the two.
 */
function surelyFell(row: QuantityRow, { unseenFall, since }: Shift): number {
  const provedAt = row.steadySince ?? row.confirmedAt;
  if (since === null || provedAt === null || row.sendingTo !== null || row.lateTo !== null) return 0;
  return provedAt.getTime() + CLOCKS_MS < since.getTime() ? unseenFall : 0;
}
