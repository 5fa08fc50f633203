/** eBay's JSON refusals in the house's words, and money as decimal text. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ChannelError } from "../errors.ts";
import { cannedContext } from "./canned-context.ts";
import { toMinor } from "./money.ts";
import { callRest } from "./rest-client.ts";
import { refresh } from "./tokens.ts";

const errors = (errorId: number, category = "REQUEST") =>
  JSON.stringify({ errors: [{ errorId, domain: "API_X", category, message: "words" }] });

async function refusal(
  status: number,
  text: string,
  more: { changes?: boolean; headers?: Record<string, string> } = {},
): Promise<ChannelError> {
  const { context } = cannedContext(() => ({ status, text, headers: more.headers ?? {} }));
  const call = { operation: "getOrders", method: "GET" as const, url: "https://api.ebay.com/x", changes: more.changes ?? false };
  const caught = await callRest(context, call, z.object({ total: z.int() })).catch((error: unknown) => error);
  if (!(caught instanceof ChannelError)) throw new Error("expected a refusal");
  return caught;
}

describe("REST refusals", () => {
  it("statuses and categories", async () => {
    const kinds = await Promise.all([
      refusal(401, errors(1001)),
      refusal(403, errors(1100)),
      refusal(404, ""),
      refusal(429, errors(2001)),
      refusal(500, errors(25001, "APPLICATION")),
      refusal(400, errors(25001, "APPLICATION")),
      refusal(400, errors(25709)),
      refusal(503, "<html></html>"),
      refusal(200, "<html></html>"),
      refusal(200, '{"total":"7"}'),
    ]);
    expect(kinds.map((error) => error.kind)).toEqual([
      "auth-expired",
      "forbidden",
      "not-found",
      "rate-limited",
      "unavailable",
      "unavailable",
      "rejected",
      "unavailable",
      "unavailable",
      "unavailable",
    ]);
    expect(kinds[6]!.platform).toEqual({ status: 400, code: "25709", text: "words" });
  });

  it("a changing call that eBay answered oddly may have been carried out", async () => {
    for (const [status, text] of [
      [500, errors(25001, "APPLICATION")],
      [503, ""],
      [200, "<html></html>"],
    ] as const)
      expect((await refusal(status, text, { changes: true })).kind).toBe("outcome-unknown");
    expect((await refusal(429, errors(2001), { changes: true })).kind).toBe("rate-limited");
  });

  it("a pause is taken from Retry-After where eBay names one", async () => {
    expect((await refusal(429, errors(2001), { headers: { "retry-after": "12" } })).retryAfterMs).toBe(12_000);
    expect((await refusal(429, errors(2001), { headers: { "retry-after": "soon" } })).retryAfterMs).toBeNull();
  });
});

describe("refresh", () => {
  const answer = (status: number, body: object) => cannedContext(() => ({ status, text: JSON.stringify(body) })).context;

  it("keeps the refresh token that eBay never renews", async () => {
    const fresh = await refresh(answer(200, { access_token: "new-access", expires_in: 7200, token_type: "User Access Token" }));
    expect(fresh.credentials).toMatchObject({ accessToken: "new-access", refreshToken: "the-refresh-token" });
    expect(fresh.expiresAt?.toISOString()).toBe("2026-11-23T14:00:00.000Z");
  });

  it("invalid_grant is the seller's to mend, our own keys are not", async () => {
    await expect(refresh(answer(400, { error: "invalid_grant" }))).rejects.toMatchObject({ kind: "auth-revoked" });
    await expect(refresh(answer(401, { error: "invalid_client" }))).rejects.toMatchObject({ kind: "rejected", whoActs: "us" });
    await expect(refresh(answer(503, {}))).rejects.toMatchObject({ kind: "unavailable" });
  });

  it("incomplete credentials need a new consent", async () => {
    const context = { ...answer(200, {}), credentials: { accessToken: "x" } };
    await expect(refresh(context)).rejects.toMatchObject({ kind: "auth-revoked" });
  });
});

describe("money", () => {
  it("decimal text becomes minor units of its currency", () => {
    const cases: [string, string, number | null][] = [
      ["19.99", "USD", 1999],
      ["5", "USD", 500],
      ["0.1", "EUR", 10],
      ["1.005", "EUR", 101],
      ["-3.50", "GBP", -350],
      ["1200", "JPY", 1200],
      ["1e5", "USD", null],
      ["", "USD", null],
    ];
    expect(cases.map(([value, currency]) => toMinor(value, currency))).toEqual(cases.map(([, , minor]) => minor));
  });
});
