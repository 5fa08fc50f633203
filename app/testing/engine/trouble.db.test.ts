import { afterAll, beforeAll, expect, it } from "vitest";
import { type Rig, startRig } from "../rig.server.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig({ items: 14, seed: 9 });
  await rig.settle();
}, 60_000);
afterAll(() => rig.stop());

it("a channel that does not answer is said on its numbers, alerted when it lasts, and caught up without anybody's help", async () => {
  const sku = rig.sandbox.world().simple[0]!.sku;
  const before = await rig.available(sku);
  await rig.control("POST", "/woocommerce/faults", { api: { error5xx: 1 } });
  await rig.control("POST", "/shopify/orders", { lines: [{ sku, quantity: 1 }] });
  await rig.until(async () => (await numbers()).some((n) => n.failure !== null));
  const [waiting] = await numbers();
  expect(waiting).toMatchObject({ target: before - 1, confirmed: before });
  expect(waiting?.failure).toMatch(/does not answer/);
  // The other channels are not held up.
  await rig.until(async () => (await rig.shown(sku)).etsy === before - 1);

  await rig.house.db.plain.query(
    "update channel_quantity set dirty_since = dirty_since - interval '10 minutes', next_attempt_at = null where failure_kind is not null",
  );
  await rig.house.doorbell.ring({ job: "drain-connection", channel: "woocommerce", connectionId: rig.connections.woocommerce });
  await rig.until(async () => (await alerts()).length === 1);
  expect((await alerts())[0]?.text).toMatch(/has taken no changes for a while/);

  await rig.control("POST", "/woocommerce/faults", {});
  await rig.settle(30_000);
  const n = before - 1;
  expect(await rig.shown(sku)).toEqual({ shopify: n, ebay: n, etsy: n, woocommerce: n });
  await rig.until(async () => (await alerts()).length === 0);

  function numbers() {
    return rig.house.db.plain.query<{ target: number; confirmed: number; failure: string | null }>(
      `select q.target, q.confirmed, q.failure_text as failure from channel_quantity q join listing l on l.quantity_id = q.id where l.sku = $1 and q.connection_id = $2`,
      [sku, rig.connections.woocommerce],
    );
  }
  function alerts() {
    return rig.house.db.plain.query<{ text: string }>(
      `select text from alert where kind = 'failed' and closed_at is null and connection_id = $1`,
      [rig.connections.woocommerce],
    );
  }
}, 60_000);
