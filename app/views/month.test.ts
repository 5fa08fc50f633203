import { expect, it } from "vitest";
import { monthOf } from "./month.ts";

const now = new Date("2026-11-30T23:30:00Z");

it("is the month it is where the seller is, unless another is asked for", () => {
  expect(monthOf(null, now, "UTC").month).toBe("2026-11");
  expect(monthOf(null, now, "Europe/Berlin").month).toBe("2026-12");
  expect(monthOf("2026-02", now, "UTC")).toEqual({ month: "2026-02", from: new Date("2026-02-01"), until: new Date("2026-03-01") });
  expect(monthOf("2026-12", now, "UTC").until).toEqual(new Date("2027-01-01"));
  expect(monthOf("2026-13", now, "UTC").month).toBe("2026-11");
});
