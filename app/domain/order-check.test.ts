import { describe, expect, it } from "vitest";
import { nextNight } from "./night.ts";
import { checkVerdict, compareListed } from "./order-check.ts";

const READ = new Date("2026-11-23T12:00:00Z");
const order = (externalId: string, secondsBefore: number) => ({ externalId, updatedAt: new Date(READ.getTime() - secondsBefore * 1_000) });

describe("listed against counted", () => {
  const counted = (state: Record<string, boolean>) => (o: { externalId: string }) => state[o.externalId] ?? null;

  it("tells what was missed, what is counted in an older state, and what is only under way", () => {
    const listed = [order("known", 600), order("missed", 600), order("older", 600), order("new", 10), order("late-feed", 100)];
    expect(compareListed(listed, counted({ known: true, older: false }), READ, 60_000)).toEqual({
      missing: ["missed", "late-feed"],
      stale: ["older"],
      underWay: ["new"],
    });
    expect(compareListed(listed, counted({ known: true, older: false }), READ, 120_000).missing).toEqual(["missed"]);
  });

  it.each([
    [{ listed: 3, counted: 3, found: 0 }, "complete"],
    [{ listed: 3, counted: 3, found: 1 }, "repaired"],
    [{ listed: 3, counted: 2, found: 2 }, "open"],
    [{ listed: 0, counted: 0, found: 0 }, "complete"],
  ] as const)("%o is %s", (facts, verdict) => {
    expect(checkVerdict(facts)).toBe(verdict);
  });
});

describe("the seller's night", () => {
  it.each([
    ["2026-11-23T12:00:00Z", "UTC", 7, "2026-11-24T03:07:00.000Z"],
    ["2026-11-23T01:00:00Z", "UTC", 67, "2026-11-23T03:07:00.000Z"],
    ["2026-11-23T12:00:00Z", "America/Los_Angeles", 0, "2026-11-24T11:00:00.000Z"],
    ["2026-03-28T20:00:00Z", "Europe/Berlin", 5, "2026-03-29T01:05:00.000Z"],
  ])("after %s in %s", (now, zone, minute, at) => {
    expect(nextNight(new Date(now), zone, minute).toISOString()).toBe(at);
  });
});
