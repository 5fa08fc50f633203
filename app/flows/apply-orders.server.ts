/**
 * Orders into the ledger. One transaction per batch: store what is newer, append the difference between what each line should
 * hold and what the ledger recorded for it, move the levels, then lock the shown numbers and recompute their targets. A snapshot
 * that was seen before, or is older, adds nothing.
 */
import { appendAudit } from "#app/data/audit.server.ts";
import type { ConnectionRow } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { appendMovements, type ItemLevel, type NewMovement, recordedEffects } from "#app/data/ledger.server.ts";
import { knownOrders, lockOrders, orderDigest, storeLines, storeOrders } from "#app/data/orders.server.ts";
import type { ChannelOrder } from "#app/domain/channel-words.ts";
import { desiredEffect, difference, isNewer, movementKind } from "#app/domain/order-effects.ts";
import { lineShift, settleNumbers } from "./doubt-own-numbers.server.ts";
import type { House } from "./house.server.ts";
import { explainEdits } from "./late-orders.server.ts";
import { isBeforeBaseline, type LineWork, prepareLines } from "./order-lines.server.ts";
import { tellUnlinkedSales } from "./unlinked-sales.server.ts";
import { watchOversells } from "./watch-oversells.server.ts";

/** Orders per transaction. Each batch rewrites the numbers of every item it touches, so a backlog is cheaper in large steps (bench "events"); a full one holds its locks for some tenths of a second. */
const BATCH = 1_000;

/** `first`: orders that nobody had seen before. */
export type AppliedOrders = { newer: number; movements: number; touched: Set<string>; first: ChannelOrder[] };

/** Answers the connections that may have work now. Call after it returns: the rings come after the commit. */
export async function applyOrders(
  house: House,
  connection: ConnectionRow,
  orders: ChannelOrder[],
  correlationId: string,
): Promise<AppliedOrders> {
  const result: AppliedOrders = { newer: 0, movements: 0, touched: new Set(), first: [] };
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
    result.first.push(...done.first);
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
  if (newer.length === 0) return { newer: 0, movements: 0, touched: new Set(), first: [] };

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
      // Told when units are sold, not again with each later snapshot of the same order.
      .filter((l) => l.row.components === null && l.row.held + l.row.consumed > (l.before ? l.before.held + l.before.consumed : 0))
      .map((l) => ({ ...l.row, orderNumber: l.order.number })),
  );
  await watchOversells(house, sql, connection.sellerId, movements, levels);
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
  return {
    newer: newer.length,
    movements: movements.length,
    touched: new Set([connection.id, ...touched.map((t) => t.connectionId)]),
    // A row that was only made to be locked has no content yet.
    first: newer.filter(({ row }) => row.digest === "").map(({ order }) => order),
  };
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

function newestLevels(levels: ItemLevel[]): ItemLevel[] {
  return [...new Map(levels.map((level) => [level.id, level])).values()];
}

function latest(orders: ChannelOrder[]): Date {
  return new Date(Math.max(...orders.map((o) => Math.min(o.updatedAt.getTime(), o.observedAt.getTime()))));
}
