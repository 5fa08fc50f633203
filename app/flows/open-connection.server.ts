/**
 * The opening (settled.md 19, 20): a connection gets its baseline in time, items without a count get one from the opening channel's
 * own fresh numbers, and past orders come along: those older than the baseline are contained in the count and book only what they reserve.
 */
import { appendAudit } from "#app/data/audit.server.ts";
import { type ConnectionRow, findConnection } from "#app/data/connections.server.ts";
import { appendMovements } from "#app/data/ledger.server.ts";
import { quantitiesOfItems, retarget } from "#app/data/targets.server.ts";
import type { StockReading } from "#app/domain/channel-words.ts";
import { withChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";
import { type OrdersRead, readOrdersNow } from "./read-orders.server.ts";
import { ringForWork } from "./ring.server.ts";

export type Opening = {
  connectionId: string;
  actorKey: string;
  /** Whether items that were never counted take their opening number from here. */
  countsFrom: boolean;
};

/** The opening reading lies between two reads of the orders that saw no change; a busy shop gets this many tries. */
const TRIES = 5;

export async function openConnection(house: House, opening: Opening): Promise<void> {
  const connection = await findConnection(house.db.plain, opening.connectionId);
  if (connection === null) return;
  // Run again after a crash it goes on: what was counted is not counted twice.
  if (connection.baselineAt !== null) {
    if (opening.countsFrom) await countItems(house, connection, await readUncounted(house, connection), opening.actorKey);
    return;
  }
  let readings: Counted[] = [];
  let baselineAt = house.now();
  for (let attempt = 0; attempt < TRIES; attempt++) {
    // Without a baseline every order that is seen counts as contained in the opening count.
    await readOrders(house, connection);
    readings = opening.countsFrom ? await readUncounted(house, connection) : [];
    await house.pause(house.channels[connection.channel].capabilities(connection.settings).orderLagMs);
    const after = await readOrders(house, connection);
    baselineAt = after.begun;
    if (after.applied.newer === 0) break;
  }
  await house.db.write(connection.sellerId, (sql) =>
    sql.query(`update connection set baseline_at = $2 where id = $1 and baseline_at is null`, [connection.id, baselineAt]),
  );
  await countItems(house, { ...connection, baselineAt }, readings, opening.actorKey);
}

async function readOrders(house: House, connection: ConnectionRow): Promise<OrdersRead> {
  const read = await withChannel(house, connection, "orders", (open) => readOrdersNow(house, connection, open, house.newId()));
  await ringForWork(house, connection.sellerId, read.applied.touched);
  return read;
}

type Uncounted = { itemId: string; quantityId: string; key: string; ref: Record<string, never>; units: number };
type Counted = { itemId: string; quantityId: string; units: number; reading: StockReading };

/** Fresh numbers of the linked listings whose items have no opening count yet (single-component ones; a bundle counts nothing). */
async function readUncounted(house: House, connection: ConnectionRow): Promise<Counted[]> {
  const wanted = await house.db.write(connection.sellerId, (sql) =>
    sql.query<Uncounted>(
      `select distinct on (c.item_id) c.item_id as "itemId", q.id as "quantityId", q.key, q.ref, c.units
       from listing l join channel_quantity q on q.id = l.quantity_id join component c on c.listing_id = l.id
       where l.connection_id = $1 and l.link_state = 'linked' and l.state in ('active', 'sold-out')
         and (select count(*) from component o where o.listing_id = l.id) = 1
         and not exists (select from movement m where m.item_id = c.item_id and m.kind in ('opening', 'adjustment'))
         and not exists (select from component p join listing o on o.id = p.listing_id join connection x on x.id = o.connection_id
           where p.item_id = c.item_id and o.connection_id <> l.connection_id and o.go_live = 'live' and x.lifecycle = 'live')
       order by c.item_id, c.units, q.key`,
      [connection.id],
    ),
  );
  return withChannel(house, connection, "drift", async (open) => {
    const counted: Counted[] = [];
    for (let from = 0; from < wanted.length; from += open.capabilities.readBatch) {
      const batch = wanted.slice(from, from + open.capabilities.readBatch);
      const readings = await open.channel.readStock(
        open.context,
        batch.map((w) => ({ key: w.key, ref: w.ref })),
      );
      for (const want of batch) {
        const reading = readings.find((r) => r.key === want.key);
        if (reading !== undefined && reading.quantity !== null)
          counted.push({ itemId: want.itemId, quantityId: want.quantityId, units: want.units, reading });
      }
    }
    return counted;
  });
}

/** The opening movement: what the channel showed. Orders seen until then have booked what they reserve beside it. */
async function countItems(house: House, connection: ConnectionRow, counted: Counted[], actorKey: string): Promise<void> {
  const correlationId = house.newId();
  for (let from = 0; from < counted.length; from += 500) {
    const batch = counted.slice(from, from + 500);
    const touched = await house.db.write(connection.sellerId, async (sql) => {
      const levels = await appendMovements(
        sql,
        connection.sellerId,
        batch.map((c) => {
          return {
            id: house.newId(),
            itemId: c.itemId,
            kind: "opening" as const,
            onHandDelta: Math.max(0, c.reading.quantity ?? 0) * c.units,
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
