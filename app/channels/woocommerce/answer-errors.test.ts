import { describe, expect, it } from "vitest";
import type { HttpAnswer } from "#app/platform/http.ts";
import { jsonOf, translate } from "./answer-errors.ts";

const NOW = new Date("2026-11-23T13:00:00Z");
const answer = (status: number, text: string, headers: Record<string, string> = {}): HttpAnswer => ({ status, text, headers });
const said = (status: number, code: string, message = "", headers: Record<string, string> = {}) =>
  answer(status, JSON.stringify({ code, message, data: { status } }), headers);

function kindOf(given: HttpAnswer, changes = false): string {
  const result = translate(given, changes, NOW);
  return result.ok ? "ok" : result.error.kind;
}

describe("what a shop's answer means", () => {
  it("a byte order mark before the JSON is overlooked, a PHP notice before it is not", () => {
    expect(jsonOf(answer(200, '\uFEFF{"id":1}'))).toEqual({ id: 1 });
    expect(kindOf(answer(200, '<br />\n<b>Notice</b>: x in y.php\n{"id":1}'))).toBe("unavailable");
  });

  it("a page with status 200 leaves a write's outcome open", () => {
    expect(kindOf(answer(200, "<html>Just a moment</html>"), true)).toBe("outcome-unknown");
  });

  it.each([
    [said(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources."), "auth-revoked"],
    [said(401, "woocommerce_rest_authentication_error", "Consumer secret is invalid."), "auth-revoked"],
    [said(401, "woocommerce_rest_authentication_error", "Consumer key is invalid."), "auth-revoked"],
    // A read-only key is 401, not 403: it lives and may not write.
    [said(401, "woocommerce_rest_authentication_error", "The API key provided does not have write permissions."), "forbidden"],
    // A shop whose clock is wrong must not lose its connection.
    [said(401, "woocommerce_rest_authentication_error", "Invalid timestamp."), "unavailable"],
    [said(401, "woocommerce_rest_authentication_error", "Invalid nonce - nonce has already been used."), "unavailable"],
    [said(403, "woocommerce_rest_cannot_view"), "forbidden"],
    // The plugin is switched off: nothing is known of any product.
    [said(404, "rest_no_route"), "unavailable"],
    [said(404, "woocommerce_rest_product_invalid_id"), "not-found"],
    [said(400, "woocommerce_rest_product_invalid_id"), "not-found"],
    [said(400, "rest_invalid_param"), "rejected"],
    [said(500, "internal_server_error"), "unavailable"],
    [answer(404, "<html>no such page</html>"), "unavailable"],
    [answer(401, "Authorization required"), "forbidden"],
    [answer(403, "<html>Wordfence</html>"), "unavailable"],
    [answer(403, "<html>slow down</html>", { "retry-after": "30" }), "rate-limited"],
    [answer(429, "too many"), "rate-limited"],
    [answer(503, "<html>maintenance</html>"), "unavailable"],
    [answer(301, "", { location: "https://www.shop.example.com/" }), "unavailable"],
    [answer(406, "mod_security"), "unavailable"],
  ])("%o is %s", (given, kind) => {
    expect(kindOf(given)).toBe(kind);
  });

  it("5xx to a write may have been carried out; a refusal surely was not", () => {
    expect(kindOf(answer(504, "gateway timeout"), true)).toBe("outcome-unknown");
    expect(kindOf(said(500, "internal_server_error"), true)).toBe("outcome-unknown");
    expect(kindOf(answer(429, ""), true)).toBe("rate-limited");
    expect(kindOf(said(413, "woocommerce_rest_request_entity_too_large"), true)).toBe("rejected");
  });

  it.each([
    ["120", 120_000],
    ["Mon, 23 Nov 2026 13:00:20 GMT", 20_000],
    ["soon", null],
  ])("Retry-After %s is %s ms", (header, ms) => {
    const result = translate(answer(503, "", { "retry-after": header }), false, NOW);
    expect(result.ok ? "ok" : result.error.retryAfterMs).toBe(ms);
  });
});
