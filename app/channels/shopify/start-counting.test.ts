/** Untracked and unstocked variants begin to have a number, against the sandbox (contracts/shopify.md 3). */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ChannelBed, makeHarness } from "#app/testing/channel-harness.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext, CountingGate } from "../port.ts";
import { shopify } from "./connector.server.ts";
import { startCounting } from "./start-counting.ts";

let bed: ChannelBed;
let place: string;
beforeAll(async () => {
  bed = await makeHarness(shopify);
}, 60_000);
afterAll(() => bed.stop());
beforeEach(async () => {
  await bed.reset();
  const own = ((await shopify.listLocations?.(bed.context)) ?? []).filter((each) => each.active && !each.fulfilmentService);
  place = own[0]!.externalId;
});

/** The shop with one chosen place, and every operation that was sent. */
function chosen(answer: (operation: string) => string | null = () => null): { context: ChannelContext; sent: string[]; bodies: string[] } {
  const sent: string[] = [];
  const bodies: string[] = [];
  const context: ChannelContext = {
    ...bed.context,
    settings: {
      ...bed.context.settings,
      locations: [{ externalId: place, counted: true, receiving: true, rank: 0, fulfilmentService: false }],
    },
    http: async (call) => {
      const text = answer(call.operation);
      sent.push(call.operation);
      bodies.push(String(call.body));
      return text === null ? bed.context.http(call) : { status: 200, headers: {}, text };
    },
  };
  return { context, sent, bodies };
}
const listed = async (sku: string) => (await shopify.listListings(chosen().context, null)).listings.find((each) => each.sku === sku)!;
const yes: CountingGate = () => Promise.resolve(true);
const ask = async (sku: string, context: ChannelContext, gate = yes) =>
  startCounting(context, [{ key: (await listed(sku)).quantityRef.key, idempotencyKey: `wish-${sku}` }], gate);

describe("a variant that has no number", () => {
  it("is stocked at the receiving place, at zero, under the wish's own key; a repeat sends nothing", async () => {
    const { context, sent, bodies } = chosen();
    expect(await ask("NEW-UNSTOCKED", context)).toMatchObject([{ outcome: "counting", text: null }]);
    expect(sent).toEqual(["nodes", "inventoryActivate"]);
    expect(JSON.parse(bodies[1]!).variables).toMatchObject({ locationId: place, idempotencyKey: "wish-NEW-UNSTOCKED" });
    expect(await listed("NEW-UNSTOCKED")).toMatchObject({ state: "active", quantity: 0, problems: [] });
    expect(await ask("NEW-UNSTOCKED", context)).toMatchObject([{ outcome: "counting" }]);
    expect(sent.slice(2)).toEqual(["nodes"]);
  });

  it("is tracked from then on, and shows what the shop holds there", async () => {
    const { context, sent } = chosen();
    expect(await ask("GIFT-WRAP", context)).toMatchObject([{ outcome: "counting" }]);
    expect(sent).toEqual(["nodes", "inventoryItemUpdate"]);
    expect(await listed("GIFT-WRAP")).toMatchObject({ state: "active", quantity: 0, problems: [] });
  });

  it("is left alone where a fulfilment service ships it, where the gate says no, and where no place receives", async () => {
    const { context, sent } = chosen();
    const [partner] = await ask("PARTNER-MUG", context);
    expect(partner).toMatchObject({ outcome: "rejected", text: expect.stringContaining("fulfilment service") });
    expect(await ask("NEW-UNSTOCKED", context, async () => false)).toMatchObject([{ outcome: "not-sent" }]);
    expect(await ask("GIFT-WRAP", context, async () => false)).toMatchObject([{ outcome: "not-sent" }]);
    const nowhere = { ...context, settings: { ...context.settings, locations: [] } };
    expect(await ask("NEW-UNSTOCKED", nowhere)).toMatchObject([{ outcome: "rejected", text: expect.stringContaining("location") }]);
    expect(new Set(sent)).toEqual(new Set(["nodes"]));
  });

  it("keeps Shopify's words where it refuses; a lost answer is unknown, one about the whole shop is thrown", async () => {
    const refusal = (operation: string) =>
      operation === "inventoryActivate"
        ? JSON.stringify({
            data: { inventoryActivate: { inventoryLevel: null, userErrors: [{ field: null, message: "no more places" }] } },
          })
        : null;
    expect(await ask("NEW-UNSTOCKED", chosen(refusal).context)).toMatchObject([
      { outcome: "rejected", text: "Shopify says: no more places" },
    ]);
    const odd = chosen((operation) => (operation === "inventoryActivate" ? "<html></html>" : null));
    expect(await ask("NEW-UNSTOCKED", odd.context)).toMatchObject([{ outcome: "unknown" }]);
    const locked = chosen();
    const http: ChannelContext["http"] = (call) =>
      call.operation === "nodes" ? locked.context.http(call) : Promise.resolve({ status: 403, headers: {}, text: "" });
    await expect(ask("NEW-UNSTOCKED", { ...locked.context, http })).rejects.toBeInstanceOf(ChannelError);
  });

  it("an id that the shop does not know is no success", async () => {
    const key = "gid://shopify/InventoryItem/1";
    expect(await startCounting(chosen().context, [{ key, idempotencyKey: "w" }], yes)).toMatchObject([{ key, outcome: "not-found" }]);
  });
});
