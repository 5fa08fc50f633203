/** A sale whose worker dies at a named point; another worker takes over. Used on both queue backends. */
import { expect } from "vitest";
import type { Rig } from "./rig.server.ts";
import { startWorkerProcess } from "./worker-process.ts";

/** Shorter than in production, so that a takeover does not take twelve seconds; the order of things is the same. */
export const QUICK_LEASE = { leaseMs: 3_000, leaseRenewMs: 700, leaseMarginMs: 500 };

export async function saleAcrossACrash(rig: Rig, point: string, nth: number): Promise<void> {
  const sku = rig.sandbox.world().simple.filter((i) => i.account === 1)[nth]!.sku;
  const before = await rig.available(sku);
  const doomed = await startWorkerProcess(rig, `${point}:1`);
  await rig.control("POST", "/woocommerce/orders", { lines: [{ sku, quantity: 3 }] });
  expect(await doomed.died).toBe("SIGKILL");
  const next = await startWorkerProcess(rig, null);
  await rig.until(async () => (await rig.available(sku)) === before - 3, 30_000);
  await rig.settle(30_000);
  const n = before - 3;
  expect(await rig.shown(sku)).toEqual({ shopify: n, ebay: n, etsy: n, woocommerce: n });
  const [counted] = await rig.house.db.plain.query<{ sales: number }>(
    `select count(*)::int as sales from movement m join stock_item i on i.id = m.item_id where i.seller_id = $1 and i.sku = $2 and m.order_id is not null`,
    [rig.sellerId, sku],
  );
  expect(counted?.sales).toBe(1);
  await next.kill();
}
