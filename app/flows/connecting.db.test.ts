/** Connecting a WooCommerce shop from the seller's click to going live: by pasted keys and by hand-over, with real processes' parts. */
import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KEY, openObservedShop, SECRET } from "#app/channels/woocommerce/observed-shop.ts";
import { raiseAlert } from "#app/data/audit.server.ts";
import { noteUnannounced } from "#app/data/unannounced.server.ts";
import { grantOf } from "#app/demo/sandbox-door.server.ts";
import { MOST_TRIES } from "#app/domain/connect-attempt.ts";
import { createKeyring } from "#app/platform/sealing.server.ts";
import { type Rig, startRig } from "#app/testing/rig.server.ts";
import { adjustStock } from "./adjust-stock.server.ts";
import { approvePreview } from "./approve-preview.server.ts";
import { beginHandOver, lookForShop } from "./begin-hand-over.server.ts";
import { claimHandOver } from "./claim-hand-over.server.ts";
import { catchUp } from "./connect-account.server.ts";
import { disconnectAccount } from "./disconnect-account.server.ts";
import type { House } from "./house.server.ts";
import { pasteKeys } from "./paste-keys.server.ts";
import { requestPreview } from "./request-preview.server.ts";
import { rotateKeys, SEALED_FIELDS } from "./rotate-keys.server.ts";
import { matchListings, setOpening } from "./set-up-connection.server.ts";
import { sweepConnecting } from "./sweep-connecting.server.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig({ items: 8 });
}, 120_000);
afterAll(() => rig?.stop());

type Attempt = {
  state: string;
  problem: string | null;
  connectionId: string | null;
  shopName: string | null;
  sealed: string | null;
  address: string;
};

const attempt = async (id: string): Promise<Attempt> => {
  const [row] = await rig.house.db.plain.query<Attempt>(
    `select state, problem, connection_id as "connectionId", shop_name as "shopName", sealed, address from connect_attempt where id = $1`,
    [id],
  );
  if (!row) throw new Error("there is no such try");
  return row;
};
const ended = async (id: string): Promise<Attempt> => {
  await rig.until(async () => !["looking", "proving"].includes((await attempt(id)).state), 20_000);
  return attempt(id);
};
const freshSeller = async (): Promise<string> => {
  const id = randomUUID();
  await rig.house.db.write(id, (sql) => sql.query(`insert into seller (id, name) values ($1, 'Fresh')`, [id]));
  return id;
};
const shop = async (account: number) => {
  const grant = await grantOf(rig.sandbox.origin, "woocommerce", account);
  return { address: grant.address ?? "", key: String(grant.credentials.consumerKey), secret: String(grant.credentials.consumerSecret) };
};
const who = (sellerId: string, sessionKey = "session-1") => ({
  ...{ sellerId, sessionKey, actorKey: `person:${sellerId}`, channel: "woocommerce" as const, consentVersion: "connect-1" },
});
const paste = async (sellerId: string, typed: { address: string; key: string; secret: string }, attemptId: string | null = null) => {
  const pasted = await pasteKeys(rig.web, { ...who(sellerId), ...typed, attemptId });
  if (pasted.outcome !== "proving") throw new Error(JSON.stringify(pasted));
  return { id: pasted.attemptId, ...(await ended(pasted.attemptId)) };
};

describe("pasting address and keys", () => {
  it("says of each wrong thing what it is, and destroys nothing that the seller may mend", async () => {
    const sellerId = await freshSeller();
    const good = await shop(2);
    const origin = new URL(good.address).origin;
    const refused = async (typed: Partial<typeof good>) => pasteKeys(rig.web, { ...who(sellerId), ...good, ...typed, attemptId: null });
    expect(await refused({ address: "my shop" })).toEqual({ outcome: "refused", problem: "no-address" });
    expect(await refused({ key: good.secret })).toEqual({ outcome: "refused", problem: "no-keys" });

    expect(await paste(sellerId, { ...good, address: "http://127.0.0.1:1/shop" })).toMatchObject({
      state: "failed",
      problem: "unreachable",
    });
    expect(await paste(sellerId, { ...good, address: `${origin}/ebay` })).toMatchObject({ state: "failed", problem: "no-wordpress" });
    expect(await paste(sellerId, { ...good, address: "http://192.0.2.1" })).toMatchObject({ problem: "plain-http" });
    expect(await paste(sellerId, { ...good, address: "https://10.0.0.1" })).toMatchObject({ problem: "closed-address" });
    const dead = { ...good, secret: `cs_${"0".repeat(40)}` };
    const wrong = await paste(sellerId, dead);
    expect(wrong).toMatchObject({ state: "failed", problem: "keys-wrong", connectionId: null });
    expect(wrong.sealed).not.toBeNull();

    const [connections] = await rig.house.db.plain.query<{ n: number }>(`select count(*)::int as n from connection where seller_id = $1`, [
      sellerId,
    ]);
    expect(connections?.n).toBe(0);
  });

  it("goes on with the keys it has when only the address was wrong, and only in the session that pasted them", async () => {
    const sellerId = await freshSeller();
    const good = await shop(2);
    const first = await paste(sellerId, { ...good, address: `${new URL(good.address).origin}/etsy` });
    expect(first.problem).toBe("no-wordpress");
    const again = { address: good.address, key: "", secret: "", attemptId: first.id };
    expect(await pasteKeys(rig.web, { ...who(sellerId, "session-2"), ...again })).toEqual({ outcome: "gone" });
    expect(await pasteKeys(rig.web, { ...who(await freshSeller()), ...again })).toEqual({ outcome: "gone" });
    expect(await paste(sellerId, { ...good, key: "", secret: "" }, first.id)).toMatchObject({ state: "connected", sealed: null });
    await leave(sellerId);
  });

  it("keeps keys that failed for ten minutes and no longer", async () => {
    const sellerId = await freshSeller();
    const failed = await paste(sellerId, { ...(await shop(2)), address: "http://127.0.0.1:1" });
    expect(failed.sealed).not.toBeNull();
    await outlive(failed.id);
    const retry = { address: (await shop(2)).address, key: "", secret: "", attemptId: failed.id };
    expect(await pasteKeys(rig.web, { ...who(sellerId), ...retry })).toEqual({ outcome: "gone" });
    expect((await attempt(failed.id)).sealed).toBeNull();
  });

  it("refuses another seller's shop without naming him, and makes nothing of it", async () => {
    const sellerId = await freshSeller();
    const refused = await paste(sellerId, await shop(1));
    expect(refused).toMatchObject({ state: "failed", problem: "not-yours", sealed: null, connectionId: null, shopName: null });
    const [owner] = await rig.house.db.plain.query<{ sellerId: string }>(`select seller_id as "sellerId" from connection where id = $1`, [
      rig.connections.woocommerce,
    ]);
    expect(owner?.sellerId).toBe(rig.sellerId);
  });

  it("lets a shop go to another seller once the first has disconnected it; his record of it stays his", async () => {
    const [first, second] = [await freshSeller(), await freshSeller()];
    const mine = await paste(first, await shop(2));
    expect(await paste(second, await shop(2))).toMatchObject({ state: "failed", problem: "not-yours" });
    await leave(first);
    const theirs = await paste(second, await shop(2));
    expect(theirs).toMatchObject({ state: "connected" });
    expect(theirs.connectionId).not.toBe(mine.connectionId);
    const [old] = await rig.house.db.plain.query(`select seller_id as id, lifecycle::text from connection where id = $1`, [
      mine.connectionId,
    ]);
    expect(old).toEqual({ id: first, lifecycle: "disconnected" });
    await leave(second);
  });

  it("reconnects the same shop, whatever the address was typed like, and records the consent again", async () => {
    const { address, ...keys } = await shop(1);
    const typed = `${address.replace("http://", "")}/wp-admin/admin.php?page=wc-settings`;
    const again = await paste(rig.sellerId, { address: typed, ...keys });
    expect(again).toMatchObject({ state: "connected", connectionId: rig.connections.woocommerce });
    const consents = await rig.house.db.plain.query(
      `select text_version from consent where connection_id = $1 and actor_key = $2 and kind = 'connect'`,
      [rig.connections.woocommerce, `person:${rig.sellerId}`],
    );
    expect(consents).toEqual([{ text_version: "connect-1" }]);
    await rig.settle();
  });
});

describe("catching up after a connection came back", () => {
  it("doubts every number that takes part, asks for the orders at once, and ends what was said of its silence; others stay as they were", async () => {
    const { woocommerce: back, etsy: other } = rig.connections;
    await rig.settle();
    const both = [back, other];
    const seen = await rig.house.db.write(rig.sellerId, async (sql) => {
      const look = <T extends object>(text: string) => sql.query<T & { id: string }>(text, [both]);
      await sql.query(`update feed set next_at = clock_timestamp() + interval '1 hour', failures = 3 where connection_id = any($1)`, [
        both,
      ]);
      await sql.query(
        `update channel_quantity set next_attempt_at = clock_timestamp() + interval '1 hour', doubt_until = null, doubt_at = null, doubt_reason = null where connection_id = any($1)`,
        [both],
      );
      for (const id of both) {
        await noteUnannounced(sql, rig.sellerId, id, [{ externalId: "1", placedAt: new Date(0), foundAt: new Date(0) }]);
        for (const kind of ["blind", "webhooks", "failed"])
          await raiseAlert(sql, rig.sellerId, {
            ...{ id: rig.house.newId(), connectionId: id, kind, key: `${kind}:${id}`, severity: 1, text: "said in a test", data: {} },
          });
      }
      await catchUp(sql, rig.sellerId, back);
      return {
        numbers: await look<{ part: boolean; doubted: boolean; waits: boolean }>(
          `select connection_id as id, target is not null as part, coalesce(doubt_until <= clock_timestamp() and doubt_at is not null, false) as doubted,
             next_attempt_at is not null as waits from channel_quantity where connection_id = any($1) group by 1, 2, 3, 4 order by 2`,
        ),
        feeds: await look<{ kind: string }>(
          `select connection_id as id, kind from feed where connection_id = any($1) and next_at <= clock_timestamp() and failures = 0`,
        ),
        alerts: await look<{ kind: string }>(
          `select connection_id as id, kind from alert where connection_id = any($1) and closed_at is null and text = 'said in a test' order by kind`,
        ),
        silent: await look(`select connection_id as id from unannounced_order where connection_id = any($1)`),
      };
    });
    const of = <T extends { id: string }>(rows: T[], id: string) => rows.filter((row) => row.id === id).map(({ id: _, ...rest }) => rest);
    expect(of(seen.numbers, back).filter((n) => n.part)).toEqual([{ part: true, doubted: true, waits: false }]);
    expect(of(seen.numbers, back).some((n) => !n.part && n.doubted)).toBe(false);
    expect(of(seen.numbers, other).some((n) => n.doubted)).toBe(false);
    expect(seen.feeds).toEqual([{ id: back, kind: "orders" }]);
    expect(of(seen.alerts, back)).toEqual([{ kind: "failed" }]);
    expect(of(seen.alerts, other)).toEqual([{ kind: "blind" }, { kind: "failed" }, { kind: "webhooks" }]);
    expect(seen.silent).toEqual([{ id: other }]);
    await rig.house.db.plain.query(`update alert set closed_at = clock_timestamp() where text = 'said in a test'`);
    await rig.house.db.plain.query(`update feed set next_at = clock_timestamp() where connection_id = any($1)`, [both]);
    await rig.settle();
  });
});

describe("from the keys to live", () => {
  it("a brand-new seller: import, match, opening, preview, and a first sale", async () => {
    const sellerId = await freshSeller();
    const connected = await paste(sellerId, await shop(3));
    expect(connected).toMatchObject({ state: "connected", sealed: null, shopName: "Harbour Goods 3" });
    const connectionId = connected.connectionId ?? "";
    await imported(connectionId);
    const wish = { sellerId, actorKey: `person:${sellerId}`, connectionId };
    expect(await setOpening(rig.web, { ...wish, countsFrom: "here" })).toBe(false);
    await setUp(wish, "here");

    const state = await rig.control<State>("GET", "/state?account=3");
    const counted = await rig.house.db.plain.query<{ sku: string; onHand: number }>(
      `select sku, on_hand as "onHand" from stock_item where seller_id = $1 order by sku`,
      [sellerId],
    );
    expect(counted.length).toBeGreaterThan(3);
    for (const item of counted) {
      const listing = state.channels.woocommerce.listings.find((l) => l.sku === item.sku);
      if (listing) expect([item.sku, item.onHand]).toEqual([item.sku, Math.max(0, listing.quantity)]);
    }
    await goLive(wish);
    const sold = counted.find((c) => c.onHand > 2)?.sku ?? "";
    await rig.control("POST", "/woocommerce/orders?account=3", { lines: [{ sku: sold, quantity: 1 }] });
    await rig.until(async () => (await available(sellerId, sold)) === (counted.find((c) => c.sku === sold)?.onHand ?? 0) - 1);
    await leave(sellerId);
  });

  it("a real server's answers on http: connected, counted, written, and told of a sale and its refund by signed deliveries", async () => {
    const real = await openObservedShop({ plainPermalinks: true });
    try {
      const mug = {
        ...{ id: 11, name: "Mug", type: "simple", status: "publish", sku: "REAL-MUG", price: "5.00", backorders: "no", attributes: [] },
        ...{ manage_stock: true, stock_quantity: 9, parent_id: 0, date_modified_gmt: "2026-11-23T13:31:37" },
      };
      real.products.set(mug.id, mug);
      const sellerId = await freshSeller();
      const connected = await paste(sellerId, { address: real.address, key: KEY, secret: SECRET });
      expect(connected).toMatchObject({ state: "connected", shopName: "Real Goods" });
      const connectionId = connected.connectionId ?? "";
      expect(real.hooks.map((hook) => hook.delivery_url)).toEqual(
        Array(6).fill(`${rig.config.appUrl}/webhooks/woocommerce/${connectionId}`),
      );
      await imported(connectionId);
      const wish = { sellerId, actorKey: `person:${sellerId}`, connectionId };
      await setUp(wish, "here");
      await goLive(wish);
      expect(await available(sellerId, "REAL-MUG")).toBe(9);

      mug.stock_quantity = 7;
      const now = new Date(rig.house.now().getTime()).toISOString().slice(0, 19);
      const sale = {
        ...{ id: 77, number: "77", status: "processing", currency: "EUR", billing: { first_name: "Somebody" }, refunds: [] },
        ...{ date_created_gmt: now, date_modified_gmt: now, date_paid_gmt: now },
        line_items: [
          {
            ...{ id: 770, name: "Mug", product_id: 11, variation_id: 0, quantity: 2, sku: "REAL-MUG", price: 5 },
            meta_data: [{ id: 1, key: "_reduced_stock", value: "2" }],
          },
        ],
      };
      expect(await real.deliver("order.created", sale)).toBe(200);
      await rig.until(async () => (await available(sellerId, "REAL-MUG")) === 7);

      // One of the two refunded with restock, as the shop keeps it on the line.
      mug.stock_quantity = 8;
      const later = new Date(rig.house.now().getTime() + 2_000).toISOString().slice(0, 19);
      const marks = [
        { id: 1, key: "_reduced_stock", value: "1" },
        { id: 2, key: "_restock_refunded_items", value: "1" },
      ];
      const refunded = { ...sale, date_modified_gmt: later, line_items: sale.line_items.map((line) => ({ ...line, meta_data: marks })) };
      real.orders.push(refunded);
      expect(await real.deliver("order.updated", refunded)).toBe(200);
      await rig.until(async () => (await available(sellerId, "REAL-MUG")) === 8);
      const [item] = await rig.house.db.plain.query<{ id: string }>(`select id from stock_item where seller_id = $1 and sku = 'REAL-MUG'`, [
        sellerId,
      ]);
      await adjustStock(rig.house, { sellerId, itemId: item?.id ?? "", by: -3, actorKey: `person:${sellerId}`, note: "broken" });
      await rig.until(async () => mug.stock_quantity === 5);
      await leave(sellerId, connectionId);
    } finally {
      await real.stop();
    }
  });

  it("a shop that joins live items sets none of them: where it differs, a row of the preview says so", async () => {
    const [item] = await rig.house.db.plain.query<{ sku: string }>(
      `select sku from stock_item where seller_id = $1 and on_hand - reserved > 2 order by sku`,
      [rig.sellerId],
    );
    const sku = item?.sku ?? "";
    const before = await available(rig.sellerId, sku);
    await rig.control("POST", "/woocommerce/listings?account=2", { sku, title: "Also here", quantity: before + 5, price: 900 });
    const connected = await paste(rig.sellerId, await shop(2));
    const wish = { sellerId: rig.sellerId, actorKey: "person:anna", connectionId: connected.connectionId ?? "" };
    await imported(wish.connectionId);
    await setUp(wish, "here");
    expect(await available(rig.sellerId, sku)).toBe(before);
    const rows = await goLive(wish);
    expect(rows.find((r) => r.sku === sku)).toMatchObject({ before: before + 5, after: before, change: "down" });
    await rig.settle();
    await leave(rig.sellerId, wish.connectionId);
  });
});

describe("what goes wrong on our side", () => {
  it("a worker that dies after connecting, before it said so: the try is run again and finds the same connection", async () => {
    const sellerId = await freshSeller();
    const pasted = await pasteKeys(deaf(rig.web), { ...who(sellerId), ...(await shop(2)), attemptId: null });
    const id = pasted.outcome === "proving" ? pasted.attemptId : "";
    const [before] = await rig.house.db.plain.query<{ sealed: string }>(`select sealed from connect_attempt where id = $1`, [id]);
    const first = await ended(id);
    expect(first.state).toBe("connected");
    await rig.house.db.plain.query(`update connect_attempt set state = 'proving', connection_id = null, sealed = $2 where id = $1`, [
      id,
      before?.sealed,
    ]);
    expect(await ended(id)).toMatchObject({ state: "connected", connectionId: first.connectionId, sealed: null });
    await leave(sellerId);
  });

  it("lost doorbells: the worker's clock finds every step that is asked for", async () => {
    const sellerId = await freshSeller();
    const pasted = await pasteKeys(deaf(rig.web), { ...who(sellerId), ...(await shop(2)), attemptId: null });
    const { connectionId } = await ended(pasted.outcome === "proving" ? pasted.attemptId : "");
    const wish = { sellerId, actorKey: `person:${sellerId}`, connectionId: connectionId ?? "" };
    await imported(wish.connectionId);
    await setUp(wish, "keep", deaf(rig.web));
    const [counted] = await rig.house.db.plain.query<{ n: number }>(
      `select count(*)::int as n from movement where seller_id = $1 and kind = 'opening'`,
      [sellerId],
    );
    expect(counted?.n).toBe(0);
    expect(await disconnectAccount(deaf(rig.web), wish)).toBe(true);
    await rig.until(
      async () =>
        (await rig.house.db.plain.query(`select from connection where id = $1 and lifecycle = 'disconnected'`, [connectionId])).length ===
        1,
    );
  });
});

describe("hand-over", () => {
  const began = async (sellerId: string, account = 2, sessionKey = "session-1") => {
    const looked = await lookForShop(rig.web, { ...who(sellerId, sessionKey), address: (await shop(account)).address });
    if (looked.outcome !== "looking") throw new Error(JSON.stringify(looked));
    expect(await ended(looked.attemptId)).toMatchObject({ state: "ready", shopName: `Harbour Goods ${account}` });
    return looked.attemptId;
  };
  const link = async (sellerId: string, attemptId: string, sessionKey = "session-1") => {
    const url = await beginHandOver(rig.web, { sellerId, sessionKey, attemptId, returnUrl: `${rig.config.appUrl}/back` });
    if (url === null) throw new Error("no way to the shop");
    return new URL(url);
  };
  const merchant = { headers: { cookie: "wordpress_logged_in=merchant" }, redirect: "manual" } as const;
  /** The merchant reads the shop's page and approves; answers where the browser is sent. */
  const approve = async (url: URL) => {
    const page = await (await fetch(url, merchant)).text();
    const granted = /class="approve" href="([^"]+)"/.exec(page)?.[1]?.replaceAll("&#38;", "&") ?? "";
    return fetch(granted, merchant);
  };
  const postKeys = (url: URL, more: Record<string, unknown> = {}) =>
    fetch(url.searchParams.get("callback_url") ?? "", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        key_id: 1,
        user_id: url.searchParams.get("user_id"),
        consumer_key: `ck_${"a".repeat(40)}`,
        consumer_secret: `cs_${"b".repeat(40)}`,
        key_permissions: "read_write",
        ...more,
      }),
    });

  it("from our page over the shop's to a connection, keys sealed and unused until the seller says yes", async () => {
    const sellerId = await freshSeller();
    const id = await began(sellerId);
    const back = await approve(await link(sellerId, id));
    expect([back.status, new URL(back.headers.get("location") ?? "").searchParams.get("success")]).toEqual([302, "1"]);
    const received = await attempt(id);
    expect(received).toMatchObject({ state: "received", connectionId: null });
    expect(received.sealed).toMatch(/^1\./);
    expect(await rig.house.db.plain.query(`select from connection where seller_id = $1`, [sellerId])).toEqual([]);

    const claim = { sellerId, sessionKey: "session-1", attemptId: id, consentVersion: "connect-1" };
    expect(await claimHandOver(rig.web, claim)).toBe(true);
    expect(await ended(id)).toMatchObject({ state: "connected", sealed: null });
    expect(await claimHandOver(rig.web, claim)).toBe(false);
    await leave(sellerId);
  });

  it("another session of the same seller, or another seller, links nothing", async () => {
    const sellerId = await freshSeller();
    const stranger = await freshSeller();
    const id = await began(sellerId);
    const other = { attemptId: id, returnUrl: "https://a/b" };
    expect(await beginHandOver(rig.web, { ...other, sellerId, sessionKey: "session-2" })).toBeNull();
    expect(await beginHandOver(rig.web, { ...other, sellerId: stranger, sessionKey: "session-1" })).toBeNull();
    expect((await approve(await link(sellerId, id))).status).toBe(302);
    const claim = { attemptId: id, consentVersion: "connect-1" };
    expect(await claimHandOver(rig.web, { ...claim, sellerId, sessionKey: "session-2" })).toBe(false);
    expect(await claimHandOver(rig.web, { ...claim, sellerId: stranger, sessionKey: "session-1" })).toBe(false);
    expect(await attempt(id)).toMatchObject({ state: "received", connectionId: null });
  });

  it("takes a state once: a second delivery, an older link, a guess and an odd body are refused", async () => {
    const sellerId = await freshSeller();
    const id = await began(sellerId);
    const old = await link(sellerId, id);
    const url = await link(sellerId, id);
    expect((await postKeys(old)).status).toBe(404);
    expect((await postKeys(url, { user_id: "another" })).status).toBe(400);
    expect((await postKeys(url, { consumer_key: "x" })).status).toBe(400);
    const guess = new URL(url);
    guess.searchParams.set("callback_url", `${rig.config.appUrl}/connect/woocommerce/${"A".repeat(43)}`);
    expect((await postKeys(guess)).status).toBe(404);
    const elsewhere = new URL(url);
    elsewhere.searchParams.set("callback_url", (url.searchParams.get("callback_url") ?? "").replace("/woocommerce/", "/etsy/"));
    expect((await postKeys(elsewhere)).status).toBe(404);
    expect((await attempt(id)).state).toBe("waiting");

    const together = await Promise.all(Array.from({ length: 6 }, () => postKeys(url)));
    expect(together.map((a) => a.status).sort()).toEqual([200, 404, 404, 404, 404, 404]);
    const { sealed } = await attempt(id);
    expect((await postKeys(url)).status).toBe(404);
    expect((await attempt(id)).sealed).toBe(sealed);
  });

  it("keys that prove nothing connect nothing", async () => {
    const sellerId = await freshSeller();
    const id = await began(sellerId);
    expect((await postKeys(await link(sellerId, id))).status).toBe(200);
    expect(await claimHandOver(rig.web, { sellerId, sessionKey: "session-1", attemptId: id, consentVersion: "c" })).toBe(true);
    expect(await ended(id)).toMatchObject({ state: "failed", problem: "keys-wrong", connectionId: null });
  });

  it("says so when the merchant granted reading only", async () => {
    const sellerId = await freshSeller();
    const id = await began(sellerId);
    const url = await link(sellerId, id);
    url.searchParams.set("scope", "read");
    expect((await approve(url)).status).toBe(302);
    expect(await claimHandOver(rig.web, { sellerId, sessionKey: "session-1", attemptId: id, consentVersion: "c" })).toBe(true);
    expect(await ended(id)).toMatchObject({ state: "failed", problem: "keys-read-only", connectionId: null });
  });

  it("after ten minutes a state takes no keys, and keys that nobody confirmed are destroyed", async () => {
    const sellerId = await freshSeller();
    const late = await began(sellerId);
    const url = await link(sellerId, late);
    await outlive(late);
    expect((await postKeys(url)).status).toBe(404);

    const unclaimed = await began(sellerId);
    expect((await approve(await link(sellerId, unclaimed))).status).toBe(302);
    expect((await attempt(unclaimed)).sealed).not.toBeNull();
    await outlive(unclaimed);
    expect(await attempt(unclaimed)).toMatchObject({ state: "expired", sealed: null });
    expect(await claimHandOver(rig.web, { sellerId, sessionKey: "session-1", attemptId: unclaimed, consentVersion: "c" })).toBe(false);
  });
});

describe("disconnecting", () => {
  it("keeps the numbers, takes the webhooks down, destroys the keys, and can be taken up again", async () => {
    const sellerId = await freshSeller();
    const first = await paste(sellerId, await shop(2));
    const connectionId = first.connectionId ?? "";
    const wish = { sellerId, actorKey: `person:${sellerId}`, connectionId };
    await imported(connectionId);
    await setUp(wish, "here");
    await goLive(wish);
    const shown = (await rig.control<State>("GET", "/state?account=2")).channels.woocommerce.listings;
    await leave(sellerId, connectionId);
    expect((await rig.control<State>("GET", "/state?account=2")).channels.woocommerce.listings).toEqual(shown);
    expect(await rig.house.db.plain.query(`select from connection_secret where connection_id = $1`, [connectionId])).toEqual([]);
    expect(
      await rig.house.db.plain.query(`select from channel_quantity where connection_id = $1 and (dirty or target is not null)`, [
        connectionId,
      ]),
    ).toEqual([]);
    const [said] = await rig.house.db.plain.query<{ facts: Record<string, unknown> }>(
      `select facts from audit_event where connection_id = $1 and action = 'disconnect.account'`,
      [connectionId],
    );
    expect(said?.facts).toEqual({ webhooksRemoved: 6, webhooksLeft: 0, keysDestroyed: true });
    expect(await disconnectAccount(rig.web, wish)).toBe(false);

    const again = await paste(sellerId, await shop(2));
    expect(again.connectionId).toBe(connectionId);
    const [row] = await rig.house.db.plain.query(`select lifecycle::text from connection where id = $1`, [connectionId]);
    expect(row).toEqual({ lifecycle: "observe" });
    await leave(sellerId, connectionId);
  });

  it("does not wait for a shop that is away: its hooks are then named as left", async () => {
    const sellerId = await freshSeller();
    const { connectionId } = await paste(sellerId, await shop(2));
    await rig.control("POST", "/woocommerce/faults?account=2", { api: { error5xx: 1 } });
    await leave(sellerId, connectionId ?? "");
    await rig.control("POST", "/woocommerce/faults?account=2", {});
    const [said] = await rig.house.db.plain.query<{ facts: Record<string, unknown> }>(
      `select facts from audit_event where connection_id = $1 and action = 'disconnect.account'`,
      [connectionId],
    );
    expect(said?.facts).toMatchObject({ webhooksLeft: null, keysDestroyed: true });
  });
});

type State = { channels: { woocommerce: { listings: { sku: string; quantity: number }[] } } };

async function outlive(attemptId: string): Promise<void> {
  await rig.house.db.plain.query(`update connect_attempt set expires_at = clock_timestamp() - interval '1 s' where id = $1`, [attemptId]);
  await rig.until(async () => {
    await sweepConnecting(rig.house);
    return (await attempt(attemptId)).sealed === null;
  });
}

async function imported(connectionId: string): Promise<void> {
  await rig.until(async () => {
    const rows = await rig.house.db.plain.query(
      `select from feed where connection_id = $1 and kind = 'listings' and finished_at is not null`,
      [connectionId],
    );
    return rows.length === 1;
  });
}

/** A web process whose doorbell nobody hears. */
function deaf(house: House): House {
  return { ...house, doorbell: { ...house.doorbell, ringSoon: () => {} } };
}

async function setUp(
  wish: { sellerId: string; actorKey: string; connectionId: string },
  countsFrom: "here" | "keep",
  web: House = rig.web,
): Promise<void> {
  const done = (column: string) => async () =>
    (await rig.house.db.plain.query(`select from connection_setup where connection_id = $1 and ${column} is not null`, [wish.connectionId]))
      .length === 1;
  expect(await matchListings(web, wish)).toBe(true);
  await rig.until(done("matched_at"));
  expect(await setOpening(web, { ...wish, countsFrom })).toBe(true);
  await rig.until(done("opened_at"));
}

async function goLive(wish: { sellerId: string; actorKey: string; connectionId: string }) {
  const previewId = await requestPreview(rig.web, wish);
  await rig.until(
    async () => (await rig.house.db.plain.query(`select from preview where id = $1 and state = 'open'`, [previewId])).length === 1,
  );
  const rows = await rig.house.db.plain.query<{ sku: string; before: number; after: number; change: string }>(
    `select l.sku, r.before, r.after, r.change from preview_row r join listing l on l.quantity_id = r.quantity_id where r.preview_id = $1`,
    [previewId],
  );
  const [preview] = await rig.house.db.plain.query<{ hash: string }>(`select hash from preview where id = $1`, [previewId]);
  const approved = await approvePreview(rig.web, { ...wish, previewId, hash: preview?.hash ?? "", excluded: [] });
  expect(approved.outcome).toBe("approved");
  return rows;
}

/** Leaves every connection of the seller, or the one named, so that the shop is free for the next test. */
async function leave(sellerId: string, only?: string): Promise<void> {
  const rows = await rig.house.db.plain.query<{ id: string }>(
    `select id from connection where seller_id = $1 and ($2::uuid is null or id = $2) and lifecycle in ('observe', 'live')`,
    [sellerId, only ?? null],
  );
  for (const { id } of rows) {
    expect(await disconnectAccount(rig.web, { sellerId, actorKey: `person:${sellerId}`, connectionId: id })).toBe(true);
    await rig.until(
      async () =>
        (
          await rig.house.db.plain.query(
            `select from connection c where c.id = $1 and c.lifecycle = 'disconnected'
               and not exists (select from leaving l where l.connection_id = c.id and l.ended_at is null)`,
            [id],
          )
        ).length === 1,
    );
  }
}

async function available(sellerId: string, sku: string): Promise<number> {
  const [row] = await rig.house.db.plain.query<{ n: number }>(
    `select on_hand - reserved as n from stock_item where seller_id = $1 and sku = $2`,
    [sellerId, sku],
  );
  return row?.n ?? Number.NaN;
}

it("many tries within an hour are refused, of a session and of a seller, whatever the way", async () => {
  const sellerId = await freshSeller();
  const { address } = await shop(2);
  const typed = { address, key: `ck_${"0".repeat(40)}`, secret: `cs_${"0".repeat(40)}` };
  const begun = await pasteKeys(rig.web, { ...who(sellerId), ...typed, attemptId: null });
  if (begun.outcome !== "proving") throw new Error(begun.outcome);
  await ended(begun.attemptId);
  await rig.house.db.plain.query("update connect_attempt set tries = $2 where id = $1", [begun.attemptId, MOST_TRIES.session - 1]);
  // Going on with a failed one counts like a new one.
  expect(await pasteKeys(rig.web, { ...who(sellerId), ...typed, attemptId: begun.attemptId })).toMatchObject({ outcome: "proving" });
  const tooMany = { outcome: "refused", problem: "too-many-tries" };
  expect(await pasteKeys(rig.web, { ...who(sellerId), ...typed, attemptId: null })).toEqual(tooMany);
  expect(await pasteKeys(rig.web, { ...who(sellerId), ...typed, attemptId: begun.attemptId })).toEqual(tooMany);
  expect(await lookForShop(rig.web, { ...who(sellerId), address })).toEqual(tooMany);
  expect(await lookForShop(rig.web, { ...who(sellerId, "session-2"), address })).toMatchObject({ outcome: "looking" });
  await rig.house.db.plain.query("update connect_attempt set tries = $2 where id = $1", [begun.attemptId, MOST_TRIES.seller]);
  expect(await lookForShop(rig.web, { ...who(sellerId, "session-3"), address })).toEqual(tooMany);
  await rig.house.db.plain.query("update connect_attempt set created_at = created_at - interval '1 hour' where seller_id = $1", [sellerId]);
  expect(await lookForShop(rig.web, { ...who(sellerId), address })).toMatchObject({ outcome: "looking" });
});

it("rotating the keys seals grants, moves and tries anew as well, and leaves alone what was replaced meanwhile", async () => {
  const [oldKey, newKey] = [
    { id: "old", key: randomBytes(32) },
    { id: "new", key: randomBytes(32) },
  ];
  const before = createKeyring([oldKey]);
  const both = createKeyring([newKey, oldKey]);
  const own = { db: rig.house.db, keyring: both };
  const ids: string[] = [];
  for (const { field, place } of SEALED_FIELDS) {
    const sealedRow = await rig.house.db.plain.query<{ id: string }>(`select id from ${field.table} limit 1`);
    const id = sealedRow[0]?.id ?? randomUUID();
    if (sealedRow.length === 0 && field.table === "shopify_grant")
      await rig.house.db.plain.query("insert into shopify_grant (id, shop, sealed) values ($1, 'rotating.myshopify.com', 'x')", [id]);
    if (sealedRow.length === 0 && field.table === "move_request")
      await rig.house.db.plain.query(
        `insert into move_request (id, seller_id, channel, external_id, name, state, "grant", sealed, actor_key, offered_until)
         values ($1, $2, 'ebay', 'rotating', 'Rotating', 'dropped', '{}', 'x', 'demo', clock_timestamp())`,
        [id, rig.sellerId],
      );
    ids.push(id);
    await rig.house.db.plain.query(`update ${field.table} set ${field.column} = $2 where id = $1`, [
      id,
      before.seal(`secret of ${field.table}`, place(id)),
    ]);
  }
  // Everything else here is sealed under the rig's own key, which these rings do not hold.
  const only = { ...both, needsReseal: (sealed: string) => sealed.startsWith("1.old.") && both.needsReseal(sealed) };
  expect(await rotateKeys({ ...own, keyring: only })).toBe(SEALED_FIELDS.length);
  for (const [index, { field, place }] of SEALED_FIELDS.entries()) {
    const [row] = await rig.house.db.plain.query<{ sealed: string }>(`select ${field.column} as sealed from ${field.table} where id = $1`, [
      ids[index],
    ]);
    expect(createKeyring([newKey]).open(row!.sealed, place(ids[index]!))).toBe(`secret of ${field.table}`);
  }
  expect(await rotateKeys({ ...own, keyring: only })).toBe(0);
});
