/** Leaving a channel by a plan, and coming back: over HTTP against the sandbox, judged by its journal. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findMove } from "#app/data/moves.server.ts";
import { DEMO_TIMINGS } from "#app/demo/demo-timings.ts";
import { grantOf } from "#app/demo/sandbox-door.server.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import type { LeavePlan } from "#app/domain/leave-plan.ts";
import { type Rig, startRig } from "#app/testing/rig.server.ts";
import { approvePreview } from "./approve-preview.server.ts";
import { keepHere, requestMove, withdrawMove } from "./ask-for-move.server.ts";
import { cancelLeaving } from "./cancel-leaving.server.ts";
import { carryOutMove } from "./carry-out-move.server.ts";
import { connectAccount } from "./connect-account.server.ts";
import { disconnectAccount } from "./disconnect-account.server.ts";
import { finishLeaving } from "./finish-leaving.server.ts";
import { openSealedGrant, sealGrant } from "./offer-move.server.ts";
import { previewGoLive } from "./preview-go-live.server.ts";
import { previewLeave } from "./preview-leave.server.ts";
import { proveMove } from "./prove-move.server.ts";
import { setupWebhooks } from "./setup-webhooks.server.ts";

let rig: Rig;
/** The next crash point of this name throws once. */
let crashAt: string | null = null;
beforeAll(async () => {
  rig = await startRig({
    items: 6,
    seed: 41,
    crashPoint: (name) => {
      if (name !== crashAt) return;
      crashAt = null;
      throw new Error(`crash at ${name}`);
    },
  });
  await rig.settle();
}, 120_000);
afterAll(() => rig?.stop());

type Entry = { n: number; sku: string; from: number; to: number; by: "api" | "order" | "hand" };
type Line = { sku: string | null; number: number | null; wanted: number | null; why: string | null };

const sql = <T extends object>(text: string, values: unknown[] = []) => rig.house.db.plain.query<T>(text, values);
const who = (channel: ChannelName) => ({ sellerId: rig.sellerId, actorKey: "person:anna", connectionId: rig.connections[channel] });
const journal = (channel: ChannelName, since: number) => rig.control<Entry[]>("GET", `/${channel}/journal?since=${since}`);
const newest = async (channel: ChannelName) => Math.max(0, ...(await journal(channel, 0)).map((e) => e.n));
const byApi = async (channel: ChannelName, since: number) => (await journal(channel, since)).filter((e) => e.by === "api");
const lifecycle = async (channel: ChannelName) =>
  (await sql<{ l: string }>(`select lifecycle::text as l from connection where id = $1`, [rig.connections[channel]]))[0]?.l;
/** And nothing of its leaving is left to be done. */
const becomes = (channel: ChannelName, wanted: string) =>
  rig.until(
    async () => (await lifecycle(channel)) === wanted && (await sql(`select from leaving where ended_at is null`)).length === 0,
    20_000,
  );

async function preview(channel: ChannelName, plan: Exclude<LeavePlan, "keep">) {
  const id = await previewLeave(rig.web, { ...who(channel), plan });
  if (id === null) return null;
  const [row] = await sql<{ hash: string }>(`select hash from preview where id = $1`, [id]);
  return { id, hash: row?.hash ?? "" };
}
async function approve(channel: ChannelName, shown: { id: string; hash: string } | null, excluded: string[] = []) {
  return approvePreview(rig.web, { ...who(channel), previewId: shown?.id ?? "", hash: shown?.hash ?? "", excluded });
}
async function statement(channel: ChannelName) {
  const [leaving] = await sql<{ id: string; plan: string; outcome: string; facts: Record<string, unknown> }>(
    `select id, plan, outcome, facts from leaving where connection_id = $1 order by began_at desc limit 1`,
    [rig.connections[channel]],
  );
  const lines = await sql<Line>(`select sku, number, wanted, why from left_number where leaving_id = $1 order by sku`, [leaving?.id]);
  return { ...leaving, lines };
}
/** The same account again, through preview and approval back to live. */
async function comeBack(channel: ChannelName): Promise<void> {
  const grant = await grantOf(rig.sandbox.origin, channel, 1);
  const { credentials, expiresAt, refreshExpiresAt, address, externalId } = grant;
  const connected = await connectAccount(rig.house, {
    ...{ ...who(channel), channel, credentials, expiresAt, refreshExpiresAt, address, externalId },
    ...{ consentVersion: "test", settings: { timings: DEMO_TIMINGS } },
  });
  expect(connected).toEqual({ outcome: "reconnected", connectionId: rig.connections[channel] });
  await setupWebhooks(rig.house, rig.connections[channel]);
  let previewId = await previewGoLive(rig.house, who(channel));
  for (let look = 0; look < 5; look++) {
    const [row] = await sql<{ hash: string }>(`select hash from preview where id = $1`, [previewId]);
    const approved = await approvePreview(rig.house, { ...who(channel), previewId, hash: row?.hash ?? "", excluded: [] });
    if (approved.outcome === "approved") return rig.settle();
    if (approved.outcome === "changed") previewId = approved.previewId;
  }
  throw new Error("the preview kept changing");
}
const plentiful = async (channel: ChannelName, n = 1) => {
  const rows = await sql<{ sku: string; available: number }>(
    `select i.sku, i.on_hand - i.reserved as available from stock_item i join component c on c.item_id = i.id join listing l on l.id = c.listing_id
     where l.connection_id = $1 and i.on_hand - i.reserved > 5 and c.units = 1
       and (select count(*) from component p join listing k on k.id = p.listing_id where p.item_id = i.id and p.units = 1) = 4
       and (select count(*) from component p where p.item_id = i.id) = 4 order by i.sku`,
    [rig.connections[channel]],
  );
  const row = rows[n - 1];
  if (!row) throw new Error("no such item");
  return row;
};

describe("zero", () => {
  it.each(["etsy", "woocommerce"] as const)(
    "on %s: nothing before the yes, 0 everywhere after it, and only then is it left",
    async (channel) => {
      const start = await newest(channel);
      const { sku } = await plentiful(channel);
      const others = await rig.shown(sku);
      const shown = await preview(channel, "zero");
      await rig.settle();
      expect(await byApi(channel, start)).toEqual([]);
      expect(await approve(channel, { id: shown?.id ?? "", hash: "another" })).toMatchObject({ outcome: "changed" });
      expect([await lifecycle(channel), await byApi(channel, start)]).toEqual(["live", []]);

      expect(await approve(channel, await preview(channel, "zero"))).toEqual({ outcome: "approved" });
      await becomes(channel, "disconnected");
      const written = await byApi(channel, start);
      expect(written.length).toBeGreaterThan(3);
      expect(written.filter((e) => e.to !== 0)).toEqual([]);
      const { lines, outcome, facts } = await statement(channel);
      expect(outcome).toBe("left");
      const planned = lines.filter((l) => l.wanted !== null);
      expect(planned.length).toBeGreaterThan(3);
      expect(planned.filter((l) => l.number !== 0 || l.why !== null)).toEqual([]);
      expect(await rig.shown(sku)).toEqual({ ...others, [channel]: 0 });
      if (channel === "woocommerce") expect(facts).toMatchObject({ webhooksRemoved: 6, webhooksLeft: 0 });
      expect(await sql(`select from connection_secret where connection_id = $1`, [rig.connections[channel]])).toEqual([]);
      // What was deactivated by us is known to be, for the day of the return.
      if (channel === "etsy")
        expect(
          (await sql(`select from channel_quantity where connection_id = $1 and off_by_us`, [rig.connections.etsy])).length,
        ).toBeGreaterThan(0);
      await comeBack(channel);
      expect((await rig.shown(sku))[channel]).toBe(others[channel]);
    },
  );

  it("rows left out keep their number", async () => {
    const { sku } = await plentiful("woocommerce");
    const before = (await rig.shown(sku)).woocommerce;
    const [row] = await sql<{ id: string }>(`select quantity_id as id from listing where connection_id = $1 and sku = $2`, [
      rig.connections.woocommerce,
      sku,
    ]);
    expect(await approve("woocommerce", await preview("woocommerce", "zero"), [row?.id ?? ""])).toEqual({ outcome: "approved" });
    await becomes("woocommerce", "disconnected");
    expect((await rig.shown(sku)).woocommerce).toBe(before);
    expect((await statement("woocommerce")).lines.find((l) => l.sku === sku)).toMatchObject({ number: before, wanted: null, why: null });
    await comeBack("woocommerce");
  });
});

describe("freeze", () => {
  it("gives each listing the formula's number of the yes; a sale elsewhere meanwhile lowers it, its cancelling does not raise it", async () => {
    const [sold, grown] = [await plentiful("shopify", 1), await plentiful("shopify", 2)];
    // Held up on the way, so that the world goes on while it is left.
    await sql(`update connection set quiet_until = clock_timestamp() + interval '1 h' where id = $1`, [rig.connections.woocommerce]);
    await rig.control("POST", "/shopify/orders", { lines: [{ sku: sold.sku, quantity: 1 }] });
    await rig.until(async () => (await rig.available(sold.sku)) === sold.available - 1);
    const start = await newest("woocommerce");
    expect(await approve("woocommerce", await preview("woocommerce", "freeze"))).toEqual({ outcome: "approved" });
    const order = await rig.control<{ id: string }>("POST", "/shopify/orders", { lines: [{ sku: sold.sku, quantity: 2 }] });
    await rig.until(async () => (await rig.available(sold.sku)) === sold.available - 3);
    await rig.control("POST", `/shopify/orders/${encodeURIComponent(order.id)}/cancel`, { restock: true });
    await rig.until(async () => (await rig.available(sold.sku)) === sold.available - 1);
    await sql(`update stock_item set on_hand = on_hand + 4 where seller_id = $1 and sku = $2`, [rig.sellerId, grown.sku]);
    await rig.control("POST", "/ebay/orders", { lines: [{ sku: grown.sku, quantity: 1 }] });
    await rig.until(async () => (await rig.available(grown.sku)) === grown.available + 3);
    expect([await lifecycle("woocommerce"), await byApi("woocommerce", start)]).toEqual(["leaving", []]);
    await sql(`update connection set quiet_until = null where id = $1`, [rig.connections.woocommerce]);
    await becomes("woocommerce", "disconnected");
    const shown = await rig.shown(sold.sku);
    expect(shown.woocommerce).toBe(sold.available - 3);
    expect((await rig.shown(grown.sku)).woocommerce).toBe(grown.available);
    expect((await byApi("woocommerce", start)).filter((e) => e.to > e.from)).toEqual([]);

    // No more: what is sold from here on does not reach it.
    await rig.control("POST", "/ebay/orders", { lines: [{ sku: sold.sku, quantity: 1 }] });
    await rig.until(async () => (await rig.available(sold.sku)) === sold.available - 2);
    await rig.settle();
    expect((await rig.shown(sold.sku)).woocommerce).toBe(sold.available - 3);
    await comeBack("woocommerce");
    expect((await rig.shown(sold.sku)).woocommerce).toBe(sold.available - 2);
  });
});

describe("time, crashes and second thoughts", () => {
  it("ends at its deadline, names what was not written, and writes nothing afterwards", async () => {
    const start = await newest("woocommerce");
    await rig.control("POST", "/woocommerce/faults", { api: { error5xx: 1 } });
    expect(await approve("woocommerce", await preview("woocommerce", "zero"))).toEqual({ outcome: "approved" });
    await finishLeaving(rig.house, rig.connections.woocommerce);
    expect(await lifecycle("woocommerce")).toBe("leaving");
    await rig.worker.stop();
    await sql(`update connection set leave_until = clock_timestamp() - interval '1 s' where id = $1`, [rig.connections.woocommerce]);
    await rig.control("POST", "/woocommerce/faults", {});
    await rig.worker.start();
    await becomes("woocommerce", "disconnected");
    const { lines, facts } = await statement("woocommerce");
    const late = lines.filter((l) => l.why !== null);
    expect(late.length).toBeGreaterThan(3);
    expect(facts?.notWritten).toBe(late.length);
    expect(late.every((l) => l.wanted === 0 && l.number !== 0)).toBe(true);
    expect(await byApi("woocommerce", start)).toEqual([]);
    await comeBack("woocommerce");
  });

  it("a worker killed before it destroyed the keys: its successor does, once", async () => {
    crashAt = "leave-before-destroy";
    expect(await disconnectAccount(rig.web, who("woocommerce"))).toBe(true);
    await becomes("woocommerce", "disconnected");
    expect(crashAt).toBeNull();
    const said = await sql(
      `select from audit_event a join leaving v on v.id::text = a.correlation_id where a.connection_id = $1 and a.action = 'disconnect.account' and v.ended_at is not null
         and v.began_at = (select max(began_at) from leaving where connection_id = $1)`,
      [rig.connections.woocommerce],
    );
    await rig.until(async () => (await sql(`select from leaving where ended_at is null`)).length === 0);
    expect(said.length).toBeLessThanOrEqual(1);
    expect((await statement("woocommerce")).plan).toBe("keep");
    await comeBack("woocommerce");
  });

  it("cancelled on the way, even with the webhooks down already: numbers and webhooks come back", async () => {
    const { sku } = await plentiful("woocommerce");
    const before = (await rig.shown(sku)).woocommerce;
    await rig.worker.stop();
    expect(await approve("woocommerce", await preview("woocommerce", "zero"))).toEqual({ outcome: "approved" });
    await sql(`update connection set leave_until = clock_timestamp() - interval '1 s' where id = $1`, [rig.connections.woocommerce]);
    crashAt = "leave-before-destroy";
    await expect(finishLeaving(rig.house, rig.connections.woocommerce)).rejects.toThrow("crash");
    expect(await cancelLeaving(rig.web, who("woocommerce"))).toBe(true);
    expect(await cancelLeaving(rig.web, who("woocommerce"))).toBe(false);
    await rig.worker.start();
    await rig.settle();
    expect([await lifecycle("woocommerce"), (await rig.shown(sku)).woocommerce]).toEqual(["live", before]);
    await rig.until(
      async () =>
        (await sql(`select from connection where id = $1 and webhook_facts <> '{}'::jsonb`, [rig.connections.woocommerce])).length === 1 &&
        (await sql(`select from leaving where outcome = 'cancelled' and webhooks is not null`)).length === 0,
    );
    await finishLeaving(rig.house, rig.connections.woocommerce);
    expect(await lifecycle("woocommerce")).toBe("live");
  });

  it("is not offered where nothing could be written, nor approved when that comes to be", async () => {
    const shown = await preview("ebay", "zero");
    await sql(`update connection set blind_since = clock_timestamp() where id = $1`, [rig.connections.ebay]);
    expect(await preview("ebay", "zero")).toBeNull();
    expect(await approve("ebay", shown)).toMatchObject({ outcome: "gone" });
    await sql(`update connection set blind_since = null where id = $1`, [rig.connections.ebay]);
    expect(await lifecycle("ebay")).toBe("live");
  });
});

describe("the other channels, and coming back", () => {
  it("the last units stay with their keeper until it is left, then go to the next in rank", async () => {
    const { sku, available } = await plentiful("ebay");
    const rank = [rig.connections.etsy, rig.connections.ebay];
    await sql(
      `insert into rule (id, seller_id, scope, last_units, last_rank, actor_key) values (gen_random_uuid(), $1, 'seller', 1, $2::jsonb, 'test')`,
      [rig.sellerId, JSON.stringify(rank)],
    );
    await rig.control("POST", "/shopify/orders", { lines: [{ sku, quantity: available - 1 }] });
    await rig.until(async () => (await rig.available(sku)) === 1);
    await rig.settle();
    expect(await rig.shown(sku)).toMatchObject({ etsy: 1, ebay: 0 });
    const start = await newest("ebay");
    expect(await approve("etsy", await preview("etsy", "zero"))).toEqual({ outcome: "approved" });
    await becomes("etsy", "disconnected");
    await rig.settle();
    expect(await rig.shown(sku)).toMatchObject({ etsy: 0, ebay: 1 });
    expect((await byApi("ebay", start)).filter((e) => e.sku === sku)).toMatchObject([{ from: 0, to: 1 }]);
    expect((await statement("etsy")).facts).toMatchObject({ reservedUnits: 0 });
    await sql(`update rule set replaced_at = clock_timestamp() where seller_id = $1`, [rig.sellerId]);
    await comeBack("etsy");
  });

  it.each(["ebay", "shopify"] as const)("units sold on %s while we were away are not revived", async (channel) => {
    const { sku, available } = await plentiful(channel);
    await disconnectAccount(rig.web, who(channel));
    await becomes(channel, "disconnected");
    if (channel === "ebay") expect((await statement("ebay")).facts).toMatchObject({ webhooksRemoved: 1, webhooksLeft: 0 });
    await rig.control("POST", `/${channel}/orders`, { lines: [{ sku, quantity: 3 }] });
    await rig.settle();
    expect(await rig.available(sku)).toBe(available);
    const start = await newest(channel);
    await comeBack(channel);
    await rig.until(async () => (await rig.available(sku)) === available - 3);
    await rig.settle();
    expect(Object.values(await rig.shown(sku))).toEqual([available - 3, available - 3, available - 3, available - 3]);
    expect((await byApi(channel, start)).filter((e) => e.sku === sku && e.to > e.from)).toEqual([]);
  });
});

describe("an account that another seller holds", () => {
  const asker = randomUUID();
  /** The asker has just proved that he can sign in to it. */
  const offer = async (channel: ChannelName): Promise<string> => {
    await rig.house.db.write(asker, (db) => db.query(`insert into seller (id, name) values ($1, 'Asker') on conflict do nothing`, [asker]));
    const { credentials, expiresAt, refreshExpiresAt, address, externalId } = await grantOf(rig.sandbox.origin, channel, 1);
    const answer = await connectAccount(rig.house, {
      ...{ sellerId: asker, actorKey: `person:${asker}`, channel, credentials, expiresAt, refreshExpiresAt, address, externalId },
      ...{ consentVersion: "test", settings: { timings: DEMO_TIMINGS } },
    });
    if (answer.outcome !== "refused" || answer.moveId === null) throw new Error("nothing was offered");
    expect(answer.text).not.toContain("Demo");
    return answer.moveId;
  };
  const wish = (moveId: string) => ({ sellerId: asker, actorKey: `person:${asker}`, moveId });
  const move = async (id: string) =>
    (
      await sql<{ state: string; sealed: string | null; hours: number; connectionId: string | null }>(
        `select state, sealed, (extract(epoch from due_at - asked_at) / 3600)::float8 as hours, connection_id as "connectionId" from move_request where id = $1`,
        [id],
      )
    )[0];
  const moveBecomes = (id: string, state: string) => rig.until(async () => (await move(id))?.state === state);
  const ask = async (channel: ChannelName, state = "asked") => {
    const id = await offer(channel);
    expect(await requestMove(rig.web, wish(id))).toBe(true);
    await moveBecomes(id, state);
    return id;
  };
  const alerts = (id: string) =>
    sql<{ text: string }>(`select text from alert where seller_id = $1 and key = $2 and closed_at is null`, [rig.sellerId, `move:${id}`]);
  const due = (id: string, when: string) =>
    rig.house.db.write(asker, async (db) => {
      await db.query(`update move_request set due_at = clock_timestamp() + $2::interval where id = $1`, [id, when]);
      await db.query(`update move_notice set due_at = clock_timestamp() + $2::interval where id = $1`, [id, when]);
    });

  it("is offered sealed, tells the holder nothing before it is asked for, and is destroyed when nobody asks", async () => {
    const id = await offer("ebay");
    expect((await move(id))?.sealed).toMatch(/^1\./);
    expect(await alerts(id)).toEqual([]);
    await expect(rig.web.db.write(asker, (db) => db.query(`select sealed from move_request`))).rejects.toThrow("permission denied");
    await sql(`update move_request set offered_until = clock_timestamp() - interval '1 s' where id = $1`, [id]);
    expect(await requestMove(rig.web, wish(id))).toBe(false);
    await moveBecomes(id, "dropped");
    expect((await move(id))?.sealed).toBeNull();
  });

  it("the holder is told of the account and the time, and keeps it with one word; a third request needs support", async () => {
    const id = await ask("ebay");
    expect((await move(id))?.hours).toBe(72);
    const [name] = await sql<{ name: string }>(`select name from connection where id = $1`, [rig.connections.ebay]);
    expect((await alerts(id))[0]?.text).toContain(name?.name);
    const mails = await sql<{ data: Record<string, string> }>(`select data from mail_outbox where seller_id = $1 and kind = 'move-asked'`, [
      rig.sellerId,
    ]);
    expect(mails.length).toBeGreaterThan(0);
    expect(mails[0]?.data).toMatchObject({ channel: "ebay", account: name?.name });
    expect(JSON.stringify(mails)).not.toContain(asker);
    expect(await requestMove(rig.web, wish(id))).toBe(false);
    expect(await keepHere(rig.web, { ...wish(id) })).toBe(false);
    await ask("ebay", "busy");
    expect(await keepHere(rig.web, { sellerId: rig.sellerId, actorKey: "person:anna", moveId: id })).toBe(true);
    await moveBecomes(id, "kept");
    expect([(await move(id))?.sealed, await alerts(id), await lifecycle("ebay")]).toEqual([null, [], "live"]);

    const second = await ask("ebay");
    expect(await withdrawMove(rig.web, wish(second))).toBe(true);
    await rig.until(async () => (await sql(`select from move_notice where id = $1 and state = 'void'`, [second])).length === 1);
    expect(await alerts(second)).toEqual([]);
    expect((await move(await ask("ebay", "support")))?.sealed).toBeNull();
  });

  it("a grant that died meanwhile moves nothing, and the asker is told to authorize again", async () => {
    const id = await ask("etsy");
    const old = await grantOf(rig.sandbox.origin, "etsy", 1);
    const dead = {
      credentials: { ...old.credentials, accessToken: "1.gone", refreshToken: "1.gone" },
      expiresAt: null,
      refreshExpiresAt: null,
    };
    await sql(`update move_request set sealed = $2 where id = $1`, [id, sealGrant(rig.house, id, dead)]);
    await due(id, "-1 s");
    await moveBecomes(id, "dead");
    expect([(await move(id))?.sealed, await alerts(id), await lifecycle("etsy")]).toEqual([null, [], "live"]);
    expect(await sql(`select from alert where seller_id = $1 and kind = 'move-dead' and closed_at is null`, [asker])).toHaveLength(1);
    await offer("etsy");
    expect(await sql(`select from alert where seller_id = $1 and kind = 'move-dead' and closed_at is null`, [asker])).toHaveLength(0);
  });

  it("an access token that ended while it waited is renewed before it proves anything", async () => {
    const id = await ask("shopify");
    const found = await findMove(rig.house.db.plain, id);
    if (found?.sealed == null) throw new Error("no grant");
    const ended = { ...openSealedGrant(rig.house, id, found.sealed), expiresAt: new Date(0) };
    const sealed = sealGrant(rig.house, id, ended);
    await sql(`update move_request set sealed = $2 where id = $1`, [id, sealed]);
    expect(await proveMove(rig.house, { ...found, sealed })).toBe("alive");
    const renewed = (await move(id))?.sealed ?? "";
    expect(openSealedGrant(rig.house, id, renewed).expiresAt?.getTime()).toBeGreaterThan(Date.now());
    expect(await withdrawMove(rig.web, wish(id))).toBe(true);
  });

  it("moves after 72 hours of silence and not a minute earlier: no number changes, the holder keeps his record", async () => {
    await rig.settle();
    const start = await newest("woocommerce");
    const id = await ask("woocommerce");
    await due(id, "1 minute");
    await carryOutMove(rig.house, id);
    expect([(await move(id))?.state, await lifecycle("woocommerce")]).toEqual(["asked", "live"]);
    crashAt = "move-begun";
    await due(id, "-1 s");
    await moveBecomes(id, "moved");
    expect(crashAt).toBeNull();
    const { connectionId, sealed } = (await move(id)) ?? {};
    expect(sealed).toBeNull();
    const [mine] = await sql(`select seller_id as "sellerId", lifecycle::text from connection where id = $1`, [connectionId]);
    expect(mine).toEqual({ sellerId: asker, lifecycle: "observe" });
    const [theirs] = await sql<{ externalId: string }>(
      `select seller_id as "sellerId", lifecycle::text, external_id as "externalId" from connection where id = $1`,
      [rig.connections.woocommerce],
    );
    expect(theirs).toMatchObject({ sellerId: rig.sellerId, lifecycle: "disconnected" });
    expect(theirs?.externalId).toContain("#left-");
    expect(await sql(`select from connection_secret where connection_id = $1`, [rig.connections.woocommerce])).toEqual([]);
    expect((await statement("woocommerce")).lines.length).toBeGreaterThan(3);
    expect(await byApi("woocommerce", start)).toEqual([]);
    expect(await cancelLeaving(rig.web, who("woocommerce"))).toBe(false);
    expect(await alerts(id)).toEqual([]);
  });
});
