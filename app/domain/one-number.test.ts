/** The rules together, against a simulated channel: judge -> next step -> write -> judge, while people buy, cancel and edit in between. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEngine, type EditPolicy, type Luck } from "#app/testing/one-number/pure-engine.ts";
import { createTimeline, simulateChannel, type Traits } from "#app/testing/one-number/simulated-channel.ts";

type Deed =
  | { kind: "buy" | "elsewhere" | "count-in" | "edit"; at: number; units: number }
  | { kind: "ship"; at: number; which: number }
  | { kind: "cancel"; at: number; which: number; restockMs: number | null }
  | { kind: "decide"; at: number; accept: boolean };
type Scene = { start: number; deeds: Deed[]; luck: number[] };

/** More by hand: ONE_NUMBER_RUNS=20000. */
const RUNS = Number(process.env.ONE_NUMBER_RUNS ?? 300);
const SPAN_MS = 120_000;
/** Longer than every lag, doubt, late write and scan of any traits below, one after the other. */
const QUIET_MS = 900_000;

const at = fc.nat(SPAN_MS);
const units = fc.integer({ min: 1, max: 3 });
const buy = fc.record({ kind: fc.constant("buy" as const), at, units });
const others: fc.Arbitrary<Deed>[] = [
  fc.record({ kind: fc.constantFrom("elsewhere" as const, "count-in" as const), at, units }),
  fc.record({ kind: fc.constant("ship" as const), at, which: fc.nat(5) }),
  fc.record({ kind: fc.constant("cancel" as const), at, which: fc.nat(5), restockMs: fc.option(fc.nat(20_000), { nil: null }) }),
];
const byHand: fc.Arbitrary<Deed>[] = [
  fc.record({ kind: fc.constant("edit" as const), at, units: fc.nat(12) }),
  fc.record({ kind: fc.constant("decide" as const), at, accept: fc.boolean() }),
];
const sceneOf = (...deeds: fc.Arbitrary<Deed>[]): fc.Arbitrary<Scene> =>
  fc.record({
    start: fc.integer({ min: 0, max: 10 }),
    deeds: fc.array(fc.oneof(...deeds), { minLength: 1, maxLength: 14 }),
    luck: fc.array(fc.nat(9_999), { minLength: 1, maxLength: 40 }),
  });

/** Where the platform itself compares, no change by hand is ever overwritten unseen; and where nobody buys, nothing else explains one. */
const COMPARING: Traits = {
  compare: "atomic",
  orderLagMs: 2_000,
  staleReadMs: 0,
  readingSpacingMs: 500,
  returnsShowAsRise: false,
  losesAnswers: true,
};

const CHANNELS: Record<string, Traits> = {
  "compares atomically, feed two seconds behind": COMPARING,
  "is read before it is written, always fresh": {
    compare: "read-first",
    orderLagMs: 0,
    staleReadMs: 0,
    readingSpacingMs: 1_000,
    returnsShowAsRise: false,
    losesAnswers: true,
  },
  "is read before it is written, feed behind, readings old, returns by hand": {
    compare: "read-first",
    orderLagMs: 5_000,
    staleReadMs: 2_000,
    readingSpacingMs: 3_000,
    returnsShowAsRise: true,
    losesAnswers: true,
  },
  "shows old numbers for long, returns by hand": {
    compare: "read-first",
    orderLagMs: 0,
    staleReadMs: 15_000,
    readingSpacingMs: 15_000,
    returnsShowAsRise: true,
    losesAnswers: false,
  },
};

function play(traits: Traits, scene: Scene, policy: EditPolicy) {
  const time = createTimeline();
  const channel = simulateChannel(time, traits, scene.start);
  let drawn = 0;
  // Once people have stopped, calls are neither lost nor late: settling is promised for a world that answers.
  const luck: Luck = (below) => {
    if (below <= 1) return 0;
    return time.now() > SPAN_MS ? Math.min(3, below - 1) : (scene.luck[drawn++ % scene.luck.length] ?? 0) % below;
  };
  const engine = createEngine(time, channel, traits, scene.start, policy, luck);
  let elsewhere = 0;
  for (const deed of scene.deeds) {
    time.later(deed.at, () => {
      if (deed.kind === "buy") channel.buy(deed.units);
      else if (deed.kind === "ship") channel.ship(deed.which);
      else if (deed.kind === "cancel") channel.cancel(deed.which, deed.restockMs);
      else if (deed.kind === "edit") channel.setByHand(deed.units);
      else if (deed.kind === "decide") engine.decide(deed.accept);
      else {
        const change = deed.kind === "elsewhere" ? Math.min(deed.units, Math.max(0, engine.available())) : -deed.units;
        elsewhere += change;
        engine.soldElsewhere(change);
      }
    });
  }
  engine.run(SPAN_MS + QUIET_MS);
  // A card that is still open is decided in the end, and what follows from it settles too.
  engine.decide(scene.luck.length % 2 === 0);
  engine.run(SPAN_MS + 2 * QUIET_MS);
  const before = engine.calls();
  engine.run(SPAN_MS + 3 * QUIET_MS);
  return { channel, engine, elsewhere, callsWhenQuiet: engine.calls() - before };
}

/** Law 4: a raise goes out only when every own order that its reading could contain is known. */
function expectNoSoldUnitBack({ channel, engine }: ReturnType<typeof play>, traits: Traits): void {
  for (const { step, contentAt, known } of engine.landings()) {
    expect(step.to).not.toBe(step.from);
    if (!step.rising) continue;
    const restedOn = step.readAt.getTime() - Date.UTC(2026, 10, 23, 12);
    // The fresh look before a write counts too, unless a rise by somebody else hid the sale: a number alone cannot tell then.
    const fresh = traits.compare === "read-first" && !channel.roseBetween(restedOn - traits.staleReadMs, contentAt);
    for (const version of channel.versionsUpTo(fresh ? Math.max(restedOn, contentAt) : restedOn)) {
      expect([...known.keys()]).toContain(version.id);
    }
  }
}

function expectSettled({ channel, engine, callsWhenQuiet }: ReturnType<typeof play>): void {
  expect({ shown: channel.number(), confirmed: engine.row().confirmed, open: engine.dirty() }).toEqual({
    shown: engine.row().target,
    confirmed: engine.row().target,
    open: false,
  });
  expect(engine.row().target).toBe(Math.max(0, engine.available()));
  // Polls and scans only: nothing is written or read in circles.
  expect(callsWhenQuiet).toBeLessThan(70);
}

describe("changes by hand on a channel where nobody buys", () => {
  it("are counted to the unit, whatever was written over them before they were judged", () => {
    fc.assert(
      fc.property(sceneOf(...byHand, ...others.slice(0, 1)), (scene) => {
        // While an answer is lost, a hand's change cannot be told from the write that may have landed before or after it.
        const end = play({ ...COMPARING, losesAnswers: false }, scene, "accept");
        expect(end.engine.available()).toBe(scene.start - end.elsewhere + end.channel.byHand());
        expectSettled(end);
      }),
      { numRuns: RUNS },
    );
  }, 60_000);
});

describe.each(Object.entries(CHANNELS))("a channel that %s", (_, traits) => {
  it("comes to the wanted number through any sales, cancels and lost answers, and no order stays taken for an edit", () => {
    fc.assert(
      fc.property(sceneOf(buy, buy, ...others), (scene) => {
        const end = play(traits, scene, "accept");
        expect(end.engine.edits()).toEqual([]);
        const truth = end.channel.goods() - end.elsewhere;
        // Goods that came back may stay uncounted where a rise was overtaken by a sale; none is ever counted twice.
        if (traits.returnsShowAsRise) expect(end.engine.available()).toBeLessThanOrEqual(truth);
        else expect(end.engine.available()).toBe(truth);
        expectNoSoldUnitBack(end, traits);
        expectSettled(end);
      }),
      { numRuns: RUNS },
    );
  }, 60_000);

  it.each<EditPolicy>(["accept", "review"])(
    "comes to the wanted number with changes by hand as well (policy %s)",
    (policy) => {
      fc.assert(
        fc.property(sceneOf(buy, ...others, ...byHand), (scene) => {
          const end = play(traits, scene, policy);
          expectNoSoldUnitBack(end, traits);
          for (const { step, wasFrozen } of end.engine.landings()) {
            if (wasFrozen !== null) expect([step.rising, step.to < wasFrozen]).toEqual([false, true]);
          }
          expectSettled(end);
        }),
        { numRuns: RUNS },
      );
    },
    60_000,
  );
});
