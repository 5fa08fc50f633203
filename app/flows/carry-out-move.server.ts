/**
 * The worker's part of a move, one step at a time under a lease: the notice, its end by the holder's word or by silence, the grant
 * proved once more, the old connection left with its numbers as they are, the new one made in `observe`. Every step finds in the rows
 * how far it has come (docs/decisions/an-account-that-changes-hands.md).
 */
import { ChannelError } from "#app/channels/errors.ts";
import { beginSetup } from "#app/data/connection-setups.server.ts";
import { bringForward } from "#app/data/feeds.server.ts";
import {
  beginMoving,
  endMove,
  endNotice,
  findHolder,
  findMove,
  findNotice,
  isOverdue,
  type MoveRow,
  type NoticeRow,
  objectionToMove,
  openNotice,
} from "#app/data/moves.server.ts";
import { MOVE_PATIENCE_MS } from "#app/domain/account-move.ts";
import { connectAccount } from "./connect-account.server.ts";
import { disconnectAccount, ringForLeaving } from "./disconnect-account.server.ts";
import type { House } from "./house.server.ts";
import { grantOfMove, proveMove } from "./prove-move.server.ts";
import { setupWebhooks } from "./setup-webhooks.server.ts";
import { tellAsker, tellHolder, tellHolderMoved, tellHolderVoid } from "./tell-of-move.server.ts";
import { underLease } from "./under-lease.server.ts";

export async function carryOutMove(house: House, moveId: string): Promise<void> {
  await underLease(house, `move:${moveId}`, async () => {
    const move = await findMove(house.db.plain, moveId);
    if (move === null) return;
    const notice = await findNotice(house.db.plain, moveId);
    if (move.state === "asking") await giveNotice(house, move);
    if (move.state === "asked" && notice !== null) await afterNotice(house, move, notice);
    if (move.state === "moving" && notice !== null) await goOn(house, move, notice);
    if (move.state === "dropped" && notice?.state === "open") await letGo(house, move, notice);
    house.announce(move.sellerId, "moves");
    if (notice !== null) house.announce(notice.sellerId, "alerts");
  });
}

async function giveNotice(house: House, move: MoveRow): Promise<void> {
  const holder = await findHolder(house.db.plain, move);
  // Disconnected in the meantime: the account is free, and nobody is left to be asked.
  if (holder === null) return connectHere(house, move, null);
  const told = await house.db.write(move.sellerId, async (sql) => {
    const objection = await objectionToMove(sql, move);
    if (objection !== null) {
      await endMove(sql, move.id, objection);
      await tellAsker(house, sql, move, objection);
      return false;
    }
    const times = await openNotice(sql, move, holder);
    if (times === null) return false;
    await tellHolder(house, sql, move, holder, times);
    return true;
  });
  if (told) house.announce(holder.sellerId, "alerts");
}

async function afterNotice(house: House, move: MoveRow, notice: NoticeRow): Promise<void> {
  if (notice.state === "kept") {
    await house.db.write(move.sellerId, async (sql) => {
      await endMove(sql, move.id, "kept");
      await tellAsker(house, sql, move, "kept");
    });
    return;
  }
  // Asked before anything is taken from the holder; the rows are asked once more in the statement that begins it.
  if (!(await house.db.plain.query(DUE, [move.id])).length) return;
  const proof = await proveMove(house, move);
  if (proof === "later" && !(await isOverdue(house.db.plain, move.id, MOVE_PATIENCE_MS))) return;
  if (proof !== "alive") return dieOut(house, move, notice);
  if (!(await house.db.write(notice.sellerId, (sql) => beginMoving(sql, move.id)))) return;
  house.crashPoint("move-begun");
  await goOn(house, { ...move, state: "moving" }, notice);
}

const DUE = `select from move_request r join move_notice n on n.id = r.id join connection c on c.id = n.connection_id
  where r.id = $1 and (r.due_at <= clock_timestamp() or c.lifecycle = 'disconnected')`;

/** The old connection is left as it is by the usual way; the new one follows when it is closed. */
async function goOn(house: House, move: MoveRow, notice: NoticeRow): Promise<void> {
  const holder = await findHolder(house.db.plain, move);
  if (holder === null) return connectHere(house, move, notice);
  const wish = { sellerId: notice.sellerId, actorKey: "engine", connectionId: notice.connectionId };
  if (!(await disconnectAccount(house, wish, "moved"))) ringForLeaving(house, notice.sellerId, notice.connectionId);
}

async function connectHere(house: House, move: MoveRow, notice: NoticeRow | null): Promise<void> {
  const fresh = await findMove(house.db.plain, move.id);
  const grant = fresh === null ? null : grantOfMove(house, fresh);
  if (grant === null) return dieOut(house, move, notice);
  try {
    const connected = await connectAccount(house, { ...grant, offersMove: false });
    // Somebody else was faster in the moment in which it was free.
    if (connected.outcome === "refused") return await dieOut(house, move, notice);
    const { connectionId } = connected;
    house.crashPoint("move-connected");
    await house.db.write(move.sellerId, async (sql) => {
      await beginSetup(sql, { connectionId, sellerId: move.sellerId, actorKey: move.actorKey });
      await bringForward(sql, connectionId, "listings");
      await endMove(sql, move.id, "moved", connectionId);
      await tellAsker(house, sql, move, "moved", connectionId);
      if (notice === null) return;
      await endNotice(sql, move.id, "moved");
      await tellHolderMoved(house, sql, move, notice);
    });
    await setupWebhooks(house, connectionId).catch((error: unknown) => {
      if (!(error instanceof ChannelError)) throw error;
      house.log.warn("webhooks were not set up", { connectionId, error });
    });
    house.doorbell.ringSoon({ job: "chores", chore: "import", id: connectionId });
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    house.log.info("a moved account could not be connected yet", { moveId: move.id, kind: error.kind, reason: error.message });
    if (error.retry === "no" || (await isOverdue(house.db.plain, move.id, MOVE_PATIENCE_MS))) await dieOut(house, move, notice);
  }
}

async function dieOut(house: House, move: MoveRow, notice: NoticeRow | null): Promise<void> {
  await house.db.write(move.sellerId, async (sql) => {
    await endMove(sql, move.id, "dead");
    await tellAsker(house, sql, move, "dead");
    if (notice === null) return;
    await endNotice(sql, move.id, "void");
    await tellHolderVoid(house, sql, move, notice);
  });
}

async function letGo(house: House, move: MoveRow, notice: NoticeRow): Promise<void> {
  await house.db.write(notice.sellerId, async (sql) => {
    await endNotice(sql, move.id, "void");
    await tellHolderVoid(house, sql, move, notice);
  });
}
