/** The house notices by itself: webhooks that were switched off or fell silent, accesses that end, and what platforms say of their interfaces. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { findConnection } from "#app/data/connections.server.ts";
import { operatorFigures } from "#app/data/platform-notices.server.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import type { WebhookWatch } from "#app/domain/webhook-health.ts";
import { applyEvents } from "#app/flows/apply-events.server.ts";
import { withChannel } from "#app/flows/channel-door.server.ts";
import { type Composed, composeHouse } from "#app/flows/compose-house.server.ts";
import type { House } from "#app/flows/house.server.ts";
import { pollConnectionById } from "#app/flows/read-orders.server.ts";
import { watchTokens } from "#app/flows/watch-tokens.server.ts";
import { watchWebhooks } from "#app/flows/watch-webhooks.server.ts";
import { createLogger, silentLogger } from "#app/platform/log.server.ts";
import { toSandbox } from "#app/sandbox/platform-hosts.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { endFaults, shopFloor } from "./shop-floor.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

let rig: Rig;
const floor = shopFloor(() => rig);
beforeAll(async () => {
  rig = await startRig({ items: 12, seed: 23 });
  await rig.settle();
  await rig.worker.stop();
  // As quick as the others here: signed requests of a clock that is half an hour ahead are refused by the shop.
  await sql("update connection set settings = jsonb_set(settings, '{timings,deliveryMs}', '300000') where id = $1", [
    rig.connections.woocommerce,
  ]);
}, 60_000);
afterAll(() => rig.stop());
afterEach(() => endFaults(floor));

const sql = <T extends object>(text: string, values: unknown[] = []) => rig.house.db.plain.query<T>(text, values);
/** The same house, `ms` later. */
const later = (ms: number, more: Partial<House> = {}): House => ({
  ...rig.house,
  now: () => new Date(rig.house.now().getTime() + ms),
  ...more,
});

async function watchOf(channel: ChannelName): Promise<WebhookWatch> {
  const [row] = await sql<{ watch: WebhookWatch }>("select webhook_facts -> 'watch' as watch from connection where id = $1", [
    rig.connections[channel],
  ]);
  if (!row?.watch) throw new Error(`${channel} was never looked at`);
  return row.watch;
}

type Alert = { kind: string; text: string; key: string };
const alertsOf = (channel: ChannelName, kind: string) =>
  sql<Alert>("select kind, text, key from alert where connection_id = $1 and kind = $2 and closed_at is null", [
    rig.connections[channel],
    kind,
  ]);
const mailsOf = (channel: ChannelName, kind: string) =>
  sql<{ key: string }>(
    "select dedupe_key as key from mail_outbox where kind = $2 and data ->> 'connectionId' = $1 order by created_at, id",
    [rig.connections[channel], kind],
  );
const blindOf = async (channel: ChannelName) => (await findConnection(rig.house.db.plain, rig.connections[channel]))?.blindSince ?? null;

async function callsSince(channel: ChannelName, since: number): Promise<string[]> {
  return (await floor.calls(channel, since)).map((call) => call.operation);
}

/** Our door refuses everything of a channel, as if its keys were gone, while `work` runs. */
async function withDoorShut(channel: ChannelName, work: () => Promise<void>): Promise<void> {
  const keys = rig.web.appKeys[channel];
  rig.web.appKeys[channel] = null;
  try {
    await work();
    await rig.sandbox.settled();
  } finally {
    rig.web.appKeys[channel] = keys;
  }
}

const askWho = (house: House, channel: ChannelName) => async () => {
  const connection = await findConnection(house.db.plain, rig.connections[channel]);
  if (connection === null) throw new Error("no such connection");
  return withChannel(house, connection, "orders", (open) => open.channel.identify(open.context));
};

describe("webhooks that a shop switched off", () => {
  it("are found, switched on again, and the orders of the gap read; the seller is told, until all is well", async () => {
    const { sku, start } = await floor.freshItem();
    const connectionId = rig.connections.woocommerce;
    await watchWebhooks(rig.house, connectionId);
    expect(await watchOf("woocommerce")).toMatchObject({ state: "well", gapFrom: null });
    await withDoorShut("woocommerce", async () => {
      for (let n = 0; n < 7; n++) {
        await floor.order("woocommerce", sku, 1);
        await rig.sandbox.settled();
      }
    });
    // A feed that lagged: the cursor has passed these orders, so that only a read from before the gap finds them.
    await sql("update feed set cursor = clock_timestamp() + interval '2 hours' where connection_id = $1 and kind = 'orders'", [
      connectionId,
    ]);
    await watchWebhooks(rig.house, connectionId);

    const mended = await watchOf("woocommerce");
    expect(mended).toMatchObject({ state: "mended", found: 7, problem: null });
    expect(new Set(mended.hooks.map((hook) => hook.state))).toEqual(new Set(["active"]));
    expect(await rig.available(sku)).toBe(start - 7);
    const [alert] = await alertsOf("woocommerce", "webhooks");
    expect(alert?.text).toMatch(/had stopped telling us .* 7 were found/);
    expect(await mailsOf("woocommerce", "webhooks")).toEqual([]);

    await sql("update feed set cursor = null where connection_id = $1 and kind = 'orders'", [connectionId]);
    await watchWebhooks(later(6 * MINUTE_MS), connectionId);
    expect(await watchOf("woocommerce")).toMatchObject({ state: "well", gapFrom: null });
    expect(await alertsOf("woocommerce", "webhooks")).toEqual([]);
  });

  it("and that cannot be switched on again leave an alert and one mail, but no blind connection", async () => {
    const connectionId = rig.connections.ebay;
    const skus = rig.sandbox
      .world()
      .simple.filter((item) => item.account === 1)
      .slice(-6);
    await withDoorShut("ebay", async () => {
      for (let n = 0; n < 60; n++) await floor.order("ebay", skus[n % skus.length]!.sku, 1);
      await rig.sandbox.settled();
      await watchWebhooks(rig.house, connectionId);
      await watchWebhooks(rig.house, connectionId);
    });
    expect(await watchOf("ebay")).toMatchObject({ state: "broken", problem: expect.stringMatching(/challenge/i) });
    expect((await alertsOf("ebay", "webhooks"))[0]?.text).toMatch(/could not switch that on again: .*challenge/i);
    const mails = await mailsOf("ebay", "webhooks");
    expect(mails).toHaveLength(1);
    expect(await blindOf("ebay")).toBe(null);

    await watchWebhooks(rig.house, connectionId);
    expect(await watchOf("ebay")).toMatchObject({ state: "mended" });
    await watchWebhooks(rig.house, connectionId);
    expect(await alertsOf("ebay", "webhooks")).toEqual([]);
    expect(await mailsOf("ebay", "webhooks")).toEqual(mails);
  });

  it("a shop that does not answer says nothing of them", async () => {
    const before = await watchOf("woocommerce");
    await floor.faults("woocommerce", { api: { error5xx: 1 } });
    await watchWebhooks(rig.house, rig.connections.woocommerce);
    expect(await watchOf("woocommerce")).toEqual(before);
    const [feed] = await sql<{ failures: number }>("select failures from feed where connection_id = $1 and kind = 'webhooks'", [
      rig.connections.woocommerce,
    ]);
    expect(feed?.failures).toBe(1);
  });
});

describe("silence, though the platform says that all is well", () => {
  async function sellUnheard(channel: ChannelName, times: number): Promise<string> {
    const { sku } = await floor.freshItem();
    await pollConnectionById(rig.house, rig.connections[channel]);
    await floor.faults(channel, { webhooks: { drop: 1 } });
    for (let n = 0; n < times; n++) {
      await floor.order(channel, sku, 1);
      await pollConnectionById(rig.house, rig.connections[channel]);
    }
    return sku;
  }

  it("counts from the third order that nobody announced in its usual time, and ends with the next delivery", async () => {
    const connectionId = rig.connections.shopify;
    const sku = await sellUnheard("shopify", 2);
    await watchWebhooks(later(6 * MINUTE_MS), connectionId);
    expect(await watchOf("shopify")).toMatchObject({ state: "well" });
    await floor.order("shopify", sku, 1);
    await pollConnectionById(rig.house, connectionId);
    await watchWebhooks(rig.house, connectionId);
    expect(await watchOf("shopify")).toMatchObject({ state: "well" });

    await watchWebhooks(later(6 * MINUTE_MS), connectionId);
    expect(await watchOf("shopify")).toMatchObject({ state: "silent", mendedAt: null });
    expect((await alertsOf("shopify", "webhooks"))[0]?.text).toMatch(/without any word from it/);
    expect(await mailsOf("shopify", "webhooks")).toHaveLength(1);
    expect(await blindOf("shopify")).toBe(null);

    await floor.faults("shopify", {});
    await floor.order("shopify", sku, 1);
    await rig.sandbox.settled();
    expect(await applyEvents(rig.house, connectionId)).toBeGreaterThan(0);
    const [feed] = await sql<{ due: boolean }>(
      "select next_at <= clock_timestamp() as due from feed where connection_id = $1 and kind = 'webhooks'",
      [connectionId],
    );
    expect(feed?.due).toBe(true);
    await watchWebhooks(later(6 * MINUTE_MS), connectionId);
    expect(await watchOf("shopify")).toMatchObject({ state: "well" });
    expect(await alertsOf("shopify", "webhooks")).toEqual([]);
  });

  it("sets up a shop's webhooks afresh, once", async () => {
    const connectionId = rig.connections.woocommerce;
    await sellUnheard("woocommerce", 3);
    const since = await floor.lastCall("woocommerce");
    await watchWebhooks(later(6 * MINUTE_MS), connectionId);
    expect(await watchOf("woocommerce")).toMatchObject({ state: "silent", mendedAt: expect.any(String) });
    const made = (await callsSince("woocommerce", since)).filter((operation) => operation === "createWebhook");
    expect(made).toHaveLength(6);
    const then = await floor.lastCall("woocommerce");
    await watchWebhooks(later(7 * MINUTE_MS), connectionId);
    expect(await watchOf("woocommerce")).toMatchObject({ state: "silent" });
    expect(await callsSince("woocommerce", then)).toEqual(["listWebhook"]);
  });

  it("says nothing where we were away ourselves", async () => {
    const { sku } = await floor.freshItem();
    await floor.faults("etsy", { webhooks: { drop: 1 } });
    await sql("update feed set read_through = clock_timestamp() - interval '1 day' where connection_id = $1 and kind = 'orders'", [
      rig.connections.etsy,
    ]);
    for (let n = 0; n < 3; n++) await floor.order("etsy", sku, 1);
    await pollConnectionById(rig.house, rig.connections.etsy);
    const [kept] = await sql<{ n: number }>("select count(*)::int as n from unannounced_order where connection_id = $1", [
      rig.connections.etsy,
    ]);
    expect(kept?.n).toBe(0);
  });
});

describe("an access that ends", () => {
  const endsIn = (channel: ChannelName, days: number) =>
    sql("update connection_secret set refresh_expires_at = $2 where connection_id = $1 and kind = 'credentials'", [
      rig.connections[channel],
      new Date(rig.house.now().getTime() + days * DAY_MS),
    ]);
  const openSteps = async (channel: ChannelName) => (await alertsOf(channel, "token-ends")).map((alert) => alert.key.split(":").at(-1));

  it("and that nothing renews is told 30, 7 and 1 days before, once each, until a new one is there", async () => {
    await endsIn("ebay", 31);
    await watchTokens(rig.house);
    expect(await openSteps("ebay")).toEqual([]);
    const seen: unknown[] = [];
    for (const day of [1.5, 2, 10, 24.5, 25, 30.5]) {
      await watchTokens(later(day * DAY_MS));
      seen.push([await openSteps("ebay"), (await mailsOf("ebay", "token-ends")).length]);
    }
    expect(seen).toEqual([
      [["30"], 1],
      [["30"], 1],
      [["30"], 1],
      [["7"], 2],
      [["7"], 2],
      [["1"], 3],
    ]);
    expect((await alertsOf("ebay", "token-ends"))[0]?.text).toMatch(/ends within a day\. eBay never prolongs/);
    await endsIn("ebay", 500);
    await watchTokens(rig.house);
    expect(await openSteps("ebay")).toEqual([]);
  });

  it("is renewed without a word where a refresh brings a new life", async () => {
    for (const channel of ["shopify", "etsy"] as const) await endsIn(channel, 12);
    await watchTokens(rig.house);
    const left = await sql<{ days: number }>(
      "select extract(day from refresh_expires_at - clock_timestamp())::int as days from connection_secret where connection_id = any($1) and kind = 'credentials'",
      [[rig.connections.shopify, rig.connections.etsy]],
    );
    expect(left.every(({ days }) => days >= 89)).toBe(true);
    expect([await openSteps("shopify"), await openSteps("etsy")]).toEqual([[], []]);
  });

  it("is told in the last week where the refresh does not succeed, and not before", async () => {
    await floor.faults("etsy", { api: { error5xx: 1 } });
    await endsIn("etsy", 20);
    await watchTokens(rig.house);
    expect(await openSteps("etsy")).toEqual([]);
    await endsIn("etsy", 6);
    await watchTokens(rig.house);
    expect(await openSteps("etsy")).toEqual(["7"]);
    await floor.faults("etsy", {});
    await watchTokens(rig.house);
    expect(await openSteps("etsy")).toEqual([]);
  });
});

describe("what platforms say of their interfaces", () => {
  it("is kept once per operation, logged once, and counted for the operator without any seller's row", async () => {
    const lines: string[] = [];
    const log = createLogger({ level: "info", role: "test", write: (line) => lines.push(line) });
    const http: House["http"] = async (request) => {
      const answer = await rig.house.http(request);
      return {
        ...answer,
        headers: { ...answer.headers, "x-shopify-api-version": "2027-01", "x-shopify-api-deprecated-reason": "shop.plan" },
      };
    };
    const speaking = later(0, { http, log });
    for (let n = 0; n < 3; n++) await askWho(speaking, "shopify")();
    const rows = () =>
      sql<{ operation: string; kind: string; text: string; count: number }>(
        "select operation, kind, text, count from platform_notice where connection_id = $1 order by kind",
        [rig.connections.shopify],
      );
    await rig.until(async () => (await rows()).length === 2);
    expect(await rows()).toEqual([
      { operation: "shop", kind: "deprecated", text: "shop.plan", count: 1 },
      { operation: "every call", kind: "other-version", text: "asked for 2026-10, served 2027-01", count: 1 },
    ]);
    await rig.until(async () => lines.length >= 2);
    expect(lines.map((line) => (JSON.parse(line) as { kind: string }).kind).sort()).toEqual(["deprecated", "other-version"]);
    expect(await operatorFigures(rig.web.db.plain)).toEqual(
      expect.arrayContaining([
        { figure: "notice", channel: "shopify", detail: "deprecated", amount: 1 },
        { figure: "notice", channel: "shopify", detail: "other-version", amount: 1 },
      ]),
    );
    expect(await rig.web.db.plain.query("select 1 from platform_notice")).toEqual([]);
  });
});

describe("tokens", () => {
  let other: Composed;
  beforeAll(async () => {
    const mapHost = (url: URL) => new URL(toSandbox(rig.sandbox.origin, url.href));
    other = await composeHouse({ config: rig.config, role: "worker", log: silentLogger, mapHost, pace: rig.pace });
  });
  afterAll(() => other.close());

  const REFRESH: Partial<Record<ChannelName, RegExp>> = { shopify: /access_token/, ebay: /oauth2.token/, etsy: /oauthToken|oauth.token/ };

  it.each(["shopify", "ebay", "etsy"] as const)("%s: two processes at once refresh once, and both go on", async (channel) => {
    const since = await floor.lastCall(channel);
    await floor.faults(channel, { tokens: "expire" });
    const answers = await Promise.all([rig.house, other.house, rig.house, other.house].map((house) => askWho(house, channel)()));
    expect(new Set(answers.map((answer) => answer.externalId)).size).toBe(1);
    expect((await callsSince(channel, since)).filter((operation) => REFRESH[channel]!.test(operation))).toHaveLength(1);
    expect(await blindOf(channel)).toBe(null);
  });

  it.each([
    ["shopify", "the old refresh token is good for another try"],
    ["ebay", "the refresh token never changes"],
  ] as const)("%s: a crash between the answer and our commit loses nothing, since %s", async (channel, _why) => {
    await floor.faults(channel, { tokens: "expire" });
    const crashing = later(0, {
      crashPoint: (name) => {
        if (name === "refresh-before-store") throw new Error("the process died");
      },
    });
    await expect(askWho(crashing, channel)()).rejects.toThrow("the process died");
    await askWho(other.house, channel)();
    expect(await blindOf(channel)).toBe(null);
  });

  it.each(["shopify", "ebay", "woocommerce", "etsy"] as const)("%s: a revoked access is no expired one", async (channel) => {
    await floor.faults(channel, { tokens: "revoke" });
    await expect(askWho(rig.house, channel)()).rejects.toMatchObject({ kind: "auth-revoked" });
    expect(await blindOf(channel)).not.toBe(null);
    expect(await alertsOf(channel, "blind")).toHaveLength(1);
    await sql("update connection set blind_since = null, blind_reason = null where id = $1", [rig.connections[channel]]);
  });

  it("etsy: a crash there loses the chain, since a used refresh token is dead; the seller is asked to connect again", async () => {
    await floor.faults("etsy", { tokens: "expire" });
    const crashing = later(0, {
      crashPoint: (name) => {
        if (name === "refresh-before-store") throw new Error("the process died");
      },
    });
    await expect(askWho(crashing, "etsy")()).rejects.toThrow("the process died");
    await expect(askWho(other.house, "etsy")()).rejects.toMatchObject({ kind: "auth-revoked" });
    expect(await blindOf("etsy")).not.toBe(null);
    expect((await alertsOf("etsy", "blind"))[0]?.text).toMatch(/until it is connected again/);
  });
});
