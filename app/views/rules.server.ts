import type { PrismaTx } from "#app/data/database.server.ts";
import { UUID } from "./cursor.ts";
import { RULE_NAME_COLUMNS, RULE_NAME_TABLES, type RuleName } from "./rule-names.server.ts";
import { tagsInUse } from "./tags-in-use.server.ts";
import type { ViewHouse } from "./view-house.ts";

export type RuleState = "in-force" | "coming" | "waiting" | "ended";

export type RuleLine = RuleName & {
  connectionId: string | null;
  listingId: string | null;
  buffer: number | null;
  percent: number | null;
  floor: number | null;
  cap: number | null;
  fixed: number | null;
  paused: boolean | null;
  lastUnits: number | null;
  lastRank: string[] | null;
  startsAt: Date | null;
  endsAt: Date | null;
  version: number;
  state: RuleState;
  actor: string | null;
  createdAt: Date;
  /** When it ended or was replaced; null while it stands. */
  overAt: Date | null;
  /** The approval that made it: rules of one rush share it. */
  previewId: string | null;
};

export type RuleConnection = { id: string; channel: string; name: string };
export type RulesView = { now: Date; timeZone: string; rules: RuleLine[]; connections: RuleConnection[]; tags: string[] };

const ENDED_SHOWN = 30;

/** `$2` is now. A rule that was replaced at its place is its successor's history, not one that ended. */
const LINE = `select ${RULE_NAME_COLUMNS}, r.connection_id as "connectionId", r.listing_id as "listingId", r.buffer, r.percent, r.floor, r.cap, r.fixed,
  r.paused, r.last_units as "lastUnits", r.last_rank as "lastRank", r.starts_at as "startsAt", r.ends_at as "endsAt", r.version, a.label as actor,
  r.created_at as "createdAt", r.preview_id as "previewId",
  coalesce(r.replaced_at, r.ended_at, case when r.ends_at <= $2::timestamptz then r.ends_at end) as "overAt",
  case when r.replaced_at is not null or r.ended_at is not null or r.ends_at <= $2::timestamptz then 'ended'
    when r.waits_since is not null then 'waiting'
    when r.starts_at is not null and r.started_at is null then 'coming' else 'in-force' end as state
  from ${RULE_NAME_TABLES} left join actor a on a.key = r.actor_key and a.seller_id = r.seller_id`;

/** Same place and both dated or both not: one rule with its versions. */
const SAME_RULE = `o.seller_id = r.seller_id and o.scope = r.scope and o.connection_id is not distinct from r.connection_id
  and o.tag is not distinct from r.tag and o.listing_id is not distinct from r.listing_id
  and (coalesce(o.starts_at, o.ends_at) is null) = (coalesce(r.starts_at, r.ends_at) is null)`;

export function rulesView(house: ViewHouse, sellerId: string): Promise<RulesView> {
  const now = house.now();
  return house.db.read(sellerId, async (prisma) => {
    const standing = await prisma.$queryRawUnsafe<RuleLine[]>(
      `${LINE} where r.seller_id = $1::uuid and r.replaced_at is null and r.ended_at is null and (r.ends_at is null or r.ends_at > $2::timestamptz)
       order by array_position(array['seller', 'connection', 'tag', 'tag-connection', 'listing'], r.scope), k.name, r.tag, l.title, r.starts_at, r.id`,
      sellerId,
      now,
    );
    const ended = await prisma.$queryRawUnsafe<RuleLine[]>(
      `${LINE} where r.seller_id = $1::uuid and (r.replaced_at is not null or r.ended_at is not null or r.ends_at <= $2::timestamptz)
         and not exists (select from rule o where ${SAME_RULE} and (o.created_at, o.id) > (r.created_at, r.id))
       order by coalesce(r.replaced_at, r.ended_at, r.ends_at) desc, r.id limit ${ENDED_SHOWN}`,
      sellerId,
      now,
    );
    return { now, rules: [...standing, ...ended], ...(await choices(prisma, sellerId)) };
  });
}

export type RuleView = Omit<RulesView, "rules"> & { rule: RuleLine; history: RuleLine[] };

/** One rule with all versions that stood at its place, the newest first. Null where this seller has none such. */
export async function ruleView(house: ViewHouse, sellerId: string, ruleId: string): Promise<RuleView | null> {
  if (!UUID.test(ruleId)) return null;
  const now = house.now();
  return house.db.read(sellerId, async (prisma) => {
    const [rule] = await prisma.$queryRawUnsafe<RuleLine[]>(
      `${LINE} where r.seller_id = $1::uuid and r.id = $3::uuid`,
      sellerId,
      now,
      ruleId,
    );
    if (!rule) return null;
    const history = await prisma.$queryRawUnsafe<RuleLine[]>(
      `${LINE} where r.seller_id = $1::uuid and exists (select from rule o where o.id = $3::uuid and ${SAME_RULE})
       order by r.created_at desc, r.id desc limit 50`,
      sellerId,
      now,
      ruleId,
    );
    return { now, rule, history, ...(await choices(prisma, sellerId)) };
  });
}

/** What a form offers. Channels that can still be written to, those that sold most first: they come first in a ranking, too. */
export async function choices(prisma: PrismaTx, sellerId: string): Promise<Pick<RulesView, "timeZone" | "connections" | "tags">> {
  const seller = await prisma.seller.findUniqueOrThrow({ where: { id: sellerId }, select: { timeZone: true } });
  const connections = await prisma.$queryRawUnsafe<RuleConnection[]>(
    `select c.id, c.channel::text as channel, c.name from connection c
     left join (select m.connection_id, count(*) as n from movement m where m.seller_id = $1::uuid and m.kind = 'sale' group by 1) s on s.connection_id = c.id
     where c.seller_id = $1::uuid and c.lifecycle in ('observe', 'live') order by coalesce(s.n, 0) desc, c.id`,
    sellerId,
  );
  return { timeZone: seller.timeZone, connections, tags: await tagsInUse(prisma, sellerId) };
}

export function choicesView(house: ViewHouse, sellerId: string): Promise<Omit<RulesView, "rules">> {
  return house.db.read(sellerId, async (prisma) => ({ now: house.now(), ...(await choices(prisma, sellerId)) }));
}
