/** A Shopify shop from its first load of the app to its last day, with the web role's own front and the worker's own hands. */
import { createHmac, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findConnection } from "#app/data/connections.server.ts";
import { loader as welcome, action as welcomed } from "#app/routes/welcome.tsx";
import { action as placesAction, loader as placesLoader } from "#app/screens/places.tsx";
import { action as settingsAction } from "#app/screens/settings.tsx";
import { COLLABORATOR, type EmbeddedVisits, OWNER, openEmbeddedVisits, STAFF } from "#app/testing/embedded-visits.server.ts";
import { type Rig, startRig } from "#app/testing/rig.server.ts";
import { en } from "#app/ui/texts/en.ts";
import { adjustStock } from "./adjust-stock.server.ts";
import { withChannel } from "./channel-door.server.ts";
import { installShop } from "./install-shop.server.ts";
import { answerJoin, joinAccounts, makeJoinCode } from "./join-accounts.server.ts";
import { receiveDelivery } from "./receive-delivery.server.ts";

let rig: Rig;
let visits: EmbeddedVisits;
let shop: string;
beforeAll(async () => {
  rig = await startRig({ items: 6 });
  visits = await openEmbeddedVisits(rig);
  shop = await addressOf(2);
}, 120_000);
afterAll(() => rig?.stop());

const addressOf = async (account: number): Promise<string> => {
  const given = await rig.control<{ account: { address: string } }>("GET", `/shopify/credentials?account=${account}`);
  return given.account.address;
};
const rows = <T extends object>(text: string, values: unknown[] = []) => rig.house.db.plain.query<T>(text, values);
const thrown = async (run: () => Promise<unknown>): Promise<Response> => {
  try {
    await run();
  } catch (answer) {
    if (answer instanceof Response) return answer;
    throw answer;
  }
  throw new Error("nothing was thrown");
};
const args = (request: Request) => ({ request, context: visits.context(), params: {} });
const look = async (user = OWNER) => welcome(args(await visits.document(shop, "/app/welcome", user)));
const agree = async (consent: string = en.welcome.consent.version, user = OWNER) =>
  welcomed(args(await visits.call(shop, "/app/welcome", { user, form: { consent } })));
const connectionOfShop = async () =>
  (
    await rows<{ id: string; sellerId: string; lifecycle: string; externalId: string; blindSince: Date | null }>(
      `select id, seller_id as "sellerId", lifecycle::text as lifecycle, external_id as "externalId", blind_since as "blindSince" from connection where channel = 'shopify' and address = $1`,
      [shop],
    )
  )[0];
const connected = async () => {
  await rig.until(async () => (await connectionOfShop())?.lifecycle === "observe");
  const found = await connectionOfShop();
  if (!found) throw new Error("the shop did not come in");
  return found;
};
/** What this shop was asked since the world began, by operation. */
const callsOf = async (): Promise<Record<string, number>> => {
  const state = await rig.control<{ channels: { shopify: { calls: { byOperation: Record<string, number> } } } }>("GET", "/state?account=2");
  return state.channels.shopify.calls.byOperation;
};

describe("a shop that nobody knows", () => {
  it("is led to a page that asks, and nothing is read before somebody agrees", async () => {
    const away = await thrown(() => visits.enter(shop));
    expect([away.status, new URL(away.headers.get("location") ?? "", rig.config.appUrl).pathname]).toEqual([302, "/app/welcome"]);
    expect(await look()).toMatchObject({ state: "new", shop, problem: null });
    expect(visits.exchanges.count).toBe(1);
    expect(await connectionOfShop()).toBeUndefined();
    const [grant] = await rows<{ sealed: string; state: string }>(`select sealed, state from shopify_grant where shop = $1`, [shop]);
    expect(grant?.state).toBe("waiting");
    expect(grant?.sealed).not.toMatch(/shpat|shprt/);
    expect(Object.keys(await callsOf())).toEqual(["oauth/access_token"]);
    // Not even the worker takes what nobody agreed to.
    await installShop(rig.house, shop);
    expect(await connectionOfShop()).toBeUndefined();
  });

  it("agrees to the words that were shown and to no others", async () => {
    expect(await agree("shopify-0")).toEqual({ answer: "changed" });
    await installShop(rig.house, shop);
    expect(await connectionOfShop()).toBeUndefined();
  });

  it("becomes one seller with one owner, however many pages agree at once", async () => {
    const before = await rows<{ n: number }>(`select count(*)::int as n from seller`);
    const answers = await Promise.all([agree(), agree(), look()]);
    expect(answers.slice(0, 2)).toContainEqual({ answer: "agreed" });
    await Promise.all([installShop(rig.house, shop), installShop(rig.house, shop)]);
    const { id, sellerId } = await connected();
    expect(await rows(`select count(*)::int as n from seller`)).toEqual([{ n: (before[0]?.n ?? 0) + 1 }]);
    expect(await rows(`select role::text as role from membership where seller_id = $1`, [sellerId])).toEqual([{ role: "owner" }]);
    const [consent] = await rows<{ actor: string }>(
      `select c.text_version as version, c.kind, a.key as actor, a.label from consent c join actor a on a.key = c.actor_key and a.seller_id = c.seller_id where c.connection_id = $1`,
      [id],
    );
    expect(consent).toMatchObject({ version: en.welcome.consent.version, kind: "connect", label: "Shopify staff 42" });
    expect(await rows(`select 1 from shopify_grant where shop = $1`, [shop])).toEqual([]);
    expect(await rows(`select kind from connection_secret where connection_id = $1`, [id])).toEqual([{ kind: "credentials" }]);
  });

  it("goes on into the set-up, and is read from then on", async () => {
    const { id, sellerId } = await connected();
    const away = await thrown(() => look());
    expect(new URL(away.headers.get("location") ?? "", rig.config.appUrl).pathname).toBe(`/app/channels/${id}/setup`);
    await rig.until(async () => (await rows(`select 1 from listing where connection_id = $1 limit 1`, [id])).length === 1);
    const front = await visits.enter(shop);
    expect(front).toMatchObject({ seller: { id: sellerId }, role: "owner" });
    await visits.enter(shop);
    // One exchange ever for tokens (while the connection holds good ones nobody asks for others), and one for the owner's address.
    expect(visits.exchanges.count).toBe(2);
    expect(Object.keys(await callsOf())).toContain("locations");
  });

  it("chooses which of its places count and which receives; a fulfilment service's never", async () => {
    const { id, sellerId } = await connected();
    for (const [n, name] of ["Annex", "Warehouse service"].entries())
      await rows(
        `insert into location (id, seller_id, connection_id, external_id, name, counted, rank, fulfilment_service) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [randomUUID(), sellerId, id, `gid://shopify/Location/${n + 1}`, name, n === 0, n + 1, n === 1],
      );
    const view = async () =>
      placesLoader({ ...args(await visits.call(shop, `/app/channels/${id}/locations`)), params: { connectionId: id } });
    const { places } = await view();
    const own = places.filter((p) => !p.fulfilmentService).map((p) => p.externalId);
    const service = places.find((p) => p.fulfilmentService)?.externalId ?? "none";
    expect([own.length, service]).toEqual([2, expect.stringContaining("gid://")]);
    const send = async (counted: string[], receiving: string) => {
      const request = await visits.call(shop, `/app/channels/${id}/locations`, { form: { receiving, counted: counted[0] ?? "" } });
      return (await placesAction({ ...args(request), params: { connectionId: id } })).outcome;
    };
    expect(await send([service], service)).toBe("none-counted");
    expect(await send([own[1]!], own[0]!)).toBe("receiving-not-counted");
    expect(await send([own[1]!], own[1]!)).toBe("chosen");
    const [row] = await rows<{ settings: { locations: { externalId: string; counted: boolean; receiving: boolean }[] } }>(
      `select settings from connection where id = $1`,
      [id],
    );
    expect(row?.settings.locations.filter((l) => l.counted || l.receiving).map((l) => l.externalId)).toEqual([own[1]]);
    await rows(`update connection set lifecycle = 'live' where id = $1`, [id]);
    expect(await send([own[0]!], own[0]!)).toBe("counted-while-live");
    await rows(`update connection set lifecycle = 'observe' where id = $1`, [id]);
    await rows(
      `delete from location where connection_id = $1 and external_id in ('gid://shopify/Location/1', 'gid://shopify/Location/2')`,
      [id],
    );
    expect(await send([own[0]!], own[0]!)).toBe("chosen");
  });

  it("gives the next people what Shopify says of them, asked once each", async () => {
    const before = visits.exchanges.count;
    expect((await visits.enter(shop, STAFF)).role).toBe("manager");
    expect((await visits.enter(shop, COLLABORATOR)).role).toBe("viewer");
    expect((await visits.enter(shop, STAFF)).role).toBe("manager");
    expect(visits.exchanges.count - before).toBe(2);
    const people = await rows<{ email: string; name: string }>(
      `select email, name from app_user where external_id like 'shopify:%' order by email`,
    );
    // The first of them came by the installation, which names no address; the next page asked for it.
    expect(people.map((p) => p.email)).toEqual(["owner@anna-outlet.invalid", "staff43@sandbox.invalid", "staff44@sandbox.invalid"]);
    expect(JSON.stringify(people)).not.toContain("Sandbox");
  });
});

const press = async (what: "install" | "uninstall", name = shop.split(".")[0]) => {
  const answer = await fetch(`${rig.sandbox.origin}/shopify/admin/store/${name}/${what}`, { method: "POST", redirect: "manual" });
  if (answer.status !== 303) throw new Error(`the admin answered ${answer.status}`);
  await rig.sandbox.settled();
};
type Answered = { answers: { status: number }[] };
const deliver = async (topic: string, body: object, how: { sign?: "good" | "bad"; account?: number } = {}) => {
  const { sign = "good", account = 2 } = how;
  const sent = { topic, headers: {}, body: JSON.stringify(body), sign, times: 1 };
  const answer = await rig.control<Answered>("POST", `/shopify/deliver?account=${account}`, sent);
  await rig.until(async () => (await rows(`select 1 from inbound_event where status = 'waiting'`)).length === 0);
  return answer;
};
/** To a door that no longer remembers what it knew of the shop a few seconds ago. */
const deliverLater = async (topic: string, body: object) => {
  const rawBody = Buffer.from(JSON.stringify(body));
  const headers = {
    "x-shopify-hmac-sha256": createHmac("sha256", rig.config.appKeys.shopify?.apiSecret ?? "")
      .update(rawBody)
      .digest("base64"),
    ...{ "x-shopify-topic": topic, "x-shopify-shop-domain": shop, "x-shopify-webhook-id": randomUUID() },
  };
  const delivery = { method: "POST", path: "/webhooks/shopify", query: {}, headers, rawBody, receivedAt: new Date() };
  expect((await receiveDelivery({ ...rig.web }, "shopify", delivery, null)).status).toBe(200);
  await rig.until(async () => (await rows(`select 1 from inbound_event where status = 'waiting'`)).length === 0);
};
const shopNumber = async () => Number((await connectionOfShop())?.externalId.split("/").at(-1));
const audits = async (connectionId: string) =>
  (await rows<{ action: string }>(`select action from audit_event where connection_id = $1 order by at, id`, [connectionId])).map(
    (a) => a.action,
  );
const secrets = async (connectionId: string) =>
  (await rows(`select 1 from connection_secret where connection_id = $1`, [connectionId])).length;

describe("a claim that the app was removed", () => {
  it("destroys nothing while our own call still works, and writing goes on", async () => {
    const { id } = await connected();
    await deliver("app/uninstalled", { id: await shopNumber(), myshopify_domain: shop });
    expect(await connectionOfShop()).toMatchObject({ lifecycle: "observe", blindSince: null });
    expect(await secrets(id)).toBe(1);
    expect(await audits(id)).toEqual(expect.arrayContaining(["receive.access-claim", "disprove.access-claim"]));
  });

  it("keeps the connection in quarantine while nobody can say, and destroys nothing", async () => {
    const { id } = await connected();
    await rig.control("POST", "/shopify/faults?account=2", { api: { error5xx: 1 } });
    const sent = { topic: "app/uninstalled", headers: {}, body: JSON.stringify({ id: await shopNumber() }), sign: "good", times: 1 };
    await rig.control("POST", "/shopify/deliver?account=2", sent);
    await rig.until(async () => (await connectionOfShop())?.blindSince !== null);
    expect([await secrets(id), (await connectionOfShop())?.lifecycle]).toEqual([1, "observe"]);
    await rig.control("POST", "/shopify/faults?account=2", {});
    await rig.until(async () => (await connectionOfShop())?.blindSince === null, 15_000);
    expect(await secrets(id)).toBe(1);
  });

  it("counts for the shop that the signed body names, whatever the header says", async () => {
    const other = await addressOf(1);
    await deliver("app/uninstalled", { id: await shopNumber(), myshopify_domain: other });
    expect(await connectionOfShop()).toMatchObject({ lifecycle: "observe", blindSince: null });
  });
});

describe("a shop that uninstalls the app", () => {
  it("loses our tokens once our own call has proved it; its numbers stay until it asks otherwise", async () => {
    const { id, sellerId } = await connected();
    const listings = await rows(`select 1 from listing where connection_id = $1`, [id]);
    await press("uninstall");
    await rig.until(async () => (await connectionOfShop())?.lifecycle === "disconnected");
    expect(await secrets(id)).toBe(0);
    expect(await rows(`select 1 from listing where connection_id = $1`, [id])).toHaveLength(listings.length);
    const [alert] = await rows<{ text: string }>(`select text from alert where seller_id = $1 and kind = 'removed' and closed_at is null`, [
      sellerId,
    ]);
    expect(alert?.text).toContain("install the app again");
  });

  it("is told that we hold nothing of its buyers, days after its token died", async () => {
    const { id } = (await connectionOfShop())!;
    const about = {
      shop_id: await shopNumber(),
      shop_domain: shop,
      customer: { id: 7, email: "BUYERMARK@example.invalid", phone: "BUYERMARK" },
    };
    await deliverLater("customers/data_request", { ...about, orders_requested: [1, 2], data_request: { id: 99 } });
    await deliverLater("customers/redact", { ...about, orders_to_redact: [1] });
    const told = await rows<{ action: string; facts: object }>(
      `select action, facts from audit_event where connection_id = $1 and action like 'answer.%' order by at, id`,
      [id],
    );
    expect(told).toEqual([
      { action: "answer.data-request", facts: { reference: "99", held: "nothing" } },
      { action: "answer.buyer-erasure", facts: { reference: null, held: "nothing" } },
    ]);
    expect(JSON.stringify(await rows(`select * from inbound_event where connection_id = $1`, [id]))).not.toContain("BUYERMARK");
  });

  it("comes back as the same connection, after a new yes", async () => {
    const before = (await connectionOfShop())!;
    await press("install");
    expect(await look()).toMatchObject({ state: "back" });
    expect(await connectionOfShop()).toMatchObject({ lifecycle: "disconnected" });
    expect(await agree()).toEqual({ answer: "agreed" });
    const after = await connected();
    expect([after.id, after.sellerId]).toEqual([before.id, before.sellerId]);
    const consents = await rows(`select 1 from consent where connection_id = $1 and kind = 'connect'`, [after.id]);
    expect(consents).toHaveLength(2);
    expect(await rows(`select 1 from alert where connection_id = $1 and kind = 'removed' and closed_at is null`, [after.id])).toEqual([]);
  });

  it("is asked to be erased: nothing goes while the app is installed", async () => {
    const { id } = await connected();
    await deliver("shop/redact", { shop_id: await shopNumber(), shop_domain: shop });
    expect(await connectionOfShop()).toMatchObject({ id, lifecycle: "observe" });
    expect((await rows(`select 1 from listing where connection_id = $1`, [id])).length).toBeGreaterThan(0);
  });

  it("is asked to be erased by another body of its own: nothing goes", async () => {
    const { id } = await connected();
    await press("uninstall");
    await rig.until(async () => (await connectionOfShop())?.lifecycle === "disconnected");
    await deliver("shop/redact", { shop_id: await shopNumber(), shop_domain: shop, customer: { id: 7 } });
    await deliver("shop/redact", { shop_id: await shopNumber(), shop_domain: shop }, { sign: "bad" });
    expect((await rows(`select 1 from listing where connection_id = $1`, [id])).length).toBeGreaterThan(0);
  });

  it("is erased with its account where it was all there was, and a row without a name proves it", async () => {
    const { id, sellerId, externalId } = (await connectionOfShop())!;
    await deliver("shop/redact", { shop_id: await shopNumber(), shop_domain: shop });
    await rig.until(async () => (await connectionOfShop()) === undefined);
    for (const table of ["listing", "channel_quantity", "consent", "audit_event", "feed", "location"])
      expect([table, await rows(`select 1 from ${table} where connection_id = $1`, [id])]).toEqual([table, []]);
    expect(await rows(`select 1 from seller where id = $1`, [sellerId])).toEqual([]);
    expect(await rows(`select 1 from app_user where external_id like 'shopify:' || $1 || ':%'`, [externalId])).toEqual([]);
    const [proof] = await rows<{ kind: string; reason: string }>(`select kind, reason from erasure_note`);
    expect(proof).toEqual({ kind: "account", reason: "shop/redact" });
  });
});

describe("joining a shop with a portal account", () => {
  type Wish = { sellerId: string; actorKey: string };
  /** An account of the portal with one owner, and nothing else. */
  const portalAccount = async (): Promise<Wish> => {
    const [sellerId, userId] = [randomUUID(), randomUUID()];
    await rows(`insert into seller (id, name) values ($1, 'Portal')`, [sellerId]);
    await rows(`insert into app_user (id, external_id, email, name) values ($1, $2, 'p@example.invalid', 'Paula')`, [
      userId,
      `clerk-${userId}`,
    ]);
    await rows(`insert into membership (id, seller_id, user_id, role) values ($1, $2, $3, 'owner')`, [randomUUID(), sellerId, userId]);
    return { sellerId, actorKey: `person:${userId}` };
  };
  const make = async (wish: Wish): Promise<string> => {
    const made = await makeJoinCode(rig.web, wish);
    if (made === null) throw new Error("no code was made");
    return made.code;
  };
  const enter = async (code: string, user = OWNER) =>
    (await settingsAction(args(await visits.call(shop, "/app/settings", { user, form: { do: "enter", code } })))).did;
  const newest = async (sellerId: string) => {
    const [row] = await rows<{ id: string; state: string; shop: string | null }>(
      `select id, state, shop from join_code where seller_id = $1 order by created_at desc limit 1`,
      [sellerId],
    );
    if (!row) throw new Error("there is no code");
    return row;
  };
  const saysYes = async (wish: Wish) => {
    const { id } = await newest(wish.sellerId);
    expect(await answerJoin(rig.web, { ...wish, id, yes: true })).toBe(true);
    await rig.until(async () => (await rows(`select 1 from join_code where id = $1 and state = 'joining'`, [id])).length === 0);
    const [ended] = await rows<object>(`select state, problem, seller_id as "sellerId" from join_code where id = $1`, [id]);
    return ended;
  };
  const forgetCodes = () => rows(`delete from join_code`);

  it("takes a code once, in time, from an owner; wrong ones soon no more", async () => {
    await press("install");
    await look();
    await agree();
    const { sellerId: shopSeller } = await connected();
    const portal = await portalAccount();
    const old = await make(portal);
    const code = await make(portal);
    expect(await enter(old)).toBe("wrong");
    expect((await thrown(() => enter(code, STAFF))).status).toBe(403);
    expect(JSON.stringify(await rows(`select * from join_code`))).not.toContain(code);
    await rows(`update join_code set expires_at = clock_timestamp() where seller_id = $1 and state = 'open'`, [portal.sellerId]);
    expect(await enter(code)).toBe("wrong");
    expect(await enter(await make({ sellerId: shopSeller, actorKey: portal.actorKey }))).toBe("wrong");
    const good = await make(portal);
    expect(await enter(`${good.slice(0, 5)}-${good.slice(5)}`.toLowerCase())).toBe("entered");
    expect(await enter(good)).toBe("wrong");
    // Nothing is joined before the portal says yes, not even by the worker.
    const { id, state, shop: named } = await newest(portal.sellerId);
    expect([state, named]).toEqual(["entered", shop]);
    await joinAccounts(rig.house, id);
    expect((await connectionOfShop())?.sellerId).toBe(shopSeller);
    expect(await enter("ABCDE-FGHJK")).toBe("wrong");
    expect(await enter(good)).toBe("slow-down");
    expect(await answerJoin(rig.web, { ...(await portalAccount()), id, yes: true })).toBe(false);
    expect(await answerJoin(rig.web, { ...portal, id, yes: false })).toBe(true);
    for (let n = 0; n < 2; n++) await make(portal);
    expect(await makeJoinCode(rig.web, portal)).toBeNull();
  });

  it("makes one seller of both: the empty shop's account goes into the portal's, with its people, consent and tokens that open", async () => {
    const before = (await connectionOfShop())!;
    const portal = await portalAccount();
    await forgetCodes();
    // Its wrong guesses of just now still stand against it, even with a good code.
    expect(await enter(await make(portal))).toBe("slow-down");
    await rows(`update join_code set state = 'entered', other_id = $2, shop = $3 where seller_id = $1`, [
      portal.sellerId,
      before.sellerId,
      shop,
    ]);
    expect(await saysYes(portal)).toEqual({ state: "joined", problem: null, sellerId: portal.sellerId });
    const after = (await connectionOfShop())!;
    expect(after).toMatchObject({ id: before.id, sellerId: portal.sellerId, lifecycle: "observe" });
    for (const place of ["seller where id", "listing where seller_id", "consent where seller_id", "membership where seller_id"])
      expect([place, await rows(`select 1 from ${place} = $1`, [before.sellerId])]).toEqual([place, []]);
    expect((await rows(`select 1 from consent where seller_id = $1`, [portal.sellerId])).length).toBeGreaterThan(0);
    expect(await visits.enter(shop)).toMatchObject({ seller: { id: portal.sellerId }, role: "owner" });
    const held = await findConnection(rig.house.db.plain, after.id);
    const identity = await withChannel(rig.house, held!, "orders", ({ channel, context }) => channel.identify(context));
    expect(identity.externalId).toBe(after.externalId);
  });

  it("refuses to make one history of two, and changes nothing", async () => {
    const { id, sellerId } = (await connectionOfShop())!;
    await forgetCodes();
    const portal = await portalAccount();
    for (const who of [sellerId, portal.sellerId]) {
      const itemId = randomUUID();
      await rows(`insert into stock_item (id, seller_id, sku, sku_key, title) values ($1, $2, 'X', 'x', 'X')`, [itemId, who]);
      await adjustStock(rig.house, { sellerId: who, actorKey: "demo", itemId, setTo: 3, note: "count" });
    }
    await make(portal);
    await rows(`update join_code set state = 'entered', other_id = $2, shop = $3 where seller_id = $1`, [portal.sellerId, sellerId, shop]);
    expect(await saysYes(portal)).toEqual({ state: "refused", problem: "has-history", sellerId: portal.sellerId });
    expect(await connectionOfShop()).toMatchObject({ id, sellerId });
  });
});

describe("a live shop whose token died while the app stayed installed", () => {
  it("is given fresh tokens when somebody opens the app, and is read before anything is raised", async () => {
    const address = await addressOf(1);
    const id = rig.connections.shopify;
    const blind = async () =>
      (await rows<{ at: Date | null }>(`select blind_since as at from connection where id = $1`, [id]))[0]?.at ?? null;
    const [item] = await rows<{ id: string; sku: string }>(
      `select i.id, i.sku from stock_item i where i.seller_id = $1 and i.on_hand >= 12 and (select count(*) from component c where c.item_id = i.id) = 4 order by i.sku limit 1`,
      [rig.sellerId],
    );
    const { sku, id: itemId } = item!;
    const before = await rig.available(sku);
    await rig.control("POST", "/shopify/faults", { tokens: "revoke" });
    await rig.until(async () => (await blind()) !== null, 15_000);
    await rig.control("POST", "/shopify/faults", {});
    await rig.control("POST", "/shopify/orders", { lines: [{ sku, quantity: 2 }] });
    const adjust = { sellerId: rig.sellerId, actorKey: "demo", itemId, setTo: before + 3, note: "found" };
    await adjustStock(rig.house, adjust);
    const { length: seen } = await rig.control<object[]>("GET", "/shopify/journal");
    await rows(`update connection_secret set rotated_at = rotated_at - interval '1 hour' where connection_id = $1`, [id]);
    expect((await visits.enter(address)).seller.id).toBe(rig.sellerId);
    await rig.until(async () => (await blind()) === null);
    await rig.settle();
    expect(await rig.available(sku)).toBe(before + 1);
    expect(new Set(Object.values(await rig.shown(sku)))).toEqual(new Set([before + 1]));
    const journal = await rig.control<{ sku: string; to: number; by: string }[]>("GET", "/shopify/journal");
    const ours = journal.slice(seen).filter((j) => j.sku === sku && j.by === "api");
    expect(ours.map((j) => j.to)).toEqual([before + 1]);
  });
});

describe("a shop beside other channels", () => {
  it("goes alone: the seller's items, ledger and other channels stay", async () => {
    const address = await addressOf(1);
    const sku = "select count(*)::int as n from movement where seller_id = $1";
    const [ledger] = await rows<{ n: number }>(sku, [rig.sellerId]);
    const gid = (await rows<{ gid: string }>(`select external_id as gid from connection where id = $1`, [rig.connections.shopify]))[0]!.gid;
    await press("uninstall", address.split(".")[0]);
    const lifecycle = async () =>
      (await rows<{ l: string }>(`select lifecycle::text as l from connection where id = $1`, [rig.connections.shopify]))[0]?.l;
    await rig.until(async () => (await lifecycle()) === "disconnected");
    await deliver("shop/redact", { shop_id: Number(gid.split("/").at(-1)), shop_domain: address }, { account: 1 });
    await rig.until(async () => (await lifecycle()) === undefined);
    expect(await rows(sku, [rig.sellerId])).toEqual([ledger]);
    expect(await rows(`select channel::text from connection where seller_id = $1 order by 1`, [rig.sellerId])).toHaveLength(3);
    expect((await audits(rig.connections.shopify)).at(-1)).toBe("receive.compliance-notice");
  });
});
