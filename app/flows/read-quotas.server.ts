/**
 * The platform's own count of our calls, read a few times a day and after each refusal for a spent limit: other programs may use the
 * same application's keys, and a platform may have granted more. It is the application's, so one connection asks for all.
 */
import { ChannelError } from "#app/channels/errors.ts";
import type { QuotaReading } from "#app/channels/port.ts";
import { reportQuota } from "#app/data/call-budget.server.ts";
import { type ConnectionRow, connectionThatAsks, findConnection } from "#app/data/connections.server.ts";
import { acquireLease } from "#app/data/lease.server.ts";
import { CHANNELS } from "#app/domain/channel-words.ts";
import { budgetOf, type CallBudget } from "./call-budget.server.ts";
import { type OpenChannel, withChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";

const EVERY_MS = 6 * 3_600_000;
/** Many calls are refused together; one look tells of all of them. */
const AFTER_REFUSAL_MS = 600_000;

/** One worker per time for each platform that can be asked: the leases are left to run out. */
export async function readQuotasInTime(house: House): Promise<void> {
  for (const channel of CHANNELS) {
    if (house.channels[channel].readQuotas === undefined || house.appKeys[channel] === null) continue;
    const connection = await connectionThatAsks(house.db.plain, channel);
    if (connection === null) continue;
    if ((await acquireLease(house.db.plain, `clock:quotas:${channel}`, house.newId(), EVERY_MS * 0.98)) !== null)
      await readQuotas(house, connection);
  }
}

/** Called where the platform refused a call of this connection for a limit. */
export async function readQuotasAgain(house: House, connectionId: string): Promise<void> {
  const connection = await findConnection(house.db.plain, connectionId);
  if (connection === null || connection.blindSince !== null || connection.lifecycle === "disconnected") return;
  if ((await acquireLease(house.db.plain, `quotas:${connection.channel}`, house.newId(), AFTER_REFUSAL_MS)) !== null)
    await readQuotas(house, connection);
}

/** Answers how many quotas were told; null where the platform could not be asked now. */
export async function readQuotas(house: House, connection: ConnectionRow): Promise<number | null> {
  let told: QuotaReading[] | ChannelError;
  try {
    told = await withChannel(house, connection, "watch", askForQuotas);
    if (told instanceof ChannelError) throw told;
  } catch (error) {
    // Our own count stands meanwhile; what concerns the channel as a whole is told by whoever needs it.
    if (!(error instanceof ChannelError)) throw error;
    house.log.warn("a platform's own count of our calls was not read", { channel: connection.channel, kind: error.kind });
    return null;
  }
  const strictest = strictestOf(told, ({ operation }) => budgetOf(house, connection, operation));
  for (const { budget, quota } of strictest) await reportQuota(house.db.plain, budget, quota);
  return strictest.length;
}

/** Inside an open channel: a refusal concerns our application alone and must not make this seller's connection count as lost. */
async function askForQuotas({ channel, context }: OpenChannel): Promise<QuotaReading[] | ChannelError> {
  try {
    return (await channel.readQuotas?.(context)) ?? [];
  } catch (error) {
    if (error instanceof ChannelError && OF_OUR_APPLICATION.has(error.kind)) return error;
    throw error;
  }
}

const OF_OUR_APPLICATION: ReadonlySet<ChannelError["kind"]> = new Set([
  "forbidden",
  "rejected",
  "auth-expired",
  "auth-revoked",
  "rate-limited",
]);

/** Several quotas of the platform may fall into one budget of ours: that with the fewest calls left rules. */
export function strictestOf(
  told: QuotaReading[],
  budgetFor: (quota: QuotaReading) => CallBudget,
): { budget: CallBudget; quota: QuotaReading }[] {
  const byScope = new Map<string, { budget: CallBudget; quota: QuotaReading }>();
  for (const quota of told) {
    const budget = budgetFor(quota);
    const known = byScope.get(budget.scope);
    if (known === undefined || quota.left < known.quota.left) byScope.set(budget.scope, { budget, quota });
  }
  return [...byScope.values()];
}
