import { expect, it } from "vitest";
import { mostRenewalCost, readCap } from "./renewal-fee.ts";

it.each([
  ["5", 500],
  ["5.00", 500],
  ["$ 12,5", 1_250],
  ["0.20", 20],
  ["1000", 100_000],
  ["0.19", null],
  ["1000.01", null],
  ["", null],
  ["-5", null],
  ["five", null],
  ["1.234", null],
])("a limit typed as %j is %j cents", (typed, minor) => {
  expect(readCap(typed)).toBe(minor);
});

it("a batch may cost one fee a listing", () => {
  expect(mostRenewalCost(3)).toBe(60);
});
