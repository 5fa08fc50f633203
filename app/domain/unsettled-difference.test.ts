import { expect, it } from "vitest";
import { unsettledUntil } from "./unsettled-difference.ts";

const now = new Date("2026-11-24T10:00:00Z");
const later = new Date("2026-11-24T10:01:00Z");
const lost = { confirmed: 10, lateTo: 7, lateUntil: later };

it.each([
  ["nothing was lost", { ...lost, lateTo: null, lateUntil: null }, 5, null],
  ["it may still arrive", lost, 5, later],
  ["it may still arrive, and the number is to rise", lost, 12, later],
  ["zero is wanted", lost, 0, null],
  ["a reading has shown it", { ...lost, confirmed: 7 }, 5, null],
  ["its time is over", { ...lost, lateUntil: now }, 5, null],
])("waits after a lost difference: %s", (_what, row, to, until) => {
  expect(unsettledUntil(row, to, now)).toEqual(until);
});
