/**
 * The seller leaves a channel with the numbers as they are: nothing is written from this moment on. Plans that write begin by the
 * approval of their preview (approve-preview); the rest of the way is the worker's (finish-leaving).
 */
import { appendAudit } from "#app/data/audit.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { beginLeaving, type LeaveReason, type NewLeaving } from "#app/data/leaving.server.ts";
import type { JsonObject } from "#app/domain/channel-words.ts";
import type { House } from "./house.server.ts";

export type LeaveWish = { sellerId: string; actorKey: string; connectionId: string };

/** False where the connection is gone or leaving already. */
export async function disconnectAccount(house: House, wish: LeaveWish, reason: LeaveReason = "asked"): Promise<boolean> {
  const { sellerId, connectionId } = wish;
  const plan = { connectionId, reason, plan: "keep" as const, previewId: null, actorKey: wish.actorKey };
  const leaving = await house.db.write(sellerId, (sql) => recordLeaving(house, sql, sellerId, { ...plan, id: house.newId() }, 0, {}));
  if (!leaving) return false;
  ringForLeaving(house, sellerId, connectionId);
  return true;
}

export async function recordLeaving(
  house: House,
  sql: Sql,
  sellerId: string,
  leaving: NewLeaving,
  ms: number,
  facts: JsonObject,
): Promise<boolean> {
  if (!(await beginLeaving(sql, sellerId, leaving, ms))) return false;
  await appendAudit(sql, sellerId, [
    {
      id: house.newId(),
      connectionId: leaving.connectionId,
      action: "leave.account",
      subject: leaving.connectionId,
      actorKey: leaving.actorKey,
      facts: { numbers: leaving.plan, reason: leaving.reason, ...facts },
      correlationId: leaving.id,
    },
  ]);
  return true;
}

export function ringForLeaving(house: House, sellerId: string, connectionId: string): void {
  house.doorbell.ringSoon({ job: "chores", chore: "leave", id: connectionId });
  house.announce(sellerId, "channels");
}
