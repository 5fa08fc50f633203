import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SealBrokenKind, SealedPlace } from "./sealing.server.ts";
import { createKeyring, SealBroken } from "./sealing.server.ts";

const key = (id: string) => ({ id, key: randomBytes(32) });
const place: fc.Arbitrary<SealedPlace> = fc.record({ table: fc.string(), rowId: fc.string(), field: fc.string() });
const content = fc.string({ unit: "grapheme", maxLength: 200 });
const here: SealedPlace = { table: "connection_secret", rowId: "018f-1", field: "credentials" };

function kindOf(work: () => unknown): SealBrokenKind | "opened" {
  try {
    work();
    return "opened";
  } catch (error) {
    if (error instanceof SealBroken) return error.kind;
    throw error;
  }
}

describe("sealing", () => {
  it("opens what it sealed, at the same place", () => {
    const keyring = createKeyring([key("a")]);
    fc.assert(
      fc.property(content, place, (plain, at) => {
        expect(keyring.open(keyring.seal(plain, at), at)).toBe(plain);
      }),
    );
  });

  it("opens at no other place", () => {
    const keyring = createKeyring([key("a")]);
    fc.assert(
      fc.property(content, place, place, (plain, at, elsewhere) => {
        fc.pre(JSON.stringify(at) !== JSON.stringify(elsewhere));
        expect(kindOf(() => keyring.open(keyring.seal(plain, at), elsewhere))).toBe("refused");
      }),
    );
  });

  it("is not fooled by moving the border between two names", () => {
    const keyring = createKeyring([key("a")]);
    const sealed = keyring.seal("token", { table: "ab", rowId: "c", field: "d" });
    expect(kindOf(() => keyring.open(sealed, { table: "a", rowId: "bc", field: "d" }))).toBe("refused");
  });

  it("refuses every flipped bit of nonce, tag and content", () => {
    const keyring = createKeyring([key("a")]);
    fc.assert(
      fc.property(content, fc.nat(), (plain, at) => {
        const [version, keyId, body] = keyring.seal(plain, here).split(".") as [string, string, string];
        const bytes = Buffer.from(body, "base64url");
        const bit = at % (bytes.length * 8);
        bytes[bit >> 3] = bytes[bit >> 3]! ^ (1 << (bit & 7));
        expect(kindOf(() => keyring.open([version, keyId, bytes.toString("base64url")].join("."), here))).toBe("refused");
      }),
    );
  });

  it("binds the key's name: the same key under another name does not open it", () => {
    const secret = randomBytes(32);
    const sealed = createKeyring([{ id: "a", key: secret }]).seal("token", here);
    const renamed = createKeyring([{ id: "b", key: secret }]);
    expect(kindOf(() => renamed.open(sealed.replace(/^1\.a\./, "1.b."), here))).toBe("refused");
  });

  it.each(["", "1", "1.a", "1.a.", "2.a.AAAA", "1.a.AAAA", "1.a.b.c", "plain token", "1.a.!!!!"])("calls %j malformed", (sealed) => {
    expect(kindOf(() => createKeyring([key("a")]).open(sealed, here))).toBe("malformed");
  });

  it("says which key is missing and never shows content", () => {
    const sealed = createKeyring([key("old")]).seal("shpat_secret", here);
    const open = () => createKeyring([key("new")]).open(sealed, here);
    expect(kindOf(open)).toBe("unknown-key");
    expect(open).toThrow(/connection_secret\.credentials of row 018f-1 was sealed with key "old"/);
  });

  it("seals with the first key, opens with all, and re-seals only what another key sealed", () => {
    const [old, fresh] = [key("old"), key("new")];
    const before = createKeyring([old]).seal("token", here);
    const both = createKeyring([fresh, old]);
    expect(both.open(before, here)).toBe("token");
    expect(both.needsReseal(before)).toBe(true);
    const after = both.reseal(before, here);
    expect(both.needsReseal(after)).toBe(false);
    expect(both.reseal(after, here)).toBe(after);
    expect(createKeyring([fresh]).open(after, here)).toBe("token");
  });

  it("never gives the same text twice", () => {
    const keyring = createKeyring([key("a")]);
    expect(new Set(Array.from({ length: 500 }, () => keyring.seal("token", here))).size).toBe(500);
  });

  it("refuses half a surrogate, which UTF-8 would silently replace", () => {
    expect(() => createKeyring([key("a")]).seal("a\ud800b", here)).toThrow(/connection_secret\.credentials/);
  });

  it("refuses unusable keys when it is made", () => {
    expect(() => createKeyring([])).toThrow(/at least one key/);
    expect(() => createKeyring([{ id: "a", key: randomBytes(16) }])).toThrow(/16 bytes/);
    expect(() => createKeyring([key("a"), key("a")])).toThrow(/given twice/);
    expect(() => createKeyring([key("a.b")])).toThrow(/unusable/);
  });
});
