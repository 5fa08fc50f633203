/**
 * Looks whether a channel still talks to us (issue: webhooks are switched off and nobody is told): what the platform says of our
 * webhooks, and whether orders come that it never announced. What is broken is mended, and the orders since the last good look are
 * read again. Silence sets up the webhooks afresh once, and never touches a number (settled.md 29).
 */
import { ChannelError } from "#app/channels/errors.ts";
import type { HookState } from "#app/channels/port.ts";
import { appendAudit } from "#app/data/audit.server.ts";
import { type ConnectionRow, findConnection, noteWebhookFacts, readWebhookFacts } from "#app/data/connections.server.ts";
import { ensureFeed, feedFailed, feedRead, readFeed } from "#app/data/feeds.server.ts";
import { everDelivered } from "#app/data/inbound-events.server.ts";
import { forgetUnannounced, type Unannounced, unannouncedOf } from "#app/data/unannounced.server.ts";
import { judge, overdue, readWatch, usualDeliveryMs, type WebhookWatch } from "#app/domain/webhook-health.ts";
import { type OpenChannel, withChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";
import { readOrdersNow } from "./read-orders.server.ts";
import { ringForWork } from "./ring.server.ts";
import { keepHooks, webhookDoor } from "./setup-webhooks.server.ts";
import { tellWebhooks } from "./tell-watch.server.ts";
import { underLease } from "./under-lease.server.ts";

/** What is not well is looked at again sooner. */
const AGAIN_MS = 300_000;
const MOST_BACK_MS = 86_400_000;

export async function watchWebhooks(house: House, connectionId: string): Promise<void> {
  await underLease(house, `watch:${connectionId}`, async () => {
    const connection = await findConnection(house.db.plain, connectionId);
    if (connection === null || !["observe", "live"].includes(connection.lifecycle) || connection.blindSince !== null) return;
    await ensureFeed(house.db.plain, connection.sellerId, connectionId, "webhooks", house.newId());
    try {
      await look(house, connection);
    } catch (error) {
      // Nothing was learned of the webhooks; what concerns the channel as a whole is told by whoever needs it.
      if (!(error instanceof ChannelError)) throw error;
      const feed = await readFeed(house.db.plain, connectionId, "webhooks");
      const wait = Math.min(house.pace.watchMs, AGAIN_MS * 2 ** Math.min(4, feed?.failures ?? 0));
      await feedFailed(house.db.plain, connectionId, "webhooks", error.message, new Date(house.now().getTime() + wait));
    }
  });
}

async function look(house: House, connection: ConnectionRow): Promise<void> {
  const begun = house.now();
  const before = readWatch(await readWebhookFacts(house.db.plain, connection.id));
  const late = await lateOrders(house, connection, begun);
  const first = await withChannel(house, connection, "watch", (open) => refusalOr(() => readHooks(house, connection, open)));
  const verdict = first.problem === null ? judge(first.hooks, late.length) : "broken";
  let watch: WebhookWatch = {
    state: "well",
    checkedAt: begun.toISOString(),
    goodAt: begun.toISOString(),
    hooks: first.hooks ?? [],
    gapFrom: null,
    mendedAt: null,
    found: 0,
    problem: null,
  };
  if (verdict !== "well") {
    const gapFrom = gapOf(before, late, begun, connection);
    watch = { ...watch, ...(await mend(house, connection, verdict, first, before, gapFrom)), goodAt: before?.goodAt ?? null };
    if (watch.state === "mended") watch = { ...watch, goodAt: house.now().toISOString() };
  }
  await record(house, connection, before, watch, begun);
}

type Hooks = { hooks: HookState[] | null; problem: string | null };

async function readHooks(house: House, connection: ConnectionRow, { channel, context }: OpenChannel): Promise<Hooks> {
  return { hooks: (await channel.readWebhooks?.(context, webhookDoor(house, connection))) ?? null, problem: null };
}

/** Inside an open channel: a refusal concerns the webhooks alone and must not make the whole connection count as lost. */
async function refusalOr(work: () => Promise<Hooks>): Promise<Hooks> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ChannelError) || !["forbidden", "rejected", "auth-revoked"].includes(error.kind)) throw error;
    return { hooks: null, problem: error.platform.text || error.message };
  }
}

type Mended = Pick<WebhookWatch, "state" | "hooks" | "gapFrom" | "mendedAt" | "found" | "problem">;

async function mend(
  house: House,
  connection: ConnectionRow,
  verdict: "broken" | "silent",
  first: Hooks,
  before: WebhookWatch | null,
  gapFrom: Date,
): Promise<Mended> {
  const mendable = house.channels[connection.channel].ensureWebhooks !== undefined;
  // Taking down and setting up what the platform calls well may heal it; again and again it would only lose what is on its way.
  const triedBefore = verdict === "silent" && before?.state === "silent";
  let after = first;
  let mendedAt = triedBefore ? (before?.mendedAt ?? null) : null;
  if (mendable && !triedBefore) {
    after = await withChannel(house, connection, "watch", (open) =>
      refusalOr(async () => {
        await keepHooks(house, connection, open, verdict === "silent");
        return readHooks(house, connection, open);
      }),
    );
    if (after.problem === null) mendedAt = house.now().toISOString();
  }
  const stands = after.problem !== null || judge(after.hooks, 0) !== "well";
  const state = stands ? "broken" : verdict === "silent" ? "silent" : "mended";
  const found = state === before?.state && state !== "mended" ? before.found : await backfill(house, connection, gapFrom);
  return {
    state,
    hooks: after.hooks ?? [],
    gapFrom: gapFrom.toISOString(),
    mendedAt: stands ? null : mendedAt,
    found,
    problem: stands ? (after.problem ?? "it takes the webhooks but keeps them switched off") : null,
  };
}

/** Orders from before the gap on, since a feed may have lagged behind what its deliveries would have told. */
async function backfill(house: House, connection: ConnectionRow, gapFrom: Date): Promise<number> {
  if (connection.baselineAt === null) return 0;
  const read = await withChannel(house, connection, "orders", (open) => readOrdersNow(house, connection, open, house.newId(), gapFrom));
  await ringForWork(house, connection.sellerId, read.applied.touched);
  return read.applied.first.length;
}

/** Where deliveries are expected at all: set up by us, or pushed by the platform's nature, or seen before. Etsy gives them to commercial apps only, and nothing tells which kind this is. */
async function lateOrders(house: House, connection: ConnectionRow, now: Date): Promise<Unannounced[]> {
  const channel = house.channels[connection.channel];
  const { push } = channel.capabilities(connection.settings);
  if (!push.orders) return [];
  const late = overdue(await unannouncedOf(house.db.plain, connection.id), usualDeliveryMs(connection.channel, connection.settings), now);
  if (late.length === 0) return [];
  const expected = push.stock || channel.ensureWebhooks !== undefined || (await everDelivered(house.db.plain, connection.id));
  return expected ? late : [];
}

/** The last good look; never more than a day back, never before the baseline's own reading. */
function gapOf(before: WebhookWatch | null, late: Unannounced[], now: Date, connection: ConnectionRow): Date {
  const oldest = Math.min(...late.map((order) => order.placedAt.getTime()), now.getTime());
  const open = before?.state === "broken" || before?.state === "silent";
  const known = (open ? before.gapFrom : before?.goodAt) ?? null;
  const from = known === null ? (connection.baselineAt?.getTime() ?? now.getTime()) : Date.parse(known);
  return new Date(Math.max(now.getTime() - MOST_BACK_MS, Math.min(from, oldest)));
}

async function record(
  house: House,
  connection: ConnectionRow,
  before: WebhookWatch | null,
  watch: WebhookWatch,
  begun: Date,
): Promise<void> {
  const soon = watch.state !== "well" && watch.state !== before?.state;
  const wait = soon ? Math.min(house.pace.watchMs, AGAIN_MS) : house.pace.watchMs;
  await house.db.write(connection.sellerId, async (sql) => {
    // Orders of a gap that is closed prove nothing against deliveries from now on.
    if (watch.state === "mended") await forgetUnannounced(sql, connection.id);
    await noteWebhookFacts(sql, connection.id, { watch });
    await feedRead(sql, connection.id, "webhooks", { cursor: null, begun, nextAt: new Date(house.now().getTime() + wait) });
    await tellWebhooks(house, sql, connection, watch);
    if ((before?.state ?? "well") === watch.state) return;
    await appendAudit(sql, connection.sellerId, [
      {
        id: house.newId(),
        connectionId: connection.id,
        action: "watch.webhooks",
        subject: connection.id,
        actorKey: "engine",
        facts: { from: before?.state ?? null, to: watch.state, gapFrom: watch.gapFrom, found: watch.found },
        correlationId: house.newId(),
      },
    ]);
  });
  if ((before?.state ?? "well") === watch.state) return;
  house.log.info("the state of a connection's webhooks changed", {
    connectionId: connection.id,
    channel: connection.channel,
    from: before?.state ?? null,
    to: watch.state,
    found: watch.found,
  });
  house.announce(connection.sellerId, "alerts");
}
