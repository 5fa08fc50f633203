import { describe, expect, it } from "vitest";
import { createManualClock } from "./clock.ts";
import { createSayOnce } from "./say-once.ts";

describe("say once", () => {
  it("says each message once in the time given, and then how often it was kept back", () => {
    const clock = createManualClock();
    const said: [string, number][] = [];
    const say = createSayOnce((message, keptBack) => said.push([message, keptBack]), { everyMs: 60_000, clock });
    for (let n = 0; n < 500; n++) say("ECONNREFUSED");
    say("other");
    clock.advance(59_999);
    say("ECONNREFUSED");
    clock.advance(1);
    say("ECONNREFUSED");
    expect(said).toEqual([
      ["ECONNREFUSED", 0],
      ["other", 0],
      ["ECONNREFUSED", 500],
    ]);
  });

  it("forgets rather than grow when every message is new", () => {
    const said: string[] = [];
    const say = createSayOnce((message) => said.push(message), { everyMs: 60_000, clock: createManualClock(), maxKinds: 3 });
    for (const message of ["a", "b", "c", "d", "a"]) say(message);
    expect(said).toEqual(["a", "b", "c", "d", "a"]);
  });
});
