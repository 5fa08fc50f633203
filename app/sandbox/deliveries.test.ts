import { afterEach, describe, expect, it } from "vitest";
import { handTimers, openDoor, openPlainSandbox } from "./sandbox-bed.ts";

describe("deliveries", () => {
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  async function open(statuses: number[] = []) {
    const timers = handTimers();
    const door = await openDoor(statuses);
    const box = await openPlainSandbox({ timers });
    stops.push(door.stop, box.stop);
    await box.post("/control/doors", { shopify: door.url, ebay: door.url });
    const goods = box.world().simple;
    const edit = (index: number, quantity: number) => box.simulators.shopify!.setStock(1, { sku: goods[index]!.sku, quantity });
    const counts = () => box.desks.shopify!.deliveries.countsOf(1);
    const webhooks = (order: Record<string, number>) => box.post("/control/shopify/faults", { webhooks: order });
    return {
      timers,
      door,
      box,
      edit,
      counts,
      webhooks,
      quantities: () => door.bodies.map((body) => (JSON.parse(body) as { quantity: number }).quantity),
    };
  }

  it("are sent signed and counted", async () => {
    const { box, edit, door, counts } = await open();
    edit(0, 5);
    await box.settled();
    expect(door.bodies).toHaveLength(1);
    expect(door.headers[0]!["x-signature"]).toMatch(/^[0-9a-f]{64}$/);
    expect(counts()).toEqual({ sent: 1, failed: 0, dropped: 0 });
  });

  it("drop loses them and says so", async () => {
    const { box, edit, door, counts, webhooks } = await open();
    await webhooks({ drop: 1 });
    edit(0, 5);
    await box.settled();
    expect(door.bodies).toEqual([]);
    expect(counts()).toEqual({ sent: 0, failed: 0, dropped: 1 });
  });

  it("duplicate sends the same twice", async () => {
    const { box, edit, door, webhooks } = await open();
    await webhooks({ duplicate: 1 });
    edit(0, 5);
    await box.settled();
    expect(door.bodies).toHaveLength(2);
    expect(door.bodies[0]).toBe(door.bodies[1]);
  });

  it("delay holds them until their time", async () => {
    const { box, edit, door, timers, webhooks } = await open();
    await webhooks({ delayMs: 3_000 });
    edit(0, 5);
    timers.pass(2_999);
    expect(box.desks.shopify!.deliveries.countsOf(1).sent).toBe(0);
    timers.pass(1);
    await box.settled();
    expect(door.bodies).toHaveLength(1);
  });

  it("shuffle lets a later one overtake, and none is lost", async () => {
    const { box, edit, timers, webhooks, quantities } = await open();
    await webhooks({ shuffle: 0.5 });
    for (let quantity = 1; quantity <= 12; quantity++) edit(0, quantity);
    timers.pass(1_000);
    await box.settled();
    const seen = quantities();
    expect([...seen].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(seen).not.toEqual([...seen].sort((a, b) => a - b));
  });

  it("a failed one is tried again after the platform's pause, as often as it does", async () => {
    const { box, edit, door, timers, counts } = await open([500, 500]);
    edit(0, 5);
    await box.settled();
    expect(counts()).toEqual({ sent: 1, failed: 1, dropped: 0 });
    timers.pass(5_000);
    await expect.poll(() => counts().sent).toBe(2);
    expect(counts()).toEqual({ sent: 2, failed: 2, dropped: 0 });
    timers.pass(1_000_000);
    expect(door.bodies).toHaveLength(2);
  });

  it("an app that is down is a failure, not a crash; a reset forgets what waits", async () => {
    const { box, edit, door, timers, counts } = await open();
    await door.stop();
    edit(0, 5);
    await box.settled();
    expect(counts()).toMatchObject({ sent: 1, failed: 1 });
    box.reset();
    timers.pass(1_000_000);
    await box.settled();
    expect(box.desks.shopify!.deliveries.countsOf(1)).toEqual({ sent: 0, failed: 0, dropped: 0 });
  });

  it("never leave this machine", async () => {
    const { box, edit, counts } = await open();
    await box.post("/control/doors", { shopify: "http://192.0.2.1/webhooks" });
    edit(0, 5);
    await box.settled();
    expect(counts()).toEqual({ sent: 1, failed: 1, dropped: 0 });
  });
});
