/** What vitest's JSON report holds of our interest. */
export type VitestReport = {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: { name: string; status: string; assertionResults: unknown[] }[];
};

export type Tally = { passed: number; failed: number; skipped: number };

/** Counts tests. A file that could not even be loaded, and an error outside any test, count as one failure each. */
export function tally(report: VitestReport): Tally {
  const broken = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
  const failed = report.numFailedTests + broken;
  return { passed: report.numPassedTests, failed: failed === 0 && !report.success ? 1 : failed, skipped: report.numPendingTests };
}
