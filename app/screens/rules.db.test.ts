import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localOf } from "#app/domain/zoned-time.ts";
import type { House } from "#app/flows/house.server.ts";
import { keepRuleDates } from "#app/flows/keep-rule-dates.server.ts";
import { computePreview } from "#app/flows/request-preview.server.ts";
import * as fileRoute from "#app/routes/preview-file.ts";
import * as effectRoute from "#app/routes/rule-effect.ts";
import * as tags from "#app/routes/tags.ts";
import { asked, openStage, refused, type Stage } from "#app/testing/stage.server.ts";
import * as item from "./item.tsx";
import * as plan from "./plan.tsx";
import * as rule from "./rule.tsx";
import * as rules from "./rules.tsx";
import * as rush from "./rush.tsx";

let stage: Stage;
let worker: House;
beforeAll(async () => {
  stage = await openStage({ more: 30 });
  worker = { ...stage.house, db: stage.worker };
  zone = (await list()).timeZone;
});
afterAll(() => stage.close());

const HOUR = 3_600_000;
const args = (request: Request, params: Record<string, string> = {}) => ({ request, params, context: stage.context() });
let zone = "UTC";
const inHours = (hours: number) => localOf(new Date(stage.clock.now().getTime() + hours * HOUR), zone);
const list = (person?: string) => rules.loader(args(asked("/portal/rules", person ? { person } : {})));
const named = async (title: string) => (await list()).rules.find((r) => r.title === title);

/** Where an answer sends the browser: the plan's id. */
function planOf(answer: unknown): string {
  if (!(answer instanceof Response)) throw new Error(`no plan but ${JSON.stringify(answer)}`);
  return answer.headers.get("location")?.split("/changes/")[1] ?? "";
}
const save = (form: Record<string, string>, ruleId = "new") =>
  rule.action(args(asked(`/portal/rules/${ruleId}`, { form: { do: "save", ...form } }), { ruleId }));
const act = (ruleId: string, form: Record<string, string>) => rule.action(args(asked(`/portal/rules/${ruleId}`, { form }), { ruleId }));

async function shown(previewId: string) {
  await computePreview(worker, previewId);
  return plan.loader(args(asked(`/portal/changes/${previewId}`), { previewId }));
}
async function approve(previewId: string) {
  const view = await shown(previewId);
  const answer = await plan.action(args(asked(`/portal/changes/${previewId}`, { form: { hash: view.hash } }), { previewId }));
  expect(planOf(answer)).toBe(previewId);
  return view;
}
const make = async (form: Record<string, string>) => approve(planOf(await save(form)));
const target = async (sku: string, channel: string): Promise<number | null> => {
  const [row] = await stage.worker.plain.query<{ target: number | null }>(
    `select q.target from channel_quantity q join listing l on l.quantity_id = q.id join connection c on c.id = q.connection_id
     where l.sku = $1 and c.channel::text = $2 and c.seller_id = $3`,
    [sku, channel, stage.scene.a.id],
  );
  return row?.target ?? null;
};
const etsy = async () => (await list()).connections.find((c) => c.channel === "etsy")?.id ?? "";
const pass = async (hours: number) => {
  stage.clock.advance(hours * HOUR);
  await keepRuleDates(worker);
};

describe("a rule of the seller", () => {
  it("is worked out beside the form on real items, naming nearer rules, and nothing is saved by that", async () => {
    await make({ title: "Mugs", scope: "tag", tag: "kitchen", buffer: "1" });
    const query = new URLSearchParams({ scope: "seller", buffer: "3" });
    const effect = await effectRoute.loader(args(asked(`/portal/rules/effect?${query}`)));
    const plain = effect.rows.find((row) => row.sku === "PLAIN-0001");
    expect([plain?.before, plain?.after, effect.rows.length]).toEqual([21, 18, 10]);
    expect(effect.nearer.map((r) => [r.field, r.scope, r.listings])).toEqual([["buffer", "tag", 4]]);
    expect(Object.values(effect.names).map((n) => [n.title, n.tag])).toEqual([["Mugs", "kitchen"]]);
    expect((await list()).rules.map((r) => r.title)).toEqual(["Mugs"]);
    const none = await effectRoute.loader(args(asked(`/portal/rules/effect?scope=seller&cap=999999`)));
    expect([none.changed, none.sampled]).toEqual([0, false]);
  });

  it("is refused beside its field, by a viewer's hand and at a place that is not the seller's", async () => {
    expect(await save({ scope: "connection", buffer: "many" })).toEqual({ problems: { connectionId: "missing", buffer: "not-a-number" } });
    expect(await save({ scope: "connection", connectionId: stage.scene.b.connections.shopify, buffer: "1" })).toEqual({
      problems: { connectionId: "no-such-channel" },
    });
    expect(await save({ scope: "listing", connectionId: await etsy(), sku: "NO-SUCH", buffer: "1" })).toEqual({
      problems: { sku: "no-such-listing" },
    });
    const viewer = asked("/portal/rules/new", { person: "demo-ben", form: { do: "save", scope: "seller", buffer: "1" } });
    expect(await refused(() => rule.action(args(viewer, { ruleId: "new" })))).toMatchObject({ status: 403 });
  });

  it("stands once its rows were approved, with its maker; changed it is the same rule's next version, and can be taken back and ended", async () => {
    await make({ title: "Etsy", scope: "connection", connectionId: await etsy(), buffer: "5" });
    expect([await target("PLAIN-0001", "etsy"), await target("PLAIN-0001", "ebay")]).toEqual([16, 21]);
    const first = await named("Etsy");
    expect([first?.state, first?.actor, first?.version, first?.connectionName]).toEqual(["in-force", "Anna", 1, "HearthHomeShop"]);
    await approve(planOf(await save({ title: "Etsy", scope: "connection", connectionId: await etsy(), buffer: "2" }, first?.id)));
    expect(await target("PLAIN-0001", "etsy")).toBe(19);
    const second = await named("Etsy");
    const page = await rule.loader(args(asked(`/portal/rules/${second?.id}`), { ruleId: second?.id ?? "" }));
    expect(page.history.map((v) => [v.version, v.buffer, v.overAt !== null])).toEqual([
      [2, 2, false],
      [1, 5, true],
    ]);
    expect(page.form).toMatchObject({ scope: "connection", buffer: "2", title: "Etsy" });
    await approve(planOf(await act(second?.id ?? "", { do: "take-back", version: first?.id ?? "" })));
    expect(await target("PLAIN-0001", "etsy")).toBe(16);
    await approve(planOf(await act((await named("Etsy"))?.id ?? "", { do: "end" })));
    expect(await target("PLAIN-0001", "etsy")).toBe(21);
    expect((await named("Etsy"))?.state).toBe("ended");
  });

  it("is nobody else's: another seller sees none of it", async () => {
    const mine = (await named("Mugs"))?.id ?? "";
    const clara = { person: "demo-clara" };
    expect((await list("demo-clara")).rules).toEqual([]);
    const theirs = asked(`/portal/rules/${mine}`, { ...clara, form: { do: "end" } });
    expect(await refused(() => rule.loader(args(asked(`/portal/rules/${mine}`, clara), { ruleId: mine })))).toMatchObject({ status: 404 });
    expect(await refused(() => rule.action(args(theirs, { ruleId: mine })))).toMatchObject({ status: 404 });
    const begin = asked("/portal/rules", { ...clara, form: { do: "begin", ruleId: mine } });
    expect(await refused(() => rules.action(args(begin)))).toMatchObject({ status: 404 });
  });
});

describe("tags of items", () => {
  const lampTags = async () => (await item.loader(args(asked("/portal/x"), { itemId: stage.scene.a.items.lamp }))).tags;
  const change = (json: { itemIds: string[]; add: string[]; remove: string[] }, person = "demo-anna") =>
    tags.action(args(asked("/portal/tags", { person, json })));
  const lamp = (add: string[], remove: string[] = []) => change({ itemIds: [stage.scene.a.items.lamp], add, remove });

  it("change at once where no number moves, in the spelling that is known, and say what is no tag", async () => {
    expect(await lamp(["  gift "])).toEqual({ outcome: "done", items: 1 });
    expect(await lamp(["GIFT"])).toEqual({ outcome: "done", items: 0 });
    expect(await lampTags()).toEqual(["gift"]);
    expect(await lamp([], ["Gift"])).toEqual({ outcome: "done", items: 1 });
    expect(await lamp(["a, b"])).toEqual({ outcome: "no-tag" });
    expect(await lampTags()).toEqual([]);
  });

  it("are shown first where a rule stands at them, then move the numbers, and go back exactly as they were", async () => {
    const { items } = stage.scene.a;
    const before = await target("LAMP-OAK", "shopify");
    const previewId = planOf(await change({ itemIds: [items.lamp, items.mug], add: ["Kitchen"], remove: [] }));
    expect(await lampTags()).toEqual([]);
    const view = await approve(previewId);
    expect([view.kind, view.counts.down, view.rows.map((row) => row.sku)]).toEqual(["tags", 2, ["LAMP-OAK", "LAMP-OAK"]]);
    expect([await lampTags(), await target("LAMP-OAK", "shopify")]).toEqual([["kitchen"], (before ?? 0) - 1]);
    const done = await plan.loader(args(asked(`/portal/changes/${previewId}`), { previewId }));
    expect(done.undo).toEqual({ items: 1, touched: [], rules: false });
    const undo = await plan.action(args(asked(`/portal/changes/${previewId}`, { form: { do: "undo" } }), { previewId }));
    await approve(planOf(undo));
    expect([await lampTags(), await target("LAMP-OAK", "shopify")]).toEqual([[], before]);
    const mug = await item.loader(args(asked("/portal/x"), { itemId: items.mug }));
    expect(mug.tags).toEqual(["kitchen"]);
    expect((await plan.loader(args(asked(`/portal/changes/${previewId}`), { previewId }))).undo).toBeNull();
  });

  it("are nobody else's and no viewer's to change", async () => {
    const wish = { itemIds: [stage.scene.b.items.secret], add: ["mine"], remove: [] };
    expect(await change(wish)).toEqual({ outcome: "done", items: 0 });
    expect(await refused(() => change(wish, "demo-ben"))).toMatchObject({ status: 403 });
    expect((await stage.worker.plain.query("select 1 from item_tag where tag = 'mine'")).length).toBe(0);
  });
});

describe("a dated rule", () => {
  it("changes numbers at its moments and not before, by the clock alone, and rings for the channels", async () => {
    await make({ title: "Weekend", scope: "seller", buffer: "4", startsAt: inHours(2), endsAt: inHours(5) });
    expect([await target("PLAIN-0002", "ebay"), (await named("Weekend"))?.state]).toEqual([22, "coming"]);
    await pass(1);
    expect(await target("PLAIN-0002", "ebay")).toBe(22);
    stage.rung.length = 0;
    await pass(2);
    expect([await target("PLAIN-0002", "ebay"), (await named("Weekend"))?.state]).toEqual([18, "in-force"]);
    expect(stage.rung.length).toBeGreaterThan(0);
    await pass(3);
    expect([await target("PLAIN-0002", "ebay"), (await named("Weekend"))?.state]).toEqual([22, "ended"]);
  });

  it("is caught up with when no worker ran: begun late, or over without ever having begun", async () => {
    await make({ title: "Late", scope: "seller", buffer: "6", startsAt: inHours(1), endsAt: inHours(9) });
    await make({ title: "Missed", scope: "connection", connectionId: await etsy(), cap: "1", startsAt: inHours(1), endsAt: inHours(2) });
    await pass(5);
    expect([await target("PLAIN-0003", "etsy"), (await named("Late"))?.state, (await named("Missed"))?.state]).toEqual([
      17,
      "in-force",
      "ended",
    ]);
    await pass(5);
    expect(await target("PLAIN-0003", "etsy")).toBe(23);
  });

  it("that would now lower far more than was approved does not begin: it waits for a yes with the difference", async () => {
    const view = await make({
      title: "Kitchen sale",
      scope: "tag",
      tag: "kitchen",
      buffer: "50",
      startsAt: inHours(1),
      endsAt: inHours(20),
    });
    expect(view.counts["to-zero"] + view.counts.down).toBeLessThanOrEqual(4);
    await stage.worker.plain.query(
      `insert into item_tag (seller_id, item_id, tag) select seller_id, id, 'kitchen' from stock_item where seller_id = $1 and sku like 'PLAIN-%'`,
      [stage.scene.a.id],
    );
    await pass(2);
    const waiting = await named("Kitchen sale");
    expect([await target("PLAIN-0004", "ebay"), waiting?.state]).toEqual([23, "waiting"]);
    const alerts = () => stage.worker.plain.query<{ key: string }>(`select key from alert where kind = 'rule-waits' and closed_at is null`);
    expect(await alerts()).toEqual([{ key: `rule-waits:${waiting?.id}` }]);
    const answer = await rules.action(args(asked("/portal/rules", { form: { do: "begin", ruleId: waiting?.id ?? "" } })));
    const difference = await approve(planOf(answer));
    expect(difference.counts["to-zero"]).toBeGreaterThan(10);
    expect([await target("PLAIN-0004", "ebay"), (await named("Kitchen sale"))?.state, await alerts()]).toEqual([0, "in-force", []]);
    await approve(planOf(await act(waiting?.id ?? "", { do: "end" })));
    expect(await target("PLAIN-0004", "ebay")).toBe(23);
  });
});

describe("the rows of a plan", () => {
  let previewId = "";
  const rows = (query: string) => plan.loader(args(asked(`/portal/changes/${previewId}${query}`), { previewId }));

  it.each(["danger", "title", "channel", "now", "after"])("are all reachable page by page, ordered by %s", async (sort) => {
    previewId ||= planOf(await save({ title: "Rows", scope: "tag", tag: "kitchen", buffer: "3" }));
    await computePreview(worker, previewId);
    const seen: string[] = [];
    const order: string[] = [];
    let page: string | null = null;
    do {
      const view = await rows(`?sort=${sort}${page ? `&page=${page}` : ""}`);
      seen.push(...view.rows.map((row) => row.quantityId));
      order.push(
        ...view.rows.map((row) => (sort === "after" ? String(row.after).padStart(9, "0") : sort === "channel" ? row.channel : "")),
      );
      page = view.nextPage;
      if (page === null) expect((await rows(`?sort=${sort}&page=${view.previousPage}`)).rows).toHaveLength(100);
    } while (page);
    const { counts } = await rows("");
    expect([seen.length, new Set(seen).size]).toEqual([counts["to-zero"] + counts.down, seen.length]);
    expect(seen.length).toBeGreaterThan(100);
    expect(order).toEqual(order.toSorted());
  });

  it("are found by title or SKU and narrowed to one channel, and leave as a file with all of them", async () => {
    expect(new Set((await rows("?q=blue%20m")).rows.map((row) => row.sku))).toEqual(new Set(["MUG-BLU"]));
    expect((await rows("?q=%25")).rows).toEqual([]);
    const narrow = await rows("?q=plain-0001&channel=ebay");
    expect(narrow.rows.map((row) => [row.sku, row.channel])).toEqual([["PLAIN-0001", "ebay"]]);
    const file = (query: string, who = {}) =>
      fileRoute.loader(args(asked(`/portal/changes/${previewId}/rows.csv${query}`, who), { previewId }));
    const lines = (await (await file("")).text()).trim().split("\r\n");
    expect(lines).toHaveLength(1 + (await rows("")).rows.length + (await rows("")).left);
    expect((await (await file("?q=plain-0001&channel=ebay")).text()).trim().split("\r\n")).toHaveLength(2);
    expect(await refused(() => file("", { person: "demo-clara" }))).toMatchObject({ status: 404 });
  });
});

describe("a rush", () => {
  const plan = (more: Record<string, string> = {}) =>
    rush.action(args(asked("/portal/rules/rush", { form: { title: "Rush", buffer: "2", endsAt: inHours(6), ...more } })));

  it("must end, and holds more back everywhere, above each rule that stands nearer, until it is over", async () => {
    expect(await plan({ endsAt: "" })).toEqual({ problems: { endsAt: "missing" } });
    const ebay = (await list()).connections.find((c) => c.channel === "ebay")?.id ?? "";
    const view = await approve(planOf(await plan({ lastUnits: "3", rank: ebay })));
    expect(view.title).toBe("Rush");
    // The mug stands under its tag's buffer of 1, which the rush adds to; the lamp's last three units stay away from channels that eBay outranks only where eBay lists it.
    expect([await target("MUG-BLU", "shopify"), await target("LAMP-OAK", "shopify")]).toEqual([7, 1]);
    await pass(7);
    expect([await target("MUG-BLU", "shopify"), await target("LAMP-OAK", "shopify")]).toEqual([9, 3]);
  });

  it("is ended before its time as one", async () => {
    await approve(planOf(await plan({ title: "Short rush" })));
    const running = await named("Short rush");
    expect(await target("MUG-BLU", "shopify")).toBe(7);
    const form = { do: "end-plan", previewId: running?.previewId ?? "" };
    await approve(planOf(await rules.action(args(asked("/portal/rules", { form })))));
    expect(await target("MUG-BLU", "shopify")).toBe(9);
    expect((await list()).rules.filter((r) => r.title === "Short rush" && r.state === "in-force")).toEqual([]);
  });
});
