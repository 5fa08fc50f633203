/** Whether connections can be seen, and what is held back elsewhere while one cannot (domain/sight). */
import type { ChannelName, JsonObject } from "#app/domain/channel-words.ts";
import type { Safety, SightFacts, SightState, UnseenKind } from "#app/domain/sight.ts";
import type { WatchState } from "#app/domain/webhook-health.ts";
import type { Sql } from "./database.server.ts";

export type SightRow = {
  id: string;
  sellerId: string;
  channel: ChannelName;
  name: string;
  settings: JsonObject;
  blindReason: string | null;
  facts: SightFacts;
  state: SightState;
  policy: Safety;
};

type Raw = {
  id: string;
  sellerId: string;
  channel: ChannelName;
  name: string;
  settings: JsonObject;
  blindReason: string | null;
  blindSince: Date | null;
  quotaSpentUntil: Date | null;
  failures: number;
  readThrough: Date | null;
  pollEveryMs: number | null;
  webhooks: WatchState | null;
  unseenSince: Date | null;
  unseenKind: UnseenKind | null;
  sightedAt: Date | null;
  safetyUnits: number;
  safetyLastUnit: boolean;
  settled: boolean;
  blindUnits: number;
  blindLastUnit: boolean;
};

const SELECT = `
select c.id, c.seller_id as "sellerId", c.channel::text as channel, c.name, c.settings, c.blind_reason as "blindReason", c.blind_since as "blindSince", q.until as "quotaSpentUntil",
  coalesce(f.failures, 0) as failures, f.read_through as "readThrough", f.every_ms as "pollEveryMs", c.webhook_facts #>> '{watch,state}' as webhooks,
  c.unseen_since as "unseenSince", c.unseen_kind as "unseenKind", c.sighted_at as "sightedAt",
  c.safety_units as "safetyUnits", c.safety_last_unit as "safetyLastUnit", c.safety_settled as settled,
  c.blind_units as "blindUnits", c.blind_last_unit as "blindLastUnit"
from connection c join seller s on s.id = c.seller_id left join feed f on f.connection_id = c.id and f.kind = 'orders'
left join lateral (select max(x.spent_until) as until from call_share x where x.connection_id = c.id and x.spent_rank = 0 and x.spent_until > clock_timestamp()) q on true`;

/** What is under way, or might have to begin. One that is not live sells nothing that we keep in step. */
const IN_QUESTION = `s.restricted_at is null and (c.unseen_since is not null or c.safety_units > 0 or not c.safety_settled
  or c.lifecycle = 'live' and (c.blind_since is not null or f.failures > 1 or q.until is not null or c.webhook_facts #>> '{watch,state}' in ('broken', 'silent')))`;

/** Worker only; each row names its seller. */
export async function connectionsInQuestion(sql: Sql): Promise<SightRow[]> {
  return (await sql.query<Raw>(`${SELECT} where ${IN_QUESTION}`)).map(rowOf);
}

export async function readSight(sql: Sql, connectionId: string): Promise<SightRow | null> {
  const [row] = await sql.query<Raw>(`${SELECT} where c.id = $1 and ${IN_QUESTION}`, [connectionId]);
  return row === undefined ? null : rowOf(row);
}

function rowOf(raw: Raw): SightRow {
  const { id, sellerId, channel, name, settings, blindReason, unseenSince, unseenKind, sightedAt, settled, ...rest } = raw;
  const { blindSince, quotaSpentUntil, failures, readThrough, pollEveryMs, webhooks } = rest;
  return {
    ...{ id, sellerId, channel, name, settings, blindReason },
    facts: { blindSince, quotaSpentUntil, failures, readThrough, pollEveryMs, webhooks },
    state: { unseenSince, unseenKind, sightedAt, inForce: { units: rest.safetyUnits, lastUnit: rest.safetyLastUnit }, settled },
    policy: { units: rest.blindUnits, lastUnit: rest.blindLastUnit },
  };
}

/** From here on the formula holds back; `settled` says whether every number has been worked out again since. */
export async function setSight(
  sql: Sql,
  connectionId: string,
  sight: { since: Date | null; kind: UnseenKind | null; inForce: Safety; settled: boolean },
): Promise<void> {
  await sql.query(
    `update connection set unseen_since = $2, unseen_kind = $3, safety_units = $4, safety_last_unit = $5, safety_settled = $6 where id = $1`,
    [connectionId, sight.since, sight.kind, sight.inForce.units, sight.inForce.lastUnit, sight.settled],
  );
}

/** True where nothing changed since `inForce` was set, so that all numbers follow it now. */
export async function settleSafety(sql: Sql, connectionId: string, inForce: Safety): Promise<boolean> {
  const rows = await sql.query(
    `update connection set safety_settled = true where id = $1 and safety_units = $2 and safety_last_unit = $3 returning id`,
    [connectionId, inForce.units, inForce.lastUnit],
  );
  return rows.length === 1;
}

/** The connection answers again: nothing is given back before its orders were read past this moment. */
export async function noteSighted(sql: Sql, connectionId: string): Promise<void> {
  await sql.query(`update connection set sighted_at = clock_timestamp() where id = $1`, [connectionId]);
}

/** The seller's choice. False where he has no such connection. */
export async function setBlindPolicy(sql: Sql, sellerId: string, connectionId: string, policy: Safety): Promise<boolean> {
  const rows = await sql.query(
    `update connection set blind_units = $3, blind_last_unit = $4 where id = $1 and seller_id = $2 returning id`,
    [connectionId, sellerId, policy.units, policy.lastUnit],
  );
  return rows.length === 1;
}

/**
 * Numbers on other channels that stand on an item of this connection, and those that a former holding back may have left lowered
 * (their link may be gone by now), in id order.
 */
export async function numbersBesides(sql: Sql, sellerId: string, connectionId: string): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select q.id from channel_quantity q where q.seller_id = $1 and q.connection_id <> $2 and q.target is not null
       and (q.cause_kind = 'blind' or exists (
         select from listing ol join component oc on oc.listing_id = ol.id join component bc on bc.item_id = oc.item_id join listing bl on bl.id = bc.listing_id
         where ol.quantity_id = q.id and bl.connection_id = $2)) order by q.id`,
    [sellerId, connectionId],
  );
  return rows.map((row) => row.id);
}
