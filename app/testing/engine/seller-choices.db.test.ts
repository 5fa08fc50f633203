/** What a seller chooses on screen reaches exactly what was chosen: the channels' own journals say so. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DIFFERENCES_IGNORED } from "#app/channels/port.ts";
import { SELLER_B } from "#app/demo/demo-sellers.ts";
import { isExplained } from "#app/domain/brake.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { approvePlan } from "#app/flows/approve-plan.server.ts";
import { approvePreview } from "#app/flows/approve-preview.server.ts";
import { chooseWriting } from "#app/flows/choose-writing.server.ts";
import { turnDown, wishLinks } from "#app/flows/decide-links.server.ts";
import { openPlan } from "#app/flows/open-plan.server.ts";
import { previewGoLive } from "#app/flows/preview-go-live.server.ts";
import { wishUndo } from "#app/flows/wish-undo.server.ts";
import { channelView } from "#app/views/channels.server.ts";
import { matchingView } from "#app/views/matching.server.ts";
import type { MatchingTab } from "#app/views/matching-tabs.ts";
import { planView } from "#app/views/plan.server.ts";
import { planUndo } from "#app/views/undo-plan.server.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { all, type JournalEntry, shopFloor } from "./shop-floor.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig({ items: 24, seed: 77, sellers: ["A", "B"] });
  await rig.settle();
}, 60_000);
afterAll(() => rig.stop());

const who = () => ({ sellerId: rig.sellerId, actorKey: "demo" });
const floor = shopFloor(() => rig);
async function opened(previewId: string) {
  await rig.until(async () => (await planView(rig.web, rig.sellerId, previewId, null))?.state !== "computing");
  const view = await planView(rig.web, rig.sellerId, previewId, null);
  if (view === null) throw new Error("the plan is gone");
  return view;
}
const sql = <T extends object>(text: string, values: unknown[] = []) => rig.house.db.plain.query<T>(text, values);

describe("going live with a few first", () => {
  const B = { sellerId: SELLER_B, actorKey: "demo" };
  const journal = (channel: ChannelName) => rig.control<JournalEntry[]>("GET", `/${channel}/journal?account=3`);
  const connectionOf = async (channel: ChannelName) => {
    const [row] = await sql<{ id: string }>("select id from connection where seller_id = $1 and channel::text = $2", [SELLER_B, channel]);
    return row?.id ?? "";
  };
  type Line = { id: string; sku: string; itemId: string };
  async function previewed(connectionId: string): Promise<{ previewId: string; hash: string; lines: Line[] }> {
    const previewId = await previewGoLive(rig.house, { ...B, connectionId });
    const [preview] = await sql<{ hash: string }>("select hash from preview where id = $1", [previewId]);
    const lines = await sql<Line>(
      `select r.quantity_id as id, min(l.sku) as sku, min(c.item_id::text) as "itemId" from preview_row r
       join listing l on l.quantity_id = r.quantity_id join component c on c.listing_id = l.id
       where r.preview_id = $1 group by 1 having count(distinct c.item_id) = 1 and max(c.units) = 1 order by 2`,
      [previewId],
    );
    return { previewId, hash: preview?.hash ?? "", lines };
  }
  const shareOf = async (connectionId: string) => (await channelView(rig.web, SELLER_B, connectionId))?.share;

  it("writes to these alone, whatever moves; the rest goes on being watched and joins by a look of its own", async () => {
    const connectionId = await connectionOf("etsy");
    const { previewId, hash, lines } = await previewed(connectionId);
    const picked = lines.slice(0, 3);
    const rest = lines.slice(3);
    expect(rest.length).toBeGreaterThan(5);
    const only = picked.map((line) => line.id);
    expect(await approvePreview(rig.web, { ...B, previewId, hash, excluded: [], only })).toEqual({ outcome: "approved" });
    const before = await shareOf(connectionId);
    expect(before).toEqual({ linked: expect.any(Number), live: 3, watching: (before?.linked ?? 0) - 3 });

    for (const line of [...picked, ...rest]) await adjustStock(rig.web, { ...B, itemId: line.itemId, by: 1, note: "" });
    await rig.settle();
    const written = new Set((await journal("etsy")).filter((entry) => entry.by === "api").map((entry) => entry.sku));
    expect([...written].sort()).toEqual(picked.map((line) => line.sku).sort());
    for (const other of ["shopify", "ebay", "woocommerce"] as const)
      expect((await journal(other)).filter((entry) => entry.by === "api")).toEqual([]);

    const second = await previewed(connectionId);
    expect(second.lines.map((line) => line.sku)).toEqual(rest.map((line) => line.sku));
    const next = second.lines[0];
    if (next === undefined) throw new Error("nothing is left to go on with");
    const wish = { ...B, previewId: second.previewId, hash: second.hash, excluded: [], only: [next.id, only[0] ?? ""] };
    expect(await approvePreview(rig.web, wish)).toEqual({ outcome: "approved" });
    await rig.settle();
    const then = new Set((await journal("etsy")).filter((entry) => entry.by === "api").map((entry) => entry.sku));
    expect([...then].sort()).toEqual([...picked.map((line) => line.sku), next.sku].sort());
    expect((await shareOf(connectionId))?.live).toBe(4);
  });

  it("lets a row that was not picked turn round without asking again, and asks for one that was", async () => {
    const connectionId = await connectionOf("etsy");
    const look = await previewed(connectionId);
    const [mine, other] = look.lines;
    if (!mine || !other) throw new Error("too few rows");
    await adjustStock(rig.web, { ...B, itemId: other.itemId, by: -1000, note: "gone" });
    const wish = { ...B, previewId: look.previewId, hash: look.hash, excluded: [], only: [mine.id] };
    expect(await approvePreview(rig.house, wish)).toEqual({ outcome: "approved" });
    const again = await previewed(connectionId);
    await adjustStock(rig.web, { ...B, itemId: other.itemId, by: 2000, note: "found" });
    const asks = { ...B, previewId: again.previewId, hash: again.hash, excluded: [], only: [other.id] };
    expect((await approvePreview(rig.house, asks)).outcome).toBe("changed");
    await rig.settle();
  });
});

describe("what channels showed before our first write", () => {
  const approve = async (previewId: string, excluded: string[] = []) => {
    const view = await opened(previewId);
    expect(await approvePlan(rig.web, { ...who(), previewId, hash: view.hash, excluded })).toEqual({ outcome: "approved" });
    return view;
  };

  it("is put back row by row, never above what there is, through many lowerings at once, and follows the rules again when undone", async () => {
    const few = await floor.freshItem();
    const many = await floor.freshItem();
    await adjustStock(rig.web, { ...who(), itemId: many.itemId, by: 5, note: "" });
    await adjustStock(rig.web, { ...who(), itemId: few.itemId, by: 2, note: "" });
    await rig.settle();
    await adjustStock(rig.web, { ...who(), itemId: few.itemId, by: -5, note: "" });
    await rig.settle();
    const plan = { act: "put-back", connectionId: null, itemIds: [few.itemId, many.itemId], undoes: null };
    const previewId = await openPlan(rig.web, { ...who(), kind: "first-shown", plan });
    const view = await approve(previewId);
    expect(new Set(view.rows.map((row) => [row.sku, row.before, row.after].join()))).toEqual(
      new Set([[many.sku, many.start + 5, many.start].join()]),
    );
    await rig.settle();
    expect(await rig.shown(many.sku)).toEqual(all(many.start));
    expect(await rig.shown(few.sku)).toEqual(all(few.start - 3));

    await floor.order("ebay", many.sku, 7);
    await rig.until(async () => (await rig.available(many.sku)) === many.start - 2);
    await rig.settle();
    expect(await rig.shown(many.sku)).toEqual(all(many.start - 2));
    await adjustStock(rig.web, { ...who(), itemId: many.itemId, by: 9, note: "" });
    await rig.settle();
    expect(await rig.shown(many.sku)).toEqual(all(many.start));

    const undoId = await wishUndo(rig.web, who(), { previewId, itemId: null });
    await approve(undoId ?? "");
    await rig.settle();
    expect(await rig.shown(many.sku)).toEqual(all(many.start + 7));
    expect(await planUndo(rig.web, rig.sellerId, previewId)).toBeNull();
  });

  it("leaves a row that was left out, touches no other seller's, and is not the brake's business", async () => {
    const { itemId, sku, start } = await floor.freshItem();
    await adjustStock(rig.web, { ...who(), itemId, by: 4, note: "" });
    await rig.settle();
    const plan = { act: "put-back", connectionId: rig.connections.etsy, itemIds: null, undoes: null };
    const stranger = await openPlan(rig.web, { sellerId: SELLER_B, actorKey: "demo", kind: "first-shown", plan });
    await rig.until(async () => (await planView(rig.web, SELLER_B, stranger, null))?.state === "open");
    expect((await planView(rig.web, SELLER_B, stranger, null))?.rows).toEqual([]);
    const only = await openPlan(rig.web, { ...who(), kind: "first-shown", plan: { ...plan, connectionId: null, itemIds: [itemId] } });
    const rows = (await opened(only)).rows;
    const kept = rows.find((row) => row.channel === "shopify")?.quantityId ?? "";
    await approve(only, [kept]);
    await rig.settle();
    expect(await rig.shown(sku)).toEqual({ ...all(start), shopify: start + 4 });
    expect(isExplained("first-shown")).toBe(true);
  });
});

describe("a proposed link", () => {
  /** As if this channel's listing had come up after the first matching. */
  async function proposed(channel: ChannelName) {
    const item = await floor.freshItem();
    const { id } = await floor.number(channel, item.sku);
    const [listing] = await sql<{ id: string }>(
      "update listing set link_state = 'proposed', go_live = 'watching' where quantity_id = $1 returning id",
      [id],
    );
    await sql("delete from component where listing_id = $1", [listing?.id]);
    await sql("update channel_quantity set target = null, no_target = 'not-linked' where id = $1", [id]);
    return { ...item, listingId: listing?.id ?? "", quantityId: id };
  }
  const rowOf = async (listingId: string, tab: MatchingTab = "proposed") => {
    const view = await matchingView(rig.web, rig.sellerId, { tab, search: "", connectionId: null, cursor: null });
    return view.rows.find((row) => row.id === listingId);
  };
  const cards = () => sql<{ n: number }>("select count(*)::int as n from alert where kind = 'unlinked-sale' and closed_at is null");

  it("says what follows; taken with its sales, the others follow after a look and it is written to by nobody", async () => {
    const mine = await proposed("ebay");
    const order = await floor.order("ebay", mine.sku, 2);
    await rig.until(async () => (await rowOf(mine.listingId))?.sold === 2);
    expect(await rowOf(mine.listingId)).toMatchObject({ sku: mine.sku, twins: 0, item: { id: mine.itemId, available: mine.start } });
    const wished = await wishLinks(rig.web, who(), { listingIds: [mine.listingId], count: true });
    if (wished.outcome !== "plan") throw new Error("it was not shown first");
    const view = await opened(wished.previewId);
    expect(view.rows.map((row) => [row.channel, row.before, row.after]).sort()).toEqual(
      (["etsy", "shopify", "woocommerce"] as const).map((channel) => [channel, mine.start, mine.start - 2]),
    );
    expect(await approvePlan(rig.web, { ...who(), previewId: view.id, hash: view.hash, excluded: [] })).toEqual({ outcome: "approved" });
    await rig.settle();
    expect(await rig.shown(mine.sku)).toEqual(all(mine.start - 2));
    expect((await floor.journal("ebay", mine.sku)).filter((entry) => entry.by === "api")).toEqual([]);
    expect(await rowOf(mine.listingId)).toBeUndefined();
    expect(await cards()).toEqual([{ n: 0 }]);
    // What becomes of the order from now on is booked like that of any other.
    await rig.control("POST", `/ebay/orders/${order}/fulfil`, {});
    const levels = () => sql<{ h: number; r: number }>("select on_hand as h, reserved as r from stock_item where id = $1", [mine.itemId]);
    await rig.until(async () => (await levels())[0]?.r === 0);
    expect(await levels()).toEqual([{ h: mine.start - 2, r: 0 }]);
    await rig.settle();
    expect(await floor.wrongLevels()).toBe(0);
  });

  it("is taken at once where nothing is counted, turned down or proposed again, one and many; never by another seller", async () => {
    const [one, two] = [await proposed("ebay"), await proposed("etsy")];
    const stranger = { sellerId: SELLER_B, actorKey: "demo" };
    expect(await wishLinks(rig.web, stranger, { listingIds: [one.listingId], count: true })).toEqual({ outcome: "linked", listings: 0 });
    expect(await turnDown(rig.web, stranger, { listingIds: [one.listingId], to: "refused" })).toBe(0);
    expect(await turnDown(rig.web, who(), { listingIds: [one.listingId], to: "refused" })).toBe(1);
    expect(await wishLinks(rig.web, who(), { listingIds: [one.listingId], count: false })).toEqual({ outcome: "linked", listings: 0 });
    expect((await rowOf(one.listingId, "refused"))?.sku).toBe(one.sku);
    expect(await turnDown(rig.web, who(), { listingIds: [one.listingId], to: "proposed" })).toBe(1);
    const ids = [one.listingId, two.listingId];
    expect(await wishLinks(rig.web, who(), { listingIds: ids, count: true })).toEqual({ outcome: "linked", listings: 2 });
    expect(await sql("select distinct link_state as l, go_live::text as g from listing where id = any($1)", [ids])).toEqual([
      { l: "linked", g: "watching" },
    ]);
    await adjustStock(rig.web, { ...who(), itemId: one.itemId, by: 1, note: "" });
    await rig.settle();
    expect(await rig.shown(one.sku)).toEqual({ ...all(one.start + 1), ebay: one.start });
  });
});

describe("lowerings as differences at WooCommerce", () => {
  const wish = () => ({ ...who(), connectionId: rig.connections.woocommerce });
  const offered = async () => (await channelView(rig.web, rig.sellerId, rig.connections.woocommerce))?.differences;
  const bodies: string[] = [];
  /** The bodies of the changing calls that leave for the shop from now on. */
  const watch = () => {
    const { http } = rig.house;
    bodies.length = 0;
    rig.house.http = (request) => {
      if (request.method === "POST" && /products\/(?:\d+\/variations\/)?batch/.test(request.url)) bodies.push(String(request.body));
      return http(request);
    };
    return () => {
      rig.house.http = http;
    };
  };

  /** A product of its own: differences of variations are another choice. */
  const plainItem = async () => {
    for (let n = 0; n < 8; n++) {
      const item = await floor.freshItem();
      const { id } = await floor.number("woocommerce", item.sku);
      const [listing] = await sql<{ parent: string | null }>("select external_parent_id as parent from listing where quantity_id = $1", [
        id,
      ]);
      if (listing?.parent === null) return item;
    }
    throw new Error("no plain product is left");
  };

  it("are chosen, sent once, and after a lost answer never again: what follows is the number itself", async () => {
    await sql(`update connection set settings = settings || '{"timings": {"lateWriteMs": 800}}' where id = $1`, [
      rig.connections.woocommerce,
    ]);
    expect(await offered()).toBe("offered");
    expect(await chooseWriting(rig.web, { ...wish(), sellerId: SELLER_B, way: "differences" })).toBe(false);
    expect(await chooseWriting(rig.web, { ...wish(), connectionId: rig.connections.etsy, way: "differences" })).toBe(false);
    expect(await chooseWriting(rig.web, { ...wish(), way: "differences" })).toBe(true);
    expect(await offered()).toBe("chosen");
    const { sku, start } = await plainItem();
    const done = watch();
    await floor.order("shopify", sku, 1);
    await floor.comesTo(sku, start - 1);
    expect(bodies.map((body) => /inventory_delta":-1|stock_quantity/.exec(body)?.[0])).toEqual(['inventory_delta":-1']);

    await floor.faults("woocommerce", { api: { lostReply: 1 } });
    await floor.order("shopify", sku, 2);
    await rig.until(async () => (await floor.number("woocommerce", sku)).late_to !== null);
    await floor.faults("woocommerce", {});
    await floor.order("shopify", sku, 1);
    await floor.comesTo(sku, start - 4);
    done();
    const mine = (await floor.journal("woocommerce", sku)).filter((line) => line.by === "api").map(({ from, to }) => from - to);
    // The lost one counted, once; nothing was taken off twice and nothing put back.
    expect(mine).toEqual([1, 2, 1]);
  });

  it("are given up where the shop ignores one, and the seller is told", async () => {
    const { sku, start } = await plainItem();
    const real = rig.house.channels;
    const text = "ignored";
    rig.house.channels = {
      ...real,
      woocommerce: {
        ...real.woocommerce,
        setStock: async (context, writes, gate) =>
          context.settings.differencesIgnored === true
            ? real.woocommerce.setStock(context, writes, gate)
            : [...(await gate(writes.map(({ key, readAt }) => ({ key, readAt }))))].map((key) => ({
                ...{ key, outcome: "rejected", code: DIFFERENCES_IGNORED, text, who: "us" },
              })),
      },
    };
    await floor.order("shopify", sku, 1);
    await rig.until(async () => (await offered()) === null);
    rig.house.channels = real;
    await floor.comesTo(sku, start - 1);
    expect(await sql("select kind from alert where kind = 'differences-ignored' and closed_at is null")).toHaveLength(1);
    expect(await chooseWriting(rig.web, { ...wish(), way: "differences" })).toBe(false);
  });
});
