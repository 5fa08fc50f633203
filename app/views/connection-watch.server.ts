/** What the watch knows of one connection: its webhooks, and what the platform said of its own interface. */
import type { PrismaTx } from "#app/data/database.server.ts";
import type { Json } from "#app/domain/channel-words.ts";
import { readWatch, type WatchState } from "#app/domain/webhook-health.ts";

export type ConnectionWatch = {
  /** Null where nobody has looked yet. */
  state: WatchState | null;
  /** Whether the platform was told to call our door; what cannot be asked counts as not told. */
  registered: boolean;
  /** Since when deliveries may have been lost. */
  since: Date | null;
  problem: string | null;
  notices: Notice[];
};

export type Notice = { id: string; operation: string; kind: string; text: string; endsAt: Date | null; lastAt: Date };

const MOST_NOTICES = 20;
/** What has not been said for so long no longer holds. */
const FORGOTTEN_MS = 7 * 86_400_000;

export async function readConnectionWatch(
  prisma: PrismaTx,
  connection: { id: string; sellerId: string; webhookFacts: unknown },
  now: Date,
): Promise<ConnectionWatch> {
  const facts = (connection.webhookFacts ?? {}) as { [key: string]: Json };
  const watch = readWatch(facts);
  const notices = await prisma.platformNotice.findMany({
    where: { sellerId: connection.sellerId, connectionId: connection.id, lastAt: { gt: new Date(now.getTime() - FORGOTTEN_MS) } },
    orderBy: [{ lastAt: "desc" }, { id: "asc" }],
    take: MOST_NOTICES,
    select: { id: true, operation: true, kind: true, text: true, endsAt: true, lastAt: true },
  });
  return {
    state: watch?.state ?? null,
    registered: Object.keys(facts).some((key) => key !== "watch") || (watch?.hooks ?? []).some((hook) => hook.state === "active"),
    since: watch?.gapFrom ? new Date(watch.gapFrom) : null,
    problem: watch?.problem ?? null,
    notices,
  };
}
