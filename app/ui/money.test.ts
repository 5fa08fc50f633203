import { expect, it } from "vitest";
import { minorOf, moneyText } from "./money.ts";

it.each([
  ["4.50", "EUR", 450],
  ["4,5", "EUR", 450],
  ["12", "EUR", 1_200],
  ["12", "JPY", 12],
  ["4.505", "EUR", null],
  ["-1", "EUR", null],
  ["four", "EUR", null],
])("%s in %s is %s minor units", (text, currency, minor) => {
  expect(minorOf(text, currency)).toBe(minor);
});

it("is written with the currency's own places", () => {
  expect([moneyText(450, "EUR"), moneyText(12, "JPY")]).toEqual(["€4.50", "¥12"]);
});
