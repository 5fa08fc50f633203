/** A platform that misbehaves at random, by seed: whatever a connector answers then must be true of the platform. */
import { expect, it } from "vitest";
import type { StockReading } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { WriteResult } from "../port.ts";
import type { ContractHarness, FaultOrder } from "./harness-words.ts";
import { type Bed, collectOrders, isOrder, readOf, setStock, writeFrom } from "./steps.ts";

const SEEDS = [1, 2, 3, 4];
const STORM: FaultOrder = { api: { error5xx: 0.15, lostReply: 0.2, throttle: 0.1, html200: 0.1, latencyMs: 4 } };

export function stormContract(bed: Bed): void {
  it.each(SEEDS)("what setStock says of a write is true (seed %i)", async (seed) => {
    const b = bed();
    await b.reset({ seed });
    const goods = b.world.goods;
    const skus = goods.map(({ sku }) => sku);
    const readings = await readOf(b, skus);
    const size = Math.min(b.channel.capabilities(b.context.settings).writeBatch, 5);
    const counts = { confirmed: 0, other: 0 };
    b.world.faults(STORM);
    for (let at = 0; at < readings.length; at += size) {
      const batch = readings.slice(at, at + size);
      const before = new Map(batch.map((reading, index) => [reading.key, b.world.shown(skus[at + index]!).quantity]));
      const results = await answersOf(b, batch);
      batch.forEach((reading, index) => {
        const shown = b.world.shown(skus[at + index]!).quantity;
        const result = results?.find((one) => one.key === reading.key);
        if (result?.outcome === "confirmed") {
          counts.confirmed++;
          expect(shown).toBe(result.quantity);
          expect(result.quantity).toBe(before.get(reading.key)! - 2);
        } else {
          counts.other++;
          // Only an unknown outcome leaves open whether it was written; a thrown error says that nothing was.
          if (result?.outcome !== "unknown") expect(shown, result?.outcome ?? "thrown").toBe(before.get(reading.key));
        }
      });
    }
    expect(counts.confirmed + counts.other).toBe(goods.length);
  });

  it.each(SEEDS)("what readStock answers is true, or it answers nothing (seed %i)", async (seed) => {
    const b = bed();
    await b.reset({ seed });
    const skus = b.world.goods.map(({ sku }) => sku);
    const refs = (await readOf(b, skus)).map(({ key, ref }) => ({ key, ref: ref! }));
    b.world.faults(STORM);
    let answered = 0;
    for (let round = 0; round < 20; round++) {
      b.world.setByHand(skus[round]!, 50 + round);
      const readings = await orNothing(() => b.channel.readStock(b.context, refs.slice(0, 4)));
      for (const reading of readings ?? []) {
        answered++;
        expect(reading.quantity).toBe(b.world.shown(skus[refs.findIndex((ref) => ref.key === reading.key)]!).quantity);
      }
    }
    expect(answered % 4).toBe(0);
  });

  it.each(SEEDS)("an order feed that ends has every order (seed %i)", async (seed) => {
    const b = bed();
    await b.reset({ seed });
    const placed = b.world.goods.map(({ sku }) => b.world.sell([{ sku, quantity: 1 }]));
    const since = new Date(b.clock.now().getTime() - 60_000);
    b.world.faults(STORM);
    for (let round = 0; round < 6; round++) {
      const orders = await orNothing(() => collectOrders(b, since));
      if (orders) expect(placed.filter((id) => !orders.some((order) => isOrder(order.externalId, id)))).toEqual([]);
    }
    b.world.faults();
    expect((await collectOrders(b, since)).length).toBeGreaterThanOrEqual(placed.length);
  });
}

function answersOf(b: ContractHarness, batch: StockReading[]): Promise<WriteResult[] | null> {
  return orNothing(() =>
    setStock(
      b,
      batch.map((reading) => writeFrom(b, reading, (reading.quantity ?? 0) - 2)),
    ),
  );
}

/** null: the connector threw a ChannelError, which claims nothing. Anything else it throws is a bug. */
async function orNothing<T>(call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof ChannelError) return null;
    throw error;
  }
}
