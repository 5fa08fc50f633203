/** Deliveries that wait to be applied. Tries are counted before the work starts, so that one that kills its process is parked as well. */
import type { ChannelEvent } from "#app/domain/channel-words.ts";
import type { Sql } from "./database.server.ts";

export type WaitingEvent = {
  id: string;
  topic: string;
  correlationId: string;
  receivedAt: Date;
  tries: number;
  events: ChannelEvent[];
  /** False when what is stored is not what this version knows; then there are no events. */
  readable: boolean;
};

/**
 * Claims waiting events of a connection and counts the try; must be committed before the work. Those with the fewest tries come first, and
 * the more tries the fewer together: one that kills its process is soon alone, with its tries and nobody else's, and holds up nobody.
 */
export async function claimEvents(sql: Sql, connectionId: string, limit: number): Promise<WaitingEvent[]> {
  const rows = await sql.query<{
    id: string;
    topic: string;
    correlation_id: string;
    received_at: Date;
    tries: number;
    events: unknown;
  }>(
    `with least_tried as materialized (select min(tries) as tries from inbound_event where connection_id = $1 and status = 'waiting')
     update inbound_event e set tries = e.tries + 1
     from (select i.id from inbound_event i join least_tried l on l.tries = i.tries where i.connection_id = $1 and i.status = 'waiting'
       order by i.received_at, i.id
       limit (select case tries when 0 then $2::int when 1 then least($2, 100) when 2 then least($2, 10) else 1 end from least_tried)
       for update of i skip locked) w
     where e.id = w.id returning e.id, e.topic, e.correlation_id, e.received_at, e.tries, e.events`,
    [connectionId, limit],
  );
  return rows
    .map((r) => ({
      id: r.id,
      topic: r.topic,
      correlationId: r.correlation_id,
      receivedAt: r.received_at,
      tries: r.tries,
      ...revived(r.events),
    }))
    .sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime());
}

export async function markApplied(sql: Sql, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql.query(
    `update inbound_event set status = 'applied', applied_at = clock_timestamp(), events = '[]'::jsonb, parked_reason = null where id = any($1)`,
    [ids],
  );
}

/** A channel that does not answer is nobody's poison: the try is given back. */
export async function giveBackTries(sql: Sql, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql.query(`update inbound_event set tries = greatest(0, tries - 1) where id = any($1) and status = 'waiting'`, [ids]);
}

/** What broke the work off, in the error's own words; kept with the delivery until it is done or put aside. */
export async function noteBrokenOff(sql: Sql, id: string, text: string): Promise<void> {
  await sql.query(`update inbound_event set parked_reason = $2 where id = $1 and status = 'waiting'`, [id, text]);
}

export async function parkEvents(sql: Sql, ids: string[], reason: string): Promise<void> {
  if (ids.length === 0) return;
  await sql.query(
    `update inbound_event set status = 'parked', parked_reason = $2 || coalesce('. The last time: ' || parked_reason, '') where id = any($1)`,
    [ids, reason],
  );
}

/** Waiting again with all their tries; only those that hold something to work through. Answers how many. */
export async function takeUpParked(sql: Sql, sellerId: string, connectionId: string): Promise<number> {
  const rows = await sql.query(
    `update inbound_event set status = 'waiting', tries = 0, parked_reason = null
     where seller_id = $1 and connection_id = $2 and status = 'parked' and events <> '[]'::jsonb returning id`,
    [sellerId, connectionId],
  );
  return rows.length;
}

export async function connectionsWithWaiting(sql: Sql): Promise<{ id: string; channel: string }[]> {
  return sql.query(
    `select c.id, c.channel::text as channel from connection c
     where exists (select from inbound_event e where e.connection_id = c.id and e.status = 'waiting')`,
  );
}

/** Another version may have written it, or a hand: whoever claimed it puts it aside. */
function revived(stored: unknown): { events: ChannelEvent[]; readable: boolean } {
  try {
    return { events: (stored as ChannelEvent[]).map(revive), readable: true };
  } catch (error) {
    if (error instanceof TypeError) return { events: [], readable: false };
    throw error;
  }
}

function revive(event: ChannelEvent): ChannelEvent {
  if (event.type !== "order") return event;
  const { order } = event;
  return {
    type: "order",
    order: { ...order, placedAt: new Date(order.placedAt), updatedAt: new Date(order.updatedAt), observedAt: new Date(order.observedAt) },
  };
}

/** Whether anything was ever delivered that is still remembered. */
export async function everDelivered(sql: Sql, connectionId: string): Promise<boolean> {
  return (await sql.query(`select 1 as there from inbound_event where connection_id = $1 limit 1`, [connectionId])).length > 0;
}
