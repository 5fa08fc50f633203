/** The pages of connecting as the web role serves them, without a worker: what they show, to whom, and what they let happen. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { settleAttempt } from "#app/data/connect-attempts.server.ts";
import { beginSetup } from "#app/data/connection-setups.server.ts";
import { asked, openStage, refused, type Stage } from "#app/testing/stage.server.ts";
import { en } from "#app/ui/texts/en.ts";
import * as channelsScreen from "./channels.tsx";
import * as connect from "./connect.tsx";
import * as attemptScreen from "./connect-attempt.tsx";
import * as leave from "./leave.tsx";
import * as setup from "./setup.tsx";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const args = (request: Request, params: Record<string, string> = {}) => ({ request, params, context: stage.context() });
const CK = `ck_${"1a".repeat(20)}`;
const CS = `cs_${"2b".repeat(20)}`;
const consent = en.connect.consent.version;
const pasted = { address: "shop.example.com", way: "pasted", key: CK, secret: CS, consent };

const begin = async (form: Record<string, string>, who = {}): Promise<string> => {
  const answer = await connect.action(args(asked("/portal/channels/connect", { form, ...who })));
  if (!(answer instanceof Response)) throw new Error(JSON.stringify(answer));
  return /\/portal\/channels\/connect\/([0-9a-f-]{36})$/.exec(answer.headers.get("location") ?? "")?.[1] ?? "";
};
const look = (id: string, who = {}) => attemptScreen.loader(args(asked(`/portal/channels/connect/${id}`, who), { attemptId: id }));
const act = (id: string, form: Record<string, string>, who = {}) =>
  attemptScreen.action(args(asked(`/portal/channels/connect/${id}`, { form, ...who }), { attemptId: id }));

describe("the page where connecting begins", () => {
  it("seals the keys, rings the worker and goes to the try's own page, which shows no key", async () => {
    const id = await begin(pasted);
    expect(stage.rung).toContain(`connect:${id}`);
    const { attempt } = await look(id);
    expect(attempt).toMatchObject({ state: "proving", way: "pasted", address: "https://shop.example.com" });
    expect(JSON.stringify(attempt)).not.toMatch(/c[ks]_|sealed/);
    const [row] = await stage.worker.plain.query<{ all: string }>(`select to_jsonb(a)::text as all from connect_attempt a where id = $1`, [
      id,
    ]);
    expect(row?.all).toContain('"sealed": "1.');
    expect(row?.all).not.toMatch(new RegExp(`${CK}|${CS}|first`));
  });

  it("begins nothing for words that have changed since, for a viewer, or for a foreign page", async () => {
    const before = stage.rung.length;
    expect(await connect.action(args(asked("/portal/channels/connect", { form: { ...pasted, consent: "older" } })))).toEqual({
      consentChanged: true,
    });
    for (const who of [{ person: "demo-ben" }, { origin: "https://evil.example" }])
      expect(await refused(() => connect.action(args(asked("/portal/channels/connect", { form: pasted, ...who }))))).toMatchObject({
        status: 403,
      });
    expect(stage.rung.length).toBe(before);
  });

  it("says beside the form what cannot be meant", async () => {
    const answer = (form: Record<string, string>) =>
      connect.action(args(asked("/portal/channels/connect", { form: { ...pasted, ...form } })));
    expect(await answer({ address: "" })).toEqual({ problem: "no-address" });
    expect(await answer({ secret: "" })).toEqual({ problem: "no-keys" });
    expect(await answer({ way: "handed-over", address: "not a shop" })).toEqual({ problem: "no-address" });
  });
});

describe("the choice of channels", () => {
  it("says which are not set up here, narrows to one, and sends nobody to a platform without keys", async () => {
    const load = async (query: string) => (await connect.loader(args(asked(`/portal/channels/connect${query}`)))).choices;
    expect((await load("")).map((c) => [c.channel, c.state])).toEqual([
      ["shopify", "off"],
      ["ebay", "off"],
      ["etsy", "off"],
      ["woocommerce", "off"],
    ]);
    expect((await load("?channel=etsy")).map((c) => c.channel)).toEqual(["etsy"]);
    const go = (channel: string, who = {}) =>
      connect.action(args(asked("/portal/channels/connect", { form: { do: "authorize", channel }, ...who })));
    expect(await go("ebay")).toEqual({ problem: "channel-off" });
    expect(await go("woocommerce")).toEqual({ problem: "channel-off" });
    expect(await refused(() => go("amazon"))).toMatchObject({ status: 400 });
    expect(await refused(() => go("ebay", { person: "demo-ben" }))).toMatchObject({ status: 403 });
    expect(await refused(() => go("ebay", { origin: "https://evil.example" }))).toMatchObject({ status: 403 });
  });
});

describe("the page of one try", () => {
  const ready = async () => {
    const id = await begin({ address: "https://shop.example.com/store", way: "handed-over", consent });
    await settleAttempt(stage.worker.plain, id, { state: "ready", address: "https://shop.example.com/store", shopName: "Example shop" });
    return id;
  };

  it("sends the seller to the shop with a state of its own, and brings him back to this page", async () => {
    const id = await ready();
    const go = async () => {
      const answer = await act(id, { do: "go" });
      if (answer instanceof Response || !("approve" in answer) || !answer.approve) throw new Error("no link");
      return new URL(answer.approve);
    };
    const [first, second] = [await go(), await go()];
    expect(first.origin + first.pathname).toBe("https://shop.example.com/store/wc-auth/v1/authorize");
    const state = second.searchParams.get("user_id") ?? "";
    expect(state).toMatch(/^[\w-]{43}$/);
    expect(first.searchParams.get("user_id")).not.toBe(state);
    expect(second.searchParams.get("callback_url")).toBe(`http://127.0.0.1:3000/connect/woocommerce/${state}`);
    expect(second.searchParams.get("return_url")).toBe(`http://127.0.0.1:3000/portal/channels/connect/${id}`);
    expect((await look(id)).attempt?.state).toBe("waiting");
    const rows = await stage.worker.plain.query<{ all: string }>(`select to_jsonb(a)::text as all from connect_attempt a where id = $1`, [
      id,
    ]);
    expect(rows[0]?.all).not.toContain(state);
  });

  it("tells another session of the same person nothing, and another seller not even that it is there", async () => {
    const id = await ready();
    expect(await look(id, { session: "second" })).toEqual({ attempt: null });
    for (const what of ["go", "claim", "drop", ""])
      expect(await refused(() => act(id, { do: what, consent }, { session: "second" }))).toMatchObject({ status: 404 });
    const clara = { person: "demo-clara" };
    expect(await refused(() => look(id, clara))).toMatchObject({ status: 404 });
    expect(await refused(() => act(id, { do: "claim", consent }, clara))).toMatchObject({ status: 404 });
    expect(await refused(() => look("nonsense"))).toMatchObject({ status: 404 });
    expect((await look(id)).attempt?.state).toBe("ready");
  });

  it("says that its time is over as soon as it is, before the worker's clock comes by", async () => {
    const id = await ready();
    await stage.worker.plain.query(`update connect_attempt set expires_at = $2 where id = $1`, [
      id,
      new Date(stage.clock.now().getTime() - 1),
    ]);
    expect((await look(id)).attempt?.state).toBe("expired");
  });

  it("leads on to the channel once it became one, or to its set-up while that is still to come", async () => {
    const id = await begin(pasted);
    const connectionId = stage.scene.a.connections.ebay ?? "";
    await settleAttempt(stage.worker.plain, id, { state: "connected", connectionId, shopName: "x" });
    expect((await refused(() => look(id))).location).toBe(`/portal/channels/${connectionId}`);
    await stage.worker.plain.query(`update connection set lifecycle = 'observe' where id = $1`, [connectionId]);
    expect((await refused(() => look(id))).location).toBe(`/portal/channels/${connectionId}/setup`);
  });
});

describe("the set-up", () => {
  it("leads to the step that is next, shows none before its time, and is nobody else's", async () => {
    const connectionId = Object.values(stage.scene.b.connections)[0] ?? "";
    const sellerId = stage.scene.b.id;
    const clara = { person: "demo-clara" };
    const open = (step: string | null, who = clara) =>
      setup.loader(args(asked(`/portal/channels/${connectionId}/setup`, who), { connectionId, ...(step === null ? {} : { step }) }));
    expect((await refused(() => open(null))).location).toBe(`/portal/channels/${connectionId}`);
    await stage.worker.write(sellerId, (sql) => beginSetup(sql, { connectionId, sellerId, actorKey: "person:clara" }));
    await stage.worker.plain.query(`update feed set finished_at = null where connection_id = $1`, [connectionId]);
    await stage.worker.plain.query(
      `insert into feed (id, seller_id, connection_id, kind, done, total) values (gen_random_uuid(), $1, $2, 'listings', 3120, 8400)
       on conflict (connection_id, kind) do update set done = 3120, total = 8400, finished_at = null`,
      [sellerId, connectionId],
    );
    for (const early of [null, "match", "opening", "preview", "nonsense"])
      expect((await refused(() => open(early))).location).toBe(`/portal/channels/${connectionId}/setup/import`);
    const reading = { done: 3120, total: 8400, finished: false, failure: null, paused: false };
    expect((await open("import")).importing).toEqual(reading);
    const press = (act: string, who = clara) =>
      setup.action(
        args(asked(`/portal/channels/${connectionId}/setup/import`, { form: { do: act }, ...who }), { connectionId, step: "import" }),
      );
    expect(await refused(() => press("pause-import", { person: "demo-anna" }))).toMatchObject({ status: 404 });
    await press("pause-import");
    expect((await open("import")).importing).toEqual({ ...reading, paused: true });
    await press("resume-import");
    expect((await open("import")).importing).toEqual(reading);
    expect(stage.rung).toContain(`import:${connectionId}`);
    expect(await refused(() => open("import", { person: "demo-anna" }))).toMatchObject({ status: 404 });

    await stage.worker.plain.query(`update feed set finished_at = now() where connection_id = $1 and kind = 'listings'`, [connectionId]);
    expect((await refused(() => open(null))).location).toBe(`/portal/channels/${connectionId}/setup/match`);
    const form = { do: "match" };
    await setup.action(args(asked(`/portal/channels/${connectionId}/setup/match`, { form, ...clara }), { connectionId, step: "match" }));
    expect(stage.rung).toContain(`setup:${connectionId}`);
    expect((await open("match")).busy).toBe("match");
    const foreign = args(asked(`/portal/channels/${connectionId}/setup/match`, { form }), { connectionId });
    expect(await refused(() => setup.action(foreign))).toMatchObject({ status: 404 });
  });
});

describe("leaving", () => {
  const keep = { do: "keep" };

  it("asks first, then rings the worker, and shows the statement when it is done", async () => {
    const connectionId = stage.scene.a.connections.woocommerce ?? "";
    const path = `/portal/channels/${connectionId}/leave`;
    const open = () => leave.loader(args(asked(path), { connectionId }));
    expect(await open()).toMatchObject({ left: null, leaving: null, onlyKeep: null, connection: { lifecycle: "live" } });
    expect(await refused(() => leave.action(args(asked(path, { form: keep, person: "demo-clara" }), { connectionId })))).toMatchObject({
      status: 404,
    });
    expect(await leave.action(args(asked(path, { form: keep }), { connectionId }))).toEqual({ leaving: true });
    expect(stage.rung).toContain(`leave:${connectionId}`);
    expect(await leave.action(args(asked(path, { form: keep }), { connectionId }))).toEqual({ leaving: false });
    expect((await open()).leaving).toMatchObject({ plan: "keep", cancellable: true });

    await stage.worker.plain.query(`update connection set lifecycle = 'disconnected' where id = $1`, [connectionId]);
    await stage.worker.plain.query(
      `insert into audit_event (id, seller_id, connection_id, action, actor_key, facts, correlation_id)
       values (gen_random_uuid(), $1, $2, 'disconnect.account', 'engine', '{"webhooksRemoved": 4, "webhooksLeft": 2}', 'x')`,
      [stage.scene.a.id, connectionId],
    );
    const view = await open();
    expect(view.left).toMatchObject({ webhooksRemoved: 4, webhooksLeft: 2 });
    expect(view.lines.length).toBe(view.listings);
    expect(view.lines.find((line) => line.sku === "MUG-BLU")?.number).toBe(10);
    const channels = await channelsScreen.loader(args(asked("/portal/channels")));
    expect(channels.channels.map((c) => c.id)).not.toContain(connectionId);
  });

  it("shows a plan row by row before it may be said yes to, and can be gone back from", async () => {
    const connectionId = stage.scene.a.connections.etsy ?? "";
    const path = `/portal/channels/${connectionId}/leave`;
    const shown = await leave.action(args(asked(path, { form: { do: "preview", plan: "zero" } }), { connectionId }));
    const location = shown instanceof Response ? (shown.headers.get("location") ?? "") : "";
    const { preview } = await leave.loader(args(asked(location), { connectionId }));
    expect(preview).toMatchObject({ plan: "zero", state: "open" });
    expect(preview?.rows.every((row) => row.after === 0 && row.change === "to-zero")).toBe(true);
    const yes = { do: "approve", previewId: preview?.id ?? "", hash: preview?.hash ?? "" };
    await leave.action(args(asked(path, { form: yes }), { connectionId }));
    const running = await leave.loader(args(asked(path), { connectionId }));
    expect(running.leaving).toMatchObject({ plan: "zero", done: 0, total: preview?.changing, cancellable: true });
    expect(running.leaving?.until?.getTime()).toBeGreaterThan(Date.now());
    expect(await leave.action(args(asked(path, { form: yes }), { connectionId }))).toHaveProperty("gone");
    expect(await leave.action(args(asked(path, { form: { do: "stay" } }), { connectionId }))).toEqual({ stayed: true });
    expect((await leave.loader(args(asked(path), { connectionId }))).connection.lifecycle).toBe("live");
  });

  it("offers nothing but keeping the numbers where nothing can be written", async () => {
    const connectionId = stage.scene.b.connections.ebay ?? "";
    const clara = { person: "demo-clara" };
    const path = `/portal/channels/${connectionId}/leave`;
    expect(await leave.loader(args(asked(path, clara), { connectionId }))).toMatchObject({ onlyKeep: "not-live" });
    const shown = await leave.action(args(asked(path, { form: { do: "preview", plan: "zero" }, ...clara }), { connectionId }));
    expect(shown instanceof Response && shown.headers.get("location")).toBe(path);
  });
});
