/** What Shopify's own refusals of a stock write mean (contracts/shopify.md, sections 2 and 3), those included that the sandbox never says. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ChannelBed, makeHarness } from "#app/testing/channel-harness.ts";
import { readOf, writeFrom } from "../contract/steps.ts";
import type { ChannelContext } from "../port.ts";
import { shopify } from "./connector.server.ts";

let bed: ChannelBed;
beforeAll(async () => {
  bed = await makeHarness(shopify);
}, 60_000);
afterAll(() => bed.stop());
beforeEach(() => bed.reset());

/** The sandbox, except that a stock write meets this user error in its first row. */
function refusing(code: string): ChannelContext {
  const userErrors = [{ code, field: ["input", "quantities", "0", "quantity"], message: "as Shopify words it" }];
  const text = JSON.stringify({ data: { inventorySetQuantities: { inventoryAdjustmentGroup: null, userErrors } } });
  return {
    ...bed.context,
    http: (call) =>
      call.operation === "inventorySetQuantities" ? Promise.resolve({ status: 200, headers: {}, text }) : bed.context.http(call),
  };
}

describe("a stock write that Shopify refuses", () => {
  it.each([
    ["CHANGE_FROM_QUANTITY_STALE", { outcome: "conflict" }],
    ["IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", { outcome: "conflict" }],
    // Somebody, perhaps we, is still at it: neither written nor not, so it is read before anything else.
    ["IDEMPOTENCY_CONCURRENT_REQUEST", { outcome: "unknown" }],
    ["IDEMPOTENCY_KEY_PARAMETER_MISMATCH", { outcome: "rejected", who: "us" }],
    ["NON_MUTABLE_INVENTORY_ITEM", { outcome: "rejected", who: "seller" }],
    ["INVALID_LOCATION", { outcome: "rejected", who: "seller" }],
    ["INVALID_REASON", { outcome: "rejected", who: "us" }],
    ["INVALID_INVENTORY_ITEM", { outcome: "not-found" }],
  ])("trap: %s", async (code, becomes) => {
    const [reading] = await readOf(bed, [bed.world.goods[0]!.sku]);
    const [result] = await shopify.setStock(refusing(code), [writeFrom(bed, reading!, 1)], bed.gate);
    expect(result).toMatchObject(becomes);
    if (becomes.outcome === "conflict") expect(result).toMatchObject({ reading: { quantity: reading!.quantity } });
  });
});
