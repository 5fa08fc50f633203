import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { CONNECT_PROBLEMS } from "#app/domain/connect-problem.ts";
import { connect } from "./en-connect.ts";

/** What sellers agreed to under each version; a version's words never change once somebody may have seen them. */
const AGREED: Record<string, string> = {
  "connect-1": "5d0b5b7c03c97407",
  "connect-ebay-1": "e0cdcba546f4ffbb",
  "connect-etsy-1": "debcca6ed63bd416",
};

describe("the words of connecting", () => {
  it.each([connect.consent, ...Object.values(connect.grantConsent)])("have a new version whenever what is agreed to changes", (agreed) => {
    const { version, title, points } = agreed;
    const digest = createHash("sha256")
      .update([title, ...points].join("\n"))
      .digest("hex")
      .slice(0, 16);
    expect(digest).toBe(AGREED[version]);
  });

  it("say every problem in a sentence that tells what to do", () => {
    for (const problem of CONNECT_PROBLEMS)
      expect([problem, connect.problems[problem]]).toEqual([problem, expect.stringMatching(/^\S.{20,}\.$/)]);
    expect(Object.keys(connect.problems).sort()).toEqual([...CONNECT_PROBLEMS].sort());
  });
});
