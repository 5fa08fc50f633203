/** How far a connection's first set-up has come, and what each step would do. */

import type { PrismaTx } from "#app/data/database.server.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import { UUID } from "./cursor.ts";
import { SETUP_STEPS, type SetupStep } from "./setup-steps.ts";
import type { ViewHouse } from "./view-house.ts";

export type MatchFigures = {
  linked: number;
  /** Not linked yet, with a SKU that stands once on this channel: these will be linked. */
  linkable: number;
  /** Of the linkable ones: how many meet an item that is known from elsewhere. */
  joining: number;
  /** Of those: how many show another number than the item has. */
  differing: number;
  ambiguous: number;
  noSku: number;
};

export type OpeningFigures = {
  /** Items linked here that were never counted: they may take their opening count from this channel. */
  uncounted: number;
  /** Items linked here that have a count or are live elsewhere: this channel never sets them. */
  counted: number;
};

export type SetupView = {
  now: Date;
  connection: { id: string; channel: ChannelName; name: string; lifecycle: string; blindReason: string | null };
  /** The first step that is not done; null once everything is, or where the connection was set up in another way. */
  current: SetupStep | null;
  /** The step to be shown. */
  step: SetupStep | null;
  importing: { done: number; total: number | null; finished: boolean; failure: string | null; paused: boolean };
  /** Past orders read so far, and up to which day; they come along while the opening is set. */
  pastOrders: { done: number; readTo: Date | null; finished: boolean };
  /** Listings known so far. */
  listings: number;
  /** Only on their own step: they look at every listing, and while an import runs the page is asked for again and again. */
  match: MatchFigures | null;
  opening: OpeningFigures | null;
  /** What the seller asked for and the worker is at. */
  busy: "match" | "opening" | null;
  problem: string | null;
};

type Row = {
  channel: ChannelName;
  name: string;
  lifecycle: string;
  blindReason: string | null;
  done: number | null;
  total: number | null;
  finishedAt: Date | null;
  failure: string | null;
  importPaused: boolean;
  ordersDone: number | null;
  ordersReadTo: Date | null;
  ordersFinished: boolean;
  actorKey: string | null;
  matchAskedAt: Date | null;
  matchedAt: Date | null;
  openAskedAt: Date | null;
  openedAt: Date | null;
  problem: string | null;
};

/** `step`: the one to be shown, where it is reached; else the current one. */
export async function setupView(
  house: ViewHouse,
  sellerId: string,
  connectionId: string,
  step: SetupStep | null,
): Promise<SetupView | null> {
  if (!UUID.test(connectionId)) return null;
  return house.db.read(sellerId, async (prisma) => {
    const [row] = await prisma.$queryRawUnsafe<Row[]>(ROW, sellerId, connectionId);
    if (!row) return null;
    const { channel, name, lifecycle, blindReason } = row;
    const current = currentStep(row);
    const shown = step !== null && current !== null && SETUP_STEPS.indexOf(step) <= SETUP_STEPS.indexOf(current) ? step : current;
    return {
      now: house.now(),
      connection: { id: connectionId, channel, name, lifecycle, blindReason },
      current,
      step: shown,
      importing: {
        done: row.done ?? 0,
        total: row.total,
        finished: row.finishedAt !== null,
        failure: row.failure,
        paused: row.importPaused,
      },
      pastOrders: { done: row.ordersDone ?? 0, readTo: row.ordersReadTo, finished: row.ordersFinished },
      listings: await countListings(prisma, sellerId, connectionId),
      match: shown === "match" ? await figures<MatchFigures>(prisma, MATCH, sellerId, connectionId) : null,
      opening: shown === "opening" ? await figures<OpeningFigures>(prisma, OPENING, sellerId, connectionId) : null,
      busy: busyWith(row),
      problem: row.problem,
    };
  });
}

function currentStep(row: Row): SetupStep | null {
  if (row.actorKey === null || row.lifecycle !== "observe") return null;
  if (row.matchedAt === null) return row.finishedAt === null && row.matchAskedAt === null ? "import" : "match";
  return row.openedAt === null ? "opening" : "preview";
}

function busyWith(row: Row): SetupView["busy"] {
  if (row.matchAskedAt !== null && row.matchedAt === null) return "match";
  return row.openAskedAt !== null && row.openedAt === null ? "opening" : null;
}

async function countListings(prisma: PrismaTx, sellerId: string, connectionId: string): Promise<number> {
  const { listings } = await figures<{ listings: number }>(prisma, LISTINGS, sellerId, connectionId);
  return listings;
}

async function figures<T>(prisma: PrismaTx, text: string, sellerId: string, connectionId: string): Promise<T> {
  const [row] = await prisma.$queryRawUnsafe<T[]>(text, sellerId, connectionId);
  if (row === undefined) throw new Error("a count answered no row");
  return row;
}

const ROW = `
select c.channel::text as channel, c.name, c.lifecycle::text as lifecycle, c.blind_reason as "blindReason",
  f.done, f.total, f.finished_at as "finishedAt", f.failure_text as failure, f.paused_at is not null as "importPaused",
  o.done as "ordersDone", o.cursor as "ordersReadTo", c.baseline_at is not null or o.finished_at is not null as "ordersFinished", s.actor_key as "actorKey",
  s.match_asked_at as "matchAskedAt", s.matched_at as "matchedAt", s.open_asked_at as "openAskedAt", s.opened_at as "openedAt", s.problem
from connection c left join feed f on f.connection_id = c.id and f.kind = 'listings'
  left join feed o on o.connection_id = c.id and o.kind = 'orders' left join connection_setup s on s.connection_id = c.id
where c.seller_id = $1::uuid and c.id = $2::uuid and c.lifecycle <> 'disconnected'`;

const LISTINGS = `
select count(*)::int as listings from listing l where l.seller_id = $1::uuid and l.connection_id = $2::uuid and l.go_live <> 'ignored'`;

/** The rule is the one by which linking goes (data/listings, unambiguousUnlinked). */
const MATCH = `
select (count(*) filter (where linked))::int as linked,
  (count(*) filter (where not linked and sku_key is not null and not ambiguous))::int as linkable,
  (count(*) filter (where not linked and sku_key is not null and not ambiguous and item_id is not null))::int as joining,
  (count(*) filter (where not linked and not ambiguous and item_id is not null and confirmed is distinct from available))::int as differing,
  (count(*) filter (where not linked and sku_key is not null and ambiguous))::int as ambiguous,
  (count(*) filter (where not linked and sku_key is null))::int as "noSku"
from (
  select l.link_state = 'linked' as linked, l.sku_key, i.id as item_id, i.on_hand - i.reserved as available, q.confirmed,
    exists (select from listing o where o.connection_id = l.connection_id and o.sku_key = l.sku_key and o.quantity_id <> l.quantity_id) as ambiguous
  from listing l join channel_quantity q on q.id = l.quantity_id left join stock_item i on i.seller_id = l.seller_id and i.sku_key = l.sku_key
  where l.seller_id = $1::uuid and l.connection_id = $2::uuid and l.go_live <> 'ignored'
) x`;

/** The rule is the one by which the opening counts (flows/open-connection). */
const OPENING = `
select (count(*) filter (where not counted))::int as uncounted, (count(*) filter (where counted))::int as counted
from (
  select distinct k.item_id,
    exists (select from movement m where m.seller_id = l.seller_id and m.item_id = k.item_id and m.order_id is null and m.kind in ('opening', 'adjustment'))
      or exists (select from component p join listing o on o.id = p.listing_id join connection x on x.id = o.connection_id
        where p.item_id = k.item_id and o.connection_id <> l.connection_id and o.go_live = 'live' and x.lifecycle = 'live') as counted
  from listing l join component k on k.listing_id = l.id
  where l.seller_id = $1::uuid and l.connection_id = $2::uuid and l.link_state = 'linked'
) x`;
