import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ChannelError } from "#app/channels/errors.ts";
import type { Channel, ListingPage } from "#app/channels/port.ts";
import { findConnection } from "#app/data/connections.server.ts";
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { approvePlan } from "#app/flows/approve-plan.server.ts";
import { approvePreview } from "#app/flows/approve-preview.server.ts";
import { beginCounting } from "#app/flows/begin-counting.server.ts";
import { importListings } from "#app/flows/import-listings.server.ts";
import { linkBySku } from "#app/flows/link-listings.server.ts";
import { noteListingHints } from "#app/flows/listing-hints.server.ts";
import { openPlan } from "#app/flows/open-plan.server.ts";
import { previewGoLive } from "#app/flows/preview-go-live.server.ts";
import { channelView } from "#app/views/channels.server.ts";
import { planView } from "#app/views/plan.server.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { endFaults, shopFloor } from "./shop-floor.ts";

let rig: Rig;
const floor = shopFloor(() => rig);
beforeAll(async () => {
  rig = await startRig({ items: 30, seed: 41 });
  await rig.settle();
}, 60_000);
afterAll(() => rig.stop());
afterEach(async () => {
  rig.house.channels = real;
  await endFaults(floor);
  await sql("update alert set closed_at = clock_timestamp() where closed_at is null");
});

let real: Rig["house"]["channels"];
beforeAll(() => {
  real = rig.house.channels;
});

const sql = <T extends object>(text: string, values: unknown[] = []) => rig.house.db.plain.query<T>(text, values);
const alerts = (kind: string) =>
  sql<{ text: string; count: number }>("select text, count from alert where kind = $1 and closed_at is null", [kind]);
const add = (channel: ChannelName, sku: string, quantity = 5) =>
  rig.control<{ id: string }>("POST", `/${channel}/listings`, { sku, title: `Extra ${sku}`, quantity, price: 9.5 });
const remove = async (channel: ChannelName, sku: string) => {
  const answer = await fetch(`${rig.sandbox.origin}/control/${channel}/listings/${encodeURIComponent(sku)}`, { method: "DELETE" });
  expect(answer.status).toBeLessThan(300);
};
/** A whole look of our own; a webhook may have sent the worker on one that is still under way. */
const look = (channel: ChannelName) => rig.until(async () => (await importListings(rig.house, rig.connections[channel])) !== null, 20_000);
type Known = { id: string; linkState: string; goLive: string; state: string; target: number | null; quantityId: string; items: string[] };
const known = (channel: ChannelName, sku: string) =>
  sql<Known>(
    `select l.id, l.link_state as "linkState", l.go_live::text as "goLive", l.state, q.target, q.id as "quantityId",
       array(select c.item_id::text from component c where c.listing_id = l.id) as items
     from listing l join channel_quantity q on q.id = l.quantity_id where l.connection_id = $1 and l.sku = $2 order by l.first_seen_at, l.id`,
    [rig.connections[channel], sku],
  );
/** The channel as it would be with another list and other readings; the platform itself stays as it is. */
function pretend(channel: ChannelName, more: (channel: Channel) => Partial<Channel>): void {
  rig.house.channels = { ...real, [channel]: { ...real[channel], ...more(real[channel]) } };
}
const listingsOf = (change: (page: ListingPage) => ListingPage) => (channel: Channel) => ({
  listListings: async (...asked: Parameters<Channel["listListings"]>) => change(await channel.listListings(...asked)),
});

describe.each(CHANNELS)("what a later look at %s shows", (channel) => {
  const other = channel === "woocommerce" ? "shopify" : "woocommerce";

  it("a new listing with a known SKU is proposed and never written; one that nobody knows stays unlinked", async () => {
    const sku = `KNOWN-${channel}`;
    await add(other, sku, 7);
    await look(other);
    await linkBySku(rig.house, rig.sellerId, "demo", [], rig.connections[other]);
    await add(channel, sku);
    await add(channel, `STRANGE-${channel}`);
    const since = await floor.lastCall(channel);
    await look(channel);
    expect(await known(channel, sku)).toMatchObject([{ linkState: "proposed", goLive: "watching", target: null, items: [] }]);
    expect(await known(channel, `STRANGE-${channel}`)).toMatchObject([{ linkState: "unlinked", target: null }]);
    expect(await alerts("new-listings")).toEqual([{ text: expect.stringContaining(`Extra ${sku}`), count: 1 }]);
    await look(channel);
    await floor.sweeps(2);
    expect((await floor.calls(channel, since)).filter((c) => c.changes)).toEqual([]);
    expect((await alerts("new-listings"))[0]?.count).toBe(1);
  });

  it("an empty or shortened list removes nothing; a listing that is gone is proved gone", async () => {
    const sku = `GOING-${channel}`;
    await add(channel, sku);
    await look(channel);
    const states = () => sql("select external_id, state from listing where connection_id = $1 order by 1", [rig.connections[channel]]);
    const before = await states();
    pretend(
      channel,
      listingsOf((page) => ({ ...page, listings: page.listings.slice(1) })),
    );
    await look(channel);
    pretend(
      channel,
      listingsOf(() => ({ listings: [], nextPage: null, total: null })),
    );
    await look(channel);
    await floor.sweeps(2);
    await rig.settle();
    expect(await states()).toEqual(before);
    rig.house.channels = real;
    await remove(channel, sku);
    await look(channel);
    expect(["missing", "ended", "inactive"]).toContain((await known(channel, sku))[0]?.state);
    expect(await alerts("vanished")).toEqual([]);
  });

  it("another SKU on a linked listing is a card, and its link stays", async () => {
    const { sku } = await floor.freshItem();
    const before = await known(channel, sku);
    expect(before).toHaveLength(1);
    const other = (page: ListingPage) => ({ ...page, listings: page.listings.map((l) => (l.sku === sku ? { ...l, sku: `${sku}-X` } : l)) });
    pretend(channel, listingsOf(other));
    await look(channel);
    await look(channel);
    expect(await known(channel, `${sku}-X`)).toMatchObject([{ linkState: "linked", items: before[0]!.items, goLive: "live" }]);
    expect(await alerts("sku-changed")).toEqual([{ text: expect.stringContaining(`${sku}-X`), count: 1 }]);
    rig.house.channels = real;
    await look(channel);
    expect(await alerts("sku-changed")).toEqual([]);
  });

  it("one that was gone and is back waits for a new preview", async () => {
    const { sku, start } = await floor.freshItem();
    const [mine] = await known(channel, sku);
    const [row] = await sql<{ key: string }>("select key from channel_quantity where id = $1", [mine!.quantityId]);
    const hidden = (page: ListingPage) => ({ ...page, listings: page.listings.filter((l) => l.sku !== sku) });
    pretend(channel, (whole) => ({
      ...listingsOf(hidden)(whole),
      readStock: async (...asked) =>
        (await whole.readStock(...asked)).map((r) => (r.key === row!.key ? { ...r, quantity: null, state: "missing" as const } : r)),
    }));
    await look(channel);
    await rig.until(async () => (await known(channel, sku))[0]?.target === null);
    expect(await alerts("vanished")).toHaveLength(1);
    rig.house.channels = real;
    const since = await floor.lastCall(channel);
    await look(channel);
    expect(await alerts("vanished")).toEqual([]);
    expect(await alerts("came-back")).toEqual([{ text: expect.stringContaining("new preview"), count: 1 }]);
    expect(await known(channel, sku)).toMatchObject([{ goLive: "watching", target: null, state: "active" }]);
    await floor.order(other, sku, 1);
    await rig.until(async () => (await rig.shown(sku))[other] === start - 1);
    expect((await floor.calls(channel, since)).filter((c) => c.changes)).toEqual([]);
    await rig.settle();
    const wish = { sellerId: rig.sellerId, connectionId: rig.connections[channel], actorKey: "demo" };
    const previewId = await previewGoLive(rig.house, wish);
    const [preview] = await sql<{ hash: string }>("select hash from preview where id = $1", [previewId]);
    expect(await approvePreview(rig.house, { ...wish, previewId, hash: preview!.hash, excluded: [] })).toEqual({ outcome: "approved" });
    await floor.comesTo(sku, start - 1);
    expect(await alerts("came-back")).toEqual([]);
  });
});

describe.each(["shopify", "etsy", "woocommerce"] as const)("a delivery about a known listing of %s", (channel) => {
  const connection = async () => (await findConnection(rig.house.db.plain, rig.connections[channel]))!;
  const wishes = () => sql("select name from wanted_look where connection_id = $1", [rig.connections[channel]]);

  it("has that listing read by name soon, once for all that came meanwhile; what says nothing new costs nothing", async () => {
    const { sku } = await floor.freshItem();
    const [row] = await sql<{ id: string; external: string; parent: string | null; title: string; begun: Date }>(
      `select l.id, l.external_id as external, l.external_parent_id as parent, coalesce(l.parent_title, l.title) as title, f.cursor as begun
       from listing l join feed f on f.connection_id = l.connection_id and f.kind = 'listings' where l.connection_id = $1 and l.sku = $2`,
      [rig.connections[channel], sku],
    );
    const { id, external, parent, title, begun } = row!;
    const event = { type: "listing-changed", listingExternalId: channel === "shopify" ? null : external, parentId: parent } as const;
    await noteListingHints(rig.house, await connection(), [{ ...event, told: { title, skus: [sku], onSale: true } }]);
    expect(await wishes()).toEqual([]);

    await sql("update listing set title = 'Another title' where id = $1", [id]);
    let asked = 0;
    pretend(channel, (whole) => ({
      readNamed: async (context, names) => {
        asked += names.length;
        return (await whole.readNamed?.(context, names)) ?? [];
      },
    }));
    await noteListingHints(rig.house, await connection(), [event]);
    await noteListingHints(rig.house, await connection(), [{ ...event, told: { title: "New", skus: [sku], onSale: true } }, event]);
    await rig.until(async () => (await sql("select 1 from listing where id = $1 and title <> 'Another title'", [id])).length === 1);
    expect({ wishes: await wishes(), asked }).toEqual({ wishes: [], asked: 1 });
    const [feed] = await sql<{ begun: Date }>("select cursor as begun from feed where connection_id = $1 and kind = 'listings'", [
      rig.connections[channel],
    ]);
    expect(feed!.begun).toEqual(begun);
  });

  it("waits while the channel refuses, and is not forgotten", async () => {
    const { sku } = await floor.freshItem();
    const [row] = await sql<{ name: string }>(
      "select coalesce(external_parent_id, external_id) as name from listing where connection_id = $1 and sku = $2",
      [rig.connections[channel], sku],
    );
    let tries = 0;
    pretend(channel, (whole) => ({
      readNamed: async (context, names) => {
        if (++tries === 1) throw new ChannelError("unavailable", "not now");
        return (await whole.readNamed?.(context, names)) ?? [];
      },
    }));
    await noteListingHints(rig.house, await connection(), [{ type: "listing-changed", listingExternalId: null, parentId: row!.name }]);
    await rig.until(async () => tries === 2 && (await wishes()).length === 0, 20_000);
    expect(tries).toBe(2);
  });
});

describe("a channel that does not list all it has", () => {
  it("makes nothing vanish; the seller hears how many nobody here knows, until the list is whole again", async () => {
    const { sku } = await floor.freshItem();
    const [mine] = await known("etsy", sku);
    const [{ n = 0 } = {}] = await sql<{ n: number }>(
      "select count(distinct coalesce(external_parent_id, external_id))::int as n from listing where connection_id = $1 and state <> 'missing'",
      [rig.connections.etsy],
    );
    pretend(
      "etsy",
      listingsOf((page) => ({
        ...page,
        listings: page.listings.filter((l) => l.sku !== sku),
        total: n + 3,
        ...(page.nextPage === null ? { cut: "Use sections." } : {}),
      })),
    );
    const doubtAt = () => sql("select doubt_at from channel_quantity where id = $1", [mine!.quantityId]);
    const before = await doubtAt();
    await look("etsy");
    expect(await doubtAt()).toEqual(before);
    expect(await alerts("vanished")).toEqual([]);
    expect(await alerts("hidden-listings")).toEqual([
      { text: expect.stringMatching(/1 of the others is known.* 3 are not known here.*Use sections\./), count: 1 },
    ]);
    rig.house.channels = real;
    await look("etsy");
    expect(await alerts("hidden-listings")).toEqual([]);
    expect(await known("etsy", sku)).toMatchObject([{ state: "active", goLive: "live" }]);
  });
});

describe("an eBay listing that is relisted", () => {
  /** Of those that stand alone in an old-style listing, which eBay can relist. */
  const plain = async () => {
    const { sku, start } = await floor.freshItem();
    const [row] = await sql<{ key: string; listings: number }>(
      "select q.key, (select count(*)::int from listing l where l.external_parent_id is null and l.quantity_id = q.id) as listings from channel_quantity q join listing l on l.quantity_id = q.id where l.connection_id = $1 and l.sku = $2",
      [rig.connections.ebay, sku],
    );
    return row?.key.startsWith("t:") && row.listings === 1 ? { sku, start } : null;
  };
  const onePlain = async () => {
    for (let n = 0; n < 8; n++) {
      const found = await plain();
      if (found) return found;
    }
    throw new Error("no plain eBay listing is left");
  };

  it("before anybody noticed: its number, link and going live go on under the new id", async () => {
    const { sku, start } = await onePlain();
    const [old] = await known("ebay", sku);
    await remove("ebay", sku);
    await add("ebay", sku, start);
    await look("ebay");
    await rig.until(async () => (await known("ebay", sku)).some((l) => l.id !== old!.id && l.linkState === "linked"));
    await rig.settle();
    const [gone, heir] = await known("ebay", sku);
    expect(heir).toMatchObject({ quantityId: old!.quantityId, items: old!.items, goLive: "live", target: start });
    expect(gone).toMatchObject({ id: old!.id, state: "ended", goLive: "ignored" });
    expect(await alerts("vanished")).toEqual([]);
    await floor.order("ebay", sku, 1);
    await rig.until(async () => (await rig.available(sku)) === start - 1);
    await rig.settle();
    // The world lists the ended one beside its heir; the other three follow the sale.
    expect(await rig.shown(sku)).toMatchObject({ shopify: start - 1, etsy: start - 1, woocommerce: start - 1 });
    await look("ebay");
    expect((await known("ebay", sku))[1]).toMatchObject({ quantityId: old!.quantityId, linkState: "linked" });
    expect(await alerts("unlinked-sale")).toEqual([]);
  });

  it("after it was said to be gone: the link is inherited and a preview asked for", async () => {
    const { sku, start } = await onePlain();
    const [old] = await known("ebay", sku);
    await remove("ebay", sku);
    await rig.until(async () => (await alerts("vanished")).length === 1);
    await add("ebay", sku, start);
    const since = await floor.lastCall("ebay");
    await look("ebay");
    expect((await known("ebay", sku))[1]).toMatchObject({ items: old!.items, linkState: "linked", goLive: "watching", target: null });
    expect(await alerts("came-back")).toHaveLength(1);
    expect(await alerts("vanished")).toEqual([]);
    expect(await alerts("new-listings")).toEqual([]);
    await floor.sweeps(1);
    expect((await floor.calls("ebay", since)).filter((c) => c.changes)).toEqual([]);
  });
});

it("a variant that Shopify keeps no number for begins to have one by an approved plan, joins by a look, and then goes live like any other", async () => {
  const sku = "NEW-UNSTOCKED";
  const connectionId = rig.connections.shopify;
  const who = { sellerId: rig.sellerId, actorKey: "demo" };
  await look("shopify");
  await linkBySku(rig.house, rig.sellerId, "demo", [], connectionId);
  const [before] = await known("shopify", sku);
  expect(before).toMatchObject({ linkState: "linked", state: "untracked", target: null });
  await adjustStock(rig.house, { ...who, itemId: before!.items[0]!, setTo: 7, note: "test" });
  const problem = async () => (await channelView(rig.house, rig.sellerId, connectionId))?.problems.find((p) => p.kind === "not-stocked");
  expect(await problem()).toMatchObject({ countable: 2, asked: 0, refused: [] });

  const previewId = await openPlan(rig.house, { ...who, kind: "counting", plan: { connectionId, reason: "not-stocked" } });
  await rig.until(async () => (await planView(rig.house, rig.sellerId, previewId, null))?.state === "open");
  const plan = await planView(rig.house, rig.sellerId, previewId, null);
  expect(plan?.rows.find((r) => r.sku === sku)).toMatchObject({ before: null, after: 7, change: "from-zero" });
  expect(plan?.rows.map((r) => r.sku).sort()).toEqual([sku, "PARTNER-MUG"]);

  // Paused after the yes: the wish stands, nothing is sent.
  await sql("update connection set paused_at = clock_timestamp() where id = $1", [connectionId]);
  const approval = { ...who, previewId, hash: plan!.hash, excluded: [] };
  const since = await floor.lastCall("shopify");
  expect(await approvePlan(rig.house, approval)).toMatchObject({ outcome: "approved" });
  await beginCounting(rig.house, connectionId);
  await floor.sweeps(2);
  const sent = async () => (await floor.calls("shopify", since)).filter((c) => c.changes).map((c) => c.operation);
  expect(await sent()).toEqual([]);
  expect(await problem()).toMatchObject({ countable: 0, asked: 2 });

  await sql("update connection set paused_at = null where id = $1", [connectionId]);
  await rig.until(async () => (await known("shopify", sku))[0]?.state === "active");
  await rig.settle();
  expect(await sent()).toEqual(["inventoryActivate"]);
  // Nothing is raised by it: the place begins at zero, and the listing is only watched.
  expect(await rig.shown(sku)).toMatchObject({ shopify: 0 });
  expect((await known("shopify", sku))[0]).toMatchObject({ goLive: "watching", target: null });
  // What a fulfilment service ships stays as it is, and says why.
  const refused = [{ title: expect.any(String), text: expect.stringContaining("fulfilment service") }];
  expect(await problem()).toMatchObject({ count: 1, countable: 1, asked: 0, refused });
  const done = await planView(rig.house, rig.sellerId, previewId, null);
  expect(done?.progress).toEqual({ sent: 2, done: 1 });
  expect(done?.rows.find((r) => r.sku === sku)).toMatchObject({ dirty: false, failureText: null });
  expect(done?.rows.find((r) => r.sku === "PARTNER-MUG")).toMatchObject({ dirty: false, failureText: refused[0]!.text });
  const audit = await sql("select actor_key, facts from audit_event where action = 'begin.counting' and subject = $1", [
    before!.quantityId,
  ]);
  expect(audit).toEqual([{ actor_key: "demo", facts: { outcome: "counting" } }]);

  const live = await previewGoLive(rig.house, { ...who, connectionId });
  const [row] = await sql<{ hash: string }>("select hash from preview where id = $1", [live]);
  await approvePreview(rig.house, { ...who, previewId: live, hash: row!.hash, excluded: [] });
  await rig.until(async () => (await rig.shown(sku)).shopify === 7);
}, 30_000);
