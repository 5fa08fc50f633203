import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fillPlan } from "#app/flows/open-plan.server.ts";
import * as countSheetRoute from "#app/routes/count-sheet.ts";
import { asked, openStage, refused, type Stage } from "#app/testing/stage.server.ts";
import * as plan from "./plan.tsx";
import * as stockFile from "./stock-file.tsx";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const PATH = "/portal/inventory/file";
const args = (request: Request, params: Record<string, string> = {}) => ({ request, params, context: stage.context() });
const give = async (content: string | Uint8Array, options: { at?: string; person?: string } = {}) => {
  const { wall } = await stockFile.loader(args(asked(PATH)));
  const body = new FormData();
  body.set("file", new File([content as BlobPart], "counts.csv"));
  body.set("at", options.at ?? wall);
  body.set("shown", wall);
  const { headers, url } = asked(PATH, { form: {}, ...(options.person ? { person: options.person } : {}) });
  headers.delete("content-type");
  return stockFile.action(args(new Request(url, { method: "POST", headers, body })));
};
const opened = async (answer: Awaited<ReturnType<typeof give>>) => {
  if (!(answer instanceof Response)) throw new Error(`not opened: ${JSON.stringify(answer)}`);
  const address = answer.headers.get("location") ?? "";
  const previewId = address.split("/").at(-1) ?? "";
  await fillPlan(stage.house, stage.scene.a.id, previewId);
  const page = () => plan.loader(args(asked(address), { previewId }));
  const approve = async () => plan.action(args(asked(address, { form: { hash: (await page()).hash } }), { previewId }));
  return { page, approve };
};
const level = async (sku: string) => {
  const [row] = await stage.worker.plain.query<{ onHand: number; available: number }>(
    `select on_hand as "onHand", on_hand - reserved as available from stock_item where seller_id = $1 and sku = $2`,
    [stage.scene.a.id, sku],
  );
  return row;
};
const sell = (sku: string, units: number, at: string) =>
  stage.worker.plain.query(
    `with i as (update stock_item set on_hand = on_hand - $3 where seller_id = $1 and sku = $2 returning id)
     insert into movement (id, seller_id, item_id, kind, on_hand_delta, reserved_delta, sequence, dedupe_key, actor_key, correlation_id, occurred_at, recorded_at)
     select gen_random_uuid(), $1, i.id, 'sale', -$3::int, 0, 0, gen_random_uuid()::text, 'engine', 'c', $4, $4 from i`,
    [stage.scene.a.id, sku, units, at],
  );

describe("a file of counts", () => {
  it("is shown row by row with the lines that can't be used, counts once approved, and is undone like any plan", async () => {
    expect(await level("MUG-BLU")).toEqual({ onHand: 12, available: 10 });
    const { page, approve } = await opened(await give("SKU;On hand\r\nmug-blu;15\r\nLAMP-OAK;3\r\nNOPE;4\r\n"));
    const shown = await page();
    expect(shown).toMatchObject({ kind: "stock-file", state: "open" });
    expect(shown.file).toMatchObject({
      ...{ name: "counts.csv", corrected: 1, same: 1 },
      problems: [{ line: 4, sku: "NOPE", problem: "unknown" }],
    });
    expect(shown.rows.map((row) => [row.before, row.after])).toEqual(Array(4).fill([10, 13]));
    expect(await level("MUG-BLU")).toEqual({ onHand: 12, available: 10 });
    await approve();
    expect(await level("MUG-BLU")).toEqual({ onHand: 15, available: 13 });
    expect(await page()).toMatchObject({ state: "approved", undo: { items: 1 } });
    await approve();
    expect(await level("MUG-BLU")).toEqual({ onHand: 15, available: 13 });
  });

  it("of what could be sold is read as that; what is sold between counting and yes stays sold", async () => {
    const { approve } = await opened(await give("sku,available\nMUG-BLU,20\n"));
    await sell("MUG-BLU", 4, stage.clock.now().toISOString());
    await approve();
    // The page's rows have moved by an order alone, so the yes holds.
    expect(await level("MUG-BLU")).toMatchObject({ available: 16 });
  });

  it("that was counted earlier corrects what stood then", async () => {
    const { onHand } = (await level("LAMP-OAK"))!;
    const minute = 60_000;
    const at = new Date(Math.floor(stage.clock.now().getTime() / minute - 5) * minute);
    await sell("LAMP-OAK", 1, new Date(at.getTime() + minute).toISOString());
    const { approve } = await opened(await give(`SKU,Count\nLAMP-OAK,${onHand + 5}\n`, { at: at.toISOString() }));
    await approve();
    expect((await level("LAMP-OAK"))?.onHand).toBe(onHand + 5 - 1);
  });

  it("is taken as spreadsheets save it", async () => {
    const text = "SKU\tOn hand\r\nMUG-BLU\t40\r\n";
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
    for (const bytes of [
      utf16,
      Buffer.from(`\uFEFF${text}`),
      Buffer.from([...Buffer.from("SKU,On hand,Name\nMUG-BLU,40,Caf"), 0xe9, 0x0a]),
    ]) {
      const { page } = await opened(await give(bytes));
      expect((await page()).file).toMatchObject({ corrected: 1, problems: [] });
    }
  });

  it("is refused with what to do, and nothing is kept, where it cannot be used", async () => {
    const plans = async () => (await stage.worker.plain.query("select from preview where kind = 'stock-file'")).length;
    const before = await plans();
    expect(await give("")).toEqual({ outcome: "no-file" });
    expect(await give("Name,Price\na,1\n")).toEqual({ outcome: "unreadable", why: "no-sku-column" });
    expect(await give("SKU,On hand\nNOPE,1\n")).toMatchObject({ outcome: "nothing", problems: [{ problem: "unknown" }], problemCount: 1 });
    expect(await give("SKU,On hand\nMUG-BLU,1\n", { at: "2999-01-01T00:00" })).toEqual({ outcome: "wrong-moment" });
    expect(await give(`SKU,On hand\n${"x".repeat(5_300_000)},1\n`)).toMatchObject({ outcome: "unreadable", why: "too-large" });
    expect(await refused(() => give("SKU,On hand\nMUG-BLU,1\n", { person: "demo-ben" }))).toMatchObject({ status: 403 });
    expect(await plans()).toBe(before);
  });

  it("can be filled in from the seller's own stock, and given back unchanged", async () => {
    const file = await (await countSheetRoute.loader(args(asked("/portal/inventory/counts.csv")))).text();
    expect(file).toContain("MUG-BLU,Blue mug,");
    const { page } = await opened(await give(file));
    expect((await page()).file).toMatchObject({ corrected: 0, problems: [] });
    expect((await page()).rows.every((row) => row.change === "same")).toBe(true);
  });
});
