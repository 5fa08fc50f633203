/** The planner's picture of the large tables: wrong for a while after many rows came at once, and then plain lookups walk whole tables. */
import type { Sql } from "./database.server.ts";

/** Rows written by one step from which on it pays to look again; below, autovacuum's own turn is soon enough. */
export const LARGE_CHANGE = 1_000;

/** Worker only. Samples a bounded number of rows of each table, however large it is (below a second). */
export async function refreshStatistics(sql: Sql): Promise<void> {
  await sql.query("select refresh_statistics()");
}
