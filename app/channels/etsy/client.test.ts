/** How Etsy's text-only errors and its limit headers are understood. */
import { describe, expect, it } from "vitest";
import type { HttpAnswer } from "#app/platform/http.ts";
import type { ChannelContext } from "../port.ts";
import { failureOf } from "./client.ts";
import { readLimits } from "./limits.ts";

const context = {
  credentials: { accessToken: "123.secretsecret" },
  app: { keystring: "keykeykeykey", sharedSecret: "s" },
} as unknown as ChannelContext;
const answer = (status: number, error: string, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers,
  text: JSON.stringify({ error }),
});
const kindOf = (status: number, error = "x", headers = {}) => failureOf(context, "op", answer(status, error, headers)).kind;

describe("errors are a status and one text", () => {
  it.each([
    [400, "rejected"],
    [401, "auth-expired"],
    [403, "forbidden"],
    [404, "not-found"],
    [409, "conflict"],
    [422, "rejected"],
    [429, "rate-limited"],
    [500, "unavailable"],
    [503, "unavailable"],
  ])("%i is %s", (status, kind) => {
    expect(kindOf(status)).toBe(kind);
  });

  it("keeps the platform's words and hides ours in them", () => {
    const error = failureOf(context, "op", answer(400, "bad token 123.secretsecret for keykeykeykey"));
    expect(error.platform.text).toBe("bad token [hidden] for [hidden]");
  });

  it("survives an error that is a web page", () => {
    expect(failureOf(context, "op", { status: 502, headers: {}, text: "<html>" })).toMatchObject({
      kind: "unavailable",
      platform: { text: "" },
    });
  });
});

describe("limits", () => {
  it("are read from a good answer, with the misspelt name too", () => {
    const headers = { "x-limit-per-second": "10", "x-remaining-this-secon": "7", "x-limit-per-day": "10000", "x-remaining-today": "9123" };
    expect(readLimits({ status: 200, headers, text: "" })).toEqual({
      remaining: 7,
      capacity: 10,
      restorePerSecond: 10,
      remainingToday: 9123,
      perDay: 10_000,
    });
  });

  it("a 429 without any header still says that nothing is left, and claims no time", () => {
    expect(readLimits({ status: 429, headers: {}, text: "" })).toEqual({ remaining: 0 });
    expect(failureOf(context, "op", answer(429, "Exceeded the API's queries per second limit")).retryAfterMs).toBeNull();
  });

  it("a 429 that tells the time is believed", () => {
    expect(failureOf(context, "op", answer(429, "x", { "retry-after": "3" })).retryAfterMs).toBe(3_000);
  });

  it("an answer without them says nothing", () => {
    expect(readLimits({ status: 200, headers: { "retry-after": "soon" }, text: "" })).toBeNull();
  });
});
