/** Live pages (settled.md 38): NOTIFY says "look again" to one LISTEN per web process; no number travels. */
import pg from "pg";
import type { Sql } from "./database.server.ts";

const CHANNEL = "live";
const GATHER_MS = 100;

/** Tells live pages of a seller to look again; equal news within a tenth of a second are one. Losing one is harmless. */
export function createAnnouncer(sql: Sql, onError: (error: unknown) => void): (sellerId: string, what: string) => void {
  const gathered = new Set<string>();
  return (sellerId, what) => {
    const news = `${sellerId}:${what}`;
    if (gathered.has(news)) return;
    gathered.add(news);
    setTimeout(() => {
      gathered.delete(news);
      sql.query("select pg_notify($1, $2)", [CHANNEL, news]).catch(onError);
    }, GATHER_MS).unref();
  };
}

export type Live = { subscribe: (sellerId: string, listener: (what: string) => void) => () => void; stop: () => Promise<void> };

/** `url` must lead to the server itself: LISTEN does not pass a transaction pooler. Reconnects by itself. */
export function openLive(url: string, onError: (error: unknown) => void): Live {
  const listeners = new Map<string, Set<(what: string) => void>>();
  let client: pg.Client | null = null;
  let stopped = false;

  const connect = async (): Promise<void> => {
    if (stopped) return;
    const next = new pg.Client({ connectionString: url, keepAlive: true });
    next.on("error", (error) => {
      onError(error);
      again(next);
    });
    next.on("end", () => again(next));
    next.on("notification", ({ payload }) => {
      const [sellerId, what] = (payload ?? "").split(":");
      for (const listener of listeners.get(sellerId ?? "") ?? []) listener(what ?? "");
    });
    client = next;
    await next.connect();
    await next.query(`listen ${CHANNEL}`);
  };
  const again = (from: pg.Client) => {
    if (stopped || client !== from) return;
    client = null;
    setTimeout(() => connect().catch((error: unknown) => onError(error)), 1_000).unref();
  };
  connect().catch((error: unknown) => {
    onError(error);
    if (client) again(client);
  });

  return {
    subscribe(sellerId, listener) {
      const mine = listeners.get(sellerId) ?? new Set();
      listeners.set(sellerId, mine.add(listener));
      return () => {
        mine.delete(listener);
        if (mine.size === 0) listeners.delete(sellerId);
      };
    },
    async stop() {
      stopped = true;
      await client?.end();
    },
  };
}
