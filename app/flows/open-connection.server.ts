/**
 * The opening (settled.md 19, 20): a connection gets its baseline in time, items without a count get one from the opening channel's
 * own fresh numbers, and past orders come along: those older than the baseline are contained in the count and book only what they reserve.
 */
import { appendAudit } from "#app/data/audit.server.ts";
import { type ConnectionRow, findConnection } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { appendMovements } from "#app/data/ledger.server.ts";
import { LARGE_CHANGE, refreshStatistics } from "#app/data/statistics.server.ts";
import { quantitiesOfItems, retarget } from "#app/data/targets.server.ts";
import type { StockReading } from "#app/domain/channel-words.ts";
import { withChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";
import { readPastOrders } from "./past-orders.server.ts";
import { planOrderCheck } from "./plan-order-check.server.ts";
import { type OrdersRead, readOrdersNow } from "./read-orders.server.ts";
import { ringForWork } from "./ring.server.ts";

export type Opening = {
  connectionId: string;
  actorKey: string;
  /** Whether items that were never counted take their opening number from here. */
  countsFrom: boolean;
};

/** A number is counted when its own orders stood still around its reading; an item that sells all the time gets this many tries. */
const TRIES = 30;
/** Items counted together: few enough that their orders seldom move meanwhile, and that a large shop is never held whole. */
const BATCH = 1_000;

/** Throws when an item sells so often that no reading of it can be told from its sales: run again, it goes on where it stood. */
export async function openConnection(house: House, opening: Opening): Promise<void> {
  const found = await findConnection(house.db.plain, opening.connectionId);
  if (found === null) return;
  const connection = found.baselineAt === null ? await setBaseline(house, found) : found;
  if (!opening.countsFrom) return;
  const itemIds = await uncountedItems(house, connection);
  let restless = 0;
  for (let from = 0; from < itemIds.length; from += BATCH)
    restless += await countBatch(house, connection, itemIds.slice(from, from + BATCH), opening.actorKey);
  if (itemIds.length >= LARGE_CHANGE) await refreshStatistics(house.db.plain);
  if (restless > 0) throw new Error(`${restless} items on ${connection.name} are sold so often that they could not be counted`);
}

/** Answers how many sold so often that they could not be counted. */
async function countBatch(house: House, connection: ConnectionRow, itemIds: string[], actorKey: string): Promise<number> {
  const { orderLagMs, staleReadMs } = house.channels[connection.channel].capabilities(connection.settings);
  let left = await numbersToCount(house, connection, itemIds);
  for (let attempt = 0; attempt < TRIES && left.length > 0; attempt++) {
    await house.pause(staleReadMs);
    const begun = await databaseNow(house);
    const counted = await readNumbers(house, connection, left);
    await house.pause(orderLagMs);
    await readOrders(house, connection);
    const still = await itemsAtRest(
      house,
      connection,
      begun,
      counted.map((c) => c.itemId),
    );
    const sure = counted.filter((c) => still.has(c.itemId));
    await countItems(house, connection, sure, actorKey);
    const unsure = new Set(counted.filter((c) => !still.has(c.itemId)).map((c) => c.itemId));
    left = left.filter((one) => unsure.has(one.itemId));
  }
  return left.length;
}

/** Every order seen until here is contained in the count; from here on orders are sales. The short read after the long one is the border. */
async function setBaseline(house: House, connection: ConnectionRow): Promise<ConnectionRow> {
  await readPastOrders(house, connection);
  const { begun } = await readOrders(house, connection);
  await house.db.write(connection.sellerId, (sql) =>
    sql.query(`update connection set baseline_at = $2 where id = $1 and baseline_at is null`, [connection.id, begun]),
  );
  await planOrderCheck(house, connection);
  return { ...connection, baselineAt: begun };
}

async function databaseNow(house: House): Promise<Date> {
  const [row] = await house.db.plain.query<{ now: Date }>("select clock_timestamp() as now");
  return row?.now ?? house.now();
}

/** Of these items those of which no order of this connection was booked since. */
async function itemsAtRest(house: House, connection: ConnectionRow, since: Date, itemIds: string[]): Promise<Set<string>> {
  const moved = await house.db.write(connection.sellerId, (sql) =>
    sql.query<{ id: string }>(
      `select distinct item_id as id from movement where seller_id = $4 and item_id = any($1) and connection_id = $2 and order_id is not null and recorded_at >= $3`,
      [itemIds, connection.id, since, connection.sellerId],
    ),
  );
  const gone = new Set(moved.map((m) => m.id));
  return new Set(itemIds.filter((id) => !gone.has(id)));
}

async function readOrders(house: House, connection: ConnectionRow): Promise<OrdersRead> {
  const read = await withChannel(house, connection, "orders", (open) => readOrdersNow(house, connection, open, house.newId()));
  await ringForWork(house, connection.sellerId, read.applied.touched);
  return read;
}

type Uncounted = { itemId: string; quantityId: string; key: string; ref: Record<string, never>; units: number };
type Counted = { itemId: string; quantityId: string; units: number; reading: StockReading };

/** Items that a single-component listing of this connection stands on and that have no opening count yet (a bundle counts nothing). */
async function uncountedItems(house: House, connection: ConnectionRow): Promise<string[]> {
  const rows = await house.db.write(connection.sellerId, (sql) =>
    sql.query<{ id: string }>(
      `select distinct c.item_id as id from listing l join component c on c.listing_id = l.id
       where l.connection_id = $1 and l.link_state = 'linked' and l.state in ('active', 'sold-out')
         and not exists (select from component o where o.listing_id = l.id and o.item_id <> c.item_id)
         and not exists (select from movement m where m.seller_id = l.seller_id and m.item_id = c.item_id and m.order_id is null and m.kind in ('opening', 'adjustment'))
         and not exists (select from component p join listing o on o.id = p.listing_id join connection x on x.id = o.connection_id
           where p.item_id = c.item_id and o.connection_id <> l.connection_id and o.go_live = 'live' and x.lifecycle = 'live')
       order by 1`,
      [connection.id],
    ),
  );
  return rows.map((row) => row.id);
}

/** Where each item's number stands on this connection; of several the one that needs the fewest units. */
async function numbersToCount(house: House, connection: ConnectionRow, itemIds: string[]): Promise<Uncounted[]> {
  return house.db.write(connection.sellerId, (sql) =>
    sql.query<Uncounted>(
      `select distinct on (c.item_id) c.item_id as "itemId", q.id as "quantityId", q.key, q.ref, c.units
       from component c join listing l on l.id = c.listing_id join channel_quantity q on q.id = l.quantity_id
       where c.item_id = any($2) and l.connection_id = $1 and l.link_state = 'linked' and l.state in ('active', 'sold-out')
         and not exists (select from component o where o.listing_id = l.id and o.item_id <> c.item_id)
       order by c.item_id, c.units, q.key`,
      [connection.id, itemIds],
    ),
  );
}

async function readNumbers(house: House, connection: ConnectionRow, wanted: Uncounted[]): Promise<Counted[]> {
  return withChannel(house, connection, "drift", async (open) => {
    const counted: Counted[] = [];
    for (let from = 0; from < wanted.length; from += open.capabilities.readBatch) {
      const batch = wanted.slice(from, from + open.capabilities.readBatch);
      const readings = await open.channel.readStock(
        open.context,
        batch.map((w) => ({ key: w.key, ref: w.ref })),
      );
      const byKey = new Map(readings.map((reading) => [reading.key, reading]));
      for (const want of batch) {
        const reading = byKey.get(want.key);
        if (reading !== undefined && reading.quantity !== null)
          counted.push({ itemId: want.itemId, quantityId: want.quantityId, units: want.units, reading });
      }
    }
    return counted;
  });
}

/**
 * The opening movement: as many as make the channel's number come out. What its own orders have booked so far stands in that number
 * already, so it is left out of the count.
 */
async function countItems(house: House, connection: ConnectionRow, counted: Counted[], actorKey: string): Promise<void> {
  const correlationId = house.newId();
  for (let from = 0; from < counted.length; from += 500) {
    const batch = counted.slice(from, from + 500);
    const touched = await house.db.write(connection.sellerId, async (sql) => {
      const sold = await soldHere(sql, connection, batch);
      const levels = await appendMovements(
        sql,
        connection.sellerId,
        batch.map((c) => {
          return {
            id: house.newId(),
            itemId: c.itemId,
            kind: "opening" as const,
            onHandDelta: Math.max(0, c.reading.quantity ?? 0) * c.units + (sold.get(c.itemId) ?? 0),
            reservedDelta: 0,
            orderId: null,
            orderLineId: null,
            sequence: 0,
            dedupeKey: `opening:${c.itemId}`,
            connectionId: connection.id,
            actorKey,
            correlationId,
            undoes: null,
            note: `count on ${connection.name}`,
            occurredAt: c.reading.sentAt,
          };
        }),
      );
      const ids = await quantitiesOfItems(
        sql,
        levels.map((l) => l.id),
      );
      const changed = await retarget(sql, connection.sellerId, ids, { kind: "opening", id: correlationId, at: house.now() }, house.now());
      await appendAudit(sql, connection.sellerId, [
        {
          id: house.newId(),
          connectionId: connection.id,
          action: "count.opening",
          subject: null,
          actorKey,
          facts: { items: levels.length },
          correlationId,
        },
      ]);
      return new Set(changed.map((c) => c.connectionId));
    });
    await ringForWork(house, connection.sellerId, touched);
  }
}

/** Units that this connection's orders have taken from what can be sold, beyond what its baseline contains. */
async function soldHere(sql: Sql, connection: ConnectionRow, counted: Counted[]): Promise<Map<string, number>> {
  const rows = await sql.query<{ id: string; units: number }>(
    `select item_id as id, sum(reserved_delta - on_hand_delta)::int as units from movement
     where seller_id = $3 and item_id = any($1) and connection_id = $2 and order_id is not null group by 1`,
    [counted.map((c) => c.itemId), connection.id, connection.sellerId],
  );
  return new Map(rows.map((r) => [r.id, r.units]));
}
