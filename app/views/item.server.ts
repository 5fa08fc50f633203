import { type Cursor, pageOf, readCursor, UUID } from "./cursor.ts";
import { explainAll, type Why } from "./explain-number.server.ts";
import { type FirstShown, readFirstShown } from "./first-shown.server.ts";
import { readNumbers, type ShownNumber } from "./number-rows.server.ts";
import { type RuleName, ruleIdsOf, ruleNames } from "./rule-names.server.ts";
import { tagsInUse } from "./tags-in-use.server.ts";
import { CAN_UNDO, UNDONE_BY } from "./undoable.ts";
import type { ViewHouse } from "./view-house.ts";

export type MovementRow = {
  id: string;
  kind: string;
  onHandDelta: number;
  reservedDelta: number;
  /** Levels after it, in the order in which we recorded. */
  onHandAfter: number;
  reservedAfter: number;
  channel: string | null;
  orderNumber: string | null;
  actor: string | null;
  note: string | null;
  occurredAt: Date;
  recordedAt: Date;
  recordedKey: string;
  correlationId: string;
  undoneBy: string | null;
  /** Only what a person did here can be taken back here; a sale is taken back on its channel. */
  canUndo: boolean;
};

export type ItemView = {
  now: Date;
  id: string;
  sku: string;
  title: string;
  tags: string[];
  /** Tags that are in use already, for choosing from. */
  knownTags: string[];
  onHand: number;
  reserved: number;
  available: number;
  numbers: (ShownNumber & { why: Why | null })[];
  /** The rules that the steps name. */
  rules: Record<string, RuleName>;
  firstShown: FirstShown;
  movements: MovementRow[];
  nextPage: string | null;
  previousPage: string | null;
};

const MOVEMENT_ROWS = 25;

/** Null where the seller has no such item. */
export async function itemView(
  house: ViewHouse,
  sellerId: string,
  query: { itemId: string; cursor: string | null },
): Promise<ItemView | null> {
  if (!UUID.test(query.itemId)) return null;
  const now = house.now();
  const cursor = readCursor(query.cursor);
  const found = await house.db.read(sellerId, async (prisma) => {
    const item = await prisma.stockItem.findFirst({ where: { id: query.itemId, sellerId } });
    if (!item) return null;
    const tags = await prisma.itemTag.findMany({ where: { itemId: item.id, sellerId }, select: { tag: true }, orderBy: { tag: "asc" } });
    const numbers = await readNumbers(prisma, sellerId, { itemIds: [item.id] }, now);
    const movements = await prisma.$queryRawUnsafe<MovementRow[]>(
      movementsSql(cursor),
      ...[sellerId, item.id],
      ...(cursor ? [cursor.key, cursor.id] : []),
    );
    return { item, tags, numbers, movements };
  });
  if (!found) return null;
  const { item, numbers } = found;
  const whys = await explainAll(house, sellerId, [...new Set(numbers.map((n) => n.quantityId))], now);
  const named = ruleIdsOf([...whys.values()].flatMap((why) => why.steps));
  const { rules, firstShown, knownTags } = await house.db.read(sellerId, async (prisma) => ({
    rules: await ruleNames(prisma, sellerId, named),
    knownTags: await tagsInUse(prisma, sellerId),
    firstShown: await readFirstShown(prisma, sellerId, { quantityIds: numbers.map((n) => n.quantityId) }),
  }));
  const page = pageOf(found.movements, MOVEMENT_ROWS, cursor, (m) => m.recordedKey);
  return {
    ...{ now, id: item.id, sku: item.sku, title: item.title, tags: found.tags.map((t) => t.tag) },
    ...{ onHand: item.onHand, reserved: item.reserved, available: item.onHand - item.reserved },
    numbers: numbers.map((number) => ({ ...number, why: whys.get(number.quantityId) ?? null })),
    rules,
    firstShown,
    knownTags,
    ...{ movements: page.rows, nextPage: page.nextPage, previousPage: page.previousPage },
  };
}

/** Microseconds as text: rows recorded in one transaction share a moment and are told apart by id. */
const RECORDED_KEY = `to_char(m.recorded_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS')`;

function movementsSql(cursor: Cursor | null): string {
  const way = cursor?.direction === "before" ? "asc" : "desc";
  const beyond = cursor ? `where (m."recordedKey", m.id) ${cursor.direction === "before" ? ">" : "<"} ($3::text, $4::uuid)` : "";
  return `
with levels as (
  select m.*, ${RECORDED_KEY} as "recordedKey",
    sum(m.on_hand_delta) over w as on_hand_after, sum(m.reserved_delta) over w as reserved_after
  from movement m where m.seller_id = $1::uuid and m.item_id = $2::uuid
  window w as (order by m.recorded_at, m.id)
)
select m.id, m.kind, m.on_hand_delta as "onHandDelta", m.reserved_delta as "reservedDelta", m.on_hand_after::int as "onHandAfter",
  m.reserved_after::int as "reservedAfter", c.channel::text as channel, o.number as "orderNumber", a.label as actor, m.note,
  m.occurred_at as "occurredAt", m.recorded_at as "recordedAt", m."recordedKey", m.correlation_id as "correlationId", ${UNDONE_BY} as "undoneBy",
  ${CAN_UNDO} as "canUndo"
from levels m
left join connection c on c.id = m.connection_id
left join sales_order o on o.id = m.order_id
left join actor a on a.key = m.actor_key and a.seller_id = m.seller_id
${beyond}
order by m."recordedKey" ${way}, m.id ${way} limit ${MOVEMENT_ROWS + 1}`;
}
