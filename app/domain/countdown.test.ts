import { describe, expect, it } from "vitest";
import { ACCESS_STEPS, daysLeft, dueStep, VERSION_STEPS } from "./countdown.ts";

const END = new Date("2027-05-23T12:00:00Z");
const ahead = (days: number, ms = 0) => new Date(END.getTime() - days * 86_400_000 + ms);

describe("the warnings before an end", () => {
  it.each([
    [31, null],
    [30, 30],
    [12, 30],
    [7, 7],
    [2, 7],
    [1, 1],
    [0.01, 1],
    [0, null],
    [-3, null],
  ])("%s days before: %s", (days, step) => {
    expect(dueStep(END, ahead(days), ACCESS_STEPS)).toBe(step);
  });

  it("a step begins to the millisecond", () => {
    expect(dueStep(END, ahead(90, -1), VERSION_STEPS)).toBe(null);
    expect(dueStep(END, ahead(90), VERSION_STEPS)).toBe(90);
  });

  it("days are counted as people do: any part of one is a day", () => {
    expect([daysLeft(END, ahead(7)), daysLeft(END, ahead(6.5)), daysLeft(END, ahead(0.1)), daysLeft(END, ahead(-1))]).toEqual([
      7, 7, 1, -1,
    ]);
  });
});
