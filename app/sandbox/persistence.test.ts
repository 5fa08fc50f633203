import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openDoor, openPlainSandbox } from "./sandbox-bed.ts";

describe("persistence", () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), "sandbox-"));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it("a second start meets the same shops, orders, tokens, doors and counters", async () => {
    const door = await openDoor();
    const first = await openPlainSandbox({ dataDir, seed: 5, items: 7 });
    await first.post("/control/doors", { shopify: door.url });
    const { sku } = first.world().simple[0]!;
    await first.post("/control/shopify/orders", { lines: [{ sku, quantity: 2 }] });
    const kept = first.simulators.shopify!.state(1);
    const token = first.token();
    const journal = first.desks.shopify!.ground.journal.lastNumber;
    await first.stop();

    const second = await openPlainSandbox({ dataDir });
    expect(second.simulators.shopify!.state(1)).toEqual(kept);
    expect(second.token()).toBe(token);
    expect(second.world().seed).toBe(5);
    await second.post("/control/shopify/stock", { sku, quantity: 1 });
    expect(second.desks.shopify!.ground.journal.lastNumber).toBe(journal + 1);
    expect((await second.call(`/control/shopify/journal?since=${journal}`)).body).toHaveLength(1);
    const { id } = second.simulators.shopify!.addListing(1, { sku: "X", title: "X", quantity: 1, price: 1 });
    expect(kept.listings.some((one) => one.id === id)).toBe(false);
    await second.settled();
    expect(door.bodies.length).toBeGreaterThan(0);
    await second.stop();
    await door.stop();
  });

  it("changes are kept without being asked, in one whole file", async () => {
    const box = await openPlainSandbox({ dataDir });
    const file = join(dataDir, "sandbox.json");
    box.simulators.shopify!.setStock(1, { sku: box.world().simple[0]!.sku, quantity: 1234 });
    await expect
      .poll(() => (readdirSync(dataDir).includes("sandbox.json") ? readFileSync(file, "utf8") : ""), { timeout: 5_000 })
      .toContain("1234");
    expect(() => JSON.parse(readFileSync(file, "utf8"))).not.toThrow();
    await box.stop();
    expect(readdirSync(dataDir)).toEqual(["sandbox.json"]);
  });

  it("a damaged file is put aside and a new world begins", async () => {
    const told = vi.spyOn(console, "error").mockImplementation(() => {});
    writeFileSync(join(dataDir, "sandbox.json"), '{"version":1,"se');
    const box = await openPlainSandbox({ dataDir });
    expect(box.simulators.shopify!.state(1).listings.length).toBeGreaterThan(20);
    expect(told.mock.calls.flat().join(" ")).toContain("put aside");
    await box.stop();
    expect(readdirSync(dataDir).sort()).toEqual(["sandbox.json", "sandbox.json.unreadable"]);
    told.mockRestore();
  });
});
