import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChannelBed, makeHarness } from "#app/testing/channel-harness.ts";
import { collectOrders } from "../contract/steps.ts";
import { shopify } from "./connector.server.ts";

let bed: ChannelBed;
beforeAll(async () => {
  bed = await makeHarness(shopify);
}, 60_000);
afterAll(() => bed.stop());

const steps = fc.array(
  fc.record({
    what: fc.constantFrom("sell", "sell", "sell", "cancel", "refund", "fulfil", "edit"),
    order: fc.nat(3),
    good: fc.nat(1),
    units: fc.integer({ min: 1, max: 3 }),
    restock: fc.boolean(),
  }),
  { minLength: 4, maxLength: 16 },
);

describe("Shopify's numbers and orders", () => {
  it("law: without anybody else's hand, what is shown is what stood there minus what the orders still keep", async () => {
    let carriedOut = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (wanted) => {
        await bed.reset();
        const orders: string[] = [];
        for (const { what, order, good, units, restock } of wanted) {
          const line = { sku: bed.world.goods[good]!.sku, quantity: units };
          const id = orders[order % Math.max(1, orders.length)];
          // What the shop itself refuses (nothing left to refund, cancelled already) simply does not happen.
          const refused = (run: () => unknown) => {
            try {
              run();
              carriedOut++;
            } catch (error) {
              expect([404, 409, 422]).toContain((error as { status?: number }).status);
            }
          };
          if (what === "sell") refused(() => orders.push(bed.world.sell([line])));
          else if (id !== undefined && what === "cancel") refused(() => bed.world.cancel(id, { restock }));
          else if (id !== undefined && what === "refund") refused(() => bed.world.refund(id, [line], { restock }));
          else if (id !== undefined && what === "fulfil") refused(() => bed.world.fulfil(id));
          else if (id !== undefined) refused(() => bed.world.edit(id, [line]));
        }
        const read = await collectOrders(bed, new Date(bed.clock.now().getTime() - 60_000));
        for (const { sku, quantity } of bed.world.goods.slice(0, 2)) {
          const lines = read.flatMap((each) => each.lines).filter((line) => line.sku === sku);
          for (const line of lines) {
            expect(line.held).toBeGreaterThanOrEqual(0);
            expect(line.consumed).toBeGreaterThanOrEqual(0);
            expect(line.channelDeducted).toEqual({ min: line.held + line.consumed, max: line.held + line.consumed });
          }
          const kept = lines.reduce((sum, line) => sum + line.channelDeducted.max, 0);
          expect(bed.world.shown(sku).quantity).toBe(quantity - kept);
        }
      }),
      { numRuns: 60, seed: 7 },
    );
    expect(carriedOut).toBeGreaterThan(150);
  }, 60_000);
});
