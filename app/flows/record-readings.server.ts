/** What a batch of readings means, stored: the judgement is the domain's, the consequences (edits, returns, vanished listings) are here. */
import type { Capabilities } from "#app/channels/port.ts";
import { lockBrake } from "#app/data/brake.server.ts";
import type { ConnectionRow } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { readFeed } from "#app/data/feeds.server.ts";
import { lockBehindNumbers, oddNumbers } from "#app/data/locks.server.ts";
import { asPatch, lockQuantities, type QuantityPatch, type QuantityRow, storeQuantities } from "#app/data/quantities.server.ts";
import { appendShownChanges, type ShownChange } from "#app/data/shown-changes.server.ts";
import type { StockReading } from "#app/domain/channel-words.ts";
import { comparableState, explainable, judgeReading, type Verdict } from "#app/domain/reading.ts";
import { bookReturns } from "./book-returns.server.ts";
import type { House } from "./house.server.ts";
import { inheritLinks } from "./inherit-link.server.ts";
import type { Judged } from "./judged-reading.ts";
import { noteVanished } from "./note-vanished.server.ts";
import { settleOutsideEdits } from "./settle-outside-edits.server.ts";

export type ReadingsOutcome = {
  /** Orders must be read past these moments before the number can be judged. */
  ordersNeededPast: Date | null;
  /** Connections whose targets changed in consequence. */
  touched: Set<string>;
};

export async function recordReadings(
  house: House,
  connection: ConnectionRow,
  capabilities: Capabilities,
  readings: readonly StockReading[],
  ids: ReadonlyMap<string, string>,
): Promise<ReadingsOutcome> {
  const outcome: ReadingsOutcome = { ordersNeededPast: null, touched: new Set() };
  if (readings.length === 0) return outcome;
  await house.db.write(connection.sellerId, async (sql) => {
    outcome.ordersNeededPast = null;
    outcome.touched.clear();
    const feed = await readFeed(sql, connection.id, "orders");
    const wanted = readings.flatMap((r) => ids.get(r.key) ?? []);
    const odd = await oddNumbers(sql, wanted);
    await lockBehindNumbers(sql, odd);
    // An edit may come of these, and then the brake is asked.
    if (odd.length > 0) await lockBrake(sql, connection.sellerId);
    const rows = new Map((await lockQuantities(sql, wanted)).map((r) => [r.key, r]));
    const rules = {
      readingSpacingMs: capabilities.readingSpacingMs,
      orderLagMs: capabilities.orderLagMs,
      staleReadMs: capabilities.staleReadMs,
      ordersReadThrough: feed?.readThrough ?? null,
      returnsShowAsRise: capabilities.returnsShowAsRise && connection.returnPolicy !== "never",
    };
    const judged: Judged[] = [];
    const patches: QuantityPatch[] = [];
    const changes: ShownChange[] = [];
    for (const reading of readings) {
      const row = rows.get(reading.key);
      if (row === undefined || overtaken(row, reading)) continue;
      const { verdict, next, provisional } = judgeReading(row, reading, rules);
      judged.push({ row, reading, verdict });
      patches.push({ ...patchOf(row, reading), ...next, ...attemptsAfter(verdict, provisional, row), ...lateAfter(row, reading, verdict) });
      changes.push(...changeOf(house, row, reading, verdict));
      if (verdict.kind === "look-again" && (feed?.readThrough == null || feed.readThrough <= verdict.needOrdersPast)) {
        outcome.ordersNeededPast = later(outcome.ordersNeededPast, verdict.needOrdersPast);
      }
    }
    await storeQuantities(sql, patches);
    await appendShownChanges(sql, connection.sellerId, changes);
    await consequences(house, sql, connection, judged, outcome);
  });
  return outcome;
}

async function consequences(house: House, sql: Sql, connection: ConnectionRow, judged: Judged[], outcome: ReadingsOutcome): Promise<void> {
  const correlationId = house.newId();
  for (const id of await bookReturns(house, sql, connection, judged, correlationId)) outcome.touched.add(id);
  for (const id of await settleOutsideEdits(house, sql, connection, judged, correlationId)) outcome.touched.add(id);
  const relisted = judged.map(({ row, reading }) => ({ quantityId: row.id, reading }));
  for (const id of await inheritLinks(house, sql, connection, relisted, correlationId)) outcome.touched.add(id);
  for (const id of await noteVanished(house, sql, connection, judged, correlationId)) outcome.touched.add(id);
}

/** A write is on its way, or something newer is known: this reading says nothing about what stands there now. */
function overtaken(row: QuantityRow, reading: StockReading): boolean {
  return row.sendingTo !== null || (row.confirmedAt !== null && row.confirmedAt > reading.sentAt);
}

function patchOf(row: QuantityRow, reading: StockReading): QuantityPatch {
  return {
    ...asPatch(row),
    parts: reading.parts.length > 0 ? reading.parts : row.parts,
    ref: reading.ref ? { ...row.ref, ...reading.ref } : row.ref,
    state: comparableState(reading),
    ...(reading.state === "inactive" && row.lateTo === 0
      ? { offByUs: true, ref: { ...row.ref, ...reading.ref, deactivatedByUs: true } }
      : {}),
    ...(reading.state === "active" ? { offByUs: false } : {}),
    lastReadAt: row.lastReadAt !== null && row.lastReadAt > reading.sentAt ? row.lastReadAt : reading.sentAt,
  };
}

/** When to look again: at once where orders are still to be read, else when the second reading may be taken or the doubt ends. */
function attemptsAfter(
  verdict: Verdict,
  provisional: boolean,
  row: QuantityRow,
): Pick<QuantityPatch, "nextAttemptAt" | "attempts" | "doubtReason" | "doubtAt"> {
  const settled = { attempts: 0, doubtReason: provisional ? row.doubtReason : null, doubtAt: row.doubtAt };
  if (verdict.kind === "look-again") {
    const notBefore = provisional
      ? later(verdict.notBefore, row.doubtUntil ?? verdict.notBefore)
      : later(verdict.notBefore, verdict.needOrdersPast);
    return { ...settled, nextAttemptAt: notBefore };
  }
  return { ...settled, nextAttemptAt: provisional ? row.doubtUntil : null };
}

/** A late write counts as landed or lost once a reading was sent after its last moment. */
function lateAfter(
  row: QuantityRow,
  reading: StockReading,
  verdict: Verdict,
): Partial<Pick<QuantityPatch, "lateTo" | "lateUntil" | "lateGap">> {
  // An order that is still to be read may stand between the late number and the one that was seen.
  const over = row.lateUntil !== null && reading.sentAt > row.lateUntil && verdict.kind !== "look-again";
  return over ? { lateTo: null, lateUntil: null, lateGap: 0 } : {};
}

function changeOf(house: House, row: QuantityRow, reading: StockReading, verdict: Verdict): ShownChange[] {
  const kinds = {
    "own-order": "order",
    "own-write": "late-write",
    return: "return",
    "outside-edit": "outside-edit",
    "out-of-comparison": "state",
  } as const;
  if (verdict.kind === "as-expected" || verdict.kind === "look-again") return [];
  const to = verdict.kind === "out-of-comparison" ? null : Math.max(0, reading.quantity ?? 0);
  // What could be explained, where a write of ours has covered somebody's change since.
  const before = explainable(row);
  const from = before === null ? null : Math.max(0, before);
  if (to === from) return [];
  return [
    {
      id: house.newId(),
      connectionId: row.connectionId,
      quantityId: row.id,
      from,
      to,
      kind: kinds[verdict.kind],
      outcome: "seen",
      causeKind: row.causeKind,
      causeId: row.causeId,
      causeAt: row.causeAt,
      decidedAt: null,
      sentAt: reading.sentAt,
      confirmedAt: house.now(),
      byOrder: verdict.kind === "own-order" || verdict.kind === "return",
      note: null,
    },
  ];
}

function later(a: Date | null, b: Date): Date {
  return a === null || b > a ? b : a;
}
