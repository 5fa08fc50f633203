import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PaceFacts, paceOf, shareWeight } from "./poll-pace.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const SHOP: PaceFacts = {
  leastMs: MINUTE_MS,
  mostMs: 15 * MINUTE_MS,
  lookMs: 15 * MINUTE_MS,
  pushProven: false,
  ordersLastDay: 5,
  lastOrderAgoMs: 4 * 3_600_000,
  numbers: 100,
  lowNumbers: 0,
  localHour: 14,
  callsPerPoll: 2,
  callsPerRound: 1,
  pollCallsLeft: null,
  lookCallsLeft: null,
  dayLeftMs: DAY_MS,
  oneQuota: true,
  callsPerSecond: 10,
};
const with_ = (more: Partial<PaceFacts>) => paceOf({ ...SHOP, ...more });

const anyFacts = fc
  .record({
    leastMs: fc.constantFrom(1_000, MINUTE_MS),
    mostMs: fc.constantFrom(1_000, 15 * MINUTE_MS),
    lookMs: fc.constantFrom(900, 15 * MINUTE_MS),
    pushProven: fc.boolean(),
    ordersLastDay: fc.nat(200),
    lastOrderAgoMs: fc.option(fc.nat(30 * DAY_MS)),
    numbers: fc.nat(100_000),
    lowNumbers: fc.nat(50),
    localHour: fc.integer({ min: 0, max: 23 }),
    callsPerPoll: fc.integer({ min: 1, max: 4 }),
    callsPerRound: fc.nat(100_000),
    pollCallsLeft: fc.option(fc.nat(100_000)),
    lookCallsLeft: fc.option(fc.nat(100_000)),
    dayLeftMs: fc.integer({ min: 1_000, max: DAY_MS }),
    oneQuota: fc.boolean(),
    callsPerSecond: fc.constantFrom(5, 10, 50),
  })
  .map(
    (f): PaceFacts => ({
      ...f,
      lowNumbers: Math.min(f.lowNumbers, f.numbers),
      lookCallsLeft: f.oneQuota ? f.pollCallsLeft : f.lookCallsLeft,
    }),
  );

describe("the pace of questions for orders", () => {
  it.each([
    ["orders a few minutes ago", { lastOrderAgoMs: 5 * MINUTE_MS }, "busy", 60],
    ["many orders a day", { ordersLastDay: 60 }, "busy", 60],
    ["low stock", { lowNumbers: 3 }, "low-stock", 90],
    ["an order now and then", {}, "steady", 135],
    ["no order for days", { lastOrderAgoMs: 5 * DAY_MS }, "quiet", 305],
    ["the seller's night", { localHour: 3 }, "night", 524],
    ["night, but orders come", { localHour: 3, lastOrderAgoMs: 60_000 }, "busy", 60],
    ["deliveries that are proven to come", { pushProven: true }, "pushed", 900],
    ["the same with low stock", { pushProven: true, lowNumbers: 1 }, "pushed", 457],
  ] as const)("%s", (_what, more, reason, seconds) => {
    const pace = with_(more);
    expect([pace.reason, Math.round(pace.pollMs / 1_000)]).toEqual([reason, seconds]);
    expect(pace.pollLimited).toBe(false);
  });

  it("gets slower, and says so, where the day's rest does not last for it", () => {
    const pace = with_({ pollCallsLeft: 200, lookCallsLeft: 200, lastOrderAgoMs: 0 });
    // 80 of 200 calls, two a question: forty questions in a day.
    expect([pace.reason, pace.pollMs, pace.pollLimited]).toEqual(["busy", DAY_MS / 40, true]);
    expect(with_({ pollCallsLeft: 0, dayLeftMs: 7_000 }).pollMs).toBeGreaterThanOrEqual(7_000);
  });
});

describe("the pace of looks", () => {
  it("is the promised quarter of an hour where a look is cheap", () => {
    expect(with_({})).toMatchObject({ lookMs: 15 * MINUTE_MS, lookLimited: false });
  });

  it("is what one call a number allows on a day's quota of its own", () => {
    const pace = with_({ callsPerRound: 700, lookCallsLeft: 5_000, oneQuota: false });
    // 3,500 of 5,000 calls are five rounds a day.
    expect(pace).toMatchObject({ lookMs: DAY_MS / 5, lookLimited: true, pollLimited: false });
  });

  it("leaves a shop without any quota three quarters of its rate", () => {
    expect(with_({ callsPerRound: 10_000, callsPerSecond: 10 }).lookMs).toBe(4_000_000);
  });
});

it("never plans more calls than are left of the day, is never faster than allowed, and slower than wished only for a reason", () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const pace = paceOf(facts);
      const rounds = (1 + (facts.numbers === 0 ? 0 : facts.lowNumbers / facts.numbers)) * Math.max(1, facts.callsPerRound);
      // At least one question a day is always asked; it finds out whether the quota has come back.
      const polls = pace.pollMs >= facts.dayLeftMs ? 0 : (facts.dayLeftMs / pace.pollMs) * facts.callsPerPoll;
      const looks = pace.lookMs >= facts.dayLeftMs ? 0 : (facts.dayLeftMs / pace.lookMs) * rounds;
      if (facts.pollCallsLeft !== null) expect(polls + (facts.oneQuota ? looks : 0)).toBeLessThanOrEqual(facts.pollCallsLeft * 0.7 + 1e-6);
      if (facts.lookCallsLeft !== null && !facts.oneQuota) expect(looks).toBeLessThanOrEqual(facts.lookCallsLeft * 0.7 + 1e-6);
      expect(pace.pollMs).toBeGreaterThanOrEqual(facts.leastMs);
      expect(pace.lookMs).toBeGreaterThanOrEqual(facts.lookMs);
      if (!pace.pollLimited) expect(pace.pollMs).toBeLessThanOrEqual(Math.max(facts.leastMs, facts.mostMs) + 1e-6);
    }),
  );
});

it("more orders, more low numbers or a younger order never make it slower", () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const busier = { ...facts, lastOrderAgoMs: 0, ordersLastDay: facts.ordersLastDay + 30 };
      expect(paceOf(busier).pollMs).toBeLessThanOrEqual(paceOf(facts).pollMs + 1e-6);
      const lower = { ...facts, lowNumbers: facts.numbers };
      expect(paceOf(lower).pollMs).toBeLessThanOrEqual(paceOf(facts).pollMs + 1e-6);
    }),
  );
});

it("weighs a large busy shop more than a small one, and never without end", () => {
  expect([shareWeight({ numbers: 0, ordersLastDay: 0 }), shareWeight({ numbers: 300, ordersLastDay: 0 })]).toEqual([1, 2]);
  expect(shareWeight({ numbers: 1_000_000, ordersLastDay: 0 })).toBe(8);
});
