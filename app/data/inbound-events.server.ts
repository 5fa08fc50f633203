/** Deliveries that wait to be applied. Tries are counted before the work starts, so that one that kills its process is parked as well. */
import type { ChannelEvent } from "#app/domain/channel-words.ts";
import type { Sql } from "./database.server.ts";

export type WaitingEvent = { id: string; topic: string; correlationId: string; receivedAt: Date; tries: number; events: ChannelEvent[] };

/** Claims the oldest waiting events of a connection and counts the try; must be committed before the work. */
export async function claimEvents(sql: Sql, connectionId: string, limit: number): Promise<WaitingEvent[]> {
  const rows = await sql.query<{
    id: string;
    topic: string;
    correlation_id: string;
    received_at: Date;
    tries: number;
    events: ChannelEvent[];
  }>(
    `update inbound_event e set tries = e.tries + 1
     from (select id from inbound_event where connection_id = $1 and status = 'waiting' order by received_at, id limit $2 for update skip locked) w
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
      events: r.events.map(revive),
    }))
    .sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime());
}

export async function markApplied(sql: Sql, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql.query(`update inbound_event set status = 'applied', applied_at = clock_timestamp(), events = '[]'::jsonb where id = any($1)`, [
    ids,
  ]);
}

/** A channel that does not answer is nobody's poison: the try is given back. */
export async function giveBackTries(sql: Sql, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql.query(`update inbound_event set tries = greatest(0, tries - 1) where id = any($1) and status = 'waiting'`, [ids]);
}

export async function parkEvents(sql: Sql, ids: string[], reason: string): Promise<void> {
  if (ids.length === 0) return;
  await sql.query(`update inbound_event set status = 'parked', parked_reason = $2 where id = any($1)`, [ids, reason]);
}

export async function connectionsWithWaiting(sql: Sql): Promise<{ id: string; channel: string }[]> {
  return sql.query(
    `select c.id, c.channel::text as channel from connection c
     where exists (select from inbound_event e where e.connection_id = c.id and e.status = 'waiting')`,
  );
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
