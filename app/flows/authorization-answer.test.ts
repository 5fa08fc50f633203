import { describe, expect, it } from "vitest";
import { readAuthorizationAnswer } from "./authorization-answer.ts";

const state = "S".repeat(43);
const read = (query: Record<string, unknown>) => readAuthorizationAnswer({ state, ...query });

describe("what a platform's callback says", () => {
  it("takes a code with a state of ours", () => {
    expect(read({ code: "v^1.1#i^1#c^2" })).toEqual({ state, said: { code: "v^1.1#i^1#c^2" } });
  });

  it.each([
    ["access_denied", "denied"],
    ["temporarily_unavailable", "platform-away"],
    ["server_error", "platform-away"],
    ["invalid_scope", "app-refused"],
    ["unauthorized_client", "app-refused"],
    ["something new", "app-refused"],
  ])("turns %s into %s, even where a code stands beside it", (error, problem) => {
    expect(read({ error, code: "c" }).said).toEqual({ problem });
  });

  it("takes an answer without code and error for a refusal", () => {
    expect(read({}).said).toEqual({ problem: "denied" });
  });

  it("believes nothing that stands there twice, is too long, or is no state of ours", () => {
    expect(read({ code: ["a", "b"] }).said).toEqual({ problem: "denied" });
    expect(read({ code: "x".repeat(2_049) }).said).toEqual({ problem: "odd-answer" });
    for (const odd of ["", "short", `${state}x`, [state, state], `${"S".repeat(42)}\u0000`])
      expect(readAuthorizationAnswer({ code: "c", state: odd }).state).toBeNull();
  });
});
