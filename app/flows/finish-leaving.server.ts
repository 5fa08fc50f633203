/**
 * The worker's part of leaving: waits until the plan's numbers are out or its time is over, takes our webhooks down where it can,
 * writes the statement, destroys the keys, and gives up what was wanted of the numbers. Each step finds by itself how far it has
 * come, so that a killed worker's successor goes on. Until the keys are destroyed the seller may cancel.
 */
import { ChannelError } from "#app/channels/errors.ts";
import { appendAudit, closeAlerts } from "#app/data/audit.server.ts";
import { type ConnectionRow, findConnection } from "#app/data/connections.server.ts";
import { acquireLease, releaseLease } from "#app/data/lease.server.ts";
import {
  endLeaving,
  findLeaving,
  type LeavingRow,
  lockLeaving,
  noteLeft,
  noteWebhooks,
  planIsThrough,
  quantityIdsOf,
  setDisconnected,
  stillReserved,
  stopLeaveWrites,
  writeStatement,
} from "#app/data/leaving.server.ts";
import { retarget } from "#app/data/targets.server.ts";
import { forgetUnannounced } from "#app/data/unannounced.server.ts";
import type { JsonObject } from "#app/domain/channel-words.ts";
import { withChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";
import { ringForWork } from "./ring.server.ts";
import { setupWebhooks, webhookDoor } from "./setup-webhooks.server.ts";
import { watchAlertKeys } from "./tell-watch.server.ts";
import { underLease } from "./under-lease.server.ts";

export async function finishLeaving(house: House, connectionId: string): Promise<void> {
  await underLease(house, `leave:${connectionId}`, async () => {
    const connection = await findConnection(house.db.plain, connectionId);
    const leaving = await findLeaving(house.db.plain, connectionId);
    if (connection === null || leaving === null) return;
    if (leaving.outcome === "cancelled") return restoreWebhooks(house, connection, leaving);
    if (leaving.endedAt !== null) return;
    if (connection.lifecycle === "leaving" && !(await close(house, connection, leaving))) return;
    await forgetTargets(house, connection);
    await house.db.write(connection.sellerId, (sql) => endLeaving(sql, connection.sellerId, leaving));
    house.announce(connection.sellerId, "channels");
  });
}

/** True once it is disconnected; false while the plan is at work, or when it was cancelled. */
async function close(house: House, connection: ConnectionRow, leaving: LeavingRow): Promise<boolean> {
  const { sellerId } = connection;
  if (!(await planIsThrough(house.db.plain, connection.id))) {
    house.doorbell.ringSoon({ job: "drain-connection", channel: connection.channel, connectionId: connection.id });
    house.announce(sellerId, "channels");
    return false;
  }
  const dead = connection.blindSince !== null;
  await house.db.write(sellerId, (sql) => stopLeaveWrites(sql, sellerId, connection.id));
  // A write on its way still brings its answer: the statement waits for it.
  const drain = await acquireLease(house.db.plain, `drain:${connection.id}`, house.newId(), house.pace.leaseMs);
  if (drain === null) return false;
  await releaseLease(house.db.plain, drain);
  house.crashPoint("leave-before-webhooks");
  const webhooks = await takeDownWebhooks(house, connection);
  await house.db.write(sellerId, (sql) => noteWebhooks(sql, sellerId, leaving.id, webhooks));
  house.crashPoint("leave-before-destroy");
  return house.db.write(sellerId, async (sql) => {
    if (!(await lockLeaving(sql, sellerId, connection.id))) return false;
    const why = dead ? "The channel no longer let us in." : "Its time was over before the channel had proved it.";
    const notWritten = await writeStatement(sql, sellerId, leaving, why);
    const reserved = await stillReserved(sql, sellerId, connection.id);
    const facts = { ...webhooks, keysDestroyed: true, ...(notWritten > 0 ? { notWritten } : {}) };
    await setDisconnected(sql, sellerId, connection.id);
    await noteLeft(sql, sellerId, leaving.id, { ...facts, reservedOrders: reserved.orders, reservedUnits: reserved.units });
    await closeAlerts(sql, sellerId, [`blind:${connection.id}`, `trouble:${connection.id}`, ...watchAlertKeys(connection.id)]);
    await forgetUnannounced(sql, connection.id);
    await appendAudit(sql, sellerId, [
      {
        id: house.newId(),
        connectionId: connection.id,
        action: "disconnect.account",
        subject: connection.id,
        actorKey: "engine",
        facts,
        correlationId: leaving.id,
      },
    ]);
    return true;
  });
}

/** A shop that does not answer holds nothing up: its hooks are then left for the seller, and said so. */
async function takeDownWebhooks(house: House, connection: ConnectionRow): Promise<JsonObject> {
  try {
    const taken = await withChannel(
      house,
      connection,
      "orders",
      async ({ channel, context }) => channel.removeWebhooks?.(context, webhookDoor(house, connection)) ?? null,
    );
    return taken === null ? {} : { webhooksRemoved: taken.removed, webhooksLeft: taken.left };
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    return { webhooksRemoved: 0, webhooksLeft: null, reason: error.message };
  }
}

/** Cancelled after the webhooks were down: they are set up again. A shop that refuses is polled, as ever. */
async function restoreWebhooks(house: House, connection: ConnectionRow, leaving: LeavingRow): Promise<void> {
  if (leaving.webhooks === null) return;
  try {
    await setupWebhooks(house, connection.id);
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    house.log.warn("webhooks were not set up again", { connectionId: connection.id, error });
    if (error.retry !== "no") return;
  }
  await house.db.write(connection.sellerId, (sql) => noteWebhooks(sql, connection.sellerId, leaving.id, null));
}

const NUMBERS_AT_ONCE = 500;

/** Nothing is wanted of a channel that was left. Who keeps the last units is decided anew among the channels that stay. */
async function forgetTargets(house: House, connection: ConnectionRow): Promise<void> {
  const ids = await quantityIdsOf(house.db.plain, connection.id);
  const touched = new Set<string>();
  for (let from = 0; from < ids.length; from += NUMBERS_AT_ONCE) {
    const cause = { kind: "disconnect", id: connection.id, at: house.now() };
    const changed = await house.db.write(connection.sellerId, (sql) =>
      retarget(sql, connection.sellerId, ids.slice(from, from + NUMBERS_AT_ONCE), cause, house.now()),
    );
    for (const { connectionId } of changed) touched.add(connectionId);
  }
  await ringForWork(house, connection.sellerId, touched);
}
