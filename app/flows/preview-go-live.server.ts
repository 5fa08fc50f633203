/**
 * Going live is approving a row-by-row look (law 5): every linked number is read afresh, the target computed as if live, and both are
 * stored with a hash over what is shown. Nothing is written.
 */
import { createHash } from "node:crypto";
import { appendAudit } from "#app/data/audit.server.ts";
import { type ConnectionRow, findConnection } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { insertPlan, lockPlan, openWithLines, type PreviewLine } from "#app/data/previews.server.ts";
import { asPatch, lockQuantities, storeQuantities } from "#app/data/quantities.server.ts";
import { decideTargets, loadListingFacts, loadRules, withNeighbours } from "#app/data/targets.server.ts";
import type { Json, StockReading } from "#app/domain/channel-words.ts";
import { comparableState } from "#app/domain/reading.ts";
import { withChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";

export type PreviewWish = { sellerId: string; connectionId: string; actorKey: string };

/** Opens a preview and works it out at once; for the worker, since only it can open a connection's credentials. */
export async function previewGoLive(house: House, wish: PreviewWish): Promise<string> {
  const { previewId, connection } = await openPreview(house, wish);
  await fillPreview(house, connection, previewId);
  return previewId;
}

/** A preview without rows, in state "computing". Throws where the seller has no such connection. */
export async function openPreview(house: House, wish: PreviewWish): Promise<{ previewId: string; connection: ConnectionRow }> {
  return house.db.write(wish.sellerId, async (sql) => {
    const connection = await findConnection(sql, wish.connectionId);
    if (connection === null || connection.sellerId !== wish.sellerId) throw new Error("this connection does not exist");
    const previewId = house.newId();
    await insertPlan(sql, { id: previewId, sellerId: wish.sellerId, connectionId: connection.id, kind: "go-live", plan: {} });
    await appendAudit(sql, wish.sellerId, [
      {
        id: house.newId(),
        connectionId: connection.id,
        action: "preview.go-live",
        subject: previewId,
        actorKey: wish.actorKey,
        facts: {},
        correlationId: house.newId(),
      },
    ]);
    return { previewId, connection };
  });
}

/** Reads afresh, stores the rows and opens the preview for approval. A second run for the same preview changes nothing. */
export async function fillPreview(house: House, connection: ConnectionRow, previewId: string): Promise<void> {
  await readAfresh(house, connection);
  await house.db.write(connection.sellerId, async (sql) => {
    const preview = await lockPlan(sql, connection.sellerId, previewId);
    if (preview?.state !== "computing") return;
    const lines = await previewLines(house, sql, connection);
    await openWithLines(sql, connection.sellerId, previewId, lines, hashOf(lines), house.newId);
  });
}

/** What the rows say, in a fixed order; approval is bound to it. */
export function hashOf(lines: { quantityId: string; before: number | null; after: number | null }[]): string {
  const text = [...lines]
    .sort((a, b) => (a.quantityId < b.quantityId ? -1 : 1))
    .map((l) => `${l.quantityId}:${l.before}:${l.after}`)
    .join("\n");
  return createHash("sha256").update(text).digest("base64url");
}

export function changeOf(before: number | null, after: number | null): PreviewLine["change"] {
  if (after === null || before === after) return "same";
  if (after === 0) return "to-zero";
  if (before === null || before === 0) return "from-zero";
  return after < before ? "down" : "up";
}

/** The rows as they would be now: what each number is known to show, and what it would show if its connection were live. */
export async function previewLines(house: House, sql: Sql, connection: ConnectionRow, only?: string[]): Promise<PreviewLine[]> {
  const numbers = await sql.query<{ id: string; confirmed: number | null }>(
    `select q.id, q.confirmed from channel_quantity q where q.connection_id = $1 and ($2::uuid[] is null or q.id = any($2))
       and exists (select from listing l where l.quantity_id = q.id and l.link_state = 'linked' and l.go_live <> 'ignored') order by q.id`,
    [connection.id, only ?? null],
  );
  const mine = new Set(numbers.map((n) => n.id));
  // Who keeps the last units is decided among all that show the same thing, as they are now.
  const facts = await loadListingFacts(sql, await withNeighbours(sql, [...mine]));
  const asIfLive = facts.map((f) =>
    mine.has(f.quantityId) ? { ...f, lifecycle: "live", goLive: f.goLive === "ignored" ? f.goLive : "live" } : f,
  );
  const decided = new Map(decideTargets(asIfLive, await loadRules(sql, connection.sellerId), house.now()).map((d) => [d.quantityId, d]));
  return numbers.map((n) => {
    const decision = decided.get(n.id);
    const after = decision?.target ?? null;
    return {
      quantityId: n.id,
      before: n.confirmed,
      after,
      change: changeOf(n.confirmed, after),
      steps: (decision?.explained[0]?.explained.steps ?? []) as unknown as Json,
    };
  });
}

/** Readings of everything linked. In observe a reading is taken as it is: nothing was written that it could contradict. */
async function readAfresh(house: House, connection: ConnectionRow): Promise<void> {
  const wanted = await house.db.write(connection.sellerId, (sql) =>
    sql.query<{ id: string; key: string; ref: Record<string, Json> }>(
      `select q.id, q.key, q.ref from channel_quantity q where q.connection_id = $1 and exists (select from listing l where l.quantity_id = q.id and l.link_state = 'linked') order by q.id`,
      [connection.id],
    ),
  );
  await withChannel(house, connection, "drift", async (open) => {
    for (let from = 0; from < wanted.length; from += open.capabilities.readBatch) {
      const batch = wanted.slice(from, from + open.capabilities.readBatch);
      const readings = await open.channel.readStock(
        open.context,
        batch.map((w) => ({ key: w.key, ref: w.ref })),
      );
      await house.db.write(connection.sellerId, (sql) => storePlainReadings(sql, batch, readings));
    }
  });
}

async function storePlainReadings(sql: Sql, batch: { id: string; key: string }[], readings: StockReading[]): Promise<void> {
  const rows = await lockQuantities(
    sql,
    batch.map((b) => b.id),
  );
  const patches = rows.flatMap((row) => {
    const reading = readings.find((r) => r.key === row.key);
    // A number that takes part already is judged by the drain, not here.
    if (reading === undefined || row.target !== null) return [];
    return [
      {
        ...asPatch(row),
        confirmed: reading.quantity === null ? null : Math.max(0, reading.quantity),
        confirmedAt: reading.sentAt,
        lastReadAt: reading.sentAt,
        state: comparableState(reading),
        parts: reading.parts.length > 0 ? reading.parts : row.parts,
        ref: reading.ref ? { ...row.ref, ...reading.ref } : row.ref,
        drift: [],
        oddQuantity: null,
        oddAt: null,
      },
    ];
  });
  await storeQuantities(sql, patches);
  for (const reading of readings) {
    const row = rows.find((r) => r.key === reading.key && r.target === null);
    if (row) await sql.query(`update listing set state = $2 where quantity_id = $1 and state <> $2`, [row.id, comparableState(reading)]);
  }
}
