/**
 * The worker's part of connecting: asks the address who it is, exchanges the platform's code, or tries the keys and makes the
 * connection. What goes wrong becomes
 * one of the known problems on the try; a crash in between is run again and finds the same account.
 */
import { ChannelError } from "#app/channels/errors.ts";
import type { Credentials, GrantedCredentials } from "#app/channels/port.ts";
import { type AttemptRow, attemptWithWork, type Outcome, type SealedAttempt, settleAttempt } from "#app/data/connect-attempts.server.ts";
import { beginSetup } from "#app/data/connection-setups.server.ts";
import { bringForward } from "#app/data/feeds.server.ts";
import type { ConnectProblem } from "#app/domain/connect-problem.ts";
import { attemptPlace } from "./attempt-seal.ts";
import { openWith } from "./channel-door.server.ts";
import { connectAccount, provisionalRow } from "./connect-account.server.ts";
import { problemOf, problemOfGrant } from "./connect-problem-of.ts";
import { exchangeGrant, openGrant } from "./exchange-grant.server.ts";
import type { House } from "./house.server.ts";
import { setupWebhooks } from "./setup-webhooks.server.ts";
import { underLease } from "./under-lease.server.ts";

export async function proveAttempt(house: House, attemptId: string): Promise<void> {
  await underLease(house, `connect:${attemptId}`, async () => {
    const attempt = await attemptWithWork(house.db.plain, attemptId);
    if (attempt === null) return;
    const outcome = await outcomeOf(house, attempt);
    await house.db.write(attempt.sellerId, (sql) => settleAttempt(sql, attempt.id, outcome));
    house.announce(attempt.sellerId, "connecting");
  });
}

async function outcomeOf(house: House, attempt: SealedAttempt): Promise<Outcome> {
  try {
    if (attempt.state === "looking") return await look(house, attempt);
    return attempt.state === "exchanging" ? await exchangeGrant(house, attempt) : await connect(house, attempt);
  } catch (error) {
    const problem = attempt.way === "granted" ? problemOfGrant(error) : problemOf(error, attempt.address);
    const facts = { attemptId: attempt.id, sellerId: attempt.sellerId, problem, error };
    if (problem === "ours" || problem === "app-refused") house.log.error("connecting an account broke on our side", facts);
    else house.log.info("an account could not be connected", facts);
    return failed(problem, attempt.way);
  }
}

/** Only keys that were typed may be tried again: a platform's tokens are asked for anew. */
function failed(problem: ConnectProblem, way: AttemptRow["way"]): Outcome {
  return { state: "failed", problem, keepKeys: problem !== "not-yours" && way !== "granted" };
}

async function look(house: House, attempt: AttemptRow): Promise<Outcome> {
  const { ownAddress } = house.channels[attempt.channel];
  if (ownAddress === undefined) throw new ChannelError("unsupported", `${attempt.channel} has no addresses of its own`);
  const { context } = openWith(house, provisionalRow(attempt.id, attempt), {}, "orders");
  const shop = await ownAddress.findShop(context);
  return { state: "ready", address: shop.address, shopName: shop.name };
}

async function connect(house: House, attempt: SealedAttempt): Promise<Outcome> {
  const { sellerId, actorKey, channel, way, consentVersion } = attempt;
  // Its time was over in the very moment when it was asked for.
  if (attempt.sealed === null) return failed(way === "granted" ? "approval-over" : "no-keys", way);
  const given = way === "granted" ? openGrant(house, attempt) : keysOf(house, { ...attempt, sealed: attempt.sealed });
  const address = attempt.address === "" ? null : attempt.address;
  const connected = await connectAccount(house, { sellerId, actorKey, channel, ...given, address, consentVersion, attemptId: attempt.id });
  if (connected.outcome === "refused") return failed(connected.reason, way);
  const { connectionId } = connected;
  house.crashPoint("connected-before-settled");
  const shopName = await house.db.write(sellerId, async (sql) => {
    await beginSetup(sql, { connectionId, sellerId, actorKey });
    await bringForward(sql, connectionId, "listings");
    const [row] = await sql.query<{ name: string }>(`select name from connection where id = $1`, [connectionId]);
    return row?.name ?? null;
  });
  await registerWebhooks(house, connectionId);
  house.doorbell.ringSoon({ job: "chores", chore: "import", id: connectionId });
  return { state: "connected", connectionId, shopName };
}

/** A shop's own keys have no end. */
function keysOf(house: House, attempt: { id: string; sealed: string }): GrantedCredentials {
  const credentials = JSON.parse(house.keyring.open(attempt.sealed, attemptPlace(attempt.id))) as Credentials;
  return { credentials, expiresAt: null, refreshExpiresAt: null };
}

/** Without them orders are found by asking; that a shop refuses them is no reason not to connect it. */
async function registerWebhooks(house: House, connectionId: string): Promise<void> {
  try {
    await setupWebhooks(house, connectionId);
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    house.log.warn("webhooks were not set up", { connectionId, error });
  }
}
