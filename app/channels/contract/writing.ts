/** Setting numbers: what is proved, what is refused, and that nothing is written that was not asked for. */
import { expect, it } from "vitest";
import type { WriteGate } from "../port.ts";
import { type Bed, collectListings, only, readAndSet, readOf, setStock, writeFrom } from "./steps.ts";

export function writingContract(bed: Bed): void {
  const apiChanges = () =>
    bed()
      .world.journal()
      .filter((line) => line.by === "api");

  it("a lowered number is confirmed and shown", async () => {
    const b = bed();
    const { sku, quantity } = b.world.goods[0]!;
    const result = await readAndSet(b, sku, quantity - 3);
    expect(result).toMatchObject({ outcome: "confirmed", quantity: quantity - 3, state: "active" });
    expect(b.world.shown(sku).quantity).toBe(quantity - 3);
    expect(apiChanges()).toMatchObject([{ sku, from: quantity, to: quantity - 3 }]);
  });

  it("a raised number is confirmed and shown", async () => {
    const b = bed();
    const { sku, quantity } = b.world.goods[1]!;
    expect(await readAndSet(b, sku, quantity + 7)).toMatchObject({ outcome: "confirmed", quantity: quantity + 7 });
    expect(b.world.shown(sku).quantity).toBe(quantity + 7);
  });

  it("many numbers in one batch are each answered once, and only those are changed", async () => {
    const b = bed();
    const goods = b.world.goods.slice(0, 6);
    const readings = await readOf(
      b,
      goods.map((good) => good.sku),
    );
    const { writeBatch } = b.channel.capabilities(b.context.settings);
    const answered: string[] = [];
    for (let at = 0; at < readings.length; at += writeBatch) {
      const writes = readings.slice(at, at + writeBatch).map((reading) => writeFrom(b, reading, (reading.quantity ?? 0) - 1));
      for (const result of await setStock(b, writes)) {
        expect(result.outcome).toBe("confirmed");
        answered.push(result.key);
      }
    }
    expect(answered.sort()).toEqual(readings.map((one) => one.key).sort());
    for (const good of goods) expect(b.world.shown(good.sku).quantity, good.sku).toBe(good.quantity - 1);
    expect(new Set(apiChanges().map((line) => line.sku))).toEqual(new Set(goods.map((good) => good.sku)));
  });

  it("writing nothing makes no call", async () => {
    const b = bed();
    expect(await setStock(b, [])).toEqual([]);
    expect(b.trail).toEqual([]);
  });

  it("conflict when something else stands there: nothing is written and the reading says what", async () => {
    const b = bed();
    const { sku, quantity } = b.world.goods[0]!;
    const [reading] = await readOf(b, [sku]);
    b.world.setByHand(sku, quantity - 4);
    const result = only(await setStock(b, [writeFrom(b, reading!, quantity - 1)]));
    expect(result.outcome).toBe("conflict");
    if (result.outcome === "conflict" && result.reading) expect(result.reading.quantity).toBe(quantity - 4);
    expect(b.world.shown(sku).quantity).toBe(quantity - 4);
    expect(apiChanges()).toEqual([]);
  });

  it("a sale between the engine's reading and the write is a conflict, never a unit brought back", async () => {
    const b = bed();
    const { sku, quantity } = b.world.goods[2]!;
    const [reading] = await readOf(b, [sku]);
    b.world.sell([{ sku, quantity: 1 }]);
    const result = only(await setStock(b, [writeFrom(b, reading!, quantity + 5)]));
    expect(result.outcome).toBe("conflict");
    expect(b.world.shown(sku).quantity).toBe(quantity - 1);
    expect(apiChanges()).toEqual([]);
  });

  it("a sale after the gate: compare-and-set refuses, and where there is none the gate was told an earlier reading", async () => {
    const b = bed();
    const { sku, quantity } = b.world.goods[3]!;
    let toldReadAt = Number.POSITIVE_INFINITY;
    let soldAt = 0;
    const gate: WriteGate = async (imminent) => {
      toldReadAt = Math.max(...imminent.map((one) => one.readAt.getTime()));
      b.world.sell([{ sku, quantity: 1 }]);
      soldAt = b.clock.now().getTime();
      return new Set(imminent.map((one) => one.key));
    };
    const result = await readAndSet(b, sku, quantity - 2, gate);
    expect(toldReadAt).toBeLessThanOrEqual(soldAt);
    if (b.channel.capabilities(b.context.settings).compare === "atomic") {
      expect(result.outcome).toBe("conflict");
      expect(b.world.shown(sku).quantity).toBe(quantity - 1);
    } else {
      // The window cannot be closed here; settled.md 14 says what the engine does about it.
      expect(["confirmed", "conflict", "unknown"]).toContain(result.outcome);
    }
  });

  it("the gate says no: not sent, nothing written", async () => {
    const b = bed();
    const { sku, quantity } = b.world.goods[0]!;
    const result = await readAndSet(b, sku, quantity - 1, async () => new Set());
    expect(result.outcome).toBe("not-sent");
    expect(b.world.shown(sku).quantity).toBe(quantity);
    expect(b.trail.filter((entry) => entry.kind === "call" && entry.changes)).toEqual([]);
  });

  it("the gate lets some through: only those are written", async () => {
    const b = bed();
    const goods = b.world.goods.slice(4, 7);
    const readings = await readOf(
      b,
      goods.map((good) => good.sku),
    );
    const stopped = readings[1]!.key;
    const gate: WriteGate = async (imminent) => new Set(imminent.map((one) => one.key).filter((key) => key !== stopped));
    const results = await setStock(
      b,
      readings.map((reading) => writeFrom(b, reading, (reading.quantity ?? 0) - 2)),
      gate,
    );
    const outcomes = Object.fromEntries(results.map((one) => [one.key, one.outcome]));
    expect(outcomes).toEqual({ [readings[0]!.key]: "confirmed", [stopped]: "not-sent", [readings[2]!.key]: "confirmed" });
    expect(goods.map((good) => b.world.shown(good.sku).quantity)).toEqual([
      goods[0]!.quantity - 2,
      goods[1]!.quantity,
      goods[2]!.quantity - 2,
    ]);
  });

  it("every changing call asks the gate right before, with all its writes and a reading made for them", async () => {
    const b = bed();
    const goods = b.world.goods.slice(0, 5);
    const readings = await readOf(
      b,
      goods.map((good) => good.sku),
    );
    b.trail.length = 0;
    const started = b.clock.now().getTime();
    const writes = readings.map((reading) => writeFrom(b, reading, (reading.quantity ?? 0) - 1));
    await setStock(b, writes);
    const changing = b.trail
      .map((entry, at) => ({ entry, before: b.trail[at - 1] }))
      .filter(({ entry }) => entry.kind === "call" && entry.changes);
    expect(changing.length).toBeGreaterThan(0);
    for (const { before } of changing) expect(before?.kind).toBe("gate");
    const gates = b.trail.filter((entry) => entry.kind === "gate");
    expect(new Set(gates.flatMap((entry) => entry.keys))).toEqual(new Set(writes.map((one) => one.key)));
    const readFirst = b.channel.capabilities(b.context.settings).compare === "read-first";
    const told = gates.flatMap((entry) => entry.readAt.map((at) => at.getTime()));
    for (const at of told) expect(at >= started).toBe(readFirst);
  });

  it("one vanished listing in a batch leaves the others confirmed", async () => {
    const b = bed();
    const goods = b.world.goods.slice(0, 3);
    const readings = await readOf(
      b,
      goods.map((good) => good.sku),
    );
    b.world.removeListing(goods[1]!.sku);
    const results = await setStock(
      b,
      readings.map((reading) => writeFrom(b, reading, (reading.quantity ?? 0) - 1)),
    );
    const outcomes = readings.map((reading) => results.find((one) => one.key === reading.key)?.outcome);
    expect([outcomes[0], outcomes[2]]).toEqual(["confirmed", "confirmed"]);
    expect(["not-found", "conflict", "rejected"]).toContain(outcomes[1]);
    expect(b.world.shown(goods[0]!.sku).quantity).toBe(goods[0]!.quantity - 1);
    expect(b.world.shown(goods[2]!.sku).quantity).toBe(goods[2]!.quantity - 1);
  });

  it("down to zero, and back again", async () => {
    const b = bed();
    const { sku } = b.world.goods[0]!;
    const [reading] = await readOf(b, [sku]);
    const empty = only(await setStock(b, [writeFrom(b, reading!, 0)]));
    expect(empty).toMatchObject({ outcome: "confirmed", quantity: 0 });
    const shown = b.world.shown(sku);
    expect(shown.active && shown.quantity > 0).toBe(false);

    const ref = { ...reading!.ref, ...(empty.outcome === "confirmed" ? empty.ref : {}) };
    const [zero] = await b.channel.readStock(b.context, [{ key: reading!.key, ref }]);
    expect(zero!.quantity).toBe(0);
    const back = only(await setStock(b, [writeFrom(b, { ...zero!, ref: { ...ref, ...zero!.ref } }, 9)]));
    expect(back).toMatchObject({ outcome: "confirmed", quantity: 9, state: "active" });
    expect(b.world.shown(sku)).toMatchObject({ quantity: 9, active: true });
  });

  it("setting what stands there already is confirmed and moves nothing", async () => {
    const b = bed();
    const { sku, quantity } = b.world.goods[5]!;
    expect(await readAndSet(b, sku, quantity)).toMatchObject({ outcome: "confirmed", quantity });
    expect(b.world.journal()).toEqual([]);
  });

  it("a lost reply is an unknown outcome, and reading back shows the write", async () => {
    const b = bed();
    const { sku, quantity } = b.world.goods[0]!;
    b.world.faults({ api: { lostReply: 1 } });
    expect((await readAndSet(b, sku, quantity - 2)).outcome).toBe("unknown");
    b.world.faults();
    const [reading] = await readOf(b, [sku]);
    expect(reading!.quantity).toBe(quantity - 2);
  });

  it("the same write again after a lost reply changes nothing a second time", async () => {
    const b = bed();
    const { sku, quantity } = b.world.goods[0]!;
    const [reading] = await readOf(b, [sku]);
    const write = writeFrom(b, reading!, quantity - 2);
    b.world.faults({ api: { lostReply: 1 } });
    expect(only(await setStock(b, [write])).outcome).toBe("unknown");
    b.world.faults();
    expect(["confirmed", "conflict"]).toContain(only(await setStock(b, [write])).outcome);
    expect(b.world.shown(sku).quantity).toBe(quantity - 2);
    expect(apiChanges()).toHaveLength(1);
  });

  it("a listing without a number is never switched to one silently", async () => {
    const b = bed();
    const untracked = (await collectListings(b)).find((one) => one.state === "untracked");
    expect(untracked !== undefined).toBe(b.traits.hasUntracked);
    if (!untracked) return;
    const [reading] = await b.channel.readStock(b.context, [untracked.quantityRef]);
    const result = only(await setStock(b, [writeFrom(b, { ...reading!, ref: untracked.quantityRef.ref }, 3, 0)]));
    expect(["rejected", "conflict"]).toContain(result.outcome);
    const [after] = await b.channel.readStock(b.context, [untracked.quantityRef]);
    expect(after).toMatchObject({ state: "untracked", quantity: null });
  });
}
