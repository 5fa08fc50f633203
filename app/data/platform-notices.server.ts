/** What platforms said of their own interfaces, one row per connection, operation and kind; and the operator's figures made from it. */
import type { Sql } from "./database.server.ts";

export type NewNotice = { id: string; operation: string; kind: string; text: string; endsAt: Date | null };

/** Answers true where nobody had been told this before. A connection that does not exist (yet) takes none. */
export async function storeNotice(sql: Sql, sellerId: string, connectionId: string, notice: NewNotice): Promise<boolean> {
  const rows = await sql.query<{ fresh: boolean }>(
    `insert into platform_notice as n (id, seller_id, connection_id, operation, kind, text, ends_at)
     select $1, $2::uuid, c.id, $4, $5, $6, $7 from connection c where c.id = $3 and c.seller_id = $2::uuid
     on conflict (connection_id, operation, kind) do update
       set count = n.count + 1, text = excluded.text, ends_at = coalesce(excluded.ends_at, n.ends_at), last_at = clock_timestamp()
     returning n.count = 1 as fresh`,
    [notice.id, sellerId, connectionId, notice.operation, notice.kind, notice.text, notice.endsAt],
  );
  return rows[0]?.fresh ?? false;
}

export type OperatorFigure = { figure: "notice" | "webhooks" | "token-ends"; channel: string; detail: string; amount: number };

/** Counts per channel over all sellers; no row of a seller is in it. */
export async function operatorFigures(sql: Sql): Promise<OperatorFigure[]> {
  return sql.query<OperatorFigure>(`select figure, channel, detail, amount::int as amount from operator_figures()`);
}
