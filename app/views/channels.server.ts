import type { ChannelName, JsonObject } from "#app/domain/channel-words.ts";
import { type ChannelHealth, readChannelHealth } from "./channel-health.server.ts";
import { type ChannelLimits, readChannelLimits } from "./channel-limits.server.ts";
import { type ConnectionWatch, readConnectionWatch } from "./connection-watch.server.ts";
import { UUID } from "./cursor.ts";
import { type FirstShown, readFirstShown } from "./first-shown.server.ts";
import { type ListingProblems, readListingProblems } from "./listing-problems.server.ts";
import { type CheckedChannel, readOrderProof } from "./order-proof.server.ts";
import { type ChannelSight, readSightOf } from "./sight.server.ts";
import type { ViewHouse } from "./view-house.ts";

export type ChannelsView = { now: Date; stoppedAt: Date | null; channels: ChannelHealth[] };

export function channelsView(house: ViewHouse, sellerId: string): Promise<ChannelsView> {
  const now = house.now();
  return house.db.read(sellerId, async (prisma) => {
    const seller = await prisma.seller.findUniqueOrThrow({ where: { id: sellerId }, select: { stoppedAt: true } });
    return { now, stoppedAt: seller.stoppedAt, channels: await readChannelHealth(prisma, sellerId, now) };
  });
}

export type FeedState = { kind: string; readThrough: Date | null; nextAt: Date | null; failures: number; failureText: string | null };
export type Delivery = { id: string; topic: string; status: string; receivedAt: Date; appliedAt: Date | null; parkedReason: string | null };
export type OutsideEditCard = {
  id: string;
  title: string;
  sku: string | null;
  itemId: string | null;
  expected: number;
  observed: number;
  seenAt: Date;
};

export type ChannelView = {
  now: Date;
  stoppedAt: Date | null;
  health: ChannelHealth;
  editPolicy: string;
  apiVersion: { version: string; endsOn: string | null };
  watch: ConnectionWatch;
  /** The platform took our address but will never call it; what of it is in the way. */
  doorRefused: "host" | "port" | null;
  /** Whether lowerings can travel as differences here, and whether the seller chose it; null where the shop is not known to take them. */
  differences: "offered" | "chosen" | null;
  tokenUntil: Date | null;
  /** Whether using the connection prolongs that. */
  tokenRenews: boolean;
  feeds: FeedState[];
  deliveries: Delivery[];
  /** Deliveries that were put aside and may be tried again. */
  parked: number;
  /** Single ones; those that wait in a held batch are decided there. */
  edits: OutsideEditCard[];
  /** The batch of its outside edits that waits; null where none does. */
  heldId: string | null;
  /** Listings with a reason why they cannot be kept in step safely, by reason. */
  problems: ListingProblems[];
  /** The last look at what going live would change; null before the first. */
  preview: { id: string; state: string; createdAt: Date; changes: number } | null;
  /** Whether its first set-up has begun and is not finished: going live comes after it. */
  settingUp: boolean;
  /** Whether it takes part at all; not in observe, leaving or gone. */
  live: boolean;
  /** Linked listings: all, those that take part, and those that are only watched and could go live. */
  share: { linked: number; live: number; watching: number };
  /** Numbers that take part and were written by us: those that could be put back to what they showed before, and those that are. */
  firstShown: FirstShown;
  limits: ChannelLimits;
  sight: ChannelSight;
  /** The last check of its orders by id; null where none is made (it is not live). */
  proof: CheckedChannel | null;
};

const EDITS = 50;
const DELIVERIES = 10;

/** Null where the seller has no such connection: a foreign id and an unknown one look the same. */
export async function channelView(house: ViewHouse, sellerId: string, connectionId: string): Promise<ChannelView | null> {
  if (!UUID.test(connectionId)) return null;
  const now = house.now();
  return house.db.read(sellerId, async (prisma) => {
    const connection = await prisma.connection.findFirst({ where: { id: connectionId, sellerId } });
    const health = (await readChannelHealth(prisma, sellerId, now, connectionId))[0];
    if (!connection || !health) return null;
    const where = { connectionId, sellerId };
    const seller = await prisma.seller.findUniqueOrThrow({ where: { id: sellerId }, select: { stoppedAt: true } });
    const secret = await prisma.connectionSecret.findFirst({
      where: { ...where, kind: "credentials" },
      select: { refreshExpiresAt: true },
    });
    const preview = await prisma.preview.findFirst({ where: { ...where, kind: "go-live" }, orderBy: { createdAt: "desc" } });
    const changes = preview ? await prisma.previewRow.count({ where: { sellerId, previewId: preview.id, change: { not: "same" } } }) : 0;
    const feeds = await prisma.feed.findMany({
      where,
      orderBy: { kind: "asc" },
      select: { kind: true, readThrough: true, nextAt: true, failures: true, failureText: true, finishedAt: true },
    });
    const share = await prisma.$queryRawUnsafe<ChannelView["share"][]>(SHARE, sellerId, connectionId);
    return {
      now,
      stoppedAt: seller.stoppedAt,
      health,
      firstShown: await readFirstShown(prisma, sellerId, { connectionId }),
      live: connection.lifecycle === "live",
      share: share[0] ?? { linked: 0, live: 0, watching: 0 },
      editPolicy: connection.editPolicy,
      apiVersion: house.channels[connection.channel as ChannelName].apiVersion,
      watch: await readConnectionWatch(prisma, connection, now),
      doorRefused: doorRefusedIn(connection.webhookFacts),
      differences: house.channels[connection.channel as ChannelName].capabilities(connection.settings as JsonObject).differences ?? null,
      // The access token itself ends within hours and is refreshed without a word; only the end of that is worth telling.
      tokenUntil: secret?.refreshExpiresAt ?? null,
      tokenRenews: house.channels[connection.channel as ChannelName].refreshRenews === true,
      feeds: feeds.map(({ finishedAt, ...feed }) => ({ ...feed, readThrough: feed.readThrough ?? finishedAt })),
      deliveries: await prisma.inboundEvent.findMany({
        where,
        orderBy: { receivedAt: "desc" },
        take: DELIVERIES,
        select: { id: true, topic: true, status: true, receivedAt: true, appliedAt: true, parkedReason: true },
      }),
      // One that the door could not read holds nothing to try again.
      parked: await prisma.inboundEvent.count({ where: { ...where, status: "parked", events: { not: [] } } }),
      heldId: (await prisma.hold.findFirst({ where: { sellerId, connectionId, closedAt: null }, select: { id: true } }))?.id ?? null,
      edits: await prisma.$queryRawUnsafe<OutsideEditCard[]>(OPEN_EDITS, sellerId, connectionId),
      problems: await readListingProblems(prisma, sellerId, {
        ...{ id: connectionId, channel: connection.channel, address: connection.address, live: connection.lifecycle === "live" },
      }),
      preview: preview ? { id: preview.id, state: preview.state, createdAt: preview.createdAt, changes } : null,
      sight: await readSightOf(prisma, sellerId, connectionId, now),
      proof: (await readOrderProof(prisma, sellerId)).find((c) => c.connectionId === connectionId) ?? null,
      limits: await readChannelLimits(prisma, sellerId, connectionId, now),
      settingUp: (await prisma.connectionSetup.count({ where: { ...where, openedAt: null } })) > 0,
    };
  });
}

function doorRefusedIn(facts: unknown): ChannelView["doorRefused"] {
  const said = typeof facts === "object" && facts !== null && "doorRefused" in facts ? facts.doorRefused : null;
  return said === "host" || said === "port" ? said : null;
}

const OPEN_EDITS = `
select e.id, coalesce(l.title, q.key) as title, l.sku, l.item_id as "itemId", e.expected, e.observed, e.seen_at as "seenAt"
from outside_edit e join channel_quantity q on q.id = e.quantity_id
left join lateral (select x.title, x.sku, p.item_id from listing x left join component p on p.listing_id = x.id where x.quantity_id = q.id order by x.id limit 1) l on true
where e.seller_id = $1::uuid and e.connection_id = $2::uuid and e.state = 'open'
  and not exists (select from hold h join hold_number n on n.hold_id = h.id and n.quantity_id = e.quantity_id where h.connection_id = e.connection_id and h.closed_at is null)
order by e.seen_at desc, e.id limit ${EDITS}`;

const SHARE = `
select count(*)::int as linked, (count(*) filter (where l.go_live = 'live'))::int as live, (count(*) filter (where l.go_live = 'watching'))::int as watching
from listing l where l.seller_id = $1::uuid and l.connection_id = $2::uuid and l.link_state = 'linked' and l.go_live <> 'ignored'`;
