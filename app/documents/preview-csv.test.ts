import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { previewCsv } from "./preview-csv.ts";

const HEAD = { channel: "Channel", title: "Item", sku: "SKU", now: "Now", after: "After", change: "Change", why: "Why" };
const row = { channel: "Etsy", title: "Mug", sku: "MUG", now: 3, after: null, change: "Down", why: "3 - 1" };

describe("the rows of a preview as a file", () => {
  it("has a head, quotes what needs it and leaves nothing for what there is none of", () => {
    expect(previewCsv(HEAD, [{ ...row, title: 'Mug, "blue"' }])).toBe(
      '\uFEFFChannel,Item,SKU,Now,After,Change,Why\r\nEtsy,"Mug, ""blue""",MUG,3,,Down,3 - 1\r\n',
    );
  });

  it("lets no text begin like a formula", () => {
    const nasty = fc.tuple(fc.constantFrom("=", "+", "-", "@", "\t", " ="), fc.string()).map(([sign, rest]) => sign + rest);
    fc.assert(
      fc.property(nasty, (title) => {
        const line = previewCsv(HEAD, [{ ...row, channel: title }])
          .split("\r\n")
          .slice(1)
          .join("\r\n");
        expect(line).toMatch(/^"?'/);
      }),
    );
  });
});
