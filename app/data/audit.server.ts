/** Append-only record of what was done, and the alerts that are open. Facts never hold a buyer's datum or a secret. */
import type { Json } from "#app/domain/channel-words.ts";
import { newId } from "#app/platform/ids.ts";
import type { Sql } from "./database.server.ts";
import { queueMail } from "./mail-outbox.server.ts";

export type AuditEntry = {
  id: string;
  connectionId: string | null;
  /** verb.object, e.g. "apply.orders". */
  action: string;
  subject: string | null;
  actorKey: string;
  facts: { [key: string]: Json };
  correlationId: string;
};

export async function appendAudit(sql: Sql, sellerId: string, entries: AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await sql.query(
    `insert into audit_event (id, seller_id, connection_id, action, subject, actor_key, facts, correlation_id, at)
     select v.id, $1, v.c, v.a, v.s, v.k, v.f::jsonb, v.co, clock_timestamp()
     from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) v(id, c, a, s, k, f, co)`,
    [
      sellerId,
      entries.map((e) => e.id),
      entries.map((e) => e.connectionId),
      entries.map((e) => e.action),
      entries.map((e) => e.subject),
      entries.map((e) => e.actorKey),
      entries.map((e) => JSON.stringify(e.facts)),
      entries.map((e) => e.correlationId),
    ],
  );
}

export type AlertText = {
  id: string;
  connectionId: string | null;
  kind: string;
  /** One open alert per key: one cause, one line. */
  key: string;
  /** 0 worst. */
  severity: number;
  text: string;
  data: { [key: string]: Json };
};

/** Alerts that cannot wait until somebody looks; some others have a mail of their own, made where they are raised. */
const MAILED = new Set(["blind", "oversell", "order-check", "silent"]);
const LEAST_MAILED = 5;

/** Opens an alert, or counts it on one that stands open with the same key. Where it cannot wait, its opening is mailed. */
export async function raiseAlert(sql: Sql, sellerId: string, alert: AlertText): Promise<void> {
  const rows = await sql.query<{ fresh: boolean }>(
    `insert into alert as a (id, seller_id, connection_id, kind, key, severity, text, data)
     values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb)
     on conflict ((coalesce(key, '')), seller_id) where closed_at is null
     do update set count = a.count + 1, text = excluded.text, data = excluded.data, severity = least(a.severity, excluded.severity)
     returning xmax = 0 as fresh`,
    [alert.id, sellerId, alert.connectionId, alert.kind, alert.key, alert.severity, alert.text, JSON.stringify(alert.data)],
  );
  if (rows[0]?.fresh !== true || !MAILED.has(alert.kind) || alert.severity > LEAST_MAILED) return;
  const data = { alert: alert.kind, text: alert.text, connectionId: alert.connectionId };
  await queueMail(sql, sellerId, { kind: "alert", dedupeKey: `alert:${alert.id}`, data }, newId);
}

/** The open alert of a key, with when the channel was last asked about it; null where none is open. */
export async function openAlertSince(sql: Sql, sellerId: string, key: string): Promise<{ openedAt: Date; askedAt: Date | null } | null> {
  const rows = await sql.query<{ openedAt: Date; askedAt: Date | null }>(
    `select opened_at as "openedAt", (data ->> 'askedAt')::timestamptz as "askedAt" from alert where seller_id = $1 and key = $2 and closed_at is null`,
    [sellerId, key],
  );
  return rows[0] ?? null;
}

/** Says it anew where it stands open; it does not count again. */
export async function rewordAlert(sql: Sql, sellerId: string, key: string, text: string): Promise<void> {
  await sql.query(`update alert set text = $3 where seller_id = $1 and key = $2 and closed_at is null`, [sellerId, key, text]);
}

export async function closeAlerts(sql: Sql, sellerId: string, keys: string[]): Promise<void> {
  if (keys.length === 0) return;
  await sql.query(`update alert set closed_at = clock_timestamp() where seller_id = $1 and key = any($2) and closed_at is null`, [
    sellerId,
    keys,
  ]);
}
