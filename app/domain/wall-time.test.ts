import { expect, it } from "vitest";
import { momentOf, wallTime } from "./wall-time.ts";

it.each([
  ["2026-11-23T14:05", "Europe/Berlin", "2026-11-23T13:05:00.000Z"],
  ["2026-07-01T00:30", "America/New_York", "2026-07-01T04:30:00.000Z"],
  // The clock goes back: 02:30 stands twice, the first counts; forward: 02:30 does not exist.
  ["2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00.000Z"],
  ["2026-10-25T03:30", "Europe/Berlin", "2026-10-25T02:30:00.000Z"],
  ["2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30:00.000Z"],
  ["2026-11-23T14:05:10.250Z", "Asia/Tokyo", "2026-11-23T14:05:10.250Z"],
])("%s in %s is %s", (text, zone, moment) => {
  expect(momentOf(text, zone)?.toISOString()).toBe(moment);
});

it("shows what it reads, and reads nothing else", () => {
  expect(wallTime(new Date("2026-11-23T13:05:59Z"), "Europe/Berlin")).toBe("2026-11-23T14:05");
  for (const text of ["", "yesterday", "2026-13-40T99:99", "2026-11-23"]) expect(momentOf(text, "UTC")).toBeNull();
});
