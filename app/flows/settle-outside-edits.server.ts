/**
 * Somebody else changed a number on a channel (settled.md 7, 16): by the connection's policy it becomes a ledger adjustment, a card
 * for the seller, or is put back. Too many at once wait for the seller whatever the policy (law 5).
 */
import { appendAudit, closeAlerts, raiseAlert } from "#app/data/audit.server.ts";
import { askBrakeNow, suspectedLowerings } from "#app/data/brake.server.ts";
import type { ConnectionRow } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { closeSpentHolds, type Held, holdNumbers, openHoldWithKey } from "#app/data/holds.server.ts";
import { settleEdit } from "#app/data/outside-edits.server.ts";
import { loadListingFacts, loadRules, quantitiesOfItems, retarget } from "#app/data/targets.server.ts";
import { effectiveRule } from "#app/domain/rules.ts";
import { followsItemOneToOne } from "#app/domain/target.ts";
import { bookMovements } from "./book-movements.server.ts";
import type { House } from "./house.server.ts";
import type { Judged } from "./judged-reading.ts";

type Edit = Judged & { verdict: { kind: "outside-edit"; expected: number; observed: number } };

/** Times something may set our number back before its raises stop. */
const SET_BACKS = 2;

export async function settleOutsideEdits(
  house: House,
  sql: Sql,
  connection: ConnectionRow,
  judged: readonly Judged[],
  correlationId: string,
): Promise<Set<string>> {
  const touched = new Set<string>();
  const edits = judged.filter((j): j is Edit => j.verdict.kind === "outside-edit");
  if (edits.length === 0) return touched;
  const rules = await loadRules(sql, connection.sellerId);
  const facts = await loadListingFacts(
    sql,
    edits.map((e) => e.row.id),
  );
  const known = edits.map((edit) => {
    const listings = facts.filter((f) => f.quantityId === edit.row.id);
    const only = listings.length === 1 ? listings[0] : undefined;
    const followed =
      only !== undefined &&
      followsItemOneToOne(
        only.components,
        effectiveRule(rules, { connectionId: only.connectionId, listingId: only.listingId, tags: only.tags }, house.now()),
        only.putBack,
      );
    return { edit, itemId: followed ? (only.components[0]?.itemId ?? null) : null };
  });
  const braked = await brakeHolds(house, sql, connection, known);
  for (const { edit, itemId } of known) {
    if (connection.editPolicy === "revert" && !braked) await putBack(house, sql, connection, edit, correlationId);
    else if (connection.editPolicy === "accept" && !braked && itemId !== null) {
      for (const id of await acceptEdit(house, sql, connection, edit, itemId, correlationId)) touched.add(id);
    } else await openCard(house, sql, connection, edit, itemId, braked !== null);
  }
  if (braked !== null) {
    await holdNumbers(
      sql,
      connection.sellerId,
      {
        ...{ kind: "edits", key: editsKey(connection), connectionId: connection.id, answer: braked.answer, cause: "outside-edits" },
        ...{ planKind: "held-edits", quantityIds: braked.quantityIds },
      },
      house.newId,
    );
    // Somebody may have set a change back that waited.
    await closeSpentHolds(sql, connection.sellerId, braked.quantityIds);
  }
  return touched;
}

const editsKey = (connection: ConnectionRow) => `edits:${connection.id}`;

type KnownEdit = { edit: Edit; itemId: string | null };

/**
 * One answer for the whole batch, before anything of it is in the ledger (law 5): with each lowering counts what accepting it would
 * lower elsewhere. While a batch of this connection waits, more of the same waits with it.
 */
async function brakeHolds(
  house: House,
  sql: Sql,
  connection: ConnectionRow,
  known: KnownEdit[],
): Promise<{ answer: Held; quantityIds: string[] } | null> {
  const { sellerId } = connection;
  const numbersOf = await numbersBehind(
    sql,
    known.flatMap((k) => k.itemId ?? []),
  );
  const behind = (k: KnownEdit) => [k.edit.row.id, ...(k.itemId === null ? [] : (numbersOf.get(k.itemId) ?? []))];
  const falling = known.filter((k) => k.edit.verdict.observed < k.edit.verdict.expected);
  const wanted = falling.flatMap((k) => {
    // A card touches no other number by itself; only what is accepted at once does.
    const ids = connection.editPolicy === "accept" ? behind(k) : [k.edit.row.id];
    return ids.map((quantityId) => ({ quantityId, toZero: k.edit.verdict.observed === 0 }));
  });
  const suspected = falling.length > 0 ? await suspectedLowerings(sql, connection.id) : [];
  const answer = await askBrakeNow(sql, sellerId, [...wanted, ...suspected], house.now());
  const quantityIds = [...new Set(known.flatMap(behind))];
  if (answer.hold) return { answer, quantityIds };
  if (!(await openHoldWithKey(sql, sellerId, editsKey(connection)))) return null;
  const lowered = new Set(wanted.map((w) => w.quantityId)).size;
  const zeroed = new Set(wanted.filter((w) => w.toZero).map((w) => w.quantityId)).size;
  return { answer: await grown(sql, sellerId, editsKey(connection), { lowered, zeroed }), quantityIds };
}

/** What an open hold says of itself, with what has come to it since. */
async function grown(sql: Sql, sellerId: string, key: string, more: { lowered: number; zeroed: number }): Promise<Held> {
  const [row] = await sql.query<{ facts: Omit<Held, "hold"> }>(
    `select facts from hold where seller_id = $1 and key = $2 and closed_at is null`,
    [sellerId, key],
  );
  if (row === undefined) throw new Error("this hold is closed");
  const { because, lowered, zeroed, base } = row.facts;
  return { hold: true, because, base, lowered: lowered + more.lowered, zeroed: zeroed + more.zeroed };
}

/** The numbers that take part, by the item they stand on. */
async function numbersBehind(sql: Sql, itemIds: string[]): Promise<Map<string, string[]>> {
  if (itemIds.length === 0) return new Map();
  const rows = await sql.query<{ itemId: string; ids: string[] }>(
    `select c.item_id as "itemId", array_agg(distinct q.id order by q.id) as ids from component c join listing l on l.id = c.listing_id
     join channel_quantity q on q.id = l.quantity_id and q.target is not null where c.item_id = any($1) group by 1`,
    [itemIds],
  );
  return new Map(rows.map((r) => [r.itemId, r.ids]));
}

async function acceptEdit(
  house: House,
  sql: Sql,
  connection: ConnectionRow,
  edit: Edit,
  itemId: string,
  correlationId: string,
): Promise<Set<string>> {
  const { row, verdict, reading } = edit;
  const delta = verdict.observed - verdict.expected;
  const movementId = house.newId();
  const editId = house.newId();
  await bookMovements(house, sql, connection.sellerId, [
    {
      id: movementId,
      itemId,
      kind: "outside-edit",
      onHandDelta: delta,
      reservedDelta: 0,
      orderId: null,
      orderLineId: null,
      sequence: 0,
      dedupeKey: `edit:${editId}`,
      connectionId: connection.id,
      actorKey: `channel:${connection.channel}`,
      correlationId,
      undoes: null,
      note: `changed on ${connection.name}: ${verdict.expected} to ${verdict.observed}`,
      occurredAt: reading.sentAt,
    },
  ]);
  await sql.query(
    `insert into outside_edit (id, seller_id, connection_id, quantity_id, expected, observed, target_then, state, movement_id, item_id, decided_by, seen_at, decided_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'accepted', $8, $9, 'engine', $10, clock_timestamp())`,
    [
      editId,
      connection.sellerId,
      connection.id,
      row.id,
      verdict.expected,
      verdict.observed,
      row.target,
      movementId,
      itemId,
      reading.sentAt,
    ],
  );
  const changed = await retarget(
    sql,
    connection.sellerId,
    await quantitiesOfItems(sql, [itemId]),
    { kind: "outside-edit", id: correlationId, at: reading.sentAt },
    house.now(),
  );
  await audit(house, sql, connection, "accept.outside-edit", edit, correlationId);
  return new Set(changed.map((c) => c.connectionId));
}

async function putBack(house: House, sql: Sql, connection: ConnectionRow, edit: Edit, correlationId: string): Promise<void> {
  const setBacks = edit.row.setBacks + 1;
  const stop = setBacks >= SET_BACKS;
  await sql.query(
    `update channel_quantity set set_backs = $2, raises_stopped = case when $3 then 'another-app' else raises_stopped end where id = $1`,
    [edit.row.id, setBacks, stop],
  );
  if (stop) {
    await raiseAlert(sql, connection.sellerId, {
      id: house.newId(),
      connectionId: connection.id,
      kind: "another-app",
      key: `another-app:${edit.row.id}`,
      severity: 2,
      text: `Another app writes here: a number on ${connection.name} was set back ${setBacks} times after us. We no longer raise it; lowering goes on.`,
      data: { quantityId: edit.row.id },
    });
  }
  await audit(house, sql, connection, "revert.outside-edit", edit, correlationId);
}

async function openCard(
  house: House,
  sql: Sql,
  connection: ConnectionRow,
  edit: Edit,
  itemId: string | null,
  braked: boolean,
): Promise<void> {
  const { row, verdict, reading } = edit;
  // What the hand did meanwhile adds up; our own writes between its changes are no part of them.
  const cards = await sql.query<{ id: string; expected: number; observed: number }>(
    `insert into outside_edit as e (id, seller_id, connection_id, quantity_id, expected, observed, target_then, state, item_id, seen_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9)
     on conflict ((coalesce(state, '')), quantity_id) where state = 'open'
       do update set observed = e.observed + excluded.observed - excluded.expected, seen_at = excluded.seen_at
     returning id, expected, observed`,
    [house.newId(), connection.sellerId, connection.id, row.id, verdict.expected, verdict.observed, row.target, itemId, reading.sentAt],
  );
  const card = cards[0];
  if (card !== undefined && card.expected === card.observed) {
    await settleEdit(sql, card.id);
    await sql.query(
      `update channel_quantity set raises_stopped = null, frozen_target = null where id = $1 and raises_stopped = 'edit-review'`,
      [row.id],
    );
    return closeAlerts(sql, connection.sellerId, [`outside-edit:${row.id}`]);
  }
  await sql.query(
    `update channel_quantity set raises_stopped = 'edit-review', frozen_target = coalesce(frozen_target, target) where id = $1`,
    [row.id],
  );
  if (braked) return;
  const { expected, observed } = card ?? verdict;
  const titles = await sql.query<{ title: string }>(`select title from listing where quantity_id = $1 limit 1`, [row.id]);
  await raiseAlert(sql, connection.sellerId, {
    id: house.newId(),
    connectionId: connection.id,
    kind: "outside-edit",
    key: `outside-edit:${row.id}`,
    severity: 4,
    text: `${titles[0]?.title ?? "A listing"} was changed on ${connection.name} from ${expected} to ${observed}, and no order explains it. Accept it for all channels, or put it back.`,
    data: { quantityId: row.id, expected, observed },
  });
}

async function audit(house: House, sql: Sql, connection: ConnectionRow, action: string, edit: Edit, correlationId: string): Promise<void> {
  await appendAudit(sql, connection.sellerId, [
    {
      id: house.newId(),
      connectionId: connection.id,
      action,
      subject: edit.row.id,
      actorKey: "engine",
      facts: { expected: edit.verdict.expected, observed: edit.verdict.observed },
      correlationId,
    },
  ]);
}
