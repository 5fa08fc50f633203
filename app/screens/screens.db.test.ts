import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { storeNotice } from "#app/data/platform-notices.server.ts";
import { fillPlan } from "#app/flows/open-plan.server.ts";
import * as stockRoute from "#app/routes/stock.ts";
import * as whyRoute from "#app/routes/why.ts";
import * as writingRoute from "#app/routes/writing.ts";
import { asked, openStage, refused, type Stage } from "#app/testing/stage.server.ts";
import * as activity from "./activity.tsx";
import * as channel from "./channel.tsx";
import * as channels from "./channels.tsx";
import * as held from "./held.tsx";
import * as home from "./home.tsx";
import * as inventory from "./inventory.tsx";
import * as item from "./item.tsx";
import * as plan from "./plan.tsx";
import * as preview from "./preview.tsx";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ more: 60 });
});
afterAll(() => stage.close());

const args = (request: Request, params: Record<string, string> = {}) => ({ request, params, context: stage.context() });
const clara = { person: "demo-clara" };

/** Where an act led to a plan: its id, worked out as the worker does. */
async function followsToPlan(answer: unknown): Promise<string> {
  if (!(answer instanceof Response)) throw new Error("no redirect");
  const previewId = answer.headers.get("location")?.split("/changes/")[1] ?? "";
  await fillPlan({ ...stage.house, db: stage.worker }, stage.scene.a.id, previewId);
  return previewId;
}

describe("home", () => {
  it("answers with what stands: channels, what needs the seller, the latest change and how far it travelled", async () => {
    const view = await home.loader(args(asked("/portal")));
    expect(view.channels.map((c) => [c.channel, c.state])).toEqual([
      ["shopify", "needs-you"],
      ["ebay", "needs-you"],
      ["etsy", "behind"],
      ["woocommerce", "needs-you"],
    ]);
    expect(view.channels.map((c) => [c.outOfStep, c.toDecide, c.tooHigh])).toEqual([
      [0, 2, 0],
      [0, 1, 1],
      [1, 0, 1],
      [0, 1, 1],
    ]);
    expect(view.needs.map((n) => n.alertKind ?? n.kind)).toEqual(["failed", "held", "edits"]);
    expect(view.travels[0]).toMatchObject({ kind: "sale", title: "Blue mug", channel: "ebay", orderNumber: "17-04512-88" });
    expect(view.travels[0]?.chips.map((c) => [c.channel, c.pending, c.tookMs])).toEqual([
      ["shopify", false, 1_800],
      ["etsy", true, null],
      ["woocommerce", false, 2_200],
    ]);
    // Mug on Etsy 1, lamp on WooCommerce 2, bowl on eBay 4: shown above what should be.
    expect(view.metrics).toMatchObject({ unitsAtRisk: 7, lagMs: 2_000 });
    expect(view.metrics.inStepPercent).toBeLessThan(100);
  });
});

describe("inventory", () => {
  const load = (query = "", who = {}) => inventory.loader(args(asked(`/portal/inventory${query}`, who)));

  it("pages by cursor without loss or repetition, forwards and back", async () => {
    const first = await load();
    const second = await load(`?page=${first.nextPage}`);
    expect([first.rows.length, second.rows.length]).toEqual([50, 14]);
    expect(second.nextPage).toBeNull();
    const skus = [...first.rows, ...second.rows].map((row) => row.sku);
    expect(new Set(skus).size).toBe(64);
    expect(skus).toEqual([...skus].sort((x, y) => (x.toLowerCase() < y.toLowerCase() ? -1 : 1)));
    const back = await load(`?page=${second.previousPage}`);
    expect(back.rows.map((row) => row.sku)).toEqual(first.rows.map((row) => row.sku));
    expect(back.previousPage).toBeNull();
  });

  it.each(["sku", "title", "moved", "available"])("pages through all items by %s", async (sort) => {
    const seen: string[] = [];
    let page: string | null = null;
    do {
      const view: Awaited<ReturnType<typeof load>> = await load(`?sort=${sort}${page ? `&page=${page}` : ""}`);
      seen.push(...view.rows.map((row) => row.id));
      page = view.nextPage;
    } while (page);
    expect(new Set(seen).size).toBe(64);
    expect(seen.length).toBe(64);
  });

  it("counts its views and shows in each only what belongs there", async () => {
    const { counts } = await load();
    expect(counts).toEqual({ all: 64, "needs-you": 3, "out-of-step": 3, "not-linked": 1 });
    const titles = async (query: string) => (await load(query)).rows.map((row) => row.sku);
    expect(await titles("?tab=needs-you")).toEqual(["BOWL-RED", "LAMP-OAK", "VASE-GRN"]);
    expect(await titles("?tab=out-of-step")).toEqual(["BOWL-RED", "LAMP-OAK", "MUG-BLU"]);
    const unlinked = await load("?tab=not-linked");
    expect(unlinked.listings.map((l) => [l.title, l.status])).toEqual([["Wooden spoon, no SKU", "not-linked"]]);
  });

  it("finds by title, SKU or tag, and takes a percent sign as one", async () => {
    const found = async (q: string) => (await load(`?q=${encodeURIComponent(q)}`)).rows.map((row) => row.sku);
    expect(await found("linen shade")).toEqual(["LAMP-OAK"]);
    expect(await found("mug-b")).toEqual(["MUG-BLU"]);
    expect(await found("kitchen")).toEqual(["MUG-BLU"]);
    expect(await found("%")).toEqual([]);
  });

  it("tells wanted from proved, each number with its word", async () => {
    const mug = (await load("?q=mug-blu")).rows[0];
    expect(mug).toMatchObject({ onHand: 12, reserved: 2, available: 10 });
    expect(mug?.numbers.map((n) => [n.channel, n.status, n.confirmed, n.target])).toEqual([
      ["shopify", "in-step", 10, 10],
      ["ebay", "in-step", 10, 10],
      ["etsy", "sending", 11, 10],
      ["woocommerce", "in-step", 10, 10],
    ]);
    const statuses = async (sku: string) => (await load(`?q=${sku}`)).rows[0]?.numbers.map((n) => n.status);
    expect(await statuses("lamp-oak")).toEqual(["in-step", "refused"]);
    expect(await statuses("bowl-red")).toEqual(["held", "held"]);
    expect(await statuses("vase-grn")).toEqual(["needs-you", "not-compared", "in-step"]);
  });

  it("shows the plain list for an address that makes no sense", async () => {
    const view = await load("?tab=everything&sort=colour&page=%00nonsense");
    expect([view.query.tab, view.query.sort, view.rows.length]).toEqual(["all", "sku", 50]);
  });
});

describe("item", () => {
  it("explains each number and shows the movements with the level each led to", async () => {
    const { mug } = stage.scene.a.items;
    const view = await item.loader(args(asked(`/portal/inventory/items/${mug}`), { itemId: mug }));
    expect(view.numbers[0]?.why).toMatchObject({ target: 10, supposed: false, steps: [{ kind: "makeable", result: 10 }] });
    expect(view.movements.map((m) => [m.kind, m.onHandAfter, m.reservedAfter, m.canUndo])).toEqual([
      ["sale", 2, 1, false],
      ["adjustment", 2, 0, true],
    ]);
  });
});

describe("the record", () => {
  const load = (query = "", who = {}) => activity.loader(args(asked(`/portal/activity${query}`, who)));

  it("holds sales, numbers and people's acts, newest first", async () => {
    const { rows } = await load();
    expect(rows.map((row) => row.source)).toEqual(expect.arrayContaining(["movement", "shown", "audit"]));
    const times = rows.map((row) => row.at.getTime());
    expect(times).toEqual([...times].sort((x, y) => y - x));
    expect((await load("?kind=people")).rows.map((row) => row.kind)).toEqual(["pause.connection"]);
    expect((await load(`?q=17-04512`)).rows.map((row) => row.kind)).toEqual(["sale"]);
  });

  it("lays out the chain of one cause, oldest first", async () => {
    const sale = (await load("?kind=stock")).rows.find((row) => row.kind === "sale");
    const { chain } = await load(`?chain=${sale?.correlationId}`);
    expect(chain?.map((row) => [row.source, row.channel])).toEqual([
      ["movement", "ebay"],
      ["shown", "shopify"],
      ["shown", "woocommerce"],
    ]);
  });
});

describe("one channel", () => {
  it("says what it rests on", async () => {
    const id = stage.scene.a.connections.etsy;
    const view = await channel.loader(args(asked(`/portal/channels/${id}`), { connectionId: id }));
    expect(view.health).toMatchObject({ channel: "etsy", state: "behind", unlinked: 1 });
    expect(view.apiVersion.version).not.toBe("");
    expect(view.feeds.map((f) => f.kind)).toEqual(["listings", "orders"]);
  });

  it("says how its webhooks are and what the platform said of its interface, to its own seller only", async () => {
    const { a, b } = stage.scene;
    const watch = {
      state: "broken",
      checkedAt: "",
      goodAt: null,
      hooks: [],
      gapFrom: "2026-11-23T10:00:00.000Z",
      mendedAt: null,
      found: 0,
    };
    for (const [seller, id] of [
      [a, a.connections.etsy],
      [b, b.connections.etsy],
    ] as const) {
      await stage.worker.plain.query(`update connection set webhook_facts = $2::jsonb where id = $1`, [
        id,
        JSON.stringify({ watch: { ...watch, problem: `of ${seller.id}` } }),
      ]);
      await stage.worker.write(seller.id, (sql) =>
        storeNotice(sql, seller.id, id, { id: stage.house.newId(), operation: "getMe", kind: "deprecated", text: seller.id, endsAt: null }),
      );
    }
    const load = (id: string) => channel.loader(args(asked(`/portal/channels/${id}`), { connectionId: id }));
    const view = await load(a.connections.etsy);
    expect(view.watch).toMatchObject({ state: "broken", registered: false, problem: `of ${a.id}`, since: new Date(watch.gapFrom) });
    expect(view.watch.notices.map((notice) => notice.text)).toEqual([a.id]);
    expect(view.tokenRenews).toBe(true);
    expect(await refused(() => load(b.connections.etsy))).toMatchObject({ status: 404 });
  });

  it("pauses and resumes, and the record says who did", async () => {
    const connectionId = stage.scene.a.connections.woocommerce;
    const act = (what: string) => channel.action(args(asked(`/portal/channels/${connectionId}`, { form: { do: what } }), { connectionId }));
    const load = () => channel.loader(args(asked(`/portal/channels/${connectionId}`), { connectionId }));
    expect(await act("pause")).toEqual({ did: "paused" });
    expect((await load()).health.state).toBe("paused");
    const previewId = await followsToPlan(await act("resume"));
    expect((await load()).health.state).toBe("paused");
    const shown = await plan.loader(args(asked(`/portal/changes/${previewId}`), { previewId }));
    expect(shown).toMatchObject({ kind: "resume", state: "open", choosable: false });
    // The lamp shows 5 there and should show 3.
    expect(shown.rows.map((row) => [row.channel, row.sku, row.before, row.after])).toEqual([["woocommerce", "LAMP-OAK", 5, 3]]);
    await plan.action(args(asked(`/portal/changes/${previewId}`, { form: { hash: shown.hash } }), { previewId }));
    expect((await load()).health.pausedAt).toBeNull();
    const { rows } = await activity.loader(args(asked(`/portal/activity?kind=people&channel=${connectionId}`)));
    expect(rows.map((row) => [row.kind, row.actor])).toEqual([
      ["resume.connection", "Anna"],
      ["pause.connection", "Anna"],
    ]);
  });

  it("takes the seller's word about an outside edit", async () => {
    const connectionId = stage.scene.b.connections.ebay;
    const path = `/portal/channels/${connectionId}`;
    const load = () => channel.loader(args(asked(path, clara), { connectionId }));
    const [edit] = (await load()).edits;
    expect(edit).toMatchObject({ title: "Secret of B", expected: 3, observed: 0 });
    const form = { do: "decide", editId: edit?.id ?? "", decision: "revert" };
    expect(await channel.action(args(asked(path, { ...clara, form }), { connectionId }))).toMatchObject({ did: "decided", refused: null });
    expect((await load()).edits).toEqual([]);
  });
});

describe("going live", () => {
  it("asks the worker for the rows, says so meanwhile, and lets nobody approve what is not there", async () => {
    const connectionId = stage.scene.b.connections.ebay;
    const path = `/portal/channels/${connectionId}`;
    const answer = await channel.action(args(asked(path, { ...clara, form: { do: "preview" } }), { connectionId }));
    const location = answer instanceof Response ? (answer.headers.get("location") ?? "") : "";
    expect(location.startsWith(`${path}/preview?preview=`)).toBe(true);
    const view = await preview.loader(args(asked(location, clara), { connectionId }));
    expect([view.state, view.rows]).toEqual(["computing", []]);
    expect(stage.rung).toContain(`preview:${view.id}`);
    const form = { previewId: view.id, hash: view.hash };
    expect(await preview.action(args(asked(`${path}/preview`, { ...clara, form }), { connectionId }))).toMatchObject({
      gone: expect.any(String),
    });
    const { health } = await channel.loader(args(asked(path, clara), { connectionId }));
    expect(health.state).toBe("observe");
  });

  it("shows the rows of the newest preview, what would change and what is left out", async () => {
    const connectionId = stage.scene.b.connections.shopify;
    const view = await preview.loader(args(asked(`/portal/channels/${connectionId}/preview`, clara), { connectionId }));
    expect(view).toMatchObject({ state: "open", counts: { up: 1, down: 0, same: 0 }, left: 0 });
    expect(view.rows.map((row) => [row.title, row.before, row.after, row.change])).toEqual([["Secret of B", 7, 9, "up"]]);
    const none = await preview.loader(args(asked(`/portal/channels/${connectionId}/preview?only=same`, clara), { connectionId }));
    expect(none.rows).toEqual([]);
  });
});

describe("stock", () => {
  const send = (json: unknown, who = {}) => stockRoute.action(args(asked("/portal/stock", { json, ...who })));
  const available = async () => (await inventory.loader(args(asked("/portal/inventory?q=plain-0001")))).rows[0]?.available;
  const plainItem = async () => (await inventory.loader(args(asked("/portal/inventory?q=plain-0001")))).rows[0]?.id ?? "";

  it("changes by some units and takes it back", async () => {
    const itemId = await plainItem();
    const done = await send({ itemId, by: -3, note: "broken" });
    expect(done).toMatchObject({ outcome: "done", undid: false });
    expect(await available()).toBe(18);
    expect(stage.rung).toEqual(expect.arrayContaining(Object.values(stage.scene.a.connections)));
    expect(await send({ undo: done.outcome === "done" ? done.movementId : "" })).toMatchObject({ outcome: "done", undid: true });
    expect(await available()).toBe(21);
  });

  it("asks again when stock moved while somebody typed", async () => {
    const itemId = await plainItem();
    expect(await send({ itemId, setTo: 8, expected: 30, note: "" })).toEqual({ outcome: "moved-meanwhile", available: 21 });
    expect(await available()).toBe(21);
  });

  it.each([{ itemId: "not-an-id", by: 1, note: "" }, { by: 1 }, { itemId: "", setTo: 1.5, expected: 1, note: "" }, "text"])(
    "refuses %j",
    async (body) => {
      expect((await refused(() => send(body))).status).toBe(400);
    },
  );
});

describe("a held batch", () => {
  const load = (holdId: string, who = {}) => held.loader(args(asked(`/portal/activity/held/${holdId}`, who), { holdId }));
  const act = (holdId: string, form: Record<string, string>, who = {}) =>
    held.action(args(asked(`/portal/activity/held/${holdId}`, { ...who, form }), { holdId }));

  it("is reached from home, says how much and why, and is decided there with a reason for the record", async () => {
    const [holdId = ""] = stage.scene.a.holds;
    expect((await home.loader(args(asked("/portal")))).needs.find((n) => n.kind === "held")?.holdId).toBe(holdId);
    const view = await load(holdId);
    expect(view).toMatchObject({ lowered: 412, base: 1_900, zeroed: 412, cause: "listing-state", closedAt: null, usualPercent: 0 });
    expect(view.plan.rows.map((row) => [row.sku, row.before, row.after])).toEqual([
      ["BOWL-RED", 4, 0],
      ["BOWL-RED", 4, 0],
    ]);
    expect(await refused(() => load(holdId, clara))).toMatchObject({ status: 404 });
    expect(await refused(() => act(holdId, { decision: "keep" }, clara))).toMatchObject({ status: 404 });
    const changed = (await act(holdId, { decision: "send", hash: "another" })) as Response;
    expect(changed.headers.get("location")).toContain(`/activity/held/${holdId}?changed`);
    expect((await load(holdId)).plan.state).toBe("computing");
    await act(holdId, { decision: "keep", note: "the feed was empty" });
    expect(await load(holdId)).toMatchObject({ decision: "keep", note: "the feed was empty", decidedBy: "Anna" });
    expect((await home.loader(args(asked("/portal")))).needs.some((n) => n.kind === "held")).toBe(false);
    const { rows } = await activity.loader(args(asked("/portal/activity?kind=people")));
    expect(rows.find((row) => row.kind === "discard.held-numbers")).toMatchObject({ actor: "Anna", note: "the feed was empty" });
  });
});

describe("stopping all writing", () => {
  it("stands on every page until it is resumed", async () => {
    const switchTo = (stop: string) => writingRoute.action(args(asked("/portal/writing", { form: { stop } })));
    expect(await switchTo("true")).toEqual({ stopped: true });
    expect((await home.loader(args(asked("/portal")))).stoppedAt).toBeInstanceOf(Date);
    const previewId = await followsToPlan(await switchTo("false"));
    expect((await home.loader(args(asked("/portal")))).stoppedAt).toBeInstanceOf(Date);
    const { hash } = await plan.loader(args(asked(`/portal/changes/${previewId}`), { previewId }));
    await plan.action(args(asked(`/portal/changes/${previewId}`, { form: { hash } }), { previewId }));
    expect((await home.loader(args(asked("/portal")))).stoppedAt).toBeNull();
  });
});

describe("the wall between sellers", () => {
  it("shows B nothing of A, on no screen, with A's ids in B's addresses", async () => {
    const { a } = stage.scene;
    const quantityId = a.numbers["MUG-BLU"]?.shopify ?? "";
    const connectionId = a.connections.shopify;
    const hidden = [
      () => item.loader(args(asked("/portal/inventory/items/x", clara), { itemId: a.items.mug })),
      () => channel.loader(args(asked("/portal/channels/x", clara), { connectionId })),
      () => preview.loader(args(asked("/portal/channels/x/preview", clara), { connectionId })),
      () => whyRoute.loader(args(asked("/portal/why/x", clara), { quantityId })),
    ];
    for (const load of hidden) expect(await refused(load)).toMatchObject({ status: 404, refusal: "not-found" });

    const sale = a.movements.sale;
    const chain = (await activity.loader(args(asked("/portal/activity?kind=stock")))).rows.find((row) => row.id === sale)?.correlationId;
    const seen = JSON.stringify([
      await home.loader(args(asked("/portal", clara))),
      await inventory.loader(args(asked("/portal/inventory?q=mug", clara))),
      await inventory.loader(args(asked("/portal/inventory?tab=not-linked", clara))),
      await channels.loader(args(asked("/portal/channels", clara))),
      await activity.loader(args(asked(`/portal/activity?channel=${connectionId}&chain=${chain}`, clara))),
    ]);
    expect(chain).toBeTruthy();
    expect(seen).toContain("Brass & Bone");
    for (const word of ["Blue mug", "MUG-BLU", "Hearth", "hearth", "Anna", "17-04512-88", a.items.mug]) expect(seen).not.toContain(word);
  });

  it("lets B change nothing of A", async () => {
    const { a } = stage.scene;
    const connectionId = a.connections.shopify;
    const channelPath = `/portal/channels/${connectionId}`;
    for (const what of ["pause", "resume", "retry", "decide", "preview"]) {
      const form = { do: what, editId: a.edits[0] ?? "", decision: "accept" };
      expect(await refused(() => channel.action(args(asked(channelPath, { ...clara, form }), { connectionId })))).toMatchObject({
        status: 404,
      });
    }
    const approve = { previewId: stage.scene.b.preview, hash: "as-shown" };
    expect(
      await refused(() => preview.action(args(asked(`${channelPath}/preview`, { ...clara, form: approve }), { connectionId }))),
    ).toMatchObject({ status: 404 });
    const stock = await stockRoute.action(args(asked("/portal/stock", { ...clara, json: { itemId: a.items.mug, by: -5, note: "" } })));
    expect(stock.outcome).toBe("refused");
    const undo = await stockRoute.action(args(asked("/portal/stock", { ...clara, json: { undo: a.movements.adjustment } })));
    expect(undo.outcome).toBe("refused");
    // B's own address with an edit of A in the form.
    const own = stage.scene.b.connections.shopify;
    const form = { do: "decide", editId: a.edits[0] ?? "", decision: "accept" };
    expect(await channel.action(args(asked("/portal/channels/x", { ...clara, form }), { connectionId: own }))).toMatchObject({
      refused: expect.any(String),
    });
    const mug = (await inventory.loader(args(asked("/portal/inventory?q=mug-blu")))).rows[0];
    expect(mug?.available).toBe(10);
    expect((await channel.loader(args(asked(channelPath), { connectionId }))).edits).toHaveLength(1);
  });
});

describe("who may act", () => {
  const everyAction = () => {
    const { a } = stage.scene;
    const connectionId = a.connections.etsy;
    return [
      (who: object) => channel.action(args(asked("/portal/channels/x", { ...who, form: { do: "pause" } }), { connectionId })),
      (who: object) => preview.action(args(asked("/portal/channels/x/preview", { ...who, form: { do: "again" } }), { connectionId })),
      (who: object) =>
        item.action(
          args(asked("/portal/inventory/items/x", { ...who, form: { do: "retry", quantityId: a.numbers["MUG-BLU"]?.etsy ?? "" } })),
        ),
      (who: object) => stockRoute.action(args(asked("/portal/stock", { ...who, json: { itemId: a.items.mug, by: 1, note: "" } }))),
      (who: object) => writingRoute.action(args(asked("/portal/writing", { ...who, form: { stop: "true" } }))),
    ];
  };
  const etsyIsPaused = async () => {
    const connectionId = stage.scene.a.connections.etsy;
    return (await channel.loader(args(asked("/portal/channels/x"), { connectionId }))).health.pausedAt !== null;
  };

  it("is never a viewer", async () => {
    for (const act of everyAction())
      expect(await refused(() => act({ person: "demo-ben" }))).toMatchObject({ status: 403, refusal: "viewer" });
    expect(await etsyIsPaused()).toBe(false);
    expect((await home.loader(args(asked("/portal", { person: "demo-ben" })))).stoppedAt).toBeNull();
  });

  it.each([
    ["another page", "https://evil.example"],
    ["no page", null],
    ["an opaque one", "null"],
  ])("is never %s with the seller's cookie", async (_name, origin) => {
    for (const act of everyAction()) expect(await refused(() => act({ origin }))).toMatchObject({ status: 403, refusal: "foreign-page" });
    expect(await etsyIsPaused()).toBe(false);
  });

  it("is nobody who is not signed in, or has no account", async () => {
    for (const act of everyAction()) {
      expect(await refused(() => act({ person: null }))).toMatchObject({
        status: 302,
        location: expect.stringMatching(/^\/demo\/sign-in\?back=/),
      });
      expect(await refused(() => act({ person: "demo-stranger" }))).toMatchObject({ status: 403, refusal: "no-seller" });
    }
    for (const load of [home.loader, inventory.loader, channels.loader, activity.loader]) {
      expect(await refused(() => load(args(asked("/portal", { person: null }))))).toMatchObject({ status: 302 });
    }
  });

  it("is nobody where a front is not configured", async () => {
    const none = (path: string) =>
      home.loader({ request: asked(path), params: {}, context: stage.context({ fronts: { app: null, portal: null } }) });
    expect(await refused(() => none("/portal"))).toMatchObject({ status: 503, refusal: "no-portal" });
    expect(await refused(() => none("/app"))).toMatchObject({ status: 503, refusal: "no-embedded" });
  });
});
