/** Putting back: counter-movements worked out from the ledger, shown first, themselves taken back alike; orders stay. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RESTORE_GROUPS, TICKED } from "#app/domain/taking-back.ts";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { approvePlan } from "#app/flows/approve-plan.server.ts";
import { openPlan } from "#app/flows/open-plan.server.ts";
import { restoreStock } from "#app/flows/plan-restore.server.ts";
import { ringForWork } from "#app/flows/ring.server.ts";
import { undoMovement } from "#app/flows/undo-movement.server.ts";
import { planView } from "#app/views/plan.server.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { shopFloor } from "./shop-floor.ts";

let rig: Rig;
const floor = shopFloor(() => rig);
beforeAll(async () => {
  rig = await startRig({ items: 24, seed: 9 });
  await rig.settle();
}, 60_000);
afterAll(() => rig.stop());

const who = () => ({ sellerId: rig.sellerId, actorKey: "demo" });
async function opened(previewId: string) {
  await rig.until(async () => (await planView(rig.web, rig.sellerId, previewId, null))?.state !== "computing");
  const view = await planView(rig.web, rig.sellerId, previewId, null);
  if (view === null) throw new Error("the plan is gone");
  return view;
}
const approve = (view: { id: string; hash: string }) =>
  approvePlan(rig.web, { ...who(), previewId: view.id, hash: view.hash, excluded: [] });
const backTo = (since: Date, more: { itemIds?: string[]; groups?: string[] } = {}) =>
  openPlan(rig.web, {
    ...who(),
    kind: "restore",
    plan: {
      since: since.toISOString(),
      until: rig.web.now().toISOString(),
      groups: [...(more.groups ?? TICKED)],
      itemIds: more.itemIds ?? null,
      connectionId: null,
    },
  });
const undoOf = (previewId: string, itemIds: string[] | null = null) =>
  openPlan(rig.web, { ...who(), kind: "restore", plan: { undoes: previewId, itemIds } });
async function adjust(itemId: string, by: number): Promise<string> {
  const done = await adjustStock(rig.web, { ...who(), itemId, by, note: "" });
  if (done.outcome !== "done") throw new Error(done.outcome);
  return done.movementId;
}
const restores = (itemId: string) =>
  rig.house.db.plain.query<{ units: number; undoes: string | null }>(
    "select on_hand_delta as units, undoes from movement where item_id = $1 and kind = 'restore' order by recorded_at, id",
    [itemId],
  );
const movementsOf = async (itemId: string) =>
  (
    await rig.house.db.plain.query<{ line: string }>(
      "select kind || ' ' || on_hand_delta as line from movement where item_id = $1 order by recorded_at, id",
      [itemId],
    )
  ).map((m) => m.line);
async function waitsForAnother(pid: number): Promise<void> {
  await rig.until(async () => {
    const [row] = await rig.house.db.plain.query<{ waits: boolean }>("select cardinality(pg_blocking_pids($1)) > 0 as waits", [pid]);
    return row?.waits === true;
  });
}
/** A moment that lies after everything before this line and before everything after it. */
async function moment(): Promise<Date> {
  const now = async () =>
    (await rig.house.db.plain.query<{ at: Date }>("select date_trunc('milliseconds', clock_timestamp()) as at"))[0]?.at;
  const at = await now();
  if (at === undefined) throw new Error("the database has no clock");
  await rig.until(async () => ((await now())?.getTime() ?? 0) > at.getTime() + 1);
  return at;
}

describe("back to a moment", () => {
  it("takes edits and rules back and leaves the sale, on every channel; the same way it is taken back itself", async () => {
    const { sku, itemId, start } = await floor.freshItem();
    const other = await floor.freshItem();
    const since = await moment();
    const edit = await adjust(itemId, 5);
    const undone = await adjust(other.itemId, 7);
    await undoMovement(rig.web, { ...who(), movementId: undone });
    // Shipped units are a movement of their own, with units on hand: it follows the order all the same.
    const orderId = await floor.order("ebay", sku, 2);
    await floor.comesTo(sku, start + 3);
    await rig.control("POST", `/ebay/orders/${orderId}/fulfil`, {});
    await rig.until(async () => (await movementsOf(itemId)).includes("shipment -2"));
    await rig.settle();

    // Every tick there is: the sale stays all the same.
    const view = await opened(await backTo(since, { groups: [...RESTORE_GROUPS] }));
    expect(view.rows.map((row) => [row.itemId, row.before, row.after])).toEqual(Array(4).fill([itemId, start + 3, start - 2]));
    expect(await rig.available(sku)).toBe(start + 3);
    const answers = await Promise.all([approve(view), approve(view)]);
    expect(answers.map((a) => a.outcome).sort()).toEqual(["approved", "gone"]);
    await floor.comesTo(sku, start - 2);
    expect(await restores(itemId)).toEqual([{ units: -5, undoes: edit }]);
    expect(await restores(other.itemId)).toEqual([]);
    expect(await undoMovement(rig.web, { ...who(), movementId: edit })).toMatchObject({ outcome: "refused" });

    const again = await opened(await backTo(since));
    expect([again.state, again.rows]).toEqual(["open", []]);

    const back = await opened(await undoOf(view.id));
    expect(await approve(back)).toEqual({ outcome: "approved" });
    await floor.comesTo(sku, start + 3);
    const nothing = await opened(await undoOf(view.id));
    expect(nothing.rows).toEqual([]);
    // No channel was ever shown more than the ledger allowed: the two sold units did not come back.
    const shown = (await Promise.all((["shopify", "etsy", "woocommerce"] as const).map((c) => floor.journal(c, sku)))).flat();
    expect(Math.max(...shown.map((j) => j.to))).toBe(start + 5);
    expect(await floor.wrongLevels()).toBe(0);
  });

  it("two restores at once take nothing back twice, and a tick that is off stays", async () => {
    const { sku, itemId, start } = await floor.freshItem();
    const since = await moment();
    await adjust(itemId, 4);
    await rig.settle();
    const off = await opened(await backTo(since, { itemIds: [itemId], groups: ["outside-edits"] }));
    expect(off.rows).toEqual([]);
    const plan = {
      ...{ since: since.toISOString(), until: rig.house.now().toISOString() },
      ...{ groups: [...TICKED], itemIds: [itemId], connectionId: null },
    };
    const restore = (steps: { begun?: (pid: number) => void; applied?: () => Promise<void> }) =>
      rig.house.db.write(rig.sellerId, async (tx) => {
        const [backend] = await tx.query<{ pid: number }>("select pg_backend_pid() as pid");
        steps.begun?.(backend?.pid ?? 0);
        const by = { ...who(), correlationId: rig.house.newId(), previewId: rig.house.newId() };
        const touched = await restoreStock.apply(rig.house, tx, by, plan, []);
        await steps.applied?.();
        return touched;
      });
    // The first has done everything and not yet committed when the second begins.
    const gate = Promise.withResolvers<void>();
    const applied = Promise.withResolvers<void>();
    const one = restore({
      applied() {
        applied.resolve();
        return gate.promise;
      },
    });
    await applied.promise;
    const begun = Promise.withResolvers<number>();
    const two = restore({ begun: begun.resolve });
    await waitsForAnother(await begun.promise);
    gate.resolve();
    await ringForWork(rig.house, rig.sellerId, new Set([...(await one), ...(await two)]));
    await floor.comesTo(sku, start);
    expect((await restores(itemId)).map((r) => r.units)).toEqual([-4]);
  });

  it("brings rules back as new versions, and undoing what was approved leaves what something newer touched", async () => {
    const first = await floor.freshItem();
    const second = await floor.freshItem();
    const [listing] = await rig.house.db.plain.query<{ id: string }>("select id from listing where connection_id = $1 and sku = $2", [
      rig.connections.etsy,
      first.sku,
    ]);
    const listingId = listing?.id ?? "";
    const rules = () =>
      rig.house.db.plain.query<{ buffer: number; version: number }>(
        "select buffer, version from rule where seller_id = $1 and replaced_at is null and listing_id = $2",
        [rig.sellerId, listingId],
      );
    const bufferOf = async (buffer: number) => {
      const empty = { tag: null, connectionId: null, percent: null, floor: null, cap: null, fixed: null, paused: null, lastUnits: null };
      const rule = {
        ...empty,
        lastRank: null,
        startsAt: null,
        endsAt: null,
        scope: "listing",
        listingId,
        buffer,
      };
      const plan = { title: null, replaces: [], rules: [{ ...rule, id: rig.house.newId() }] };
      const view = await opened(await openPlan(rig.web, { ...who(), kind: "rules", plan }));
      expect(await approve(view)).toEqual({ outcome: "approved" });
      return view.id;
    };
    await bufferOf(1);
    const since = await moment();
    const changed = await bufferOf(4);
    await adjust(first.itemId, 6);
    await adjust(second.itemId, 6);
    const view = await opened(await backTo(since));
    expect(await approve(view)).toEqual({ outcome: "approved" });
    expect(await rules()).toEqual([{ buffer: 1, version: 3 }]);
    await rig.settle();
    expect((await rig.shown(first.sku)).etsy).toBe(first.start - 1);

    // A newer rule stands at that place, and a newer change at the second item.
    expect((await opened(await undoOf(changed))).rows).toEqual([]);
    await adjust(second.itemId, 1);
    const all = await opened(await undoOf(view.id));
    expect([...new Set(all.rows.filter((r) => r.channel === "ebay").map((r) => r.itemId))]).toEqual([first.itemId]);
    const alone = await opened(await undoOf(view.id, [second.itemId]));
    expect(await approve(alone)).toEqual({ outcome: "approved" });
    expect(await rig.available(second.sku)).toBe(second.start + 7);
    expect(await rules()).toEqual([{ buffer: 1, version: 3 }]);
    expect(await approve(await opened(await undoOf(view.id)))).toEqual({ outcome: "approved" });
    expect(await rules()).toEqual([{ buffer: 4, version: 4 }]);
    expect(await rig.available(first.sku)).toBe(first.start + 6);
  });

  it("shows another seller nothing", async () => {
    const foreign = await openPlan(rig.web, {
      ...{ sellerId: rig.house.newId(), actorKey: "demo", kind: "restore" as const },
      plan: {
        since: new Date(0).toISOString(),
        until: rig.web.now().toISOString(),
        groups: [...TICKED],
        itemIds: null,
        connectionId: null,
      },
    });
    expect(await planView(rig.web, rig.sellerId, foreign, null)).toBeNull();
  });
});
