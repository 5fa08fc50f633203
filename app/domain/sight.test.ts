import { describe, expect, it } from "vitest";
import { lostSight, NO_SAFETY, nextSight, type SightFacts, type SightState } from "./sight.ts";

const NOW = new Date("2026-11-23T12:00:00Z");
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000);
const seen: SightFacts = {
  blindSince: null,
  quotaSpentUntil: null,
  failures: 0,
  readThrough: ago(10),
  pollEveryMs: 60_000,
  webhooks: "well",
};
const calm: SightState = { unseenSince: null, unseenKind: null, sightedAt: null, inForce: NO_SAFETY, settled: true };
const ONE = { units: 1, lastUnit: false };
const held: SightState = { unseenSince: ago(3_600), unseenKind: "access", sightedAt: null, inForce: ONE, settled: true };
const next = (facts: Partial<SightFacts>, state: Partial<SightState> = {}, policy = ONE, lagMs = 0) =>
  nextSight({ ...seen, ...facts }, { ...calm, ...state }, policy, lagMs, NOW);

describe("a channel that cannot be seen", () => {
  it.each<[string, Partial<SightFacts>, string | null]>([
    ["it answers", {}, null],
    ["its access is gone", { blindSince: ago(1) }, "access"],
    ["the day's calls are spent", { failures: 1, quotaSpentUntil: ago(-60) }, "quota"],
    ["they were", { failures: 1, quotaSpentUntil: ago(60) }, null],
    ["they are said to be, but orders were read since", { quotaSpentUntil: ago(-60) }, null],
    ["one failure after a long pause", { failures: 1, readThrough: ago(900) }, null],
    ["failing twice within the usual time", { failures: 2, readThrough: ago(100) }, null],
    ["failing for longer", { failures: 2, readThrough: ago(130) }, "unanswered"],
    ["webhooks off, asked every minute", { webhooks: "broken" }, null],
    ["webhooks off, asked every ten minutes", { webhooks: "broken", pollEveryMs: 600_000 }, "webhooks"],
    ["webhooks silent, asked every ten minutes", { webhooks: "silent", pollEveryMs: 600_000 }, "webhooks"],
    ["webhooks mended", { webhooks: "mended", pollEveryMs: 600_000 }, null],
  ])("%s", (_name, facts, kind) => {
    expect(lostSight({ ...seen, ...facts }, NOW)).toBe(kind);
  });
});

describe("what the others hold back", () => {
  it("nothing while all is seen; what the seller chose while it is not, since the access was lost", () => {
    expect(next({})).toEqual({ unseen: null, inForce: NO_SAFETY, done: true });
    expect(next({ blindSince: ago(5) })).toEqual({ unseen: { since: ago(5), kind: "access" }, inForce: ONE, done: false });
    expect(next({ blindSince: ago(3_600) }, held).done).toBe(true);
  });

  it("follows another choice while it lasts, and goes on where it was broken off", () => {
    const two = { units: 2, lastUnit: true };
    expect(next({ blindSince: ago(3_600) }, held, two)).toMatchObject({ inForce: two, done: false });
    expect(next({ blindSince: ago(3_600) }, { ...held, settled: false }).done).toBe(false);
    expect(next({}, { settled: false }).done).toBe(false);
  });

  it("is given back only after orders were read past the return, and the feed's own lag", () => {
    const back = { ...held, sightedAt: ago(20) };
    expect(next({ readThrough: ago(21) }, back)).toMatchObject({ inForce: ONE, unseen: { kind: "access" }, done: true });
    expect(next({ readThrough: ago(19) }, back)).toEqual({ unseen: null, inForce: NO_SAFETY, done: false });
    expect(next({ readThrough: ago(19) }, back, ONE, 5_000)).toMatchObject({ inForce: ONE, done: true });
    expect(next({ readThrough: null }, back)).toMatchObject({ inForce: ONE, done: true });
  });
});
