/**
 * Leaving a channel with the numbers as they are: nothing is written from the moment on in which the seller says so; the worker
 * takes our webhooks down where it can, the keys are destroyed, and what is left to do by hand is written into the record.
 */
import { ChannelError } from "#app/channels/errors.ts";
import { appendAudit, closeAlerts } from "#app/data/audit.server.ts";
import { type ConnectionRow, findConnection } from "#app/data/connections.server.ts";
import { destroySecrets, quantityIdsOf, setDisconnected, setLeaving } from "#app/data/leaving.server.ts";
import { retarget } from "#app/data/targets.server.ts";
import type { JsonObject } from "#app/domain/channel-words.ts";
import { withChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";
import { webhookDoor } from "./setup-webhooks.server.ts";
import { underLease } from "./under-lease.server.ts";

export type LeaveWish = { sellerId: string; actorKey: string; connectionId: string };

/** False where the connection is gone or leaving already. */
export async function disconnectAccount(house: House, wish: LeaveWish): Promise<boolean> {
  const { sellerId, connectionId } = wish;
  const leaving = await house.db.write(sellerId, async (sql) => {
    if (!(await setLeaving(sql, sellerId, connectionId))) return false;
    await appendAudit(sql, sellerId, [
      {
        id: house.newId(),
        connectionId,
        action: "leave.account",
        subject: connectionId,
        actorKey: wish.actorKey,
        facts: { numbers: "keep" },
        correlationId: house.newId(),
      },
    ]);
    return true;
  });
  if (!leaving) return false;
  house.doorbell.ringSoon({ job: "chores", chore: "leave", id: connectionId });
  house.announce(sellerId, "channels");
  return true;
}

/** The worker's part. A shop that does not answer holds nothing up: its hooks are then left for the seller, and said so. */
export async function finishLeaving(house: House, connectionId: string): Promise<void> {
  await underLease(house, `leave:${connectionId}`, async () => {
    const connection = await findConnection(house.db.plain, connectionId);
    if (connection === null || connection.lifecycle !== "leaving") return;
    const webhooks = await takeDownWebhooks(house, connection);
    await forgetTargets(house, connection);
    await house.db.write(connection.sellerId, async (sql) => {
      await destroySecrets(sql, connectionId);
      await setDisconnected(sql, connectionId);
      await closeAlerts(sql, connection.sellerId, [`blind:${connectionId}`]);
      await appendAudit(sql, connection.sellerId, [
        {
          id: house.newId(),
          connectionId,
          action: "disconnect.account",
          subject: connectionId,
          actorKey: "engine",
          facts: { ...webhooks, keysDestroyed: true },
          correlationId: house.newId(),
        },
      ]);
    });
    house.announce(connection.sellerId, "channels");
  });
}

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

const NUMBERS_AT_ONCE = 500;

/** Nothing is wanted of a channel that is left; a number on its way there is given up. */
async function forgetTargets(house: House, connection: ConnectionRow): Promise<void> {
  const ids = await quantityIdsOf(house.db.plain, connection.id);
  for (let from = 0; from < ids.length; from += NUMBERS_AT_ONCE) {
    const cause = { kind: "disconnect", id: connection.id, at: house.now() };
    await house.db.write(connection.sellerId, (sql) =>
      retarget(sql, connection.sellerId, ids.slice(from, from + NUMBERS_AT_ONCE), cause, house.now()),
    );
  }
}
