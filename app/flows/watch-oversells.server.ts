/**
 * The oversell desk's watch: whenever stock falls, it is asked whether more was sold than there was. Then a case is opened with the
 * orders that compete and the cause, in the same transaction, so that the seller sees it as soon as the ledger knows. Whenever stock
 * moves, open cases are asked whether they are over.
 */
import { appendAudit } from "#app/data/audit.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import type { ItemLevel, NewMovement } from "#app/data/ledger.server.ts";
import { holdingOrders, loweredFacts, orderFacts, shownFacts, unseenSince } from "#app/data/oversell-facts.server.ts";
import {
  addOrders,
  type CaseOrder,
  growCase,
  insertCase,
  isKnownCase,
  type OpenCase,
  openCases,
  salesBefore,
  settleCase,
  shortItems,
} from "#app/data/oversells.server.ts";
import type { Json } from "#app/domain/channel-words.ts";
import { type CauseFacts, judgeCause, type OversellCause } from "#app/domain/oversell-cause.ts";
import { firstShortfall, isSale, type Sale, type Shortfall } from "#app/domain/sold-twice.ts";
import type { House } from "./house.server.ts";
import { solvedOversold, tellOversold } from "./tell-seller.server.ts";

/** @param movements those just booked; @param levels of the touched items, as they are now (their rows are locked) */
export async function watchOversells(
  house: House,
  sql: Sql,
  sellerId: string,
  movements: readonly NewMovement[],
  levels: readonly ItemLevel[],
): Promise<void> {
  if (levels.length === 0) return;
  const open = await openCases(
    sql,
    sellerId,
    levels.map((l) => l.id),
  );
  await findShortfalls(house, sql, sellerId, { movements, levels, open });
  for (const one of open) {
    const level = levels.find((l) => l.id === one.itemId);
    if (level !== undefined) await settleIfOver(house, sql, sellerId, one, level.onHand - level.reserved);
  }
}

async function findShortfalls(
  house: House,
  sql: Sql,
  sellerId: string,
  now: { movements: readonly NewMovement[]; levels: readonly ItemLevel[]; open: readonly OpenCase[] },
): Promise<void> {
  const falls = Map.groupBy(
    now.movements.filter((m) => m.onHandDelta < m.reservedDelta),
    (m) => m.itemId,
  );
  const touched = now.levels.filter((level) => falls.has(level.id));
  if (touched.length === 0) return;
  const asked = touched.map((level) => ({ itemId: level.id, since: earliest(falls.get(level.id) ?? []) }));
  const short = await shortItems(sql, sellerId, asked);
  for (const level of touched) {
    const steps = short.get(level.id);
    const fresh = falls.get(level.id) ?? [];
    const since = earliest(fresh);
    const available = level.onHand - level.reserved;
    if (steps === undefined && available >= 0) continue;
    const before = await salesBefore(sql, sellerId, level.id, since);
    const found = steps === undefined ? null : firstShortfall(steps.available, steps.steps, before);
    const open = now.open.find((c) => c.itemId === level.id);
    if (open !== undefined) await joinCase(house, sql, sellerId, open, level, fresh);
    else await openCase(house, sql, sellerId, level, fresh, found);
  }
}

function earliest(movements: readonly NewMovement[]): Date {
  return new Date(Math.min(...movements.map((m) => m.occurredAt.getTime())));
}

/** What is sold while a case stands open belongs to it. */
async function joinCase(
  house: House,
  sql: Sql,
  sellerId: string,
  open: OpenCase,
  level: ItemLevel,
  fresh: readonly NewMovement[],
): Promise<void> {
  const available = level.onHand - level.reserved;
  if (available >= 0) return;
  const orders = fresh.flatMap((m): CaseOrder[] =>
    m.orderId === null ? [] : [{ orderId: m.orderId, units: m.reservedDelta - m.onHandDelta, role: "more" }],
  );
  if (orders.length > 0) await addOrders(sql, sellerId, open.id, orders);
  await growCase(sql, sellerId, open.id, -available);
  await tellOversold(
    house,
    sql,
    sellerId,
    { id: level.id, sku: level.sku, title: level.title, missing: -available, hidden: false },
    open.id,
  );
}

/** Causes of which nothing is left once stock covers the sale: the level alone says whether there is anything to settle. */
const OVER_ONCE_COVERED: readonly OversellCause[] = [
  "raised-by-hand",
  "opening-count",
  "before-baseline",
  "sells-without-stock",
  "unknown",
];

async function openCase(
  house: House,
  sql: Sql,
  sellerId: string,
  level: ItemLevel,
  fresh: readonly NewMovement[],
  found: Shortfall | null,
): Promise<void> {
  const available = level.onHand - level.reserved;
  const kind = available < 0 ? "below-zero" : "sold-twice";
  const trigger = fresh.find((m) => m.id === found?.later.movementId) ?? fresh.at(-1);
  if (trigger === undefined) return;
  // Covered meanwhile: only two channels that sold the same unit are still worth a look, and only once.
  if (kind === "sold-twice") {
    if (found?.earlier == null || found.earlier.connectionId === found.later.connectionId) return;
    if (await isKnownCase(sql, sellerId, level.id, found.later.orderId)) return;
  }
  const rivals = found !== null ? { later: found.later, earlier: found.earlier } : await rivalsOfHand(sql, sellerId, level.id);
  const facts = await causeFacts(sql, sellerId, level.id, rivals, found === null ? trigger : null);
  const judged = judgeCause(facts);
  if (kind === "sold-twice" && OVER_ONCE_COVERED.includes(judged.cause)) return;
  const missing = available < 0 ? -available : (found?.missing ?? 1);
  const caseId = house.newId();
  const orders = [
    ...(rivals.earlier === null ? [] : [asOrder(rivals.earlier, "earlier")]),
    ...(rivals.later === null ? [] : [asOrder(rivals.later, "later")]),
    // A batch may bring more than two at once.
    ...fresh.filter((m) => m.orderId !== null && ![rivals.earlier?.orderId, rivals.later?.orderId].includes(m.orderId)).flatMap(asMore),
  ];
  await insertCase(sql, sellerId, {
    ...{ id: caseId, itemId: level.id, movementId: trigger.id, kind, missing, cause: judged.cause, orders },
    facts: JSON.parse(JSON.stringify({ ...judged, ...facts })) as Json,
  });
  await tellOversold(house, sql, sellerId, { id: level.id, sku: level.sku, title: level.title, missing, hidden: available >= 0 }, caseId);
  await record(house, sql, sellerId, { caseId, itemId: level.id, action: "open.oversell", facts: { missing, cause: judged.cause } });
}

type Rivals = { later: Sale | null; earlier: Sale | null };

function asOrder(sale: Sale, role: CaseOrder["role"]): CaseOrder {
  return { orderId: sale.orderId, units: -sale.delta, role };
}

function asMore(m: NewMovement): CaseOrder[] {
  return m.orderId === null ? [] : [{ orderId: m.orderId, units: m.reservedDelta - m.onHandDelta, role: "more" }];
}

/** Where a hand took units away that were sold already: the two youngest orders that wait for them. */
async function rivalsOfHand(sql: Sql, sellerId: string, itemId: string): Promise<Rivals> {
  const [later, earlier] = (await holdingOrders(sql, sellerId, itemId, 2)).filter(isSale);
  return { later: later ?? null, earlier: earlier !== undefined && earlier.orderId !== later?.orderId ? earlier : null };
}

async function causeFacts(sql: Sql, sellerId: string, itemId: string, rivals: Rivals, hand: NewMovement | null): Promise<CauseFacts> {
  const { later, earlier } = rivals;
  const moments = await orderFacts(sql, sellerId, [...(later ? [later.orderId] : []), ...(earlier ? [earlier.orderId] : [])]);
  const first = earlier === null ? undefined : moments.get(earlier.orderId);
  const byHand = hand !== null && hand.orderId === null;
  return {
    earlier:
      first === undefined || later === null
        ? null
        : { ...first, unseenSince: await unseenSince(sql, sellerId, first.connectionId, later.at) },
    later: later === null ? null : (moments.get(later.orderId) ?? null),
    shown: later === null || byHand ? null : await shownFacts(sql, sellerId, itemId, later, first?.learnedAt ?? null),
    lowered: byHand ? await loweredFacts(sql, sellerId, itemId, hand.id) : null,
  };
}

/** An order that gave its units back settles it, and so does stock that came in; of a unit that was sold twice and covered, only the former. */
async function settleIfOver(house: House, sql: Sql, sellerId: string, one: OpenCase, available: number): Promise<void> {
  if (available < 0) return;
  const gaveBack = one.orders.filter((o) => o.left < o.units);
  const units = gaveBack.reduce((sum, o) => sum + o.units - o.left, 0);
  if (one.kind === "sold-twice" && units < one.missing) return;
  const decision = gaveBack.length > 0 ? "cancelled-there" : "covered";
  const orderId = gaveBack[0]?.orderId ?? null;
  await settleCase(sql, sellerId, one.id, { decision, orderId, closedBy: "engine", costMinor: null, costCurrency: null, note: null });
  await solvedOversold(sql, sellerId, [one.itemId]);
  await record(house, sql, sellerId, { caseId: one.id, itemId: one.itemId, action: "resolve.oversell", facts: { decision } });
}

async function record(
  house: House,
  sql: Sql,
  sellerId: string,
  what: { caseId: string; itemId: string; action: string; facts: { [key: string]: Json } },
): Promise<void> {
  await appendAudit(sql, sellerId, [
    {
      ...{
        id: house.newId(),
        connectionId: null,
        action: what.action,
        subject: what.caseId,
        actorKey: "engine",
        correlationId: what.caseId,
      },
      facts: { ...what.facts, itemId: what.itemId },
    },
  ]);
}
