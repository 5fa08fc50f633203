/** What happened since a moment, by kind: what putting back would take back, and what stays because orders stay. */
import { rulesEver } from "#app/data/rules.server.ts";
import { changesSince } from "#app/data/takebacks.server.ts";
import { rulesThen } from "#app/domain/rules-then.ts";
import { groupOf, putBack, RESTORE_GROUPS, type RestoreGroup } from "#app/domain/taking-back.ts";
import { momentOf, wallTime } from "#app/domain/wall-time.ts";
import { UUID } from "./cursor.ts";
import type { ViewHouse } from "./view-house.ts";

export type RestoreQuery = { at: string; itemId: string | null; connectionId: string | null };

export type RestoreView = {
  now: Date;
  /** The field's text, in the seller's time zone. */
  wall: string;
  timeZone: string;
  /** Null until a moment is chosen; `wrong` where the text is none or lies ahead. */
  since: Date | null;
  wrong: boolean;
  until: Date;
  item: { id: string; title: string } | null;
  channels: { id: string; channel: string; name: string }[];
  connectionId: string | null;
  /** Changes that would be put back, and the items they concern. Of rules: how many would change. */
  groups: { group: RestoreGroup; changes: number; items: number; units: number }[];
  orders: { kind: string; movements: number }[];
};

export function readRestoreQuery(params: URLSearchParams): RestoreQuery {
  const id = (name: string) => {
    const value = params.get(name) ?? "";
    return UUID.test(value) ? value : null;
  };
  return { at: (params.get("at") ?? "").slice(0, 40), itemId: id("item"), connectionId: id("channel") };
}

const DAY_MS = 86_400_000;

export async function restoreView(house: ViewHouse, sellerId: string, query: RestoreQuery): Promise<RestoreView> {
  const now = house.now();
  const { seller, channels, item } = await house.db.read(sellerId, async (prisma) => ({
    seller: await prisma.seller.findUniqueOrThrow({ where: { id: sellerId }, select: { timeZone: true } }),
    channels: await prisma.connection.findMany({
      where: { sellerId, lifecycle: { not: "disconnected" } },
      orderBy: { createdAt: "asc" },
      select: { id: true, channel: true, name: true },
    }),
    item: query.itemId
      ? await prisma.stockItem.findFirst({ where: { id: query.itemId, sellerId }, select: { id: true, title: true } })
      : null,
  }));
  const { timeZone } = seller;
  const asked = query.at === "" ? null : momentOf(query.at, timeZone);
  const since = asked !== null && asked <= now ? asked : null;
  const connectionId = channels.find((c) => c.id === query.connectionId)?.id ?? null;
  const shared = { now, timeZone, since, wrong: query.at !== "" && since === null, until: now, item, channels, connectionId };
  const wall = since === null ? wallTime(new Date(now.getTime() - DAY_MS), timeZone) : wallTime(since, timeZone);
  if (since === null) return { ...shared, wall, groups: [], orders: [] };
  return { ...shared, wall, ...(await happenedSince(house, sellerId, since, now, { itemIds: item ? [item.id] : null, connectionId })) };
}

function happenedSince(
  house: ViewHouse,
  sellerId: string,
  since: Date,
  now: Date,
  which: { itemIds: string[] | null; connectionId: string | null },
): Promise<Pick<RestoreView, "groups" | "orders">> {
  return house.db.write(sellerId, async (sql) => {
    const past = await changesSince(sql, sellerId, since, now, which);
    const groups = RESTORE_GROUPS.map((group) => {
      const changes = past.changes.filter((change) => groupOf(change.kind) === group);
      const items = putBack(changes, past.takings, since);
      const parts = items.reduce((sum, item) => sum + item.parts.length, 0);
      return { group, changes: parts, items: items.length, units: items.reduce((sum, item) => sum + Math.abs(item.units), 0) };
    });
    const rules = rulesThen(await rulesEver(sql, sellerId), since, now);
    const changed = Math.max(rules.ends.length, rules.comesBack.length);
    const orders = await sql.query<{ kind: string; movements: number }>(
      `select m.kind, count(*)::int as movements from movement m where m.seller_id = $1 and m.recorded_at > $2 and m.order_id is not null
         and ($3::uuid[] is null or m.item_id = any($3))
         and ($4::uuid is null or exists (select from component c join listing l on l.id = c.listing_id where c.item_id = m.item_id and l.connection_id = $4))
       group by m.kind order by m.kind`,
      [sellerId, since, which.itemIds, which.connectionId],
    );
    return { groups: groups.map((g) => (g.group === "rules" ? { ...g, changes: changed } : g)).filter((g) => g.changes > 0), orders };
  });
}
