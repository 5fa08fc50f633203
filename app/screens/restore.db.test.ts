import { afterAll, beforeAll, expect, it } from "vitest";
import { fillPlan } from "#app/flows/open-plan.server.ts";
import * as stockRoute from "#app/routes/stock.ts";
import * as stockAtFile from "#app/routes/stock-at-file.ts";
import * as whyRoute from "#app/routes/why.ts";
import { asked, openStage, refused, type Stage } from "#app/testing/stage.server.ts";
import * as activity from "./activity.tsx";
import * as item from "./item.tsx";
import * as plan from "./plan.tsx";
import * as restore from "./restore.tsx";
import * as stockAt from "./stock-at.tsx";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const args = (request: Request, params: Record<string, string> = {}) => ({ request, params, context: stage.context() });
const clara = { person: "demo-clara" };
const look = (query: string, who = {}) => restore.loader(args(asked(`/portal/activity/restore${query}`, who)));
const mug = () => stage.scene.a.items.mug;
/** The ledger's rows carry the database's clock; the stage's own stands still. */
const now = async () =>
  (await stage.worker.plain.query<{ at: Date }>("select date_trunc('milliseconds', clock_timestamp()) as at"))[0]?.at ?? new Date(0);

it("lists what happened since by kind, opens the rows, applies them, and offers to take that back", async () => {
  const before = await now();
  const json = { itemId: mug(), by: 3, note: "found" };
  expect(await stockRoute.action(args(asked("/portal/stock", { json })))).toMatchObject({ outcome: "done" });
  stage.clock.set(new Date((await now()).getTime() + 1_000));
  const query = `?item=${mug()}&at=${encodeURIComponent(before.toISOString())}`;
  const view = await look(query);
  expect(view.groups).toEqual([{ group: "adjustments", changes: 1, items: 1, units: 3 }]);
  expect([view.item?.title, view.wrong, view.until]).toEqual(["Blue mug", false, stage.clock.now()]);

  const form = { at: before.toISOString(), until: view.until.toISOString(), item: mug(), group: "adjustments" };
  const opened = await restore.action(args(asked("/portal/activity/restore", { form })));
  const address = opened.headers.get("location") ?? "";
  const previewId = address.split("/").at(-1) ?? "";
  expect(stage.rung).toContain(`preview:${previewId}`);
  await fillPlan(stage.house, stage.scene.a.id, previewId);
  const page = () => plan.loader(args(asked(address), { previewId }));
  const shown = await page();
  expect(shown).toMatchObject({ kind: "restore", state: "open", undo: null });
  expect(shown.rows.map((row) => [row.before, row.after])).toEqual(Array(4).fill([13, 10]));
  await plan.action(args(asked(address, { form: { hash: shown.hash } }), { previewId }));
  expect(await page()).toMatchObject({ state: "approved", undo: { items: 1, touched: [], rules: true } });

  const undo = await plan.action(args(asked(address, { form: { do: "undo" } }), { previewId }));
  const undoId = undo instanceof Response ? (undo.headers.get("location")?.split("/").at(-1) ?? "") : "";
  await fillPlan(stage.house, stage.scene.a.id, undoId);
  const back = await plan.loader(args(asked("/portal"), { previewId: undoId }));
  expect(back.rows.map((row) => [row.before, row.after])).toEqual(Array(4).fill([10, 13]));

  const { movements } = await item.loader(args(asked("/portal/inventory/items/x"), { itemId: mug() }));
  expect(movements.slice(0, 2).map((m) => [m.kind, m.canUndo, m.undoneBy !== null])).toEqual([
    ["restore", false, false],
    ["adjustment", false, true],
  ]);
});

it("takes no moment that is none or lies ahead", async () => {
  for (const at of ["nonsense", "2999-01-01T00:00"])
    expect(await look(`?at=${at}`)).toMatchObject({ since: null, wrong: true, groups: [] });
  expect((await look("")).wrong).toBe(false);
  expect(await refused(() => restore.action(args(asked("/portal/activity/restore", { form: { at: "nonsense" } }))))).toMatchObject({
    status: 400,
  });
});

it("tells what led to a number, back to the order and its channel, each with its delay", async () => {
  const quantityId = stage.scene.a.numbers["MUG-BLU"]?.shopify ?? "";
  const { events } = await whyRoute.loader(args(asked("/portal/why/x"), { quantityId }));
  const sale = events.find((event) => event.kind === "sale");
  expect(sale).toMatchObject({ source: "movement", channel: "ebay", orderNumber: "17-04512-88" });
  const proof = events.find((event) => event.source === "shown");
  expect(proof).toMatchObject({ channel: "shopify", outcome: "confirmed", tookMs: 1_800, correlationId: sale?.correlationId });
});

it("offers Undo in the record where a change stands, and names who", async () => {
  const { rows } = await activity.loader(args(asked("/portal/activity?kind=stock")));
  expect(rows.filter((row) => row.kind === "sale").every((row) => !row.canUndo)).toBe(true);
  expect(rows.filter((row) => row.kind === "adjustment").map((row) => [row.actor, row.canUndo])).toContainEqual(["Anna", false]);
});

it("shows another seller nothing and lets a viewer change nothing", async () => {
  const view = await look(`?item=${mug()}&at=2026-01-01T00:00`, clara);
  expect(view.item).toBeNull();
  expect(JSON.stringify(view)).not.toContain("Blue mug");
  const form = { at: "2026-01-01T00:00", item: mug(), group: "adjustments" };
  expect(await refused(() => restore.action(args(asked("/portal/activity/restore", { ...clara, form }))))).toMatchObject({ status: 400 });
  const viewer = { person: stage.scene.a.people.viewer };
  expect(await refused(() => restore.action(args(asked("/portal/activity/restore", { ...viewer, form }))))).toMatchObject({ status: 403 });
});

it("adds the stock of a moment up from the ledger, for the shop or an item, on the page and in the file; of nobody else", async () => {
  const then = (query: string, who = {}) => stockAt.loader(args(asked(`/portal/activity/stock-at${query}`, who)));
  const moment = async () => encodeURIComponent((await now()).toISOString());
  const tick = async () => stage.clock.set(new Date((await now()).getTime() + 1_000));
  await tick();
  const before = await moment();
  const byHand = { itemId: stage.scene.a.items.lamp, by: 4, note: "" };
  const done = await stockRoute.action(args(asked("/portal/stock", { json: byHand })));
  await tick();
  const after = await moment();
  const movementId = done.outcome === "done" ? done.movementId : "";
  const undo = () => stockRoute.action(args(asked("/portal/stock", { json: { undo: movementId } })));
  expect(await undo()).toMatchObject({ outcome: "done", undid: true });
  expect(await undo()).toEqual({ outcome: "refused", text: "This change was already undone." });
  await tick();

  const lamp = async (at: string) => (await then(`?item=${byHand.itemId}&at=${at}`)).rows.map((row) => [row.onHand, row.available]);
  expect([await lamp(before), await lamp(after), await lamp(await moment())]).toEqual([[[3, 3]], [[7, 7]], [[3, 3]]]);
  const shop = await then(`?at=${after}`);
  const levels = shop.rows.map((row) => row.onHand).reduce((sum, n) => sum + n, 0);
  expect(shop.total).toMatchObject({ items: shop.rows.length, onHand: levels });
  expect((await then(`?at=${after}&q=table%20lamp`)).rows.map((row) => row.sku)).toEqual(["LAMP-OAK"]);
  expect((await then(`?at=${after}&channel=${stage.scene.a.connections.etsy}`)).rows.map((row) => row.sku)).not.toContain("LAMP-OAK");
  expect(await then(`?at=2001-01-01T00:00`)).toMatchObject({ wrong: false, rows: [], total: { items: 0, onHand: 0 } });
  expect(await then(`?at=2999-01-01T00:00`)).toMatchObject({ wrong: true, at: null, total: null });

  const file = await stockAtFile.loader(args(asked(`/portal/activity/stock-at.csv?item=${byHand.itemId}&at=${after}`)));
  expect((await file.text()).split("\r\n")[1]).toMatch(/^LAMP-OAK,.*,7,0,7,3$/);
  expect((await then(`?at=${after}`, clara)).rows.map((row) => row.sku)).toEqual(["B-SECRET"]);
  expect((await then(`?item=${byHand.itemId}&at=${after}`, clara)).rows).toEqual([]);
});
