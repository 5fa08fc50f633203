/**
 * Accesses that end on a known day. Where a refresh brings a new life (Shopify, Etsy) it is simply made; where only the seller's
 * consent does (eBay), or the refresh fails until the last week, he is told 30, 7 and 1 days before.
 */
import { ChannelError } from "#app/channels/errors.ts";
import { closeAlerts } from "#app/data/audit.server.ts";
import { findConnection, readSecret } from "#app/data/connections.server.ts";
import { acquireLease } from "#app/data/lease.server.ts";
import { closeOutlivedAlerts, connectionsEndingBefore } from "#app/data/token-ends.server.ts";
import { ACCESS_STEPS, daysLeft, dueStep } from "#app/domain/countdown.ts";
import { renewAccess } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";
import { tellTokenEnds, tokenAlertKeys } from "./tell-watch.server.ts";

const EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** While a refresh may still succeed, only the last week is a reason to bother anybody. */
const WORRY_DAYS = 7;

/** One worker per hour: the lease is left to run out. */
export async function watchTokensHourly(house: House): Promise<void> {
  if ((await acquireLease(house.db.plain, "clock:tokens", house.newId(), EVERY_MS * 0.9)) !== null) await watchTokens(house);
}

export async function watchTokens(house: House): Promise<void> {
  await closeOutlivedAlerts(house.db.plain, house.now());
  const soon = new Date(house.now().getTime() + Math.max(...ACCESS_STEPS) * DAY_MS);
  for (const connectionId of await connectionsEndingBefore(house.db.plain, soon)) await watchToken(house, connectionId);
}

async function watchToken(house: House, connectionId: string): Promise<void> {
  const connection = await findConnection(house.db.plain, connectionId);
  if (connection === null) return;
  const renews = house.channels[connection.channel].refreshRenews === true;
  if (renews) {
    try {
      await renewAccess(house, connection);
    } catch (error) {
      // A refusal for good has made the connection blind and told so; anything else is tried again within the hour.
      if (!(error instanceof ChannelError)) throw error;
      house.log.warn("an access that ends soon was not renewed", { connectionId, kind: error.kind });
      if (error.kind === "auth-revoked") return;
    }
  }
  const ends = (await readSecret(house.db.plain, connectionId, "credentials"))?.refreshExpiresAt ?? null;
  const step = ends === null ? null : dueStep(ends, house.now(), ACCESS_STEPS);
  const told = await house.db.write(connection.sellerId, async (sql) => {
    if (ends === null || step === null || (renews && step > WORRY_DAYS)) {
      await closeAlerts(sql, connection.sellerId, tokenAlertKeys(connectionId));
      return false;
    }
    return tellTokenEnds(house, sql, connection, { at: ends, step, days: daysLeft(ends, house.now()) });
  });
  if (told) house.announce(connection.sellerId, "alerts");
}
