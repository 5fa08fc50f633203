import { expect, it } from "vitest";
import { tally } from "./test-report.ts";

const file = (status: string, assertions: number) => ({ name: "x.test.ts", status, assertionResults: Array.from({ length: assertions }) });

it("counts what ran", () => {
  const report = { success: true, numPassedTests: 7, numFailedTests: 0, numPendingTests: 1, testResults: [file("passed", 8)] };
  expect(tally(report)).toEqual({ passed: 7, failed: 0, skipped: 1 });
});

it("counts a file that could not be loaded as a failure", () => {
  const report = {
    success: false,
    numPassedTests: 7,
    numFailedTests: 1,
    numPendingTests: 0,
    testResults: [file("failed", 8), file("failed", 0)],
  };
  expect(tally(report)).toEqual({ passed: 7, failed: 2, skipped: 0 });
});

it("never calls a run good that vitest calls bad", () => {
  expect(tally({ success: false, numPassedTests: 7, numFailedTests: 0, numPendingTests: 0, testResults: [] }).failed).toBe(1);
});
