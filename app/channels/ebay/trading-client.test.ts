/** What the Trading API answers and how it is understood; the library between us and the bytes must not add anything of its own. */
import { describe, expect, it } from "vitest";
import { ChannelError } from "../errors.ts";
import { cannedContext, errorXml, tradingXml } from "./canned-context.ts";
import { callTrading } from "./trading-client.ts";
import { textOf } from "./xml.ts";

const ask = (text: string, call: "GetItem" | "ReviseInventoryStatus" = "GetItem", status = 200) =>
  callTrading(cannedContext(() => ({ text, status })).context, call, { ItemID: "1" }).then(
    () => "answered",
    (error: unknown) => (error instanceof ChannelError ? error.kind : String(error)),
  );

describe("Trading client", () => {
  it("sends one call with token, site and level, and none of the application's keys", async () => {
    const { context, calls } = cannedContext(() => ({ text: tradingXml("GetItem", "") }), { siteId: 77 });
    await callTrading(context, "GetItem", { ItemID: "1", Note: "a & <b> 'c'" });
    expect(calls).toHaveLength(1);
    const { url, method, headers, body, operation, timeoutMs } = calls[0]!;
    expect([url, method, operation]).toEqual(["https://api.ebay.com/ws/api.dll", "POST", "GetItem"]);
    expect(timeoutMs).toBeLessThanOrEqual(10_000);
    expect(headers).toEqual({
      "content-type": "text/xml",
      "x-ebay-api-call-name": "GetItem",
      "x-ebay-api-siteid": "77",
      "x-ebay-api-compatibility-level": "1477",
      "x-ebay-api-iaf-token": "the-access-token",
    });
    expect(body).toContain(
      '<GetItemRequest xmlns="urn:ebay:apis:eBLBaseComponents"><ItemID>1</ItemID><Note>a &amp; &lt;b&gt; &apos;c&apos;</Note>',
    );
    expect(`${JSON.stringify(headers)}${String(body)}`).not.toMatch(/the-secret|the-client|the-dev/);
  });

  it("error codes: token, consent, suspension, quota and eBay's own troubles concern the whole call", async () => {
    const kinds: Record<string, string> = {};
    for (const code of ["930", "931", "932", "21916984", "21917053", "21916013", "841", "518", "10007", "16100", "248"])
      kinds[code] = await ask(tradingXml("GetItem", errorXml(code), "Failure"));
    expect(kinds).toEqual({
      "930": "auth-expired",
      "931": "auth-expired",
      "932": "auth-expired",
      "21916984": "auth-expired",
      "21917053": "auth-expired",
      "21916013": "auth-revoked",
      "841": "forbidden",
      "518": "rate-limited",
      "10007": "unavailable",
      "16100": "unavailable",
      "248": "unavailable",
    });
  });

  it("what may have been carried out is an unknown outcome, not unavailability", async () => {
    const revise = "ReviseInventoryStatus";
    expect(await ask("<html>busy</html>", revise, 503)).toBe("outcome-unknown");
    expect(await ask("<html>fine</html>", revise)).toBe("outcome-unknown");
    expect(await ask(tradingXml(revise, errorXml("99", [], { system: true }), "Failure"), revise)).toBe("outcome-unknown");
    expect(await ask(tradingXml(revise, errorXml("518"), "Failure"), revise)).toBe("rate-limited");
  });

  it("a document that brings its own entities is not read", async () => {
    const text = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "1">]>${tradingXml("GetItem", "<Item><ItemID>&x;</ItemID></Item>").slice(39)}`;
    expect(await ask(text)).toBe("unavailable");
  });

  it("warnings before an error are not its reason, and ids stay text", async () => {
    const content = `${errorXml("1", [], { severity: "Warning" })}${errorXml("17", ["007"])}<Echo>0012</Echo>`;
    const answer = await callTrading(
      cannedContext(() => ({ text: tradingXml("GetItem", content, "PartialFailure") })).context,
      "GetItem",
      {},
    );
    expect(answer.failed).toBe(true);
    expect(answer.errors).toEqual([{ code: "17", text: "long 17", system: false, parameters: ["007"], warning: false }]);
    expect(answer.warnings.map((warning) => warning.code)).toEqual(["1"]);
    expect(textOf(answer.node, "Echo")).toBe("0012");
  });

  it("no error text carries a token", async () => {
    const { context } = cannedContext(() => ({ text: tradingXml("GetItem", errorXml("931"), "Failure") }));
    const error = await callTrading(context, "GetItem", {}).catch((caught: unknown) => caught as ChannelError);
    expect(JSON.stringify({ ...(error as ChannelError), message: (error as ChannelError).message })).not.toMatch(
      /the-(access|refresh|secret|client)/,
    );
  });
});
