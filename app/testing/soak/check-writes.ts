/** What was written, read from the journal and not from the end state: where nothing may be written, and what must never come back. */
import type { Facts, Shown } from "./facts.ts";
import type { OrderBook } from "./order-book.ts";
import type { Problem } from "./problem.ts";

export type WritesGround = {
  facts: Facts;
  book: OrderBook;
  since: number;
  /** Longest time that this machine kept everything waiting, in ms: added to every bound in time. */
  stallMs: number;
};

/** "Stop" acts within a second; a call that was under way arrives a moment later. */
const STOPS_WITHIN_MS = 1_000;
/** From the last look before a call to the moment at which the channel carries it out, a whole batch of falling numbers included. */
const DECIDED_TO_DONE_MS = 6_000;
/** A number on its way down may stop at what was right when its batch was picked: not far enough yet, but nothing comes back by it. */
const FALLING_TO_DONE_MS = 20_000;
/** From a reading to the raise that rests on it: the reading, orders read past it, the write. */
const READING_TO_RAISE_MS = 3_000;
/** A line of the ledger is stamped a moment before it can be seen. */
const COMMIT_MS = 300;

export function checkWrites(ground: WritesGround): Problem[] {
  const ours = wholeWrites(ground.facts.shown.filter((s) => s.by === "api" && s.n > ground.since));
  return [...watched(ground.facts), ...forbidden(ground, ours), ...onHold(ground.facts, ours), ...impossible(ground, ours)];
}

const ONE_CHANGE_MS = 1_000;

/** A number that several places hold falls place by place; what counts is where it arrives. */
function wholeWrites(steps: Shown[]): Shown[] {
  const whole: Shown[] = [];
  for (const step of steps) {
    const before = whole.findLast((w) => w.channel === step.channel && w.sku === step.sku);
    const goesOn = before !== undefined && before.to === step.from && before.call === step.call && step.at - before.at <= ONE_CHANGE_MS;
    if (goesOn && step.to < step.from && before.to < before.from) before.to = step.to;
    else whole.push({ ...step });
  }
  return whole;
}

function watched(facts: Facts): Problem[] {
  return facts.watchedShown
    .filter((s) => s.by === "api")
    .map((s) => ({
      check: "no write in observe",
      sku: s.sku,
      at: s.at,
      channel: s.channel,
      text: `${s.channel} ${s.from} -> ${s.to} of the seller who only watches`,
    }));
}

function forbidden({ book, stallMs }: WritesGround, ours: Shown[]): Problem[] {
  return ours.flatMap((s) => {
    const spell = book.forbidden.find(
      (f) => (f.channel === null || f.channel === s.channel) && s.at > f.span.from + STOPS_WITHIN_MS + stallMs && s.at < f.span.until,
    );
    if (!spell) return [];
    return [
      {
        check: `no write while ${spell.why}`,
        sku: s.sku,
        at: s.at,
        channel: s.channel,
        text: `${s.channel} ${s.from} -> ${s.to}, ${s.at - spell.span.from} ms after it was ${spell.why}`,
      },
    ];
  });
}

function onHold(facts: Facts, ours: Shown[]): Problem[] {
  return ours.flatMap((s) => {
    const held = facts.held.find((h) => h.channel === s.channel && h.sku === s.sku && s.at > h.from + STOPS_WITHIN_MS && s.at < h.until);
    if (!held) return [];
    const byOrder = facts.movements.some(
      (m) => m.orderId !== null && m.sku === s.sku && m.recordedAt > held.from - DECIDED_TO_DONE_MS && m.recordedAt <= s.at,
    );
    if (s.to < s.from && byOrder) return [];
    return [
      {
        check: "only lowerings by an order on a held number",
        sku: s.sku,
        at: s.at,
        channel: s.channel,
        text: `${s.channel} ${s.from} -> ${s.to} while held`,
      },
    ];
  });
}

/** No write shows more than the ledger had within the time a write takes, less the units this channel had sold and the ledger did not know. */
function impossible({ facts, book, stallMs }: WritesGround, ours: Shown[]): Problem[] {
  const history = new Map<string, { at: number; stands: number }[]>();
  for (const m of facts.movements) {
    const line = history.get(m.sku) ?? [];
    line.push({ at: m.recordedAt, stands: (line.at(-1)?.stands ?? 0) + m.onHand - m.reserved });
    history.set(m.sku, line);
  }
  const most = (sku: string, from: number, until: number): number => {
    const line = history.get(sku) ?? [];
    const before = line.filter((l) => l.at <= from).at(-1)?.stands ?? 0;
    return Math.max(before, ...line.filter((l) => l.at > from && l.at <= until).map((l) => l.stands));
  };
  const firstCounted = new Map<string, number>();
  for (const m of facts.movements) {
    const key = `${m.channel} ${m.externalOrderId?.split("/").at(-1)}`;
    if (m.externalOrderId !== null && !firstCounted.has(key)) firstCounted.set(key, m.recordedAt);
  }
  return ours.flatMap((s): Problem[] => {
    const parts = facts.numbers.find((n) => n.channel === s.channel && n.sku === s.sku)?.parts ?? [];
    if (parts.length === 0) return [];
    const waits = s.to < s.from ? FALLING_TO_DONE_MS : DECIDED_TO_DONE_MS;
    const bound = Math.min(...parts.map((p) => Math.floor(Math.max(0, most(p.sku, s.at - waits - stallMs, s.at + COMMIT_MS)) / p.each)));
    if (s.to > bound) {
      return [
        {
          check: "no number above what the ledger had",
          sku: s.sku,
          at: s.at,
          channel: s.channel,
          text: `${s.channel} ${s.from} -> ${s.to}; at most ${bound} were there in the seconds before`,
        },
      ];
    }
    if (s.to <= s.from) return [];
    const unknown = book.orders.filter((o) => {
      // One that was given back may have come and gone without ever being counted.
      if (o.id === null || o.beforeBaseline || o.changes.some((c) => c.restock) || o.channel !== s.channel || o.lines[0]?.sku !== s.sku)
        return false;
      const counted = firstCounted.get(`${o.channel} ${o.id}`) ?? Number.POSITIVE_INFINITY;
      return o.placedAt <= s.at - READING_TO_RAISE_MS - stallMs && counted > s.at;
    });
    const units = unknown.reduce((sum, o) => sum + (o.lines[0]?.quantity ?? 0), 0);
    if (units === 0 || s.to <= bound - units) return [];
    return [
      {
        check: "no sold unit comes back",
        sku: s.sku,
        at: s.at,
        channel: s.channel,
        text: `${s.channel} ${s.from} -> ${s.to}; ${units} of ${bound} were sold there ${s.at - Math.max(...unknown.map((o) => o.placedAt))} ms before and not yet counted`,
      },
    ];
  });
}
