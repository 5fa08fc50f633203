import { describe, expect, it } from "vitest";
import type { Json } from "./channel-words.ts";
import { judge, overdue, readWatch, usualDeliveryMs } from "./webhook-health.ts";

const active = { state: "active" };

describe("what is made of a platform's webhooks", () => {
  it.each([
    ["all active, nothing late", [active, active], 0, "well"],
    ["one switched off", [active, { state: "off" }], 0, "broken"],
    ["one missing, though deliveries are not late", [{ state: "missing" }], 0, "broken"],
    ["one with another secret", [{ state: "other-secret" }], 9, "broken"],
    ["two late orders are an accident", [active], 2, "well"],
    ["three in a row are silence, whatever the platform says", [active], 3, "silent"],
    ["a platform that cannot be asked", null, 0, "well"],
    ["a platform that cannot be asked and is silent", null, 3, "silent"],
  ])("%s", (_, hooks, late, verdict) => {
    expect(judge(hooks, late)).toBe(verdict);
  });

  it("an order is late only after the platform's usual time", () => {
    const now = new Date("2026-11-23T12:00:00Z");
    const found = (minutes: number) => ({ foundAt: new Date(now.getTime() - minutes * 60_000) });
    expect(overdue([found(4), found(5), found(6)], usualDeliveryMs("shopify", {}), now)).toEqual([found(5), found(6)]);
  });

  it("a connection's own timing stands above the platform's", () => {
    expect(usualDeliveryMs("woocommerce", { timings: { deliveryMs: 1_000 } })).toBe(1_000);
    expect(usualDeliveryMs("woocommerce", { timings: { deliveryMs: -1 } })).toBe(usualDeliveryMs("woocommerce", {}));
    expect(usualDeliveryMs("woocommerce", {})).toBeGreaterThan(usualDeliveryMs("shopify", {}));
  });

  it("facts without a watch are no watch", () => {
    const strange: Json[] = [null, {}, [], "x", { watch: null }, { watch: { hooks: [] } }];
    for (const facts of strange) expect(readWatch(facts)).toBe(null);
    expect(readWatch({ webhookIds: [1], watch: { state: "well" } })).toMatchObject({ state: "well" });
  });
});
