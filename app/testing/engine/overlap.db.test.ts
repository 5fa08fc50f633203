/** One drainer per connection (design.md 3, step 5): however many workers there are, a number is never written by two at a time. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { type DrainEnd, drainConnection } from "#app/flows/drain-connection.server.ts";
import type { House } from "#app/flows/house.server.ts";
import { createRandom } from "#app/sandbox/random.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { killWorkerProcesses, startWorkerProcess } from "../worker-process.ts";
import { type Call, endFaults, shopFloor } from "./shop-floor.ts";

const NEVER_MS = 3_600_000;
const LATENCY_MS = 200;
const CHANGES = 30;

let rig: Rig;
const floor = shopFloor(() => rig);
beforeAll(async () => {
  // Polls and looks rest: every call is a drain's.
  rig = await startRig({ items: 24, seed: 21, pace: { pollMs: NEVER_MS, quietPollMs: NEVER_MS, scanMs: NEVER_MS, lateWriteMs: 1_500 } });
  await rig.settle();
}, 60_000);
afterAll(async () => {
  killWorkerProcesses();
  await rig.stop();
});
beforeEach(async () => {
  await rig.worker.start();
  await rig.settle();
  await rig.worker.stop();
});
afterEach(async () => {
  await endFaults(floor);
  expect(await floor.wrongLevels()).toBe(0);
});

const adjust = (itemId: string, by: number) =>
  adjustStock(rig.house, { sellerId: rig.sellerId, actorKey: "demo", itemId, by, note: "test" });

/** Calls that began before the one ahead of them was answered, in words. What begins in the millisecond of an answer did not overlap it. */
function overlapping(calls: Call[]): string[] {
  const inOrder = calls.toSorted((a, b) => Date.parse(a.sentAt) - Date.parse(b.sentAt) || Date.parse(a.at) - Date.parse(b.at));
  const inWords = ({ operation, sentAt, at }: Call) => `${operation} ${sentAt.slice(14, -1)} to ${at.slice(14, -1)}`;
  return inOrder.flatMap((call, n) => {
    const before = inOrder.slice(0, n).findLast((other) => Date.parse(other.at) > Date.parse(call.sentAt));
    return before ? [`${inWords(before)}, ${inWords(call)}`] : [];
  });
}

/** A drain whose first call to the platform is held: `reached` when it stands there, `release` lets it go on. */
function heldDrain(channel: ChannelName, house: House, hold: "answer" | "request", what = /./) {
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  let held = false;
  const slow: House = {
    ...house,
    http: async (request) => {
      if (held || !what.test(`${request.url} ${String(request.body ?? "")}`)) return house.http(request);
      held = true;
      const answer = hold === "answer" ? await house.http(request) : null;
      reached.resolve();
      await gate.promise;
      return answer ?? house.http(request);
    },
  };
  const end = drainConnection(slow, rig.connections[channel]);
  return {
    reached: Promise.race([reached.promise, end.then((e) => Promise.reject(new Error(`the drain ended before: ${JSON.stringify(e)}`)))]),
    release: gate.resolve,
    end,
  };
}

/** A worker whose timers stand still: it does not notice that its lease runs out. */
const frozen = (): House => ({ ...rig.house, pace: { ...rig.house.pace, leaseMs: 300, leaseMarginMs: 50, leaseRenewMs: 3_600_000 } });

async function takeOver(channel: ChannelName): Promise<DrainEnd> {
  let end: DrainEnd = "busy";
  await rig.until(async () => {
    end = await drainConnection(rig.house, rig.connections[channel]);
    return end !== "busy";
  });
  return end;
}

const WRITES = /inventorySetQuantities|ReviseInventoryStatus|bulk_update_price_quantity|"products":|batch/;

describe.each(CHANNELS)("a drain of %s", (channel) => {
  it("keeps every other away while it is at work", async () => {
    const { itemId } = await floor.freshItem();
    await adjust(itemId, -1);
    const { reached, release, end } = heldDrain(channel, rig.house, "answer");
    await reached;
    const since = await floor.lastCall(channel);
    const others = await Promise.all(Array.from({ length: 5 }, () => drainConnection(rig.house, rig.connections[channel])));
    expect(others).toEqual(["busy", "busy", "busy", "busy", "busy"]);
    expect(await floor.calls(channel, since)).toEqual([]);
    release();
    expect(await end).toBe("done");
  });

  it("that lost its lease meanwhile writes nothing any more", async () => {
    const { sku, start, itemId } = await floor.freshItem();
    await adjust(itemId, -2);
    const since = await floor.lastCall(channel);
    // Shopify is not read first: there the frozen worker stands before its very first step.
    const zombie = channel === "shopify" ? frozenBeforeGate(channel) : heldDrain(channel, frozen(), "answer");
    await zombie.reached;
    expect(await takeOver(channel)).toBe("done");
    expect((await rig.shown(sku))[channel]).toBe(start - 2);
    zombie.release();
    await zombie.end;
    const written = (await floor.calls(channel, since)).filter((c) => c.changes);
    expect(written.map((c) => c.operation)).toHaveLength(1);
  });

  it("whose answer comes late, after another has taken over, changes nothing of what is known since", async () => {
    const { sku, start, itemId } = await floor.freshItem();
    const known = async () => {
      const { confirmed, confirmed_at, sending_to, odd_quantity } = await floor.number(channel, sku);
      return { confirmed, confirmed_at, sending_to, odd_quantity };
    };
    await adjust(itemId, -2);
    const zombie = heldDrain(channel, frozen(), "answer", WRITES);
    await zombie.reached;
    await adjust(itemId, -3);
    await takeOver(channel);
    await rig.until(async () => {
      await drainConnection(rig.house, rig.connections[channel]);
      return (await known()).confirmed === start - 5;
    });
    const before = await known();
    zombie.release();
    await zombie.end;
    expect(await known()).toEqual(before);
  });

  it("whose write comes late, after another has taken over, leaves no wrong number standing", async () => {
    const { sku, start, itemId } = await floor.freshItem();
    await adjust(itemId, -2);
    const zombie = heldDrain(channel, frozen(), "request", WRITES);
    await zombie.reached;
    await adjust(itemId, -3);
    await takeOver(channel);
    await rig.until(async () => {
      await drainConnection(rig.house, rig.connections[channel]);
      return (await rig.shown(sku))[channel] === start - 5;
    });
    zombie.release();
    await zombie.end;
    await rig.worker.start();
    // An unanswered write is looked for once more when it cannot land any more.
    await rig.until(async () => (await rig.shown(sku))[channel] === start - 5);
    await floor.comesTo(sku, start - 5);
    const revived = (await floor.journal(channel, sku)).filter((j) => j.by === "api" && j.to > start - 2);
    expect(revived).toEqual([]);
  }, 30_000);
});

function frozenBeforeGate(channel: ChannelName) {
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const house = frozen();
  const real = house.channels[channel];
  const slow: House = {
    ...house,
    channels: {
      ...house.channels,
      [channel]: {
        ...real,
        setStock: async (...given: Parameters<typeof real.setStock>) => {
          reached.resolve();
          await gate.promise;
          return real.setStock(...given);
        },
      },
    },
  };
  return { reached: reached.promise, release: gate.resolve, end: drainConnection(slow, rig.connections[channel]) };
}

describe("two worker processes and a third that drains without being asked", () => {
  it("are never at one number at the same time, and write nothing twice", async () => {
    const { sku, start, itemId } = await floor.freshItem();
    const random = createRandom(21);
    for (const channel of CHANNELS) await floor.faults(channel, { api: { latencyMs: LATENCY_MS } });
    const workers = [await startWorkerProcess(rig, null), await startWorkerProcess(rig, null)];
    const since = Object.fromEntries(await Promise.all(CHANNELS.map(async (c) => [c, await floor.lastCall(c)] as const)));
    let [left, busy, asked, working] = [start, 0, 0, true];
    const third = CHANNELS.map(async (channel) => {
      while (working) {
        asked++;
        if ((await drainConnection(rig.house, rig.connections[channel])) === "busy") busy++;
        await rig.house.pause(30);
      }
    });
    for (let n = 0; n < CHANGES; n++) {
      const by = left > 6 && random.next() < 0.5 ? -1 : 1;
      left += by;
      expect((await adjust(itemId, by)).outcome).toBe("done");
      await rig.house.pause(100 * random.next());
    }
    await rig.settle(30_000);
    working = false;
    await Promise.all(third);
    for (const worker of workers) await worker.kill();
    expect(await rig.shown(sku)).toEqual({ shopify: left, ebay: left, etsy: left, woocommerce: left });
    for (const channel of CHANNELS) {
      // One number is one batch: whoever has the lease reads and writes it in turn. Orders may be listed in two calls at once.
      const calls = (await floor.calls(channel, since[channel] ?? 0)).filter((c) => !/token|order|receipt/i.test(c.operation));
      const writes = calls.filter((c) => c.changes);
      const seen = (await floor.journal(channel, sku)).filter((j) => j.by === "api");
      expect([channel, overlapping(calls)]).toEqual([channel, []]);
      expect([channel, "written", writes.length]).toEqual([channel, "written", seen.length]);
    }
    // They did meet: otherwise nothing was tried here.
    expect(busy).toBeGreaterThan(0);
    expect(asked).toBeGreaterThan(busy);
  }, 90_000);
});
