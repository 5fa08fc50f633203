import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHANNELS } from "#app/domain/channel-words.ts";
import { type Rig, startRig } from "../rig.server.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
}, 60_000);
afterAll(() => rig.stop());

describe("a sale on one channel", () => {
  it("starts with all channels live and in step", async () => {
    await rig.settle();
    const open = await rig.house.db.plain.query("select kind, text from alert where closed_at is null");
    expect(open).toEqual([]);
    const shown = await rig.shown("CAN-0001");
    const available = await rig.available("CAN-0001");
    expect(shown).toEqual({ shopify: available, ebay: available, etsy: available, woocommerce: available });
  });

  for (const channel of CHANNELS) {
    it(`on ${channel} shows on all four`, async () => {
      const before = await rig.available("MUG-0002");
      await rig.control("POST", `/${channel}/orders`, { lines: [{ sku: "MUG-0002", quantity: 1 }] });
      await rig.until(async () => (await rig.available("MUG-0002")) === before - 1);
      await rig.settle();
      const now = before - 1;
      expect(await rig.shown("MUG-0002")).toEqual({ shopify: now, ebay: now, etsy: now, woocommerce: now });
    });
  }
});
