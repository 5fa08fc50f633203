/** What the two sides of a move are told: the holder by an alert and a mail that name the account and the time, the asker by his page and a mail. */
import { appendAudit, closeAlerts, raiseAlert } from "#app/data/audit.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { queueMail } from "#app/data/mail-outbox.server.ts";
import type { Holder, MoveRow } from "#app/data/moves.server.ts";
import type { Json } from "#app/domain/channel-words.ts";
import type { MoveOutcome } from "#app/domain/mail.ts";
import type { House } from "./house.server.ts";
import { deadMoveKey } from "./offer-move.server.ts";

export function noticeKey(moveId: string): string {
  return `move:${moveId}`;
}

export async function tellHolder(
  house: House,
  sql: Sql,
  move: MoveRow,
  holder: Holder,
  times: { askedAt: Date; dueAt: Date },
): Promise<void> {
  const due = times.dueAt.toISOString();
  const facts = { channel: move.channel, account: holder.name, askedAt: times.askedAt.toISOString(), dueAt: due };
  await raiseAlert(sql, holder.sellerId, {
    id: house.newId(),
    connectionId: holder.connectionId,
    kind: "move",
    key: noticeKey(move.id),
    severity: 1,
    text: `Somebody who can sign in to ${holder.name} wants to connect it to another InventorySync account. If nobody here keeps it, it moves there in 72 hours: it is disconnected here, its numbers stay as they are.`,
    data: { moveId: move.id, ...facts },
  });
  await queueMail(
    sql,
    holder.sellerId,
    { kind: "move-asked", dedupeKey: `move-asked:${move.id}`, data: { moveId: move.id, connectionId: holder.connectionId, ...facts } },
    house.newId,
  );
  await noteMove(house, sql, holder.sellerId, move, "notice.move", holder.connectionId, { dueAt: due });
}

export async function tellHolderMoved(
  house: House,
  sql: Sql,
  move: MoveRow,
  notice: { sellerId: string; connectionId: string },
): Promise<void> {
  await closeAlerts(sql, notice.sellerId, [noticeKey(move.id)]);
  const data = { channel: move.channel, account: move.name, connectionId: notice.connectionId };
  await queueMail(sql, notice.sellerId, { kind: "move-done", dedupeKey: `move-done:${move.id}`, data }, house.newId);
  await noteMove(house, sql, notice.sellerId, move, "move.account", notice.connectionId, {});
}

/** Nothing moves: the holder's alert is over. */
export async function tellHolderVoid(
  house: House,
  sql: Sql,
  move: MoveRow,
  notice: { sellerId: string; connectionId: string },
): Promise<void> {
  await closeAlerts(sql, notice.sellerId, [noticeKey(move.id)]);
  await noteMove(house, sql, notice.sellerId, move, "void.move", notice.connectionId, {});
}

/** How it ended for the asker. A grant that died needs him, so it is an alert as well; it closes when he authorizes again. */
export async function tellAsker(
  house: House,
  sql: Sql,
  move: MoveRow,
  outcome: MoveOutcome,
  connectionId: string | null = null,
): Promise<void> {
  const data = { channel: move.channel, account: move.name, outcome };
  if (outcome === "dead") {
    await raiseAlert(sql, move.sellerId, {
      id: house.newId(),
      connectionId: null,
      kind: "move-dead",
      key: deadMoveKey(move.channel, move.externalId),
      severity: 4,
      text: `${move.name} could not be moved here: the permission given when it was asked for no longer opens it. Connect it again and ask once more.`,
      data,
    });
  }
  await queueMail(sql, move.sellerId, { kind: "move-ended", dedupeKey: `move-end:${move.id}`, data }, house.newId);
  await noteMove(house, sql, move.sellerId, move, "end.move", connectionId, { outcome });
}

async function noteMove(
  house: House,
  sql: Sql,
  sellerId: string,
  move: MoveRow,
  action: string,
  connectionId: string | null,
  facts: { [key: string]: Json },
): Promise<void> {
  await appendAudit(sql, sellerId, [
    {
      ...{ id: house.newId(), connectionId, action, subject: move.id, actorKey: "engine" },
      ...{ facts: { channel: move.channel, account: move.name, ...facts }, correlationId: move.id },
    },
  ]);
}
