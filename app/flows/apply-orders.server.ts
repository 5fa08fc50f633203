/**
 * Orders into the ledger. One transaction per batch: store what is newer, append the difference between what each line should
 * hold and what the ledger recorded for it, move the levels, then lock the shown numbers and recompute their targets. A snapshot
 * that was seen before, or is older, adds nothing.
 */
import { appendAudit } from "#app/data/audit.server.ts";
import type { ConnectionRow } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { appendMovements, type ItemLevel, type NewMovement, recordedEffects } from "#app/data/ledger.server.ts";
import {
  type KnownOrder,
  knownOrders,
  type LineRow,
  type LinkedListing,
  linesOfOrders,
  listingsByExternalId,
  lockOrders,
  orderDigest,
  storeLines,
  storeOrders,
} from "#app/data/orders.server.ts";
import { asPatch, lockQuantities, type QuantityRow, storeQuantities } from "#app/data/quantities.server.ts";
import { quantitiesOfItems, type Retargeted, retarget } from "#app/data/targets.server.ts";
import type { ChannelOrder, OrderLine } from "#app/domain/channel-words.ts";
import {
  baselineState,
  desiredEffect,
  difference,
  firstShift,
  isNewer,
  isOlderThan,
  movementKind,
  shownShift,
} from "#app/domain/order-effects.ts";
import type { House } from "./house.server.ts";
import { type Explained, explainEdits, type LineShift } from "./late-orders.server.ts";
import { solvedOversold, tellOversold } from "./tell-seller.server.ts";
import { tellUnlinkedSales } from "./unlinked-sales.server.ts";

/** Orders per transaction: keeps the locks near 50 ms (recipes-engine.md). */
const BATCH = 500;

export type AppliedOrders = { newer: number; movements: number; touched: Set<string> };

/** Answers the connections that may have work now. Call after it returns: the rings come after the commit. */
export async function applyOrders(
  house: House,
  connection: ConnectionRow,
  orders: ChannelOrder[],
  correlationId: string,
): Promise<AppliedOrders> {
  const result: AppliedOrders = { newer: 0, movements: 0, touched: new Set() };
  const newest = newestOfEach(orders);
  const known = await house.db.write(connection.sellerId, (sql) =>
    knownOrders(
      sql,
      connection.id,
      newest.map((o) => o.externalId),
    ),
  );
  const news = newest.filter((order) => {
    const row = known.get(order.externalId);
    return row === undefined || isNewer(timesOf(order), row);
  });
  for (let from = 0; from < news.length; from += BATCH) {
    const batch = news.slice(from, from + BATCH);
    const done = await house.db.write(connection.sellerId, (sql) => applyBatch(house, sql, connection, batch, correlationId));
    house.crashPoint("orders-after-commit");
    result.newer += done.newer;
    result.movements += done.movements;
    for (const id of done.touched) result.touched.add(id);
  }
  return result;
}

function newestOfEach(orders: ChannelOrder[]): ChannelOrder[] {
  const newest = new Map<string, ChannelOrder>();
  for (const order of orders) {
    const other = newest.get(order.externalId);
    if (other === undefined || isNewer(timesOf(order), timesOf(other))) newest.set(order.externalId, order);
  }
  return [...newest.values()];
}

function timesOf(order: ChannelOrder): { updatedAt: Date; observedAt: Date; digest: string } {
  return { updatedAt: order.updatedAt, observedAt: order.observedAt, digest: orderDigest(order) };
}

async function applyBatch(
  house: House,
  sql: Sql,
  connection: ConnectionRow,
  orders: ChannelOrder[],
  correlationId: string,
): Promise<AppliedOrders> {
  const rows = await lockOrders(
    sql,
    connection.sellerId,
    connection.id,
    orders.map((order) => ({ id: house.newId(), order })),
  );
  const newer = orders.flatMap((order) => {
    const row = rows.get(order.externalId);
    return row !== undefined && isNewer(timesOf(order), row) ? [{ order, row }] : [];
  });
  if (newer.length === 0) return { newer: 0, movements: 0, touched: new Set() };

  const lines = await prepareLines(house, sql, connection, newer);
  await storeOrders(
    sql,
    newer.map(({ order, row }) => ({
      id: row.id,
      digest: orderDigest(order),
      beforeBaseline: isBeforeBaseline(order, row, connection),
      order,
    })),
  );
  await storeLines(
    sql,
    connection.sellerId,
    lines.map((l) => l.row),
  );

  const movements = await movementsOf(house, sql, connection, lines, correlationId);
  const booked = await appendMovements(sql, connection.sellerId, movements);
  const { returnsShowAsRise } = house.channels[connection.channel].capabilities(connection.settings);
  const shifts = lines.flatMap((line) => lineShift(line, returnsShowAsRise, connection.returnPolicy !== "never"));
  const explained = await explainEdits(house, sql, connection, shifts, correlationId);
  const levels = newestLevels([...booked, ...explained.levels]);
  const touched = await settleNumbers(house, sql, connection, lines, levels, explained, {
    kind: "order",
    id: correlationId,
    at: latest(newer.map((n) => n.order)),
  });

  await tellUnlinkedSales(
    house,
    sql,
    connection,
    lines
      .filter((l) => l.row.components === null && l.row.held + l.row.consumed > 0)
      .map((l) => ({ ...l.row, orderNumber: l.order.number })),
  );
  await watchOversells(house, sql, connection.sellerId, levels);
  await appendAudit(sql, connection.sellerId, [
    {
      id: house.newId(),
      connectionId: connection.id,
      action: "apply.orders",
      subject: newer.length === 1 ? (newer[0]?.row.id ?? null) : null,
      actorKey: "engine",
      facts: {
        orders: newer.slice(0, 20).map(({ order }) => ({ number: order.number, status: order.status })),
        count: newer.length,
        movements: movements.length,
        targets: touched.length,
      },
      correlationId,
    },
  ]);
  return { newer: newer.length, movements: movements.length, touched: new Set([connection.id, ...touched.map((t) => t.connectionId)]) };
}

type LineWork = { order: ChannelOrder; older: boolean; line: OrderLine; before: LineRow | null; row: LineRow };

/** What each line looks like now beside what it looked like; components are frozen when a line is first booked. */
async function prepareLines(
  house: House,
  sql: Sql,
  connection: ConnectionRow,
  newer: { order: ChannelOrder; row: KnownOrder }[],
): Promise<LineWork[]> {
  const before = await linesOfOrders(
    sql,
    newer.map((n) => n.row.id),
  );
  const beforeOf = new Map(before.map((l) => [`${l.orderId}/${l.externalId}`, l]));
  const wanted = newer.flatMap(({ order }) => order.lines.map((l) => l.listingExternalId).filter((id) => id !== null));
  const listings = await listingsByExternalId(sql, connection.id, [...new Set(wanted)]);
  return newer.flatMap(({ order, row }) => {
    const seen = new Set<string>();
    const older = isBeforeBaseline(order, row, connection);
    const present = order.lines.map((line) => {
      seen.add(line.externalId);
      const old = beforeOf.get(`${row.id}/${line.externalId}`) ?? null;
      const listing = line.listingExternalId === null ? undefined : listings.get(line.listingExternalId);
      return { order, older, line, before: old, row: lineRow(house, row.id, order, line, old, listing, connection) };
    });
    // A line that vanished from the order (removed by an edit) holds nothing any more.
    const gone = before
      .filter((l) => l.orderId === row.id && !seen.has(l.externalId))
      .map((old) => ({
        order,
        older,
        line: emptied(old),
        before: old,
        row: { ...old, held: 0, consumed: 0, returnable: 0, deductedMin: 0, deductedMax: 0 },
      }));
    return [...present, ...gone];
  });
}

function emptied(old: LineRow): OrderLine {
  return {
    externalId: old.externalId,
    listingExternalId: old.listingExternalId,
    sku: old.sku,
    title: old.title,
    quantity: old.quantity,
    held: 0,
    consumed: 0,
    returnable: 0,
    channelDeducted: { min: 0, max: 0 },
    unitPriceMinor: old.unitPriceMinor,
  };
}

function lineRow(
  house: House,
  orderId: string,
  order: ChannelOrder,
  line: OrderLine,
  old: LineRow | null,
  listing: LinkedListing | undefined,
  connection: ConnectionRow,
): LineRow {
  const linked = listing?.linkState === "linked" && listing.components.length > 0 ? listing.components : null;
  const baseline = baselineState(line, order.placedAt, connection.baselineAt);
  return {
    id: old?.id ?? house.newId(),
    orderId,
    externalId: line.externalId,
    listingExternalId: line.listingExternalId,
    listingId: old?.listingId ?? listing?.listingId ?? null,
    quantityId: old?.quantityId ?? listing?.quantityId ?? null,
    sku: line.sku,
    title: line.title,
    quantity: line.quantity,
    held: line.held,
    consumed: line.consumed,
    returnable: line.returnable,
    returned: old?.returned ?? 0,
    deductedMin: line.channelDeducted.min,
    deductedMax: line.channelDeducted.max,
    baselineHeld: old?.baselineHeld ?? baseline.baselineHeld,
    baselineConsumed: old?.baselineConsumed ?? baseline.baselineConsumed,
    // A line that was not linked when it came stays unbooked until the seller counts it (settled.md 25).
    components: old === null ? linked : old.components,
    unitPriceMinor: line.unitPriceMinor,
  };
}

/** Seen at the opening, or surely placed before it. */
function isBeforeBaseline(order: ChannelOrder, row: KnownOrder, connection: ConnectionRow): boolean {
  return row.beforeBaseline || connection.baselineAt === null || isOlderThan(order.placedAt, connection.baselineAt);
}

async function movementsOf(
  house: House,
  sql: Sql,
  connection: ConnectionRow,
  lines: LineWork[],
  correlationId: string,
): Promise<NewMovement[]> {
  const booked = lines.filter((l) => l.row.components !== null);
  const recorded = await recordedEffects(
    sql,
    booked.filter((l) => l.before !== null).map((l) => l.row.id),
  );
  return booked.flatMap(({ order, row }) =>
    (row.components ?? []).flatMap(({ itemId, units }) => {
      const so_far = recorded.get(`${row.id}/${itemId}`) ?? { onHand: 0, reserved: 0, count: 0 };
      const change = difference(desiredEffect(row, units), so_far);
      const kind = movementKind(change);
      if (kind === null) return [];
      return [
        {
          id: house.newId(),
          itemId,
          kind,
          onHandDelta: change.onHand,
          reservedDelta: change.reserved,
          orderId: row.orderId,
          orderLineId: row.id,
          sequence: so_far.count,
          dedupeKey: `order:${row.id}:${itemId}:${so_far.count}`,
          connectionId: connection.id,
          actorKey: `channel:${connection.channel}`,
          correlationId,
          undoes: null,
          note: order.number,
          occurredAt: so_far.count === 0 ? order.placedAt : order.updatedAt,
        },
      ];
    }),
  );
}

/** What one line did to its channel's number since the last snapshot: an unexplained edit may turn out to be just that. */
function lineShift({ order, older, before, row }: LineWork, returnsShowAsRise: boolean, returnsCount: boolean): LineShift[] {
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

function newestLevels(levels: ItemLevel[]): ItemLevel[] {
  return [...new Map(levels.map((level) => [level.id, level])).values()];
}

/** Own numbers become doubtful, then every number behind a touched item gets its target. Numbers are locked once, in id order. */
async function settleNumbers(
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
    const looked = returning === 0 || row.confirmed === null ? patch : { ...patch, confirmed: Math.max(0, row.confirmed - returning) };
    return [explained.released.has(row.id) ? { ...looked, raisesStopped: null, frozenTarget: null } : looked];
  });
  await storeQuantities(sql, doubted);
  return retarget(sql, connection.sellerId, [...ids], cause, now);
}

type Shift = { min: number; max: number; returnable: number };

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
    const sum = shifts.get(row.quantityId) ?? { min: 0, max: 0, returnable: 0 };
    shifts.set(row.quantityId, {
      min: sum.min + (shift?.min ?? 0),
      // Where a return shows only as a rise, the rise must be seen as one and not be taken for granted.
      max: sum.max + (returnsShowAsRise ? 0 : (shift?.max ?? 0)),
      returnable: sum.returnable + returnable,
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
  const drift = shift.min === 0 && shift.max === 0 ? row.drift : [...row.drift, { at: now, min: shift.min, max: shift.max }];
  const [first, second, ...rest] = drift;
  const kept =
    drift.length > MOST_DRIFT && first && second
      ? [{ at: second.at, min: first.min + second.min, max: first.max + second.max }, ...rest]
      : drift;
  const until = new Date(now.getTime() + staleMs);
  return {
    ...asPatch(row),
    drift: kept,
    returnable: Math.max(0, row.returnable + shift.returnable),
    doubtAt: now,
    doubtUntil: row.doubtUntil !== null && row.doubtUntil > until ? row.doubtUntil : until,
    doubtReason: "an order of its own channel",
  };
}

function latest(orders: ChannelOrder[]): Date {
  return new Date(Math.max(...orders.map((o) => Math.min(o.updatedAt.getTime(), o.observedAt.getTime()))));
}

async function watchOversells(house: House, sql: Sql, sellerId: string, levels: ItemLevel[]): Promise<void> {
  for (const level of levels) {
    const available = level.onHand - level.reserved;
    if (available < 0) await tellOversold(house, sql, sellerId, { id: level.id, sku: level.sku, title: level.title, available });
  }
  await solvedOversold(
    sql,
    sellerId,
    levels.filter((l) => l.onHand - l.reserved >= 0).map((l) => l.id),
  );
}
