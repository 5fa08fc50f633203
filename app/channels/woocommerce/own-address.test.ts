import { describe, expect, it } from "vitest";
import { ownAddress, readAddress } from "./own-address.ts";

describe("the address that somebody types", () => {
  it.each([
    ["shop.example.com", "https://shop.example.com"],
    ["  https://Shop.Example.com/  ", "https://shop.example.com"],
    ["https://www.example.com/Store/", "https://www.example.com/Store"],
    ["example.com/store/wp-admin/admin.php?page=wc-settings&tab=advanced", "https://example.com/store"],
    ["https://example.com/wp-admin", "https://example.com"],
    ["https://example.com/wp-login.php?redirect_to=x", "https://example.com"],
    ["https://example.com/wp-json/wc/v3/", "https://example.com"],
    ["https://example.com/?page_id=7#top", "https://example.com"],
    ["http://example.com", "http://example.com"],
    ["example.com.", "https://example.com"],
    ["example.com:8443/a", "https://example.com:8443/a"],
    ["127.0.0.1:8080/store", "http://127.0.0.1:8080/store"],
    ["localhost", "http://localhost"],
    ["m\u00fcller.example", "https://xn--mller-kva.example"],
  ])("%j means %s", (typed, meant) => {
    expect(readAddress(typed)).toBe(meant);
  });

  it.each([
    "",
    "   ",
    "my shop",
    "shop",
    "ftp://example.com",
    "https://user:secret@example.com",
    "javascript:alert(1)",
    "https://",
    "a".repeat(400),
  ])("%j names no web site", (typed) => {
    expect(readAddress(typed)).toBeNull();
  });
});

describe("pasted keys", () => {
  const CK = `ck_${"0a".repeat(20)}`;
  const CS = `cs_${"0b".repeat(20)}`;

  it("are taken with the spaces that copying leaves", () => {
    expect(ownAddress.readKeys(` ${CK}\n`, `${CS} `)).toEqual({ consumerKey: CK, consumerSecret: CS });
  });

  it.each([
    [CS, CK],
    [CK, ""],
    ["", CS],
    [CK, CK],
    ["ck_short", CS],
    [`${CK}: x`, CS],
  ])("are refused when they are none: %s %s", (key, secret) => {
    expect(ownAddress.readKeys(key, secret)).toBeNull();
  });
});
