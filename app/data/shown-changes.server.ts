/** The append-only log of shown numbers (settled.md 24): why, exposure, activity and brake are made from it. */
import type { Sql } from "./database.server.ts";

export type ShownChange = {
  id: string;
  connectionId: string;
  quantityId: string;
  from: number | null;
  to: number | null;
  kind: "write" | "order" | "return" | "outside-edit" | "late-write" | "state";
  outcome: "confirmed" | "conflict" | "rejected" | "unknown" | "not-found" | "seen";
  causeKind: string | null;
  causeId: string | null;
  causeAt: Date | null;
  decidedAt: Date | null;
  sentAt: Date | null;
  confirmedAt: Date | null;
  byOrder: boolean;
  note: string | null;
};

export async function appendShownChanges(sql: Sql, sellerId: string, changes: ShownChange[]): Promise<void> {
  if (changes.length === 0) return;
  await sql.query(
    `insert into shown_change (id, seller_id, connection_id, quantity_id, from_quantity, to_quantity, kind, outcome, cause_kind, cause_id, cause_at,
       decided_at, sent_at, confirmed_at, by_order, note, recorded_at)
     select v.id, $1, v."connectionId", v."quantityId", v."from", v."to", v.kind, v.outcome, v."causeKind", v."causeId", v."causeAt",
       v."decidedAt", v."sentAt", v."confirmedAt", v."byOrder", v.note, clock_timestamp()
     from jsonb_to_recordset($2::jsonb) as v(id uuid, "connectionId" uuid, "quantityId" uuid, "from" int, "to" int, kind text, outcome text, "causeKind" text,
       "causeId" text, "causeAt" timestamptz, "decidedAt" timestamptz, "sentAt" timestamptz, "confirmedAt" timestamptz, "byOrder" boolean, note text)`,
    [sellerId, JSON.stringify(changes)],
  );
}
