import { describe, expect, it } from "vitest";
import { type NumberFacts, numberStatus } from "./number-status.ts";

const proved: NumberFacts = {
  linkState: "linked",
  goLive: "live",
  lifecycle: "live",
  stopped: false,
  blind: false,
  held: false,
  editOpen: false,
  state: "active",
  offByUs: false,
  target: 3,
  confirmed: 3,
  dirty: false,
  attempts: 0,
  failureKind: null,
  raisesStopped: false,
  waits: false,
};
const status = (change: Partial<NumberFacts>) => numberStatus({ ...proved, ...change });

describe("the word for a number", () => {
  it("is in step only when the channel proved the wanted number and nothing is in doubt", () => {
    expect(status({})).toBe("in-step");
    expect(status({ dirty: true })).toBe("sending");
    expect(status({ confirmed: null })).toBe("sending");
    expect(status({ target: 2 })).toBe("sending");
  });

  it.each<[Partial<NumberFacts>, string]>([
    [{ dirty: true, attempts: 1 }, "waiting"],
    [{ target: 2, waits: true }, "waiting"],
    [{ failureKind: "rejected", dirty: true }, "refused"],
    [{ failureKind: "unavailable", dirty: true, attempts: 2 }, "waiting"],
    [{ stopped: true, target: 2 }, "paused"],
    [{ goLive: "paused" }, "paused"],
    [{ lifecycle: "leaving" }, "paused"],
    [{ lifecycle: "observe", target: null }, "watching"],
    [{ goLive: "watching" }, "watching"],
    [{ held: true, target: 0 }, "held"],
    [{ editOpen: true, held: true }, "needs-you"],
    [{ raisesStopped: true }, "needs-you"],
    [{ blind: true, stopped: true }, "cant-see"],
    [{ state: "ended" }, "not-compared"],
    [{ state: "inactive", offByUs: true, target: 0, confirmed: 0 }, "in-step"],
    [{ linkState: "proposed", lifecycle: "observe" }, "not-linked"],
    [{ goLive: "ignored", linkState: "unlinked" }, "ignored"],
  ])("%o is %s", (change, expected) => {
    expect(status(change)).toBe(expected);
  });
});
