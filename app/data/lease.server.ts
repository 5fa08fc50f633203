/**
 * Single-flight by name with a fencing number (recipes: database clock only, so clocks of workers do not matter).
 * `clock_timestamp()`, not `now()`: now() is the transaction's start.
 */
import type { Sql } from "./database.server.ts";

export type Lease = { name: string; holder: string; fence: bigint };

/** Null when somebody else holds it. Must run in autocommit. */
export async function acquireLease(sql: Sql, name: string, holder: string, ttlMs: number): Promise<Lease | null> {
  const rows = await sql.query<{ fence: bigint }>(
    `insert into lease as l (name, holder, fence, until) values ($1, $2, 1, clock_timestamp() + $3 * interval '1 ms')
     on conflict (name) do update set holder = $2, fence = l.fence + 1, until = clock_timestamp() + $3 * interval '1 ms'
       where l.until is null or l.until < clock_timestamp()
     returning fence`,
    [name, holder, ttlMs],
  );
  const row = rows[0];
  return row ? { name, holder, fence: row.fence } : null;
}

/** False: it is lost; stop at once. */
export async function renewLease(sql: Sql, lease: Lease, ttlMs: number): Promise<boolean> {
  const rows = await sql.query(
    `update lease set until = clock_timestamp() + $4 * interval '1 ms'
     where name = $1 and holder = $2 and fence = $3 and until > clock_timestamp() returning fence`,
    [lease.name, lease.holder, lease.fence, ttlMs],
  );
  return rows.length === 1;
}

/** Whether it is still held for at least `marginMs`. */
export async function holdsLease(sql: Sql, lease: Lease, marginMs: number): Promise<boolean> {
  const rows = await sql.query(
    `select 1 from lease where name = $1 and holder = $2 and fence = $3 and until > clock_timestamp() + $4 * interval '1 ms'`,
    [lease.name, lease.holder, lease.fence, marginMs],
  );
  return rows.length === 1;
}

/** Inside a transaction: true while the fence is ours, and nobody can take it before we commit. */
export async function holdFence(sql: Sql, lease: Lease): Promise<boolean> {
  const rows = await sql.query(
    `select 1 from lease where name = $1 and holder = $2 and fence = $3 and until > clock_timestamp() for share`,
    [lease.name, lease.holder, lease.fence],
  );
  return rows.length === 1;
}

export async function releaseLease(sql: Sql, lease: Lease): Promise<void> {
  await sql.query(`update lease set holder = null, until = null where name = $1 and holder = $2 and fence = $3`, [
    lease.name,
    lease.holder,
    lease.fence,
  ]);
}
