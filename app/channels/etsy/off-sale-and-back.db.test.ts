/** The zero path through the whole house: two changing calls of one write, each with its own gate. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { EtsySimulator } from "#app/sandbox/etsy/simulator.ts";
import { type Rig, startRig } from "#app/testing/rig.server.ts";

const SKU = "MUG-0002";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
}, 60_000);
afterAll(() => rig.stop());

const etsyOnly = async () =>
  (await rig.control<{ sku: string; from: number; to: number; call: string | null }[]>("GET", "/etsy/journal?since=0"))
    .filter((line) => line.sku === SKU)
    .map(({ from, to, call }) => [from, to, call]);

it("sold out elsewhere takes the Etsy listing off sale, and a cancel there brings it back without a fee", async () => {
  await rig.settle();
  const all = await rig.available(SKU);
  const { id } = await rig.control<{ id: string }>("POST", "/woocommerce/orders", { lines: [{ sku: SKU, quantity: all }] });
  await rig.until(async () => (await rig.shown(SKU)).etsy === 0);
  await rig.settle();
  await rig.control("POST", `/woocommerce/orders/${id}/cancel`, {});
  await rig.until(async () => (await rig.shown(SKU)).etsy === all);
  expect(await etsyOnly()).toEqual([
    [all, 0, "updateListing"],
    [0, all, "updateListing"],
  ]);
  expect((rig.sandbox.simulators.etsy as EtsySimulator).fees(1)).toEqual({ renewals: 0, usdMinor: 0 });
}, 60_000);
