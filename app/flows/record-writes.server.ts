/** What came of a batch of writes, each answer by itself (design.md 3, step 6); only while the lease is still ours. */
import { type Capabilities, DIFFERENCES_IGNORED, type WriteResult } from "#app/channels/port.ts";
import { closeAlerts, raiseAlert } from "#app/data/audit.server.ts";
import type { ConnectionRow } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { holdFence, type Lease } from "#app/data/lease.server.ts";
import { asPatch, lockQuantities, type QuantityPatch, type QuantityRow, raiseDoubt, storeQuantities } from "#app/data/quantities.server.ts";
import { appendShownChanges, type ShownChange } from "#app/data/shown-changes.server.ts";
import type { LocationQuantity, StockReading } from "#app/domain/channel-words.ts";
import { afterOwnWrite } from "#app/domain/own-write.ts";
import { openGap } from "#app/domain/reading.ts";
import type { OpenChannel } from "./channel-door.server.ts";
import { giveUpDifferences } from "./choose-writing.server.ts";
import type { House } from "./house.server.ts";
import type { Planned } from "./planned-write.ts";
import { readOrdersNow } from "./read-orders.server.ts";
import { recordReadings } from "./record-readings.server.ts";
import { ringForWork } from "./ring.server.ts";
import { failureAlert } from "./tell-seller.server.ts";

export async function recordResults(
  house: House,
  connection: ConnectionRow,
  open: OpenChannel,
  lease: Lease,
  byKey: Map<string, Planned>,
  given: WriteResult[],
  sentKeys: Set<string>,
): Promise<void> {
  const results = [...given, ...unanswered(house, connection, byKey, given, sentKeys)];
  const readings: StockReading[] = [];
  const failures: { kind: string; text: string; quantityId: string; who: "seller" | "us" }[] = [];
  const doubtful: string[] = [];
  await house.db.write(connection.sellerId, async (sql) => {
    readings.length = 0;
    failures.length = 0;
    doubtful.length = 0;
    // Another holder has taken over: it has read our unanswered writes as unknown, and what came back late is just that.
    if (!(await holdFence(sql, lease))) return;
    const rows = new Map(
      (
        await lockQuantities(
          sql,
          results.flatMap((r) => byKey.get(r.key)?.row.id ?? []),
        )
      ).map((r) => [r.key, r]),
    );
    const patches: QuantityPatch[] = [];
    const changes: ShownChange[] = [];
    for (const result of results) {
      const planned = byKey.get(result.key);
      const row = rows.get(result.key);
      if (planned === undefined || row === undefined) continue;
      const { patch, change } = afterResult(house, planned, row, result, open.capabilities);
      if (patch !== null) patches.push(patch);
      if (change !== null) changes.push(change);
      if (result.outcome === "conflict" && result.reading !== null) readings.push(result.reading);
      if (result.outcome === "conflict" && result.reading === null) doubtful.push(row.id);
      if (result.outcome === "not-found")
        readings.push({ key: row.key, quantity: null, state: "missing", sentAt: row.sendingAt ?? house.now(), parts: [] });
      if (result.outcome === "rejected")
        failures.push({ kind: result.code ?? "rejected", text: result.text, quantityId: row.id, who: result.who });
    }
    await storeQuantities(sql, patches);
    await shareSwitch(sql, connection, results, rows);
    await appendShownChanges(sql, connection.sellerId, changes);
    await raiseDoubt(sql, doubtful.sort(), "something else stood there", house.now());
    await tellFailures(house, sql, connection, failures, patches);
  });
  if (failures.some(({ kind }) => kind === DIFFERENCES_IGNORED)) await giveUpDifferences(house, connection);
  const ids = new Map([...byKey.values()].map((p) => [p.row.key, p.row.id]));
  const outcome = await recordReadings(house, connection, open.capabilities, readings, ids);
  await ringForWork(house, connection.sellerId, outcome.touched);
  if (outcome.ordersNeededPast !== null && outcome.ordersNeededPast <= house.now()) {
    const read = await readOrdersNow(house, connection, open, house.newId());
    await ringForWork(house, connection.sellerId, read.applied.touched);
  }
  house.announce(connection.sellerId, "numbers");
}

/** A connector that says nothing of a write is at fault; the number must not stay "on its way", where every reading of it would be ignored. */
function unanswered(
  house: House,
  connection: ConnectionRow,
  byKey: Map<string, Planned>,
  results: WriteResult[],
  sentKeys: Set<string>,
): WriteResult[] {
  const silent = [...byKey.keys()].filter((key) => sentKeys.has(key) && !results.some((r) => r.key === key));
  if (silent.length > 0) house.log.error("a connector did not answer for a write", { connectionId: connection.id, count: silent.length });
  return silent.map((key) => ({ key, outcome: "unknown", reason: "The connector did not say what became of it." }));
}

/** A listing is switched off or on as a whole: all its numbers carry the mark that it was us (Etsy). */
async function shareSwitch(sql: Sql, connection: ConnectionRow, results: WriteResult[], rows: Map<string, QuantityRow>): Promise<void> {
  for (const result of results) {
    const parent = rows.get(result.key)?.parentKey ?? null;
    if (result.outcome !== "confirmed" || result.ref?.deactivatedByUs === undefined || parent === null) continue;
    const off = result.ref.deactivatedByUs === true;
    await sql.query(
      `update channel_quantity set off_by_us = $3, ref = ref || jsonb_build_object('deactivatedByUs', $3::boolean) where connection_id = $1 and parent_key = $2 and off_by_us <> $3`,
      [connection.id, parent, off],
    );
    // An import or a preview that met it switched off has said so of the listing; it would otherwise take no part until the next one.
    if (!off) {
      await sql.query(
        `update listing set state = 'active' where connection_id = $1 and state = 'inactive'
           and quantity_id in (select id from channel_quantity where connection_id = $1 and parent_key = $2)`,
        [connection.id, parent],
      );
    }
  }
}

/** The answer names only the locations that were written; the others keep what they were read to hold. */
function withWritten(known: LocationQuantity[], written: LocationQuantity[]): LocationQuantity[] {
  return [...new Map([...known, ...written].map((part) => [part.locationId, part])).values()];
}

/** Back-off of a refused number: 2 s doubling to an hour; where the seller must act, six hours (or until the target falls). */
function nextTry(house: House, attempts: number, who: "seller" | "us"): Date {
  const ms = who === "seller" ? 6 * 3_600_000 : Math.min(3_600_000, 2_000 * 2 ** Math.min(12, attempts));
  return new Date(house.now().getTime() + ms);
}

function afterResult(
  house: House,
  planned: Planned,
  row: QuantityRow,
  result: WriteResult,
  { staleReadMs, lateWriteMs = house.pace.lateWriteMs }: Capabilities,
): { patch: QuantityPatch | null; change: ShownChange | null } {
  const answered = { ...asPatch(row), sendingTo: null };
  const change = (outcome: ShownChange["outcome"], confirmedAt: Date | null, note: string | null): ShownChange => ({
    id: house.newId(),
    connectionId: row.connectionId,
    quantityId: row.id,
    from: planned.step.from,
    to: planned.step.to,
    kind: "write",
    outcome,
    causeKind: planned.row.causeKind,
    causeId: planned.row.causeId,
    causeAt: planned.row.causeAt,
    decidedAt: planned.row.dirtySince,
    sentAt: row.sendingAt,
    confirmedAt,
    byOrder: planned.row.causeKind === "order" || planned.row.causeKind === "return",
    note,
  });
  switch (result.outcome) {
    case "confirmed": {
      const frozen = row.frozenTarget === null ? null : Math.min(row.frozenTarget, planned.row.target ?? row.frozenTarget);
      return {
        patch: {
          ...answered,
          ...afterOwnWrite(row, result.quantity, result.sentAt, staleReadMs),
          state: result.state,
          offByUs: result.state === "inactive",
          parts: withWritten(row.parts, result.parts),
          ref: result.ref ? { ...row.ref, ...result.ref } : row.ref,
          frozenTarget: frozen,
          attempts: 0,
          nextAttemptAt: row.doubtUntil !== null && row.doubtUntil > result.sentAt ? row.doubtUntil : null,
        },
        change: { ...change("confirmed", house.now(), result.note ?? null), to: result.quantity },
      };
    }
    case "conflict":
      return { patch: answered, change: change("conflict", null, null) };
    case "not-found":
      return { patch: answered, change: change("not-found", null, null) };
    case "rejected":
      return {
        patch: {
          ...answered,
          attempts: row.attempts + 1,
          nextAttemptAt: nextTry(house, row.attempts, result.who),
          failureKind: result.code ?? "rejected",
          failureText: result.text,
        },
        change: change("rejected", null, result.text),
      };
    case "not-sent":
      // The gate said no: nothing was marked, and what it decided about the next attempt stands.
      if (row.sendingTo === null) return { patch: null, change: null };
      return { patch: { ...answered, attempts: row.attempts + 1, nextAttemptAt: nextTry(house, row.attempts, "us") }, change: null };
    case "unknown": {
      const now = house.now();
      // Where readings may be old, one may show for so long what stood there before the write landed.
      const settles = new Date(now.getTime() + staleReadMs);
      return {
        patch: {
          ...answered,
          lateTo: planned.step.to,
          lateUntil: new Date(settles.getTime() + (result.answered === true ? 0 : lateWriteMs)),
          lateGap: openGap(row, staleReadMs),
          doubtAt: now,
          doubtUntil: row.doubtUntil !== null && row.doubtUntil > settles ? row.doubtUntil : settles,
          doubtReason: "a write was not answered",
        },
        change: change("unknown", null, result.reason),
      };
    }
    default: {
      const never: never = result;
      throw new Error(`unknown answer ${JSON.stringify(never)}`);
    }
  }
}

async function tellFailures(
  house: House,
  sql: Parameters<typeof raiseAlert>[0],
  connection: ConnectionRow,
  failures: { kind: string; text: string; quantityId: string; who: "seller" | "us" }[],
  patches: QuantityPatch[],
): Promise<void> {
  const kinds = Map.groupBy(failures, (f) => f.kind);
  for (const [kind, group] of kinds) {
    const lasting = group.filter((f) => f.who === "seller" || (patches.find((p) => p.id === f.quantityId)?.attempts ?? 0) >= 3);
    const first = lasting[0];
    if (first)
      await raiseAlert(
        sql,
        connection.sellerId,
        failureAlert(house, connection, { kind, text: first.text, count: lasting.length, quantityIds: lasting.map((f) => f.quantityId) }),
      );
  }
  if (failures.length > 0) return;
  // Everything in the batch went through: alerts about these numbers are over.
  const open = await sql.query<{ key: string }>(
    `select key from alert where seller_id = $1 and connection_id = $2 and kind = 'failed' and closed_at is null
       and not exists (select from channel_quantity q where q.connection_id = $2 and q.failure_kind is not null)`,
    [connection.sellerId, connection.id],
  );
  await closeAlerts(
    sql,
    connection.sellerId,
    open.map((o) => o.key),
  );
}
