/** What answers say of their own interface, per platform: each sign is read, and nothing is made of an ordinary answer. */
import { describe, expect, it } from "vitest";
import { ebay } from "./ebay/connector.server.ts";
import type { Channel, PlatformNotice } from "./port.ts";
import { channelRegistry } from "./registry.server.ts";
import { shopify } from "./shopify/connector.server.ts";

const read = (channel: Channel, headers: Record<string, string>, text = "{}", operation = "anything"): PlatformNotice[] =>
  channel.readNotices!(operation, { status: 200, headers, text });

const warning = (text: string, severity = "Warning") =>
  `<?xml version="1.0"?><GetItemResponse xmlns="urn:ebay:apis:eBLBaseComponents"><Ack>Warning</Ack><Errors><ShortMessage>s</ShortMessage><LongMessage>${text}</LongMessage><ErrorCode>1</ErrorCode><SeverityCode>${severity}</SeverityCode></Errors><Item><Title>deprecated mug</Title></Item></GetItemResponse>`;

describe.each(Object.values(channelRegistry))("$name", (channel) => {
  it("says nothing in an ordinary answer", () => {
    expect(read(channel, { "content-type": "application/json" })).toEqual([]);
  });

  it("standard headers: deprecated, and the day it ends", () => {
    const sunset = "Tue, 01 Jun 2027 00:00:00 GMT";
    expect(read(channel, { deprecation: "@1764000000", sunset })).toEqual([
      { kind: "deprecated", text: "Deprecation: @1764000000", endsAt: new Date("2027-06-01T00:00:00Z") },
    ]);
    expect(read(channel, { sunset })).toMatchObject([{ kind: "ends", endsAt: new Date("2027-06-01T00:00:00Z") }]);
    expect(read(channel, { sunset: "some day" })).toMatchObject([{ kind: "ends", endsAt: null }]);
    expect(read(channel, { deprecation: "false" })).toEqual([]);
  });

  it("odd texts come out short and storable", () => {
    const [notice] = read(channel, { deprecation: `a\u0000b\ud800${"x".repeat(5_000)}` });
    expect(notice?.text.length).toBeLessThanOrEqual(300);
    expect(/\\u0000|\\ud800/.test(JSON.stringify(notice))).toBe(false);
  });
});

describe("Shopify", () => {
  it("gives the reason of a deprecated part", () => {
    const reason = "https://shopify.dev/changelog/something";
    expect(read(shopify, { "x-shopify-api-deprecated-reason": reason })).toEqual([{ kind: "deprecated", text: reason, endsAt: null }]);
  });

  it("another version than ours is noticed, ours is not", () => {
    expect(read(shopify, { "x-shopify-api-version": shopify.apiVersion.version })).toEqual([]);
    expect(read(shopify, { "x-shopify-api-version": "2027-01" })).toEqual([
      { kind: "other-version", text: `asked for ${shopify.apiVersion.version}, served 2027-01`, endsAt: null },
    ]);
  });
});

describe("eBay", () => {
  it("a Trading warning that speaks of deprecation counts; other warnings, errors and titles do not", () => {
    const of = (text: string) => read(ebay, {}, text, "GetItem");
    expect(of(warning("This field is deprecated."))).toEqual([{ kind: "deprecated", text: "This field is deprecated.", endsAt: null }]);
    expect(of(warning("Something else."))).toEqual([]);
    expect(of(warning("This field is deprecated.", "Error"))).toEqual([]);
  });

  it("a REST warning likewise", () => {
    const body = JSON.stringify({ warnings: [{ message: "Field x is deprecated" }], title: "deprecated mug" });
    expect(read(ebay, {}, body, "getOrders")).toMatchObject([{ kind: "deprecated", text: "Field x is deprecated" }]);
    expect(read(ebay, {}, '{"title":"deprecated mug"}', "getOrders")).toEqual([]);
    expect(read(ebay, {}, "<html>deprecated</html>", "getOrders")).toEqual([]);
  });
});
