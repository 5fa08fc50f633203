import { describe, expect, it } from "vitest";
import { silenceOf } from "./silence.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = new Date("2026-11-23T15:00:00Z");
const hourOf = (at: Date) => at.getUTCHours();
/** Every `everyMin` minutes between two hours of each of the last days, until `silentMs` ago. */
function shop(everyMin: number, [from, to]: [number, number], silentMs = 0, days = 27): Date[] {
  const times: Date[] = [];
  for (let at = NOW.getTime() - days * DAY_MS; at <= NOW.getTime() - silentMs; at += everyMin * 60_000) {
    const hour = hourOf(new Date(at));
    if (hour >= from && hour < to) times.push(new Date(at));
  }
  return times;
}
const silent = (times: Date[], now = NOW) => silenceOf(times, now, hourOf).silent;

describe("silence", () => {
  it.each<[string, Date[], boolean]>([
    ["a busy shop that sells", shop(10, [0, 24]), false],
    ["a busy shop, an hour without orders", shop(10, [0, 24], HOUR_MS), false],
    ["a busy shop, two hours without orders", shop(10, [0, 24], 2 * HOUR_MS), true],
    ["a shop of an order an hour, five hours without", shop(60, [0, 24], 5 * HOUR_MS), false],
    ["a shop of an order an hour, ten hours without", shop(60, [0, 24], 10 * HOUR_MS), true],
    ["too few orders to know", shop(60, [14, 15], 10 * HOUR_MS, 9), false],
    ["no orders at all", [], false],
  ])("%s", (_name, times, expected) => {
    expect(silent(times)).toBe(expected);
  });

  it("a night is none: a shop that sells by day only is judged by its day", () => {
    const byDay = shop(20, [9, 20], 0);
    const nextMorning = new Date(NOW.getTime() + 17.5 * HOUR_MS);
    const until20 = [
      ...byDay,
      ...shop(20, [9, 20])
        .map((at) => new Date(at.getTime() + DAY_MS))
        .filter((at) => at > NOW && at < nextMorning && hourOf(at) < 20),
    ];
    expect(silent(until20, nextMorning)).toBe(false);
    expect(silent(until20, new Date(nextMorning.getTime() + 5 * HOUR_MS))).toBe(true);
  });

  it("a few hours at noon are one, although every night is longer", () => {
    expect(silent(shop(10, [9, 20], 3 * HOUR_MS))).toBe(true);
  });

  it("a weekend that was as long before is none", () => {
    const weekdays = shop(60, [0, 24]).filter((at) => ![0, 6].includes(at.getUTCDay()));
    expect(
      silent(
        weekdays.filter((at) => at < new Date("2026-11-21")),
        new Date("2026-11-22T12:00:00Z"),
      ),
    ).toBe(false);
  });

  it("says how many orders would have been usual", () => {
    expect(silenceOf(shop(10, [0, 24], 3 * HOUR_MS), NOW, hourOf).missing).toBeCloseTo(17.5, 0);
  });
});
