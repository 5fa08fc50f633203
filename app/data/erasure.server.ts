/**
 * The erasure role: alone it may take rows out of append-only tables, and for each erasure it leaves a row that proves it without
 * naming anybody. Tables are found by their columns, so that one that comes tomorrow is not forgotten.
 */
import { createHash } from "node:crypto";
import pg from "pg";

export type Erasure = {
  /** Everything that is the shop's. What stays is the seller's own: his items, their ledger and the audit. Answers how many rows went. */
  connection: (target: ErasureTarget & { connectionId: string }) => Promise<number>;
  /** The whole account. */
  seller: (target: ErasureTarget) => Promise<number>;
  close: () => Promise<void>;
};

export type ErasureTarget = {
  /** Id of the row that is left. */
  id: string;
  sellerId: string;
  /** What asked for it, e.g. shop/redact. */
  reason: string;
  /** Whose data it was (a shop's gid); only its hash is kept. */
  subject: string;
};

/** These are the seller's own history and name the shop by our id alone. */
const STAYS_WITH_SELLER = ["movement", "audit_event", "consent", "connection"];

/** Rows that hang on the connection through another row: by which column, and whose. */
const THROUGH_OTHERS = { listing_id: "listing", quantity_id: "channel_quantity", order_id: "sales_order", leaving_id: "leaving" };

export function openErasure(url: string, onError?: (error: Error) => void): Erasure {
  const pool = new pg.Pool({ connectionString: url, max: 1, keepAlive: true });
  pool.on("error", (error) => onError?.(error));

  async function inOne(work: (client: pg.PoolClient) => Promise<number>, target: ErasureTarget, kind: string): Promise<number> {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query("begin");
      const gone = await work(client);
      const subject = createHash("sha256").update(target.subject).digest("hex");
      await client.query(`insert into erasure_note (id, kind, reason, subject_hash, row_count) values ($1, $2, $3, $4, $5)`, [
        ...[target.id, kind, target.reason],
        ...[subject, gone],
      ]);
      await client.query("commit");
      return gone;
    } catch (error) {
      await client.query("rollback").catch((rollbackError: Error) => {
        broken = rollbackError;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  return {
    connection: ({ connectionId, ...target }) =>
      inOne(
        async (client) => {
          let gone = 0;
          for (const [column, parent] of Object.entries(THROUGH_OTHERS)) {
            for (const table of await tablesWith(client, column)) {
              if (STAYS_WITH_SELLER.includes(table)) continue;
              const text = `delete from "${table}" where seller_id = $1 and "${column}" in (select id from "${parent}" where connection_id = $2)`;
              gone += (await client.query(text, [target.sellerId, connectionId])).rowCount ?? 0;
            }
          }
          for (const table of await tablesWith(client, "connection_id")) {
            if (STAYS_WITH_SELLER.includes(table)) continue;
            gone +=
              (await client.query(`delete from "${table}" where connection_id = $1 and seller_id = $2`, [connectionId, target.sellerId]))
                .rowCount ?? 0;
          }
          gone +=
            (await client.query(`delete from connection where id = $1 and seller_id = $2`, [connectionId, target.sellerId])).rowCount ?? 0;
          return gone;
        },
        target,
        "shop",
      ),
    seller: (target) =>
      inOne(
        async (client) => {
          let gone = 0;
          const people = `select user_id from membership m where seller_id = $1 and not exists (select from membership o where o.user_id = m.user_id and o.seller_id <> $1)`;
          gone += (await client.query(`delete from app_user where id in (${people})`, [target.sellerId])).rowCount ?? 0;
          for (const table of await tablesWith(client, "seller_id"))
            gone += (await client.query(`delete from "${table}" where seller_id = $1`, [target.sellerId])).rowCount ?? 0;
          gone += (await client.query(`delete from seller where id = $1`, [target.sellerId])).rowCount ?? 0;
          return gone;
        },
        target,
        "account",
      ),
    close: () => pool.end(),
  };
}

async function tablesWith(client: pg.PoolClient, column: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind = 'r' and a.attname = $1 and not a.attisdropped
       and exists (select from pg_attribute s where s.attrelid = c.oid and s.attname = 'seller_id' and not s.attisdropped) order by 1`,
    [column],
  );
  return rows.map((r) => r.name);
}
