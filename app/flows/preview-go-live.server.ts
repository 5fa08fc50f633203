/**
 * Going live is approving a row-by-row look (law 5): every linked number is read afresh, the target computed as if live, and both are
 * stored with a hash over what is shown. Nothing is written.
 */
import { createHash } from "node:crypto";
import { appendAudit } from "#app/data/audit.server.ts";
import { type ConnectionRow, findConnection } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { insertLines, insertPlan, lockPlan, openForApproval, type PreviewLine } from "#app/data/previews.server.ts";
import { asPatch, lockQuantities, storeQuantities } from "#app/data/quantities.server.ts";
import { LARGE_CHANGE, refreshStatistics } from "#app/data/statistics.server.ts";
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

/** Numbers worked out together: what a large shop's preview or its approval holds in memory at a time. */
export const BATCH = 1_000;

/** Reads afresh, stores the rows and opens the preview for approval. A second run for the same preview changes nothing. */
export async function fillPreview(house: House, connection: ConnectionRow, previewId: string): Promise<void> {
  const read = await readAfresh(house, connection);
  await house.db.write(connection.sellerId, async (sql) => {
    const preview = await lockPlan(sql, connection.sellerId, previewId);
    if (preview?.state !== "computing") return;
    const hash = createHash("sha256");
    let first = true;
    await eachLines(house, sql, connection, async (lines) => {
      await insertLines(sql, connection.sellerId, previewId, lines, house.newId);
      for (const line of lines) hash.update(first ? textOf(line) : `\n${textOf(line)}`);
      first &&= lines.length === 0;
    });
    await openForApproval(sql, previewId, hash.digest("base64url"));
  });
  if (read >= LARGE_CHANGE) await refreshStatistics(house.db.plain);
}

/** What the rows say, in a fixed order; approval is bound to it. */
export function hashOf(lines: { quantityId: string; before: number | null; after: number | null }[]): string {
  const text = [...lines]
    .sort((a, b) => (a.quantityId < b.quantityId ? -1 : 1))
    .map(textOf)
    .join("\n");
  return createHash("sha256").update(text).digest("base64url");
}

function textOf(line: { quantityId: string; before: number | null; after: number | null }): string {
  return `${line.quantityId}:${line.before}:${line.after}`;
}

export function changeOf(before: number | null, after: number | null): PreviewLine["change"] {
  if (after === null || before === after) return "same";
  if (after === 0) return "to-zero";
  if (before === null || before === 0) return "from-zero";
  return after < before ? "down" : "up";
}

/** The rows as they would be now, a batch at a time in the order of their ids. */
export async function eachLines(
  house: House,
  sql: Sql,
  connection: ConnectionRow,
  work: (lines: PreviewLine[]) => Promise<void>,
): Promise<void> {
  const ids = await linkedNumbers(sql, connection);
  for (let from = 0; from < ids.length; from += BATCH)
    await work(await previewLines(house, sql, connection, ids.slice(from, from + BATCH)));
}

/** Which listings a preview speaks about: all that could go live, and once their connection is live those that are still only watched. */
function notYetLive(connection: Pick<ConnectionRow, "lifecycle">): string {
  return connection.lifecycle === "live" ? "l.go_live = 'watching'" : "l.go_live <> 'ignored'";
}

/** The rows as they would be now: what each number is known to show, and what it would show if its connection were live. */
async function previewLines(house: House, sql: Sql, connection: ConnectionRow, only: string[]): Promise<PreviewLine[]> {
  // Both tables are asked by id: behind row-level security the planner may not look at the values of states, guesses that next to
  // nothing is linked, and would walk through every listing for each part.
  const numbers = await sql.query<{ id: string; confirmed: number | null }>(
    `select q.id, q.confirmed from channel_quantity q where q.connection_id = $1 and q.id = any($2)
       and q.id in (select l.quantity_id from listing l where l.quantity_id = any($2) and l.link_state = 'linked' and ${notYetLive(connection)}) order by q.id`,
    [connection.id, only],
  );
  // Who keeps the last units is decided among all that show the same thing, as they are now.
  const facts = await loadListingFacts(
    sql,
    await withNeighbours(
      sql,
      numbers.map((n) => n.id),
    ),
  );
  const joins = (goLive: string) => (connection.lifecycle === "live" ? goLive === "watching" : goLive !== "ignored");
  const asIfLive = facts.map((f) =>
    f.connectionId === connection.id && f.linkState === "linked" && joins(f.goLive) ? { ...f, lifecycle: "live", goLive: "live" } : f,
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

async function linkedNumbers(sql: Sql, connection: ConnectionRow): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select distinct l.quantity_id as id from listing l where l.connection_id = $1 and l.link_state = 'linked' and ${notYetLive(connection)} order by 1`,
    [connection.id],
  );
  return rows.map((row) => row.id);
}

/** Readings of everything that could go live. Before that a reading is taken as it is: nothing was written that it could contradict. Answers how many. */
async function readAfresh(house: House, connection: ConnectionRow): Promise<number> {
  const ids = await house.db.write(connection.sellerId, (sql) => linkedNumbers(sql, connection));
  await withChannel(house, connection, "drift", async (open) => {
    for (let from = 0; from < ids.length; from += open.capabilities.readBatch) {
      const batch = await house.db.write(connection.sellerId, (sql) =>
        sql.query<{ id: string; key: string; ref: Record<string, Json> }>(
          `select id, key, ref from channel_quantity where id = any($1) order by id`,
          [ids.slice(from, from + open.capabilities.readBatch)],
        ),
      );
      const readings = await open.channel.readStock(
        open.context,
        batch.map((w) => ({ key: w.key, ref: w.ref })),
      );
      await house.db.write(connection.sellerId, (sql) => storePlainReadings(sql, batch, readings));
    }
  });
  return ids.length;
}

async function storePlainReadings(sql: Sql, batch: { id: string; key: string }[], readings: StockReading[]): Promise<void> {
  const rows = await lockQuantities(
    sql,
    batch.map((b) => b.id),
  );
  const byKey = new Map(readings.map((reading) => [reading.key, reading]));
  const patches = rows.flatMap((row) => {
    const reading = byKey.get(row.key);
    // A number that takes part already is judged by the drain, not here.
    if (reading === undefined || row.target !== null) return [];
    return [
      {
        ...asPatch(row),
        confirmed: reading.quantity === null ? null : Math.max(0, reading.quantity),
        confirmedAt: reading.sentAt,
        steadySince: reading.sentAt,
        lastReadAt: reading.sentAt,
        state: comparableState(reading),
        parts: reading.parts.length > 0 ? reading.parts : row.parts,
        ref: reading.ref ? { ...row.ref, ...reading.ref } : row.ref,
        drift: [],
        coveredGap: 0,
        oddQuantity: null,
        oddAt: null,
      },
    ];
  });
  await storeQuantities(sql, patches);
  await sql.query(
    `update listing l set state = v.state from unnest($1::uuid[], $2::text[]) v(id, state) where l.quantity_id = v.id and l.state <> v.state`,
    [patches.map((p) => p.id), patches.map((p) => p.state)],
  );
}
