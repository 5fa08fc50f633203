import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeFrom, readCode, shownCode } from "./join-code.ts";

describe("a code for joining", () => {
  it("is read back however a person types it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 10, maxLength: 10 }), (random) => {
        const code = codeFrom(random);
        for (const typed of [code, shownCode(code), ` ${shownCode(code).toLowerCase()} `, code.replaceAll("0", "o").replaceAll("1", "l")])
          expect(readCode(typed)).toBe(code);
      }),
    );
  });

  it.each(["", "ABC", "ABCDE-FGHJ!", "ABCDE-FGHJKK", "ÄBCDE-FGHJK"])("'%s' is none", (typed) => {
    expect(readCode(typed)).toBeNull();
  });
});
