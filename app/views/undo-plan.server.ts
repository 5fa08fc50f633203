/** Whether an approved plan can be taken back, and for which items only one by one. */
import type { Sql } from "#app/data/database.server.ts";
import { actOfPlan, beforeAct, changesOfAct, touchedAfter } from "#app/data/takebacks.server.ts";
import { putBack } from "#app/domain/taking-back.ts";
import type { ViewHouse } from "./view-house.ts";

export type PlanUndo = {
  /** Items that go back together. */
  items: number;
  /** Those that something other than an order moved since. */
  touched: { id: string; title: string; sku: string }[];
  /** Whether rules may go back with them. */
  rules: boolean;
};

const WITH_RULES = new Set(["rules", "restore"]);
const MOST_NAMED = 50;

/** Null where the plan was not approved, or changed nothing that could be taken back. */
export function planUndo(house: ViewHouse, sellerId: string, previewId: string): Promise<PlanUndo | null> {
  return house.db.write(sellerId, async (sql) => {
    const act = await actOfPlan(sql, sellerId, previewId);
    if (act === null) return null;
    if (act.kind === "links") return null;
    if (act.kind === "tags") return undoOfTags(sql, sellerId, previewId);
    if (act.kind === "first-shown") return undoOfFirstShown(sql, sellerId, previewId);
    const before = await beforeAct(sql, sellerId, act.correlationId);
    const past = await changesOfAct(sql, sellerId, act.correlationId, null);
    const ids =
      before === null ? [] : putBack(past.changes, past.takings, before).flatMap((item) => (item.units === 0 ? [] : [item.itemId]));
    const touched = await touchedAfter(sql, sellerId, act.correlationId, ids);
    const named = await sql.query<{ id: string; title: string; sku: string }>(
      `select id, title, sku from stock_item where seller_id = $1 and id = any($2) order by title, id limit ${MOST_NAMED}`,
      [sellerId, [...touched]],
    );
    const rules = WITH_RULES.has(act.kind);
    if (ids.length === 0 && !rules) return null;
    return { items: ids.length - touched.size, touched: named, rules };
  });
}

/** What was put back follows the rules again, and the other way round; numbers that somebody turned since stay as they are. */
async function undoOfFirstShown(sql: Sql, sellerId: string, previewId: string): Promise<PlanUndo | null> {
  const [row] = await sql.query<{ n: number }>(
    `select count(*)::int as n from preview_row r join preview p on p.id = r.preview_id join channel_quantity q on q.id = r.quantity_id
     where r.seller_id = $1 and r.preview_id = $2 and not r.excluded and q.target is not null and q.first_shown is not null
       and (q.put_back is not null) = (p.plan ->> 'act' = 'put-back')`,
    [sellerId, previewId],
  );
  return row === undefined || row.n === 0 ? null : { items: row.n, touched: [], rules: false };
}

/** Items of which something still stands as the plan made it. */
async function undoOfTags(sql: Sql, sellerId: string, previewId: string): Promise<PlanUndo | null> {
  const [row] = await sql.query<{ n: number }>(
    `select count(*)::int as n from preview p cross join lateral jsonb_to_recordset(p.plan -> 'changes') c("itemId" uuid, add jsonb, remove jsonb)
     where p.seller_id = $1 and p.id = $2 and (
       exists (select from item_tag t where t.item_id = c."itemId" and c.add ? t.tag)
       or exists (select from jsonb_array_elements_text(c.remove) r(tag) where not exists (select from item_tag t where t.item_id = c."itemId" and t.tag = r.tag)))`,
    [sellerId, previewId],
  );
  return row === undefined || row.n === 0 ? null : { items: row.n, touched: [], rules: false };
}
