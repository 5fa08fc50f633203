import { describe, expect, it } from "vitest";
import { NUMBER_STATUSES } from "#app/domain/number-status.ts";
import { explainTarget } from "#app/domain/target.ts";
import { NOW, renderInFrame, textOf } from "#app/testing/render-in-frame.tsx";
import { type RecordLine, useSentence } from "./activity/sentence.tsx";
import { type Format, Moment, useFormat } from "./format.tsx";
import { NumberMark } from "./numbers/number-mark.tsx";
import { NumberState } from "./numbers/why-panel.tsx";
import { WhySteps } from "./numbers/why-steps.tsx";
import { StatusBadge } from "./status-badge.tsx";

const ago = (ms: number) => new Date(NOW.getTime() - ms);
const MINUTE = 60_000;

function Formatted(props: { use: (format: Format) => string }) {
  return <>{props.use(useFormat())}</>;
}

function formatted(use: (format: Format) => string, options = {}): string {
  return textOf(renderInFrame(<Formatted use={use} />, options));
}

function Said(props: { line: RecordLine }) {
  return <>{useSentence()(props.line)}</>;
}

describe("moments", () => {
  it.each<[number, string]>([
    [1_000, "just now"],
    [12_000, "12 s ago"],
    [5 * MINUTE, "5 min ago"],
    [-40_000, "in 40 s"],
    [90 * MINUTE, "11:30:00"],
    [40 * 60 * MINUTE, "Nov 21, 21:00"],
  ])("%d ms back is %s, in the seller's own zone", (ms, words) => {
    expect(formatted((format) => format.relative(ago(ms)))).toBe(words);
  });

  it("turn into plain times once the page no longer follows", () => {
    expect(formatted((format) => format.relative(ago(12_000)), { absolute: true })).toBe("12:59:48");
  });

  it("carry the full moment for those who want it", () => {
    const html = renderInFrame(<Moment at={ago(12_000)} />);
    expect(html).toContain(`dateTime="${ago(12_000).toISOString()}"`);
    expect(html).toMatch(/title="Monday, November 23, 2026 at 12:59:48/);
  });
});

describe("figures", () => {
  it("group digits, use a minus sign, and stop counting at ten thousand", () => {
    expect(formatted((format) => format.number(120_500))).toBe("120,500");
    expect(formatted((format) => `${format.signed(3)} ${format.signed(-3)} ${format.signed(0)}`)).toBe("+3 −3 0");
    expect(formatted((format) => `${format.atMost(10_000, 10_000)} ${format.atMost(10_001, 10_000)}`)).toBe("10,000 10,000+");
    expect(formatted((format) => `${format.seconds(1_840)} ${format.seconds(41_300)}`)).toBe("1.8 41");
  });
});

describe("a number", () => {
  it("shows the proved and the wanted until they agree, and says so aloud", () => {
    const text = textOf(renderInFrame(<NumberMark number={{ status: "sending", target: 2, confirmed: 3 }} />));
    expect(text).toBe("3 → 2 ↻ shows 3, 2 is on its way, Sending");
    expect(textOf(renderInFrame(<NumberMark number={{ status: "in-step", target: 2, confirmed: 2 }} />))).toBe("2 2, In step");
  });

  it("has an arrow only while something is on its way", () => {
    const text = textOf(renderInFrame(<NumberMark number={{ status: "needs-you", target: 17, confirmed: 3 }} />));
    expect(text).toBe("3 ≠ 17 ! shows 3, should show 17, Needs you");
  });

  it("is never painted as the target while nothing is proved", () => {
    expect(textOf(renderInFrame(<NumberMark number={{ status: "sending", target: 5, confirmed: null }} />))).toContain("? → 5");
    expect(textOf(renderInFrame(<NumberMark number={{ status: "not-compared", target: null, confirmed: null }} />))).toBe(
      "– –, Not for sale there",
    );
  });

  it.each(NUMBER_STATUSES)("has a word and a sentence for %s", (status) => {
    const number = {
      ...{
        status,
        target: 2,
        confirmed: 3,
        listingId: "l",
        quantityId: "q",
        itemId: "i",
        units: 1,
        connectionId: "c",
        channel: "etsy" as const,
      },
      ...{ connectionName: "Shop", title: "Mug", reason: "Etsy said no.", confirmedAt: ago(12_000), nextAttemptAt: ago(-40_000) },
    };
    expect(textOf(renderInFrame(<StatusBadge status={status} />)).length).toBeGreaterThan(4);
    const said = textOf(renderInFrame(<NumberState number={number} />));
    expect(said).toContain("Etsy said no.");
    expect(said).not.toMatch(/undefined|null|\{/);
  });

  it("in step carries no badge in a table", () => {
    expect(textOf(renderInFrame(<StatusBadge status="in-step" quietWhenInStep />))).toBe("");
  });
});

describe("why", () => {
  it("lists every step of the formula that ran, with the rule's level, down to the result", () => {
    const set = <T,>(value: T) => ({ value, ruleId: "r", scope: "connection" as const });
    const { target, steps } = explainTarget({
      components: [{ itemId: "i", sku: "MUG", available: 10, units: 1 }],
      rule: { buffer: set(2), percent: set(50), cap: set(3) },
      connectionId: "c",
      connectionsWithIt: ["c"],
      safetyUnits: 0,
      channel: { maxQuantity: 999, renewalNeedsConsent: false },
    });
    const text = textOf(renderInFrame(<WhySteps steps={steps} result={target} />));
    expect(text).toBe(
      "Available 10 minus buffer 2 = 8 · rule of this channel 50 % of it, rounded down = 4 · rule of this channel at most 3 = 3 · rule of this channel = 3",
    );
  });

  it("ends in what the brake keeps, since when, and what was sold of it meanwhile", () => {
    const plain = { ruleId: null, scope: null };
    const makeable = { ...plain, kind: "makeable" as const, result: 5, figure: null };
    const held = { ...plain, kind: "held" as const, figure: 10, result: 10, since: ago(5 * MINUTE).toISOString() };
    const since = formatted((format) => format.full(ago(5 * MINUTE)));
    const words = (step: typeof held) => textOf(renderInFrame(<WhySteps steps={[makeable, step]} result={step.result} />));
    expect(words(held)).toBe(`Available 5 held by the brake since ${since} = 10 = 10`);
    expect(words({ ...held, result: 8 })).toBe(`Available 5 held by the brake at 10 since ${since}, less what was sold = 8 = 8`);
  });

  it("names what each part of a bundle allows", () => {
    const parts = [
      { itemId: "a", sku: "BOX", available: 9, units: 1 },
      { itemId: "b", sku: "CARD", available: 10, units: 5 },
    ];
    const rest = { connectionId: "c", connectionsWithIt: ["c"], safetyUnits: 0, channel: { maxQuantity: 999, renewalNeedsConsent: false } };
    const { target, steps } = explainTarget({ components: parts, rule: {}, ...rest });
    const text = textOf(renderInFrame(<WhySteps steps={steps} result={target} />));
    expect(text).toContain("BOX: 9 available, 1 each, makes 9");
    expect(text).toContain("CARD: 10 available, 5 each, makes 2");
    expect(text).toMatch(/= 2$/);
  });
});

describe("the record", () => {
  const line: RecordLine = {
    ...{
      id: "1",
      source: "movement",
      at: NOW,
      kind: "sale",
      outcome: null,
      channel: "ebay",
      connectionName: "Shop",
      itemId: "i",
      title: "Blue mug",
    },
    ...{ orderNumber: "1001", actorKey: null, actor: "eBay", before: null, after: null, units: 1, note: null, correlationId: "c" },
  };
  const said = (change: Partial<RecordLine>) => textOf(renderInFrame(<Said line={{ ...line, ...change }} />));

  it.each<[Partial<RecordLine>, string]>([
    [{}, "1 × Blue mug sold on eBay, order 1001"],
    [{ kind: "adjustment", units: -3, actor: "Anna" }, "Anna changed Blue mug by −3"],
    [{ source: "shown", kind: "write", outcome: "confirmed", before: 3, after: 2 }, "eBay shows 2 for Blue mug, before 3"],
    [{ source: "shown", kind: "outside-edit", before: 3, after: 9 }, "Somebody changed Blue mug in eBay from 3 to 9"],
    [{ source: "audit", kind: "pause.connection", actor: "Anna" }, "Anna paused eBay"],
    [{ source: "audit", kind: "something.new", actor: null }, "InventorySync: something.new (eBay)"],
    [{ kind: "unheard-of", units: 2 }, "eBay: unheard-of (eBay)"],
  ])("%o", (change, sentence) => {
    expect(said(change)).toBe(sentence);
  });
});
