import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { localOf, momentOf } from "./zoned-time.ts";

describe("a time typed by a person", () => {
  it.each([
    ["2026-11-27T09:00", "Europe/Berlin", "2026-11-27T08:00:00.000Z"],
    ["2026-07-01T09:00", "Europe/Berlin", "2026-07-01T07:00:00.000Z"],
    ["2026-11-27T00:00", "America/Los_Angeles", "2026-11-27T08:00:00.000Z"],
    ["2026-11-27T00:00", "Asia/Kolkata", "2026-11-26T18:30:00.000Z"],
    ["2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30:00.000Z"],
  ])("%s in %s", (local, zone, moment) => {
    expect(momentOf(local, zone)?.toISOString()).toBe(moment);
  });

  it.each(["", "tomorrow", "2026-02-30T10:00", "2026-11-27", "2026-11-27T25:00"])("is none: %s", (text) => {
    expect(momentOf(text, "UTC")).toBeNull();
  });

  it("comes back as it was typed, in any zone, but for the hours that a change of clocks doubles or skips", () => {
    const hours = fc.integer({ min: 0, max: 20_000 }).map((h) => new Date(Date.UTC(2026, 0, 1) + h * 3_600_000));
    fc.assert(
      fc.property(hours, fc.constantFrom("UTC", "Asia/Tokyo", "Asia/Kolkata"), (at, zone) => {
        expect(momentOf(localOf(at, zone), zone)).toEqual(at);
      }),
    );
  });
});
