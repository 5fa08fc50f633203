/**
 * The two ways to the database. `write` gives plain SQL in one READ COMMITTED transaction (set-based work, the ledger);
 * `read` gives Prisma in one transaction (screens and small edits). Both take the seller: under the web role row-level
 * security hides everything else, and without a seller shows nothing.
 */
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { PrismaClient } from "./generated/client.ts";

/** For our own pool only: set globally, it would also reach Prisma's adapter, whose count() then fails. */
const wholeNumbersExact: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => (oid === pg.types.builtins.INT8 ? (text: string) => BigInt(text) : pg.types.getTypeParser(oid, format)),
};

export type Row = Record<string, unknown>;
export type Sql = { query: <T extends object = Row>(text: string, values?: unknown[]) => Promise<T[]> };
export type PrismaTx = Parameters<Parameters<PrismaClient["$transaction"]>[0]>[0];

export type Database = {
  role: "web" | "worker";
  write: <T>(sellerId: string, work: (sql: Sql) => Promise<T>) => Promise<T>;
  read: <T>(sellerId: string, work: (prisma: PrismaTx) => Promise<T>) => Promise<T>;
  /** Autocommit, for tables of no seller (leases, budgets) and narrow lookups. */
  plain: Sql;
  close: () => Promise<void>;
};

export type DatabaseOptions = {
  url: string;
  role: "web" | "worker";
  maxConnections?: number;
  onError?: (error: Error) => void;
  /** Told the SQLSTATE of a transaction that is tried again. */
  onRetry?: (code: string) => void;
};

/** Serialization failures and deadlocks may be tried again; everything else is the caller's. */
const TRY_AGAIN = new Set(["40001", "40P01"]);

export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({ connectionString: options.url, max: options.maxConnections ?? 10, keepAlive: true, types: wholeNumbersExact });
  // A bare pool ends the process when an idle connection is cut.
  pool.on("error", (error) => options.onError?.(error));
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: options.url, max: 4 }) });
  const behindTheWall = options.role === "web";

  async function once<T>(sellerId: string, work: (sql: Sql) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let broken: Error | undefined;
    // The pool listens only to connections that nobody has; one that breaks between two statements would end the process.
    const onBreak = (error: Error) => {
      broken = error;
      options.onError?.(error);
    };
    client.on("error", onBreak);
    try {
      await client.query("begin isolation level read committed");
      if (behindTheWall) await client.query("select set_config('app.seller', $1, true)", [sellerId]);
      const result = await work(asSql(client));
      await client.query("commit");
      return result;
    } catch (error) {
      await client.query("rollback").catch((rollbackError: Error) => {
        broken = rollbackError;
      });
      throw error;
    } finally {
      client.off("error", onBreak);
      client.release(broken);
    }
  }

  return {
    role: options.role,
    async write(sellerId, work) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await once(sellerId, work);
        } catch (error) {
          if (attempt >= 4 || !TRY_AGAIN.has(codeOf(error))) throw error;
          options.onRetry?.(codeOf(error));
        }
      }
    },
    read: (sellerId, work) =>
      prisma.$transaction(async (tx) => {
        if (behindTheWall) await tx.$executeRaw`select set_config('app.seller', ${sellerId}, true)`;
        return work(tx);
      }),
    plain: asSql(pool),
    close: async () => {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

function asSql(client: pg.Pool | pg.PoolClient): Sql {
  return {
    query: async <T extends object = Row>(text: string, values?: unknown[]) =>
      (await client.query<T & pg.QueryResultRow>(text, values)).rows,
  };
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}
