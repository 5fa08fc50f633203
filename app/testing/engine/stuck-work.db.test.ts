import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { drainConnection } from "#app/flows/drain-connection.server.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { endFaults, shopFloor } from "./shop-floor.ts";

let rig: Rig;
const floor = shopFloor(() => rig);
beforeAll(async () => {
  rig = await startRig({ items: 24, seed: 5 });
  await rig.settle();
}, 60_000);
afterAll(() => rig.stop());
afterEach(async () => {
  await endFaults(floor);
  await rig.worker.start();
  expect(await floor.wrongLevels()).toBe(0);
});

const sql = <T extends object>(text: string, values: unknown[] = []) => rig.house.db.plain.query<T>(text, values);
const adjust = (itemId: string, by: number) =>
  adjustStock(rig.house, { sellerId: rig.sellerId, actorKey: "demo", itemId, by, note: "test" });

describe("a number that is doubted again while its first odd reading waits to be judged", () => {
  it("is still lowered: the newest reading counts before the gate, not the first", async () => {
    const { sku, start, itemId } = await floor.freshItem();
    await rig.worker.stop();
    await floor.faults("shopify", { webhooks: { drop: 1 } });
    await rig.control("POST", "/shopify/stock", { sku, quantity: start + 4 });
    const { id } = await floor.number("shopify", sku);
    // As the engine leaves it: odd at first reading, a hint came, the second reading agreed, orders are still to be read.
    await sql(
      `update channel_quantity set odd_quantity = $2, odd_at = clock_timestamp() - interval '3 s', doubt_at = clock_timestamp() - interval '2 s',
         doubt_until = null, last_read_at = clock_timestamp() - interval '1 s',
         parts = (select jsonb_agg(case when n = 1 then jsonb_set(p, '{quantity}', to_jsonb((p->>'quantity')::int + 4)) else p end) from jsonb_array_elements(parts) with ordinality t(p, n))
       where id = $1`,
      [id, start + 4],
    );
    await adjust(itemId, -5);
    const since = await floor.lastCall("shopify");
    await drainConnection(rig.house, rig.connections.shopify);
    expect((await floor.calls("shopify", since)).length).toBeGreaterThan(0);
    await rig.worker.start();
    await rig.settle();
    expect((await floor.number("shopify", sku)).dirty).toBe(false);
  });
});
