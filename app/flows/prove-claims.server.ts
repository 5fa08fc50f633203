/**
 * Claims that would destroy something (design.md 3, step 1). A platform signs the body and not what it is about, so a delivery alone
 * proves nothing: the connection is quarantined, our own call shows whether the access is really gone, and only then are tokens
 * destroyed, or, once they are, the shop's data. Whatever stays unproved destroys nothing and is asked again.
 */
import { ChannelError } from "#app/channels/errors.ts";
import { appendAudit, raiseAlert } from "#app/data/audit.server.ts";
import { type ConnectionRow, endQuarantine, findConnection, setBlind } from "#app/data/connections.server.ts";
import { isOnlyShopOf } from "#app/data/leaving.server.ts";
import type { ChannelEvent, JsonObject } from "#app/domain/channel-words.ts";
import { withChannel } from "./channel-door.server.ts";
import { catchUp } from "./connect-account.server.ts";
import { disconnectAccount } from "./disconnect-account.server.ts";
import { finishLeaving } from "./finish-leaving.server.ts";
import type { House } from "./house.server.ts";
import { ringForWork } from "./ring.server.ts";

type Claim = Extract<ChannelEvent, { type: "access-claimed-lost" | "compliance" }>;

export function isClaim(event: ChannelEvent): event is Claim {
  return event.type === "access-claimed-lost" || event.type === "compliance";
}

/** Shown while our own call has not answered yet; nothing is written meanwhile. */
export const QUARANTINE = "Shopify says that the app was removed there; we are finding out whether that is so.";
const ERASE = "shop/redact";

/** Throws ChannelError while nothing can be proved: the delivery then waits, and so does the quarantine. */
export async function proveClaims(house: House, connection: ConnectionRow, events: ChannelEvent[], correlationId: string): Promise<void> {
  const claims = events.filter(isClaim);
  if (claims.length === 0) return;
  for (const claim of claims) await note(house, connection, claim, correlationId);
  const asksErasure = claims.some((c) => c.type === "compliance" && c.topic === ERASE);
  const saysRemoved = claims.some((c) => c.type === "access-claimed-lost" && c.removed);
  if (asksErasure || saysRemoved) {
    const gone = connection.lifecycle === "disconnected" || (await proveRemoved(house, connection, correlationId));
    if (gone && asksErasure) await erase(house, connection);
    return;
  }
  // Every other claim of lost access: the call itself makes the connection blind where it is true.
  if (connection.lifecycle === "disconnected" || !claims.some((c) => c.type === "access-claimed-lost")) return;
  try {
    await withChannel(house, connection, "orders", (open) => open.channel.identify(open.context));
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    house.log.warn("access was said to be lost and a call failed", { connectionId: connection.id, kind: error.kind });
  }
}

/** What was said is written down. Of buyers we hold nothing, which is the whole answer to a request about one. */
async function note(house: House, connection: ConnectionRow, claim: Claim, correlationId: string): Promise<void> {
  const { action, facts } = entryOf(claim);
  await house.db.write(connection.sellerId, (sql) =>
    appendAudit(sql, connection.sellerId, [
      {
        ...{ id: house.newId(), connectionId: connection.id, action, subject: null, facts, correlationId },
        actorKey: `channel:${connection.channel}`,
      },
    ]),
  );
}

function entryOf(claim: Claim): { action: string; facts: JsonObject } {
  if (claim.type === "access-claimed-lost") return { action: "receive.access-claim", facts: { reason: claim.reason } };
  const { topic, reference } = claim;
  switch (topic) {
    case "customers/data_request":
      return { action: "answer.data-request", facts: { reference, held: "nothing" } };
    case "customers/redact":
      return { action: "answer.buyer-erasure", facts: { reference, held: "nothing" } };
    default:
      return { action: "receive.compliance-notice", facts: { topic, reference } };
  }
}

/** Whether the app is gone from the shop, shown by our own call. What it finds alive goes on as before. */
async function proveRemoved(house: House, connection: ConnectionRow, correlationId: string): Promise<boolean> {
  const { id: connectionId, sellerId } = connection;
  await setBlind(house.db.plain, connectionId, QUARANTINE);
  house.announce(sellerId, "channels");
  try {
    await withChannel(house, connection, "orders", (open) => open.channel.identify(open.context));
  } catch (error) {
    if (!(error instanceof ChannelError) || error.kind !== "auth-revoked") throw error;
    await leave(house, connection, correlationId);
    return true;
  }
  await house.db.write(sellerId, async (sql) => {
    // Only what we ourselves put on it: a connection may be blind for another reason.
    if (await endQuarantine(sql, connectionId, QUARANTINE)) await catchUp(sql, sellerId, connectionId);
    await appendAudit(sql, sellerId, [
      {
        ...{ id: house.newId(), connectionId, action: "disprove.access-claim", subject: null, facts: {}, correlationId },
        actorKey: "engine",
      },
    ]);
  });
  await ringForWork(house, sellerId, new Set([connectionId]));
  return false;
}

/** Tokens destroyed, numbers kept: whoever installs the app again goes on with them. */
async function leave(house: House, connection: ConnectionRow, correlationId: string): Promise<void> {
  const { id: connectionId, sellerId, channel, name } = connection;
  // First the word to the seller: a worker that dies in between finds the shop gone and has nothing left to say.
  await house.db.write(sellerId, (sql) =>
    raiseAlert(sql, sellerId, {
      ...{ id: house.newId(), connectionId, kind: "removed", key: `removed:${connectionId}`, severity: 1 },
      text: `The app was uninstalled from ${name}. Its numbers stay as they are there, its sales are no longer counted, and our access is destroyed. To go on, install the app again in Shopify and open it.`,
      data: { connectionId, correlationId },
    }),
  );
  house.announce(sellerId, "alerts");
  await disconnectAccount(house, { sellerId, actorKey: `channel:${channel}`, connectionId }, "removed");
  await finishLeaving(house, connectionId);
  const left = await findConnection(house.db.plain, connectionId);
  if (left !== null && left.lifecycle !== "disconnected")
    throw new ChannelError("unavailable", `${name} is being disconnected by another worker`);
}

/** The shop's data goes; where the shop was all there is of the account, the account goes with it. */
async function erase(house: House, connection: ConnectionRow): Promise<void> {
  const { erasure } = house;
  if (erasure === null) throw new Error("this process may not erase: it has no erasure role");
  const { id: connectionId, sellerId, externalId } = connection;
  const target = { id: house.newId(), sellerId, reason: ERASE, subject: externalId };
  const whole = await isOnlyShopOf(house.db.plain, sellerId, connectionId);
  const gone = whole ? await erasure.seller(target) : await erasure.connection({ ...target, connectionId });
  house.log.info("a shop's data was erased", { connectionId, whole, rows: gone });
  house.announce(sellerId, "channels");
}
