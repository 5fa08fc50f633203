import { describe, expect, it } from "vitest";
import { NOW, renderInFrame, textOf } from "#app/testing/render-in-frame.tsx";
import type { ChannelFacts } from "../channels/channel-facts.ts";
import { en } from "../texts/en.ts";
import { type Need, nextStep } from "./needs-you.tsx";
import { type CheckedChannel, ProofWords } from "./order-proof.tsx";
import { Verdict } from "./verdict.tsx";

const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);

const channel = (change: Partial<ChannelFacts> = {}): ChannelFacts => ({
  ...{ id: "1", channel: "shopify", name: "Shop", state: "in-step", pausedAt: null, blindSince: null, blindReason: null },
  ...{ numbers: 10, outOfStep: 0, toDecide: 0, tooHigh: 0, unlinked: 0, lastSeenAt: ago(12), lastOrderAt: null, lastConfirmedAt: null },
  ...{
    usualLagMs: null,
    waitingSince: null,
    quietUntil: null,
    callsLeftToday: null,
    callsPerDay: null,
    importing: null,
    feedFailure: null,
  },
  ...change,
});

const metrics = { lagMs: 1_800, unitsAtRisk: 0, inStepPercent: 100 };
const verdict = (channels: ChannelFacts[], stoppedAt: Date | null = null) =>
  textOf(renderInFrame(<Verdict channels={channels} stoppedAt={stoppedAt} metrics={metrics} />)).split(" Time to channel")[0];

describe("the verdict", () => {
  it("is calm only when every channel proved every number, and names the oldest look", () => {
    expect(verdict([channel(), channel({ channel: "ebay", lastSeenAt: ago(41) })])).toBe("✓ All 2 channels in step · checked 41 s ago");
  });

  it.each<[string, ChannelFacts[], Date | null, string]>([
    ["nothing connected", [], null, "○ No channel is connected yet. Nothing is read, nothing is changed."],
    ["only watching", [channel({ state: "observe" })], null, "○ Watching only. We read 1 channel and have changed nothing."],
    [
      "one sending",
      [channel(), channel({ channel: "etsy", state: "behind", outOfStep: 2, usualLagMs: 4_000 })],
      null,
      "↻ 2 numbers on their way to Etsy, usually 4.0 s",
    ],
    [
      "one that keeps waiting",
      [channel(), channel({ channel: "etsy", state: "behind", outOfStep: 2, usualLagMs: 4_000, waitingSince: ago(60) })],
      null,
      "! 2 numbers wait for Etsy since 12:59:00. We keep trying.",
    ],
    [
      "one that waits for the seller",
      [channel(), channel({ channel: "ebay", state: "needs-you", toDecide: 1 })],
      null,
      "! 1 number waits for your word on eBay. Everything else is in step.",
    ],
    [
      "one paused",
      [channel(), channel({ channel: "etsy", state: "paused", pausedAt: ago(60) })],
      null,
      "‖ Etsy: paused. Everything else is in step.",
    ],
    [
      "some live, some watching",
      [channel(), channel({ state: "observe" })],
      null,
      "✓ 1 channel in step, 1 watching only · checked 12 s ago",
    ],
    [
      "all stopped",
      [channel({ state: "behind", outOfStep: 3 })],
      ago(3_600),
      "‖ All writing is stopped since 12:00:00. Orders are read, nothing is sent.",
    ],
    [
      "one blind, which outweighs all",
      [channel({ channel: "ebay", state: "blind", blindSince: ago(60) }), channel({ state: "behind", outOfStep: 3 })],
      ago(60),
      "! We can't see eBay since 12:59:00. Its numbers may be old.",
    ],
  ])("%s", (_name, channels, stoppedAt, words) => {
    expect(verdict(channels, stoppedAt)).toBe(words);
  });
});

describe("what needs the seller", () => {
  const need = (change: Partial<Need>): Need => ({
    ...{
      key: "k",
      kind: "alert",
      alertKind: null,
      text: "",
      connectionId: "c",
      channel: "etsy",
      itemId: null,
      moveId: null,
      holdId: null,
      caseId: null,
      count: 1,
      at: NOW,
    },
    ...change,
  });

  it.each<[Partial<Need>, string | null]>([
    [{ kind: "edits" }, "/channels/c#edits"],
    [{ alertKind: "outside-edit" }, "/channels/c#edits"],
    [{ kind: "held", connectionId: null }, "/inventory?tab=needs-you"],
    [{ alertKind: "held", holdId: "h" }, "/activity/held/h"],
    [{ alertKind: "unlinked-sale" }, "/inventory/matching"],
    [{ alertKind: "oversell", itemId: "i", caseId: "k" }, "/activity/oversells/k"],
    [{ alertKind: "something", itemId: "i" }, "/inventory/items/i"],
    [{ kind: "blind" }, "/channels/c"],
    [{ alertKind: "something", connectionId: null }, null],
  ])("%o leads to %s", (change, to) => {
    expect(nextStep(need(change), en.home.needs)?.to ?? null).toBe(to);
  });
});

describe("the proof that no order was missed", () => {
  const checked = (change: Partial<CheckedChannel> = {}): CheckedChannel => ({
    ...{ connectionId: "c", channel: "ebay", verdict: "complete", listed: 64, counted: 64, repaired: 0, gone: 0 },
    ...{ windowFrom: ago(3 * 86_400 + 3_600), checkedAt: ago(3_600), running: false, failure: null },
    ...change,
  });
  const said = (...proof: CheckedChannel[]) => textOf(renderInFrame(<ProofWords proof={proof} />));

  it.each<[string, CheckedChannel[], string]>([
    ["all counted", [checked(), checked({ channel: "etsy" })], "✓ All 128 orders of the last 3 days are counted, checked 12:00:00"],
    ["none to count", [checked({ listed: 0, counted: 0 })], "✓ No orders in the last 3 days, and none missed. Checked 12:00:00"],
    ["not one check yet", [checked({ verdict: null, checkedAt: null })], "○ The first check of all orders comes with the next night."],
    [
      "one that had been missed",
      [checked({ verdict: "repaired", repaired: 1 })],
      "✓ All 64 orders of the last 3 days are counted, checked 12:00:00 1 order on eBay had not reached us; the check found and counted it.",
    ],
    [
      "one that is still missing, which outweighs all",
      [checked({ verdict: "open", counted: 62 }), checked()],
      "! eBay lists 2 orders that we could not read, so they are not counted yet.",
    ],
    [
      "a channel without a check beside others",
      [checked(), checked({ channel: "etsy", verdict: null, checkedAt: null })],
      "✓ All 64 orders of the last 3 days are counted, checked 12:00:00 Not checked yet: Etsy.",
    ],
  ])("%s", (_name, proof, words) => {
    expect(said(...proof)).toBe(words);
  });

  it("is no tick any more once it is old", () => {
    expect(said(checked({ checkedAt: ago(2 * 86_400) }))).toMatch(/^○ All 64 .* eBay was last checked/);
  });
});
