/** ReviseInventoryStatus is not atomic: which of the four were written must be read from rows, parameters and positions. */
import { describe, expect, it } from "vitest";
import { cannedContext, errorXml, tradingXml } from "./canned-context.ts";
import { readOutcomes } from "./revise-outcomes.ts";
import { callTrading } from "./trading-client.ts";

const CALL = "ReviseInventoryStatus";
const row = (itemId: string, sku = "") =>
  `<InventoryStatus><SKU>${sku}</SKU><ItemID>${itemId}</ItemID><StartPrice currencyID="USD">1.0</StartPrice><Quantity>99</Quantity></InventoryStatus>`;
const wishes = [
  { itemId: "101", sku: null },
  { itemId: "102", sku: "RED" },
  { itemId: "102", sku: "BLUE" },
  { itemId: "103", sku: null },
];

async function outcomes(content: string, ack: string, of = wishes): Promise<string[]> {
  const answer = await callTrading(cannedContext(() => ({ text: tradingXml(CALL, content, ack) })).context, CALL, {});
  const read = readOutcomes(of, answer);
  return of.map((wish) => {
    const outcome = read.get(wish)!;
    return outcome.outcome === "failed" ? `failed ${outcome.error.code}` : outcome.outcome;
  });
}

describe("revise outcomes", () => {
  it("rows without errors are written, one row being a single node", async () => {
    expect(await outcomes(row("101"), "Success", wishes.slice(0, 1))).toEqual(["written"]);
    expect(await outcomes(row("101") + row("102", "RED") + row("102", "BLUE") + row("103"), "Success")).toEqual(Array(4).fill("written"));
  });

  it("Ack Failure with both errors and rows: each counts for its own", async () => {
    const content = errorXml("21919188", ["x", "y", "103"]) + row("101") + row("102", "RED") + row("102", "BLUE");
    expect(await outcomes(content, "Failure")).toEqual(["written", "written", "written", "failed 21919188"]);
  });

  it("an error names a variation by its SKU, among others of the same item", async () => {
    expect(await outcomes(errorXml("21916799", ["BLUE"]) + row("101") + row("102", "RED") + row("103"), "PartialFailure")).toEqual([
      "written",
      "written",
      "failed 21916799",
      "written",
    ]);
  });

  it("an error that names nothing leaves the unanswered ones unclear; alone it is theirs", async () => {
    const content = errorXml("1", [], { severity: "Warning" }) + errorXml("2", [], { severity: "Warning" }) + errorXml("21919474");
    expect(await outcomes(content + row("101") + row("103"), "Failure")).toEqual(["written", "unclear", "unclear", "written"]);
    expect(await outcomes(content, "Failure", wishes.slice(0, 1))).toEqual(["failed 21919474"]);
  });

  it("an item id shared by two variations names neither", async () => {
    expect(await outcomes(errorXml("240", ["102"]) + row("101") + row("103"), "Failure")).toEqual([
      "written",
      "unclear",
      "unclear",
      "written",
    ]);
  });

  it("already so (21917092) is success, as warning or as error", async () => {
    expect(await outcomes(errorXml("21917092", ["101"], { severity: "Warning" }), "Warning", wishes.slice(0, 1))).toEqual(["written"]);
    expect(await outcomes(errorXml("21917092", ["101"]) + row("103"), "Failure", [wishes[0]!, wishes[3]!])).toEqual(["written", "written"]);
  });

  it("no rows and no errors prove nothing", async () => {
    expect(await outcomes("", "Success")).toEqual(Array(4).fill("unclear"));
  });
});
