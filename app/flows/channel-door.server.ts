/**
 * How a flow speaks with a channel: credentials opened and refreshed, every call inside the budget, failures told in the port's
 * words. The connector itself keeps nothing.
 */
import { ChannelError } from "#app/channels/errors.ts";
import type { Capabilities, Channel, ChannelCall, ChannelContext, Credentials, PlatformLimits } from "#app/channels/port.ts";
import { type Purpose, reportLimits } from "#app/data/call-budget.server.ts";
import { type ConnectionRow, noteSeen, setBlind, setQuietUntil } from "#app/data/connections.server.ts";
import { type HttpAnswer, HttpFailure } from "#app/platform/http.ts";
import { BudgetKept, budgetOf, type CallBudget, waitForTurn } from "./call-budget.server.ts";
import type { House } from "./house.server.ts";
import { noteNotices } from "./note-notices.server.ts";
import { openCredentials, refreshCredentials } from "./refresh-credentials.server.ts";
import { tellBlind } from "./tell-seller.server.ts";

export type Priority = Purpose;

export type OpenChannel = { channel: Channel; context: ChannelContext; capabilities: Capabilities };

const MOST_QUIET_MS = 60_000;
/** A platform that refuses while its own figures promise room at once (Shopify after other apps' calls) would be asked in a circle. */
const LEAST_QUIET_MS = 500;

/**
 * Runs `work` against the connection's channel. An expired token is refreshed once and the work repeated; a revoked one makes the
 * connection blind, tells the seller and is thrown on. "rate-limited" parks the connection until the platform allows the next call.
 */
export async function withChannel<T>(
  house: House,
  connection: ConnectionRow,
  priority: Priority,
  work: (open: OpenChannel) => Promise<T>,
): Promise<T> {
  let held = await openCredentials(house, connection);
  const soon = house.now().getTime() + 60_000;
  if (held.expiresAt !== null && held.expiresAt.getTime() < soon) held = await refreshCredentials(house, connection, held, contextOf);
  try {
    return await work(open(house, connection, held.credentials, priority));
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    if (error.kind === "auth-expired") return await again(error);
    await noteFailure(house, connection, error);
    throw error;
  }

  async function again(first: ChannelError): Promise<T> {
    try {
      const renewed = await refreshCredentials(house, connection, held, contextOf);
      return await work(open(house, connection, renewed.credentials, priority));
    } catch (error) {
      const failure = error instanceof ChannelError ? error : null;
      if (failure === null) throw error;
      // Still refused with a fresh token: that is not a matter of time.
      const final = failure.kind === "auth-expired" ? new ChannelError("auth-revoked", first.message) : failure;
      await noteFailure(house, connection, final);
      throw final;
    }
  }

  function contextOf(credentials: Credentials): ChannelContext {
    return open(house, connection, credentials, "orders").context;
  }
}

/** A refresh before its time, for accesses that end if nobody uses them. Throws what the platform says; a refusal for good is told. */
export async function renewAccess(house: House, connection: ConnectionRow): Promise<void> {
  try {
    const held = await openCredentials(house, connection);
    await refreshCredentials(house, connection, held, (credentials) => open(house, connection, credentials, "orders").context);
  } catch (error) {
    if (error instanceof ChannelError) await noteFailure(house, connection, error);
    throw error;
  }
}

async function noteFailure(house: House, connection: ConnectionRow, error: ChannelError): Promise<void> {
  if (error.kind === "rate-limited" && !(error instanceof BudgetKept)) {
    // A spent daily quota of one operation must not silence the others for the rest of the day.
    const told = Math.max(LEAST_QUIET_MS, error.retryAfterMs ?? 1_000);
    const until = new Date(house.now().getTime() + Math.min(MOST_QUIET_MS, told));
    await setQuietUntil(house.db.plain, connection.id, until);
    // The platform counts otherwise than we do: its own read-out says what is left.
    if (house.channels[connection.channel].readQuotas !== undefined)
      house.doorbell.ringSoon({ job: "chores", chore: "quotas", id: connection.id });
  }
  if (error.kind === "auth-revoked" || error.kind === "forbidden") {
    const first = await setBlind(house.db.plain, connection.id, error.message);
    if (!first) return;
    await tellBlind(house, connection, error.message);
    house.doorbell.ringSoon({ job: "chores", chore: "sight", id: connection.id });
  }
}

/** The channel with credentials that are not stored yet (connecting). */
export function openWith(house: House, connection: ConnectionRow, credentials: Credentials, priority: Priority): OpenChannel {
  return open(house, connection, credentials, priority);
}

function open(house: House, connection: ConnectionRow, credentials: Credentials, priority: Priority): OpenChannel {
  const channel = house.channels[connection.channel];
  const app = house.appKeys[connection.channel];
  if (app === null) throw new ChannelError("unsupported", `${connection.channel} is switched off: its keys are not configured`);
  let last = budgetOf(house, connection, "");
  const context: ChannelContext = {
    account: { externalId: connection.externalId, address: connection.address },
    credentials,
    app,
    settings: connection.settings,
    http: async (call) => {
      last = budgetOf(house, connection, call.operation);
      await waitForTurn(house, connection, priority, last);
      return send(house, connection, call);
    },
    observeLimits: (limits) => observe(house, last, limits),
    now: house.now,
    newKey: house.newId,
  };
  return { channel, context, capabilities: channel.capabilities(connection.settings) };
}

async function send(house: House, connection: ConnectionRow, call: ChannelCall): Promise<HttpAnswer> {
  const { operation, ...request } = call;
  try {
    const answer = await house.http({ ...request, timeoutMs: Math.min(request.timeoutMs, house.pace.callTimeoutMs) });
    if (answer.status < 500) await noteSeen(house.db.plain, connection.id);
    noteNotices(house, connection, operation, answer);
    return answer;
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    if (error.kind === "no-answer") throw new ChannelError("outcome-unknown", `${connection.channel} did not answer ${operation}`);
    if (error.kind === "refused-address")
      throw new ChannelError("rejected", `the address of ${operation} is not allowed: ${error.message}`);
    throw new ChannelError("unavailable", `${connection.channel} could not be reached for ${operation}`);
  }
}

function observe(house: House, budget: CallBudget, limits: PlatformLimits): void {
  // A figure that gets lost is told again with the next answer; the call itself must not fail for it.
  reportLimits(house.db.plain, budget, limits).catch((error: unknown) =>
    house.log.warn("call limits were not stored", { scope: budget.scope, error: String(error) }),
  );
}
