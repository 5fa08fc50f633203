/** Sealed columns as the rotation of keys meets them: worker only, of all sellers. */
import type { Sql } from "./database.server.ts";

export type SealedField =
  | { table: "connection_secret" | "shopify_grant" | "move_request"; column: "sealed" }
  | { table: "connect_attempt"; column: "sealed" | "verifier_sealed" | "code_sealed" };

export async function sealedRows(sql: Sql, { table, column }: SealedField): Promise<{ id: string; sealed: string }[]> {
  return sql.query(`select id, ${column} as sealed from ${table} where ${column} is not null order by id`);
}

/** False where the secret was replaced or destroyed meanwhile. */
export async function storeResealed(
  sql: Sql,
  { table, column }: SealedField,
  row: { id: string; sealed: string; fresh: string },
): Promise<boolean> {
  const rows = await sql.query(`update ${table} set ${column} = $2 where id = $1 and ${column} = $3 returning id`, [
    row.id,
    row.fresh,
    row.sealed,
  ]);
  return rows.length === 1;
}
