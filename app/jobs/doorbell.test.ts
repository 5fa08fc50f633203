import { describe, expect, it } from "vitest";
import { silentLogger } from "#app/platform/log.server.ts";
import type { Bell, QueueName } from "./definitions.ts";
import type { QueueEntry } from "./doorbell.ts";
import { createDoorbell } from "./doorbell.ts";

const drain = (connectionId: string): Bell => ({ job: "drain-connection", channel: "etsy", connectionId });
const apply = (connectionId: string): Bell => ({ job: "apply-events", channel: "etsy", connectionId });

/** A queue that keeps what it is given and can be held up or broken. */
function createSink() {
  const batches: { queue: QueueName; ids: string[] }[] = [];
  let gate: Promise<void> = Promise.resolve();
  let broken: Error | null = null;
  return {
    batches,
    hold() {
      let open = () => {};
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return open;
    },
    breakWith(error: Error | null) {
      broken = error;
    },
    async add(queue: QueueName, entries: QueueEntry[]) {
      await gate;
      if (broken) throw broken;
      batches.push({ queue, ids: entries.map((entry) => entry.opts.deduplication.id) });
    },
  };
}

describe("doorbell", () => {
  it("melts equal bells of one turn and sends one batch per queue", async () => {
    const sink = createSink();
    const bell = createDoorbell(sink, silentLogger);
    for (let n = 0; n < 100; n++) for (const id of ["a", "b"]) bell.ringSoon(drain(id));
    bell.ringSoon(apply("a"));
    await bell.settled();
    expect(sink.batches).toEqual([
      { queue: "drain-etsy", ids: ["now:drain-connection:a", "now:drain-connection:b"] },
      { queue: "inbound", ids: ["now:apply-events:a"] },
    ]);
  });

  it("sends a bell again that comes while the same bell is on its way", async () => {
    const sink = createSink();
    const open = sink.hold();
    const bell = createDoorbell(sink, silentLogger);
    bell.ringSoon(drain("a"));
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    bell.ringSoon(drain("a"));
    bell.ringSoon(drain("a"));
    open();
    await bell.settled();
    expect(sink.batches.map(({ ids }) => ids)).toEqual([["now:drain-connection:a"], ["now:drain-connection:a"]]);
  });

  it("takes a bell that comes right when the last batch is done", async () => {
    const sink = createSink();
    const bell = createDoorbell(sink, silentLogger);
    bell.ringSoon(drain("a"));
    const chain = bell.settled().then(() => bell.ringSoon(drain("b")));
    for (let n = 0; n < 50; n++) await Promise.resolve();
    await chain;
    await bell.settled();
    expect(sink.batches.flatMap(({ ids }) => ids)).toEqual(["now:drain-connection:a", "now:drain-connection:b"]);
  });

  it("survives a queue that is away, says so once, and goes on", async () => {
    const lines: string[] = [];
    const sink = createSink();
    const bell = createDoorbell(sink, { ...silentLogger, warn: (step) => lines.push(step) });
    sink.breakWith(new Error("connect ECONNREFUSED"));
    for (let n = 0; n < 5; n++) {
      bell.ringSoon(drain("a"));
      await bell.settled();
    }
    sink.breakWith(null);
    bell.ringSoon(drain("a"));
    await bell.settled();
    expect(lines).toHaveLength(1);
    expect(sink.batches).toHaveLength(1);
  });

  it("tells a worker when the queue is away", async () => {
    const sink = createSink();
    sink.breakWith(new Error("away"));
    await expect(createDoorbell(sink, silentLogger).ring(drain("a"))).rejects.toThrow("away");
  });

  it("keeps now, busy and wait apart, and the channels too", async () => {
    const sink = createSink();
    const bell = createDoorbell(sink, silentLogger);
    await bell.ring(drain("a"));
    await bell.ringLater(drain("a"), 1_000, "busy");
    await bell.ringLater(drain("a"), 60_000, "wait");
    await bell.ring({ job: "poll-connection", channel: "shopify", connectionId: "a" });
    await bell.ring({ job: "chores", chore: "mail", id: "7" });
    expect(sink.batches).toEqual([
      { queue: "drain-etsy", ids: ["now:drain-connection:a"] },
      { queue: "drain-etsy", ids: ["busy:drain-connection:a"] },
      { queue: "drain-etsy", ids: ["wait:drain-connection:a"] },
      { queue: "drain-shopify", ids: ["now:poll-connection:a"] },
      { queue: "chores", ids: ["now:mail:7"] },
    ]);
  });
});
