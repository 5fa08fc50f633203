/** What eBay's error codes mean for a stock write (contracts/ebay.md 13.4), those included that the sandbox never says. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ChannelBed, makeHarness } from "#app/testing/channel-harness.ts";
import { collectListings, writeFrom } from "../contract/steps.ts";
import type { ChannelContext, WriteResult } from "../port.ts";
import { errorXml, tradingXml } from "./canned-context.ts";
import { ebay } from "./connector.server.ts";

let bed: ChannelBed;
beforeAll(async () => {
  bed = await makeHarness(ebay);
});
afterAll(() => bed.stop());
beforeEach(() => bed.reset());

async function writeMeeting(code: string, severity?: "Warning"): Promise<WriteResult> {
  const old = (await collectListings(bed)).find((one) => one.quantityRef.key.startsWith("t:") && one.externalParentId === null)!;
  const [reading] = await ebay.readStock(bed.context, [old.quantityRef]);
  const error = severity ? errorXml(code, [], { severity }) : errorXml(code);
  const row = `<InventoryStatus><SKU/><ItemID>${old.externalId}</ItemID><Quantity>1</Quantity></InventoryStatus>`;
  const text = tradingXml("ReviseInventoryStatus", severity ? error + row : error, severity ?? "Failure");
  const context: ChannelContext = {
    ...bed.context,
    http: (call) =>
      call.operation === "ReviseInventoryStatus" ? Promise.resolve({ status: 200, headers: {}, text }) : bed.context.http(call),
  };
  const write = writeFrom(bed, { ...reading!, ref: old.quantityRef.ref }, 1);
  return (await ebay.setStock(context, [write], bed.gate))[0]!;
}

describe("a stock write that eBay refuses", () => {
  it.each([
    // It stood there a moment ago: a second look decides, and nothing is called gone.
    ["17", { outcome: "conflict" }],
    ["291", { outcome: "conflict" }],
    ["21916750", { outcome: "conflict" }],
    ["21916735", { outcome: "conflict" }],
    ["21916799", { outcome: "conflict" }],
    ["21916583", { outcome: "conflict" }],
    ["21919188", { outcome: "rejected", who: "seller" }],
    ["21916286", { outcome: "rejected", who: "seller" }],
    // "Managed by another tool" of a listing that the Inventory API does not know either.
    ["21919474", { outcome: "rejected", who: "us" }],
    ["21916635", { outcome: "rejected", who: "us" }],
  ])("trap: error %s", async (code, becomes) => {
    expect(await writeMeeting(code)).toMatchObject(becomes);
  });

  it.each(["21917091", "21917092"])("trap: warning %s (nothing revised, it is so already) is success", async (code) => {
    expect(await writeMeeting(code, "Warning")).toMatchObject({ outcome: "confirmed" });
  });
});
