import { describe, expect, it } from "vitest";
import { History } from "./history.ts";

describe("History", () => {
  const at = (ms: number) => new Date(1_000_000 + ms);

  it("answers with the value as it stood some time ago", () => {
    const stock = new History(10);
    stock.set(9, at(0));
    stock.set(4, at(1_000));
    expect(stock.current).toBe(4);
    expect(stock.ago(0, at(1_000))).toBe(4);
    expect(stock.ago(500, at(1_000))).toBe(9);
    expect(stock.ago(1_001, at(1_000))).toBe(10);
  });

  it("knows that something did not exist yet", () => {
    const order = new History("placed", at(0).getTime());
    expect(order.ago(1, at(0))).toBeUndefined();
    expect(order.ago(60_000, at(60_000))).toBe("placed");
  });

  it("the last of several changes in one millisecond counts, and old ones are forgotten", () => {
    const stock = new History(1);
    for (let value = 2; value <= 5_000; value++) stock.set(value, at(value * 1_000));
    stock.set(-1, at(5_000_000));
    stock.set(-2, at(5_000_000));
    expect(stock.ago(0, at(5_000_000))).toBe(-2);
    expect(stock.ago(600_000, at(5_000_000))).toBe(4_400);
  });
});
