import { describe, expect, it } from "vitest";
import { createCrashPoint } from "./crash-point.ts";

describe("crash points", () => {
  it("kill at the n-th visit of the named place, once, and nowhere else", () => {
    let deaths = 0;
    const visit = createCrashPoint("write-before-send:2", () => deaths++);
    const after = ["write-before-send", "other", "write-before-send", "write-before-send"].map((name) => {
      visit(name);
      return deaths;
    });
    expect(after).toEqual([0, 0, 1, 1]);
  });

  it("do nothing unless armed", () => {
    let deaths = 0;
    createCrashPoint(null, () => deaths++)("write-before-send");
    expect(deaths).toBe(0);
  });
});
