/** A Shopify shop from its first load of the app to its last day, with the web role's own front and the worker's own hands. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loader as welcome, action as welcomed } from "#app/routes/welcome.tsx";
import { COLLABORATOR, type EmbeddedVisits, OWNER, openEmbeddedVisits, STAFF } from "#app/testing/embedded-visits.server.ts";
import { type Rig, startRig } from "#app/testing/rig.server.ts";
import { en } from "#app/ui/texts/en.ts";
import { installShop } from "./install-shop.server.ts";

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
      `select c.text_version as version, c.kind, a.key as actor, a.label from consent c join actor a on a.key = c.actor_key where c.connection_id = $1`,
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
    // One exchange ever: while the connection holds good tokens nobody asks for others.
    expect(visits.exchanges.count).toBe(1);
    expect(Object.keys(await callsOf())).toContain("locations");
  });

  it("gives the next people what Shopify says of them, asked once each", async () => {
    const before = visits.exchanges.count;
    expect((await visits.enter(shop, STAFF)).role).toBe("manager");
    expect((await visits.enter(shop, COLLABORATOR)).role).toBe("viewer");
    expect((await visits.enter(shop, STAFF)).role).toBe("manager");
    expect(visits.exchanges.count - before).toBe(2);
    const people = await rows<{ email: string; name: string }>(`select email, name from app_user where external_id like 'shopify:%'`);
    expect(people.map((p) => p.email)).toEqual(people.map(() => ""));
    expect(JSON.stringify(people)).not.toContain("Sandbox");
  });
});
