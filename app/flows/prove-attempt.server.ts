/**
 * The worker's part of connecting: asks the address who it is, or tries the keys and makes the connection. What goes wrong becomes
 * one of the known problems on the try; a crash in between is run again and finds the same account.
 */
import { ChannelError } from "#app/channels/errors.ts";
import type { Credentials } from "#app/channels/port.ts";
import { type AttemptRow, attemptWithWork, type Outcome, settleAttempt } from "#app/data/connect-attempts.server.ts";
import { beginSetup } from "#app/data/connection-setups.server.ts";
import { bringForward } from "#app/data/feeds.server.ts";
import type { ConnectProblem } from "#app/domain/connect-problem.ts";
import { attemptPlace } from "./attempt-seal.ts";
import { openWith } from "./channel-door.server.ts";
import { connectAccount, provisionalRow } from "./connect-account.server.ts";
import { problemOf } from "./connect-problem-of.ts";
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

async function outcomeOf(house: House, attempt: AttemptRow & { sealed: string | null }): Promise<Outcome> {
  try {
    return attempt.state === "looking" ? await look(house, attempt) : await connect(house, attempt);
  } catch (error) {
    const problem = problemOf(error, attempt.address);
    const facts = { attemptId: attempt.id, sellerId: attempt.sellerId, problem, error };
    if (problem === "ours") house.log.error("connecting an account broke on our side", facts);
    else house.log.info("an account could not be connected", facts);
    return failed(problem);
  }
}

function failed(problem: ConnectProblem): Outcome {
  return { state: "failed", problem, keepKeys: problem !== "not-yours" };
}

async function look(house: House, attempt: AttemptRow): Promise<Outcome> {
  const { ownAddress } = house.channels[attempt.channel];
  if (ownAddress === undefined) throw new ChannelError("unsupported", `${attempt.channel} has no addresses of its own`);
  const { context } = openWith(house, provisionalRow(attempt.id, attempt), {}, "orders");
  const shop = await ownAddress.findShop(context);
  return { state: "ready", address: shop.address, shopName: shop.name };
}

async function connect(house: House, attempt: AttemptRow & { sealed: string | null }): Promise<Outcome> {
  // Its time was over in the very moment when it was asked for.
  if (attempt.sealed === null) return failed("no-keys");
  const credentials = JSON.parse(house.keyring.open(attempt.sealed, attemptPlace(attempt.id))) as Credentials;
  const { sellerId, actorKey, channel, address, consentVersion } = attempt;
  const connected = await connectAccount(house, {
    ...{ sellerId, actorKey, channel, credentials, address, consentVersion },
    expiresAt: null,
    refreshExpiresAt: null,
  });
  if (connected.outcome === "refused") return failed("not-yours");
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

/** Without them orders are found by asking; that a shop refuses them is no reason not to connect it. */
async function registerWebhooks(house: House, connectionId: string): Promise<void> {
  try {
    await setupWebhooks(house, connectionId);
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    house.log.warn("webhooks were not set up", { connectionId, error });
  }
}
