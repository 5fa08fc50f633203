import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { welcome } from "./en-welcome.ts";

/** What sellers agreed to under each version; a version's words never change once somebody may have seen them. */
const AGREED: Record<string, string> = { "shopify-1": "77dd6d3ecd780738" };

describe("the words of the first page", () => {
  it("have a new version whenever what is agreed to changes", () => {
    const { version, title, points } = welcome.consent;
    const digest = createHash("sha256")
      .update([title, ...points].join("\n"))
      .digest("hex")
      .slice(0, 16);
    expect(digest).toBe(AGREED[version]);
  });
});
