/** The pages of the oversell desk and of exposure over written rows: what they say, what they refuse, what they lead to. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shortItems } from "#app/data/oversells.server.ts";
import { firstShortfall } from "#app/domain/sold-twice.ts";
import type { House } from "#app/flows/house.server.ts";
import { keepExposure } from "#app/flows/keep-exposure.server.ts";
import { computePreview } from "#app/flows/request-preview.server.ts";
import * as fileRoute from "#app/routes/exposure-file.ts";
import { asked, openStage, refused, type Stage } from "#app/testing/stage.server.ts";
import * as exposure from "./exposure.tsx";
import * as home from "./home.tsx";
import * as oversell from "./oversell.tsx";
import * as oversells from "./oversells.tsx";
import * as plan from "./plan.tsx";

let stage: Stage;
let worker: House;
beforeAll(async () => {
  stage = await openStage({ more: 4 });
  worker = { ...stage.house, db: stage.worker };
});
afterAll(() => stage.close());

const SECOND = 1_000;
const args = (request: Request, params: Record<string, string> = {}) => ({ request, params, context: stage.context() });
const sql = <T extends object>(text: string, values: unknown[] = []) => stage.worker.plain.query<T>(text, values);
const ago = (seconds: number) => new Date(stage.clock.now().getTime() - seconds * SECOND);

/** Two orders that took the last Blue mug, and the case that was made of them. */
async function writeCase(openedAt: Date): Promise<{ caseId: string; orders: { ebay: string; etsy: string } }> {
  const { a } = stage.scene;
  const { newId } = stage.house;
  const caseId = newId();
  const orders = { ebay: newId(), etsy: newId() };
  // One open case per item.
  await sql("update oversell_case set closed_at = opened_at, decision = 'other' where closed_at is null");
  for (const [channel, at, price] of [
    ["ebay", 10, 1_900],
    ["etsy", 8, 2_100],
  ] as const) {
    const placed = new Date(openedAt.getTime() - at * SECOND);
    const [orderId, lineId] = [orders[channel], newId()];
    await sql(
      `insert into sales_order (id, seller_id, connection_id, external_id, number, status, paid, placed_at, updated_at, observed_at, first_seen_at, digest, currency)
       values ($1, $2, $3, $4, $4, 'open', true, $5, $5, $5, $6, 'd', 'EUR')`,
      [orderId, a.id, a.connections[channel], `${channel}-${caseId}`, placed, new Date(placed.getTime() + SECOND)],
    );
    await sql(
      `insert into order_line (id, seller_id, order_id, external_id, title, quantity, held, consumed, deducted_min, deducted_max, components, unit_price_minor)
       values ($1, $2, $3, 'l', 'Blue mug', 1, 1, 0, 1, 1, $4::jsonb, $5)`,
      [lineId, a.id, orderId, JSON.stringify([{ itemId: a.items.mug, units: 1 }]), price],
    );
    await sql(
      `insert into movement (id, seller_id, item_id, kind, on_hand_delta, reserved_delta, order_id, order_line_id, dedupe_key, connection_id, actor_key, correlation_id, occurred_at, recorded_at)
       values ($1, $2, $3, 'sale', 0, 1, $4, $5, gen_random_uuid()::text, $6, 'engine', gen_random_uuid()::text, $7, $7)`,
      [newId(), a.id, a.items.mug, orderId, lineId, a.connections[channel], placed],
    );
  }
  await sql(
    `insert into oversell_case (id, seller_id, item_id, movement_id, kind, missing, cause, facts, opened_at) values ($1, $2, $3, $1, 'below-zero', 1, 'physical', $4, $5)`,
    [caseId, a.id, a.items.mug, JSON.stringify({ betweenMs: 2_000, learnedAfterMs: 1_000, knownForMs: 1_000 }), openedAt],
  );
  await sql(
    `insert into oversell_order (seller_id, case_id, order_id, units, role) values ($1, $2, $3, 1, 'earlier'), ($1, $2, $4, 1, 'later')`,
    [...[a.id, caseId, orders.ebay, orders.etsy]],
  );
  return { caseId, orders };
}

const page = (caseId: string, person?: string) =>
  oversell.loader(args(asked(`/portal/activity/oversells/${caseId}`, person ? { person } : {}), { caseId }));
const act = (caseId: string, form: Record<string, string>, person?: string) =>
  oversell.action(args(asked(`/portal/activity/oversells/${caseId}`, { form, ...(person ? { person } : {}) }), { caseId }));

describe("a case of the desk", () => {
  it("shows both orders, the cause with its seconds, which to keep and why, and how it went", async () => {
    const { caseId, orders } = await writeCase(ago(5));
    const view = await page(caseId);
    expect(view.orders.map((o) => [o.channel, o.role, o.units, o.left, o.worthMinor])).toEqual([
      ["ebay", "earlier", 1, 1, 1_900],
      ["etsy", "later", 1, 1, 2_100],
    ]);
    expect(view.advice).toEqual({ orderId: orders.ebay, reason: "penalty" });
    expect([view.cause.cause, view.cause.betweenMs, view.foundAfterMs]).toEqual(["physical", 2_000, 8_000]);
    expect(view.chain.filter((s) => s.kind === "placed" || s.kind === "learned")).toHaveLength(4);
    expect((await oversells.loader(args(asked("/portal/activity/oversells")))).rows.map((r) => r.id)).toContain(caseId);
  });

  it("weighs a cancellation as the seller says, each channel by itself", async () => {
    const { caseId, orders } = await writeCase(ago(60));
    const ebay = stage.scene.a.connections.ebay;
    const say = (penalty: string, more = {}) =>
      oversells.action(args(asked("/portal/activity/oversells", { form: { connectionId: ebay, penalty }, ...more })));
    await say("0");
    expect((await page(caseId)).advice).toEqual({ orderId: orders.etsy, reason: "penalty" });
    await say("2");
    expect((await page(caseId)).advice).toEqual({ orderId: orders.etsy, reason: "price" });
    expect(await refused(() => say("9"))).toMatchObject({ status: 404 });
    expect(await refused(() => say("1", { person: "demo-clara" }))).toMatchObject({ status: 404 });
    await say("3");
  });

  it("is settled once, with what was done, by whom and at what cost, and only by its seller", async () => {
    const { caseId, orders } = await writeCase(ago(120));
    expect(await refused(() => page(caseId, "demo-clara"))).toMatchObject({ status: 404 });
    expect(await refused(() => act(caseId, { do: "settle", did: "found" }, "demo-clara"))).toMatchObject({ status: 404 });
    expect(await refused(() => act(caseId, { do: "settle", did: "found" }, "demo-ben"))).toMatchObject({ status: 403 });
    expect(await act(caseId, { do: "settle", did: "cancelled" })).toHaveProperty("problem");
    expect(await act(caseId, { do: "settle", did: `cancelled:${caseId}` })).toHaveProperty("problem");
    expect(await act(caseId, { do: "settle", did: "found", cost: "much" })).toHaveProperty("problem");
    expect((await page(caseId)).settled).toBeNull();
    expect(await act(caseId, { do: "settle", did: `cancelled:${orders.etsy}`, cost: "4.50", note: "said sorry" })).toBeInstanceOf(Response);
    expect((await page(caseId)).settled).toMatchObject({
      ...{ decision: "cancelled", by: "Anna", orderNumber: `etsy-${caseId}`, costMinor: 450, costCurrency: "EUR", note: "said sorry" },
    });
    expect(await act(caseId, { do: "settle", did: "found" })).toHaveProperty("problem");
    const settled = await oversells.loader(args(asked("/portal/activity/oversells?state=settled")));
    expect(settled.rows.map((r) => r.id)).toContain(caseId);
  });

  it("leads to a rule that leaves the last unit to one channel, shown before it stands", async () => {
    const { caseId } = await writeCase(ago(300));
    const answer = await act(caseId, { do: "keep-on", connectionId: stage.scene.a.connections.ebay });
    if (!(answer instanceof Response)) throw new Error(answer.problem);
    const previewId = answer.headers.get("location")?.split("/changes/")[1] ?? "";
    await computePreview(worker, previewId);
    expect((await plan.loader(args(asked(`/portal/changes/${previewId}`), { previewId }))).state).toBe("open");
    const [row] = await sql<{ plan: { rules: { lastUnits: number; lastRank: string[] }[] } }>("select plan from preview where id = $1", [
      previewId,
    ]);
    expect(row?.plan.rules).toHaveLength(4);
    expect(row?.plan.rules.every((r) => r.lastUnits === 1 && r.lastRank[0] === stage.scene.a.connections.ebay)).toBe(true);
    expect(await sql("select 1 from rule where seller_id = $1", [stage.scene.a.id])).toEqual([]);
    expect(await act(caseId, { do: "keep-on", connectionId: stage.scene.b.connections.ebay })).toHaveProperty("problem");
  });
});

describe("the look for more sold than there was", () => {
  const story = async (sku: string, levels: [onHand: number, reserved: number]) => {
    const { a } = stage.scene;
    const { newId } = stage.house;
    const [item] = await sql<{ id: string }>(
      "update stock_item set on_hand = $3, reserved = $4 where sku = $1 and seller_id = $2 returning id",
      [sku, a.id, ...levels],
    );
    const itemId = item?.id ?? "";
    const move = async (kind: string, seconds: number, onHand: number, reserved = 0) => {
      const id = newId();
      await sql(
        `insert into movement (id, seller_id, item_id, kind, on_hand_delta, reserved_delta, order_id, dedupe_key, connection_id, actor_key, correlation_id, occurred_at, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, gen_random_uuid()::text, $8, 'engine', 'c', $9, $9)`,
        [id, a.id, itemId, kind, onHand, reserved, kind === "sale" ? newId() : null, a.connections.ebay, ago(seconds)],
      );
      return id;
    };
    const explain = (edit: string, back: string) =>
      sql("insert into takeback (id, seller_id, movement_id, root_id, units, by_order) values ($1, $2, $3, $4, 1, true)", [
        ...[newId(), a.id, back, edit],
      ]);
    const look = async () => {
      const found = await stage.worker.write(a.id, (tx) => shortItems(tx, a.id, [{ itemId, since: ago(50) }]));
      const steps = found.get(itemId);
      return steps ? (firstShortfall(steps.available, steps.steps)?.missing ?? 0) : 0;
    };
    return { move, explain, look };
  };

  it("leaves out an edit that an order explained later: the same unit is not missing twice", async () => {
    const { move, explain, look } = await story("PLAIN-0004", [2, 2]);
    await move("sale", 50, 0, 1);
    const edit = await move("outside-edit", 45, -1);
    await move("sale", 40, 0, 1);
    const back = await move("undo", 20, 1);
    expect(await look()).toBe(1);
    await explain(edit, back);
    expect(await look()).toBe(0);
  });

  it("and still finds what was missing before such an edit", async () => {
    const { move, explain, look } = await story("PLAIN-0003", [2, 2]);
    await move("sale", 50, 0, 1);
    await move("sale", 48, 0, 1);
    const edit = await move("outside-edit", 45, -1);
    await move("adjustment", 42, 1);
    await explain(edit, await move("undo", 20, 1));
    expect(await look()).toBe(1);
  });
});

describe("exposure", () => {
  const month = () => stage.clock.now().toISOString().slice(0, 7);
  const look = (person?: string) => exposure.loader(args(asked(`/portal/analytics/exposure?month=${month()}`, person ? { person } : {})));
  const stretches = () => sql<{ units: number; lags: number[] }>("select units, lags_ms as lags from exposure_day order by 1, 2");

  it("is added up from what channels proved, each change once, however often the clock comes and whoever is late", async () => {
    expect((await look()).all).toBeNull();
    stage.clock.advance(3_600_000);
    await keepExposure(worker);
    const first = await stretches();
    expect(first).toEqual([
      { units: 1, lags: [1_800] },
      { units: 1, lags: [2_200] },
    ]);
    await keepExposure(worker);
    expect(await stretches()).toEqual(first);
    const view = await look();
    expect(view.all).toEqual({ changes: 2, p50: 1_800, p95: 2_200, p99: 2_200 });
    const { ebay, shopify, woocommerce } = stage.scene.a.connections;
    expect(view.pairs.map((p) => [p.soldOnId, p.connectionId, p.p95, p.units])).toEqual([
      [ebay, woocommerce, 2_200, 1],
      [ebay, shopify, 1_800, 1],
    ]);
    expect(view.worst.map((w) => [w.sku, w.units, w.pieceSeconds])).toEqual([["MUG-BLU", 2, 4]]);
    expect((await look("demo-clara")).all).toBeNull();
  });

  it("counts each sale of a melted write from its own moment, and a sale that a channel lowered itself not at all", async () => {
    const { a } = stage.scene;
    const { newId } = stage.house;
    const quantityId = a.numbers["PLAIN-0001"]?.etsy ?? "";
    stage.clock.advance(3_600_000);
    const [item] = await sql<{ id: string }>("select id from stock_item where sku = 'PLAIN-0001' and seller_id = $1", [a.id]);
    const sale = (channel: "ebay" | "etsy", seconds: number, line: string | null) =>
      sql(
        `insert into movement (id, seller_id, item_id, kind, on_hand_delta, reserved_delta, order_id, order_line_id, dedupe_key, connection_id, actor_key, correlation_id, occurred_at, recorded_at)
         values ($1, $2, $3, 'sale', 0, 1, $1, $4, gen_random_uuid()::text, $5, 'engine', gen_random_uuid()::text, $6, $6)`,
        [newId(), a.id, item?.id, line, a.connections[channel], ago(seconds)],
      );
    const write = (from: number, to: number, seconds: number) =>
      sql(
        `insert into shown_change (id, seller_id, connection_id, quantity_id, from_quantity, to_quantity, kind, outcome, cause_kind, cause_id, cause_at, sent_at, confirmed_at, by_order, recorded_at)
         values ($1, $2, $3, $4, $5, $6, 'write', 'confirmed', 'order', 'c', $7, $7, $7, true, $7)`,
        [newId(), a.id, a.connections.etsy, quantityId, from, to, ago(seconds)],
      );
    const own = newId();
    await sql(
      `insert into order_line (id, seller_id, order_id, external_id, title, quantity, held, consumed, deducted_min, deducted_max, quantity_id) values ($1, $2, $1, 'x', 't', 1, 1, 0, 1, 1, $3)`,
      [own, a.id, quantityId],
    );
    await sale("ebay", 2_000, null);
    await write(21, 20, 1_900);
    await sale("ebay", 1_800, null);
    await sale("etsy", 1_795, own);
    await sale("ebay", 1_790, null);
    await write(19, 17, 1_760);
    await keepExposure(worker);
    const [row] = await sql<{ lags: number[]; units: number }>(
      "select lags_ms as lags, units from exposure_day where item_id = $1 and sold_on_id = $2 and from_at > $3",
      [...[item?.id, a.connections.ebay, ago(3_000)]],
    );
    expect(row).toEqual({ lags: [30_000, 40_000], units: 2 });
  });

  it("leads to buffers with their sum, which only a plan can bring", async () => {
    const { a } = stage.scene;
    const { newId } = stage.house;
    const [item] = await sql<{ id: string }>("select id from stock_item where sku = 'PLAIN-0002' and seller_id = $1", [a.id]);
    const peak = new Date(Math.floor(ago(86_400).getTime() / 300_000) * 300_000);
    await sql(
      `insert into movement (id, seller_id, item_id, kind, on_hand_delta, reserved_delta, order_id, dedupe_key, connection_id, actor_key, correlation_id, occurred_at, recorded_at)
       select gen_random_uuid(), $1, $2, 'sale', 0, 1, gen_random_uuid(), 'peak' || n, $3, 'engine', 'peak', $4::timestamptz + n * interval '10 s', $4::timestamptz + n * interval '10 s'
       from generate_series(1, 15) n`,
      [a.id, item?.id, a.connections.ebay, peak],
    );
    await sql(
      `insert into exposure_day (id, seller_id, day, from_at, item_id, sold_on_id, connection_id, lags_ms, units, piece_seconds)
       values ($1, $2, current_date, $3, $4, $5, $6, array_fill(40000, array[20]), 20, 800)`,
      [newId(), a.id, ago(0), item?.id, a.connections.ebay, a.connections.etsy],
    );
    const proposal = (await look()).proposals.find((p) => p.sku === "PLAIN-0002" && p.channel === "etsy");
    expect(proposal).toMatchObject({ units: 2, lagMs: 40_000, everyMs: 20_000, buffer: 0 });
    const send = (listingId: string, person = "demo-anna") =>
      exposure.action(args(asked("/portal/analytics/exposure", { form: { listingId }, person })));
    expect(await send(newId())).toHaveProperty("problem");
    expect(await refused(() => send(proposal?.listingId ?? "", "demo-ben"))).toMatchObject({ status: 403 });
    const answer = await send(proposal?.listingId ?? "");
    if (!(answer instanceof Response)) throw new Error(answer.problem);
    const previewId = answer.headers.get("location")?.split("/changes/")[1] ?? "";
    const [row] = await sql<{ plan: { rules: { buffer: number; listingId: string }[] } }>("select plan from preview where id = $1", [
      previewId,
    ]);
    expect(row?.plan.rules).toEqual([expect.objectContaining({ buffer: 2, listingId: proposal?.listingId, scope: "listing" })]);
    expect(await sql("select 1 from rule where seller_id = $1", [a.id])).toEqual([]);
  });

  it("leaves as a file with every item and pair, and home still reads", async () => {
    const file = await fileRoute.loader(args(asked(`/portal/analytics/exposure.csv?month=${month()}`)));
    const lines = (await file.text()).trim().split("\r\n");
    expect(lines.some((line) => line.includes("MUG-BLU") && line.includes("2200"))).toBe(true);
    expect((await home.loader(args(asked("/portal")))).needs.length).toBeGreaterThan(0);
  });
});
