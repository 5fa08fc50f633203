/** What people decide about an account that changes hands: the asker asks or lets go, the holder keeps it. The worker does the rest. */
import { appendAudit, closeAlerts } from "#app/data/audit.server.ts";
import { askForMove, dropMove, keepAccount } from "#app/data/moves.server.ts";
import type { House } from "./house.server.ts";
import { noticeKey } from "./tell-of-move.server.ts";

export type MoveWish = { sellerId: string; actorKey: string; moveId: string };

/** False where the offer is over. */
export async function requestMove(house: House, wish: MoveWish): Promise<boolean> {
  return decide(house, wish, "ask.move", null, (sql) => askForMove(sql, { ...wish, id: wish.moveId }));
}

export async function withdrawMove(house: House, wish: MoveWish): Promise<boolean> {
  return decide(house, wish, "drop.move", null, (sql) => dropMove(sql, { id: wish.moveId, sellerId: wish.sellerId }));
}

/** "Keep it here". False where it was decided before. */
export async function keepHere(house: House, wish: MoveWish): Promise<boolean> {
  let connectionId: string | null = null;
  return decide(
    house,
    wish,
    "keep.account",
    () => connectionId,
    async (sql) => {
      connectionId = await keepAccount(sql, { ...wish, id: wish.moveId });
      if (connectionId === null) return false;
      await closeAlerts(sql, wish.sellerId, [noticeKey(wish.moveId)]);
      return true;
    },
  );
}

async function decide(
  house: House,
  wish: MoveWish,
  action: string,
  connectionId: (() => string | null) | null,
  work: (sql: Parameters<typeof askForMove>[0]) => Promise<boolean>,
): Promise<boolean> {
  const { sellerId, actorKey, moveId } = wish;
  const done = await house.db.write(sellerId, async (sql) => {
    if (!(await work(sql))) return false;
    await appendAudit(sql, sellerId, [
      {
        ...{ id: house.newId(), connectionId: connectionId?.() ?? null, action, subject: moveId, actorKey },
        ...{ facts: {}, correlationId: moveId },
      },
    ]);
    return true;
  });
  if (!done) return false;
  house.doorbell.ringSoon({ job: "chores", chore: "move", id: moveId });
  house.announce(sellerId, "moves");
  house.announce(sellerId, "alerts");
  return true;
}
