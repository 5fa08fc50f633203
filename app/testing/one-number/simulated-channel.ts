/**
 * A channel of one listing for model-based tests of the pure rules: a number, an order feed that may lag, readings that may be
 * old, and people who buy, cancel and change the number by hand. Time is a count of milliseconds; nothing here waits.
 */
export type Traits = {
  compare: "atomic" | "read-first";
  orderLagMs: number;
  staleReadMs: number;
  readingSpacingMs: number;
  /** Units of a cancelled order come back, if at all, only as a rise of the number (eBay, Etsy). */
  returnsShowAsRise: boolean;
  /** Some writes are not answered: they landed, land later, or never. */
  losesAnswers: boolean;
};

export type OrderVersion = {
  id: string;
  at: number;
  quantity: number;
  held: number;
  consumed: number;
  returnable: number;
  deducted: { min: number; max: number };
};

export type Timeline = {
  now: () => number;
  /** Runs `task` once `ms` from now, when somebody waits that long. */
  later: (ms: number, task: () => void) => void;
  /** Lets time pass; what falls due on the way happens. */
  wait: (ms: number) => void;
};

export function createTimeline(): Timeline {
  let now = 0;
  const tasks: { at: number; task: () => void }[] = [];
  return {
    now: () => now,
    later: (ms, task) => {
      tasks.push({ at: now + ms, task });
      tasks.sort((a, b) => a.at - b.at);
    },
    wait: (ms) => {
      const end = now + ms;
      for (let next = tasks[0]; next !== undefined && next.at <= end; next = tasks[0]) {
        tasks.shift();
        now = Math.max(now, next.at);
        next.task();
      }
      now = Math.max(now, end);
    },
  };
}

export type SimulatedChannel = ReturnType<typeof simulateChannel>;

export function simulateChannel(time: Timeline, traits: Traits, start: number) {
  let number = start;
  /** Units that the world holds: opened with, less every unit sold here and not physically given back. */
  let goods = start;
  let byHand = 0;
  const shown: { at: number; number: number }[] = [{ at: -1_000_000, number: start }];
  const orders: OrderVersion[][] = [];
  const show = (next: number) => {
    number = next;
    shown.push({ at: time.now(), number });
  };
  const append = (version: Omit<OrderVersion, "at">, versions: OrderVersion[]) => versions.push({ ...version, at: time.now() });
  const openOrder = (which: number) => {
    const open = orders.filter((versions) => (versions.at(-1)?.held ?? 0) > 0);
    return open[which % Math.max(1, open.length)];
  };

  return {
    /** What people do. Units that are not there cannot be bought. */
    buy(units: number) {
      if (units > number) return;
      goods -= units;
      const versions: OrderVersion[] = [];
      append(
        { id: `o${orders.length}`, quantity: units, held: units, consumed: 0, returnable: 0, deducted: { min: units, max: units } },
        versions,
      );
      orders.push(versions);
      show(number - units);
    },
    ship(which: number) {
      const versions = openOrder(which);
      const last = versions?.at(-1);
      if (versions && last) append({ ...last, held: 0, consumed: last.held + last.consumed }, versions);
    },
    /** The platform gives the units back to the number itself, or somebody does so by hand after `restockMs` (null: never). */
    cancel(which: number, restockMs: number | null) {
      const versions = openOrder(which);
      const last = versions?.at(-1);
      if (versions === undefined || last === undefined) return;
      const units = last.held;
      if (!traits.returnsShowAsRise) {
        append({ ...last, held: 0, deducted: { min: 0, max: 0 } }, versions);
        goods += units;
        show(number + units);
        return;
      }
      append({ ...last, held: 0, consumed: last.consumed + units, returnable: units, deducted: { min: 0, max: units } }, versions);
      if (restockMs === null) return;
      time.later(restockMs, () => {
        goods += units;
        show(number + units);
      });
    },
    setByHand(to: number) {
      byHand += to - number;
      show(to);
    },

    /** Calls. A reading shows the number as it was up to `ageMs` ago; the feed shows orders as they were up to `lagMs` ago. */
    read(ageMs: number): { quantity: number; contentAt: number } {
      const contentAt = time.now() - Math.min(ageMs, traits.staleReadMs);
      return { quantity: numberAt(shown, contentAt), contentAt };
    },
    orderFeed(lagMs: number): OrderVersion[] {
      const upTo = time.now() - Math.min(lagMs, traits.orderLagMs);
      return orders.flatMap((versions) => versions.filter((v) => v.at <= upTo).at(-1) ?? []);
    },
    write(from: number, to: number): "written" | "conflict" {
      if (traits.compare === "atomic" && number !== from) return "conflict";
      show(to);
      return "written";
    },

    /** What only the test may ask. */
    number: () => number,
    goods: () => goods,
    /** By how much hands changed the number, all together. */
    byHand: () => byHand,
    versionsUpTo: (at: number) => orders.flatMap((versions) => versions.filter((v) => v.at <= at).at(-1) ?? []),
    roseBetween: (from: number, to: number) =>
      shown.some((entry, i) => entry.at > from && entry.at <= to && entry.number > (shown[i - 1]?.number ?? entry.number)),
  };
}

function numberAt(shown: readonly { at: number; number: number }[], moment: number): number {
  return shown.findLast((entry) => entry.at <= moment)?.number ?? 0;
}
