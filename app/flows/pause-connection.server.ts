/** The seller stops writing, for one connection or everything: the gate asks before each call, so it acts within a second. */
import { appendAudit } from "#app/data/audit.server.ts";
import { connectionsOf } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { doubtConnection } from "#app/data/doubts.server.ts";
import type { House } from "./house.server.ts";
import { ringForWork } from "./ring.server.ts";

const MEANWHILE = "writing was stopped meanwhile";

export type PauseWish = { sellerId: string; actorKey: string; connectionId: string };

export async function pauseConnection(house: House, wish: PauseWish): Promise<void> {
  await setPaused(house, wish, true);
}

export async function resumeConnection(house: House, wish: PauseWish): Promise<void> {
  await setPaused(house, wish, false);
  await ringForWork(house, wish.sellerId, new Set([wish.connectionId]));
}

async function setPaused(house: House, wish: PauseWish, paused: boolean): Promise<void> {
  await house.db.write(wish.sellerId, (sql) => setPausedIn(house, sql, wish, paused));
  house.announce(wish.sellerId, "channels");
}

/** Inside a transaction of the caller's. */
export async function setPausedIn(house: House, sql: Sql, wish: PauseWish, paused: boolean): Promise<void> {
  const rows = await sql.query(
    `update connection set paused_at = case when $3 then coalesce(paused_at, clock_timestamp()) end where id = $1 and seller_id = $2 returning id`,
    [wish.connectionId, wish.sellerId, paused],
  );
  if (rows.length === 0) throw new Error("this connection does not exist");
  // What happened while nothing was written is looked at again before anything is raised.
  if (!paused) await doubtConnection(sql, wish.connectionId, MEANWHILE);
  await appendAudit(sql, wish.sellerId, [
    {
      id: house.newId(),
      connectionId: wish.connectionId,
      action: paused ? "pause.connection" : "resume.connection",
      subject: wish.connectionId,
      actorKey: wish.actorKey,
      facts: {},
      correlationId: house.newId(),
    },
  ]);
}

export async function stopAllWriting(house: House, wish: { sellerId: string; actorKey: string }): Promise<void> {
  await setStopped(house, wish, true);
}

export async function resumeAllWriting(house: House, wish: { sellerId: string; actorKey: string }): Promise<void> {
  await setStopped(house, wish, false);
  const connections = await house.db.write(wish.sellerId, (sql) => connectionsOf(sql, wish.sellerId));
  await ringForWork(house, wish.sellerId, new Set(connections.map((c) => c.id)));
}

async function setStopped(house: House, wish: { sellerId: string; actorKey: string }, stopped: boolean): Promise<void> {
  await house.db.write(wish.sellerId, (sql) => setStoppedIn(house, sql, wish, stopped));
  house.announce(wish.sellerId, "channels");
}

/** Inside a transaction of the caller's. */
export async function setStoppedIn(house: House, sql: Sql, wish: { sellerId: string; actorKey: string }, stopped: boolean): Promise<void> {
  await sql.query(`update seller set stopped_at = case when $2 then coalesce(stopped_at, clock_timestamp()) end where id = $1`, [
    wish.sellerId,
    stopped,
  ]);
  if (!stopped) for (const connection of await connectionsOf(sql, wish.sellerId)) await doubtConnection(sql, connection.id, MEANWHILE);
  await appendAudit(sql, wish.sellerId, [
    {
      id: house.newId(),
      connectionId: null,
      action: stopped ? "stop.all-writing" : "resume.all-writing",
      subject: null,
      actorKey: wish.actorKey,
      facts: {},
      correlationId: house.newId(),
    },
  ]);
}
