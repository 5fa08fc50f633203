/** What happens in a soak, decided beforehand from the seed alone: the same seed gives the same acts and faults at the same moments. */
import { createRandom, deriveSeed } from "#app/sandbox/random.ts";

export const SOAK_CHANNELS = ["shopify", "ebay", "etsy", "woocommerce"] as const;
export type SoakChannel = (typeof SOAK_CHANNELS)[number];

/**
 * What people do with a thing decides what can be proved of it. "plain": sold, cancelled, counted. "edited": its number is also changed by
 * hand, on one channel where it is not sold. "mixed": everything everywhere, so that a hand's change and a sale may fall into one reading.
 */
export type Good = {
  sku: string;
  manner: "plain" | "edited" | "mixed" | "composite";
  channels: SoakChannel[];
  editedOn: SoakChannel | null;
};

export type Faults = { webhooks?: Record<string, number>; api?: Record<string, number>; tokens?: "expire" };

export type Act =
  | { kind: "order"; no: number; channel: SoakChannel; lines: { sku: string; quantity: number }[] }
  | { kind: "other-sellers-order"; channel: SoakChannel; sku: string; quantity: number }
  | { kind: "cancel"; of: number; restock: boolean }
  | { kind: "refund"; of: number; restock: boolean }
  | { kind: "edit"; of: number; quantity: number }
  | { kind: "fulfil"; of: number }
  | { kind: "keep-message"; of: number }
  | { kind: "replay-message"; of: number }
  | { kind: "hand-edit"; channel: SoakChannel; sku: string; by: number }
  | { kind: "adjust"; sku: string; by: number }
  | { kind: "count"; sku: string; off: number }
  | { kind: "rule"; channel: SoakChannel | null; buffer: number | null; percent: number | null; cap: number | null; floor: number | null }
  | { kind: "pause"; channel: SoakChannel }
  | { kind: "resume"; channel: SoakChannel }
  | { kind: "stop-all" }
  | { kind: "resume-all" }
  | { kind: "decide-cards"; accept: boolean }
  | { kind: "faults"; channel: SoakChannel; faults: Faults }
  | { kind: "kill-worker"; which: 0 | 1; downMs: number }
  | { kind: "kill-web"; downMs: number }
  | { kind: "queue-loss"; how: "flush" | "restart"; downMs: number }
  | { kind: "database-restart"; how: "fast" | "immediate"; downMs: number };

/** `at`: milliseconds from the beginning. */
export type Step = { at: number; act: Act };
export type Schedule = { steps: Step[]; endsAt: number; climate: Climate };

/** What every channel says of itself during this soak; faults of the same kind stay within it. */
export type Climate = { orderLagMs: number; staleReadMs: number; pollMs: number };
const CLIMATES: Climate[] = [
  { orderLagMs: 0, staleReadMs: 0, pollMs: 1_000 },
  { orderLagMs: 2_000, staleReadMs: 0, pollMs: 1_000 },
  { orderLagMs: 1_500, staleReadMs: 1_500, pollMs: 1_000 },
  // Polls as far apart as old readings last: where messages are lost, a sale stays unknown while its channel still shows the unit.
  { orderLagMs: 0, staleReadMs: 6_000, pollMs: 8_000 },
];

/** Longer than any reading and the raise that rests on it are under way: what is older was read too early. */
const READING_IS_OLD_MS = 3_000;

export function sortGoods(world: {
  simple: { sku: string; account: number }[];
  composites: { sku: string; account: number; channels: SoakChannel[] }[];
}): Good[] {
  const simple = world.simple
    .filter((item) => item.account === 1)
    .map(({ sku }, i): Good => {
      const all = [...SOAK_CHANNELS];
      if (i % 4 === 1) {
        const editedOn = SOAK_CHANNELS[Math.floor(i / 4) % 4] ?? "shopify";
        return { sku, manner: "edited", channels: all.filter((c) => c !== editedOn), editedOn };
      }
      return { sku, manner: i % 8 === 3 ? "mixed" : "plain", channels: all, editedOn: null };
    });
  const composites = world.composites
    .filter((item) => item.account === 1)
    .map(({ sku, channels }): Good => ({ sku, manner: "composite", channels, editedOn: null }));
  return [...simple, ...composites];
}

export function makeSchedule(seed: number, actions: number, goods: Good[], otherSkus: string[]): Schedule {
  const random = createRandom(deriveSeed(seed, "soak"));
  const below = (n: number) => Math.floor(random.next() * n);
  const between = (least: number, most: number) => least + below(most - least + 1);
  const pick = <T>(from: readonly T[]): T => {
    const one = from[below(from.length)];
    if (one === undefined) throw new Error("nothing to pick from");
    return one;
  };
  const climate = pick(CLIMATES);
  const simple = goods.filter((g) => g.manner !== "composite");
  const steps: Step[] = [];
  const orders: { no: number; channel: SoakChannel; sku: string; quantity: number; at: number; over: boolean }[] = [];
  let at = 300;
  const add = (act: Act, when = at) => steps.push({ at: Math.round(when), act });

  const order = (good: Good, channel: SoakChannel, quantity: number, when = at) => {
    const no = orders.length;
    orders.push({ no, channel, sku: good.sku, quantity, at: when, over: false });
    add({ kind: "order", no, channel, lines: [{ sku: good.sku, quantity }] }, when);
    return no;
  };
  const openOrder = () => {
    const open = orders.filter((o) => !o.over);
    const chosen = open[below(open.length)];
    if (chosen) chosen.over = true;
    return chosen;
  };
  const someFaults = (): Faults => {
    const api: Record<string, number> = {};
    const webhooks: Record<string, number> = {};
    const maybe = (share: number, into: Record<string, number>, name: string, value: number) => {
      if (random.next() < share) into[name] = Math.round(value * 100) / 100;
    };
    maybe(0.5, webhooks, "drop", random.next());
    maybe(0.5, webhooks, "duplicate", random.next());
    maybe(0.4, webhooks, "delayMs", between(100, 2_500));
    maybe(0.4, webhooks, "shuffle", random.next());
    maybe(0.35, api, "error5xx", 0.4 * random.next());
    maybe(0.25, api, "timeout", 0.15 * random.next());
    maybe(0.35, api, "lostReply", 0.5 * random.next());
    maybe(0.25, api, "throttle", 0.3 * random.next());
    maybe(0.4, api, "latencyMs", between(20, 350));
    if (climate.orderLagMs > 0) maybe(0.6, api, "orderLagMs", climate.orderLagMs);
    if (climate.staleReadMs > 0) maybe(0.6, api, "staleReadMs", climate.staleReadMs);
    return { webhooks, api, ...(random.next() < 0.2 ? { tokens: "expire" as const } : {}) };
  };

  const doings: [number, () => void][] = [
    [
      24,
      () => {
        const good = pick(goods);
        order(good, pick(good.channels), between(1, good.manner === "composite" ? 2 : 3));
      },
    ],
    // The same thing sold in several places at once.
    [
      5,
      () => {
        const good = pick(goods);
        for (const channel of good.channels) order(good, channel, 1, at + below(250));
      },
    ],
    // A sale and, while its channel may still show the unit and nobody has told of it, more goods: law 4's temptation.
    [
      climate.staleReadMs > READING_IS_OLD_MS ? 18 : 8,
      () => {
        const good = pick(simple);
        const channel = pick(good.channels.filter((c) => c !== "shopify" || climate.staleReadMs <= READING_IS_OLD_MS));
        const { staleReadMs, orderLagMs } = climate;
        add({ kind: "faults", channel, faults: { webhooks: { drop: 1 }, api: { staleReadMs, orderLagMs } } });
        order(good, channel, between(1, 2), at + 100);
        const waits = climate.staleReadMs > READING_IS_OLD_MS ? [3_700] : [250, 1_000, 2_000];
        for (const wait of waits) add({ kind: "adjust", sku: good.sku, by: between(2, 4) }, at + wait + below(700));
      },
    ],
    // An order that changes, and a message about its first state that comes long after.
    [
      6,
      () => {
        const good = pick(simple.filter((g) => g.channels.includes("woocommerce")));
        add({ kind: "faults", channel: "woocommerce", faults: { webhooks: { duplicate: 0.7, shuffle: 0.8, delayMs: between(0, 600) } } });
        const no = order(good, "woocommerce", 2, at + 50);
        add({ kind: "keep-message", of: no }, at + 300);
        add({ kind: "edit", of: no, quantity: pick([1, 3]) }, at + 1_700);
        add({ kind: "replay-message", of: no }, at + 3_200 + below(1_500));
        const first = orders[no];
        if (first) first.over = true;
      },
    ],
    [
      6,
      () => {
        const o = openOrder();
        if (o) add({ kind: "cancel", of: o.no, restock: o.channel === "woocommerce" || random.next() < 0.6 });
      },
    ],
    [
      6,
      () => {
        const o = openOrder();
        if (o) add({ kind: "refund", of: o.no, restock: random.next() < 0.5 });
      },
    ],
    // What was sold before the product was there.
    [
      3,
      () => {
        const of = -1 - below(8);
        if (random.next() < 0.5) add({ kind: "fulfil", of });
        else add({ kind: "cancel", of, restock: true });
      },
    ],
    [
      4,
      () => {
        const o = orders.filter((each) => !each.over && (each.channel === "shopify" || each.channel === "woocommerce"));
        if (o.length > 0) add({ kind: "edit", of: pick(o).no, quantity: between(1, 4) });
      },
    ],
    [
      6,
      () => {
        const o = pick(orders.length > 0 ? orders : [null]);
        if (o && !o.over) add({ kind: "fulfil", of: o.no });
      },
    ],
    [
      7,
      () => {
        const good = pick(simple.filter((g) => g.manner !== "plain"));
        const by = pick([-3, -2, -1, 1, 2, 4]);
        add({ kind: "hand-edit", channel: good.editedOn ?? pick(SOAK_CHANNELS), sku: good.sku, by });
      },
    ],
    [9, () => add({ kind: "adjust", sku: pick(simple).sku, by: pick([-4, -2, -1, 1, 2, 5]) })],
    // Down to almost nothing, so that last units are sold.
    [3, () => add({ kind: "count", sku: pick(simple).sku, off: between(0, 3) })],
    [
      2,
      () =>
        add({
          kind: "rule",
          channel: random.next() < 0.5 ? null : pick(SOAK_CHANNELS),
          buffer: pick([null, 0, 1, 2]),
          percent: pick([null, 100, 80]),
          cap: pick([null, 8]),
          floor: pick([null, 0, 1]),
        }),
    ],
    [
      3,
      () => {
        const channel = pick(SOAK_CHANNELS);
        add({ kind: "pause", channel });
        // What there is to write meanwhile must wait.
        for (const wait of [1_300, 1_900]) add({ kind: "adjust", sku: pick(simple).sku, by: pick([-1, 2]) }, at + wait);
        add({ kind: "resume", channel }, at + between(2_500, 4_000));
      },
    ],
    [
      1,
      () => {
        add({ kind: "stop-all" });
        for (const wait of [1_300, 1_900]) add({ kind: "adjust", sku: pick(simple).sku, by: pick([-1, 2]) }, at + wait);
        add({ kind: "resume-all" }, at + between(2_500, 4_000));
      },
    ],
    [3, () => add({ kind: "decide-cards", accept: random.next() < 0.6 })],
    [
      8,
      () => {
        const channel = pick(SOAK_CHANNELS);
        add({ kind: "faults", channel, faults: someFaults() });
        add({ kind: "faults", channel, faults: {} }, at + between(1_500, 5_000));
      },
    ],
    [4, () => add({ kind: "kill-worker", which: below(2) === 0 ? 0 : 1, downMs: between(200, 2_000) })],
    [1, () => add({ kind: "kill-web", downMs: between(200, 1_000) })],
    [1, () => add({ kind: "queue-loss", how: pick(["flush", "restart"] as const), downMs: between(100, 1_500) })],
    [1, () => add({ kind: "database-restart", how: pick(["fast", "immediate"] as const), downMs: between(100, 1_000) })],
    [4, () => add({ kind: "other-sellers-order", channel: pick(SOAK_CHANNELS), sku: pick(otherSkus), quantity: 1 })],
  ];
  const whole = doings.reduce((sum, [weight]) => sum + weight, 0);
  while (steps.length < actions) {
    let roll = below(whole);
    const chosen = doings.find(([weight]) => {
      roll -= weight;
      return roll < 0;
    });
    chosen?.[1]();
    at += between(40, 280);
  }
  // Each kind of loss at least once, however short the run is.
  add({ kind: "kill-worker", which: 0, downMs: 500 }, at * 0.3);
  add({ kind: "kill-worker", which: 1, downMs: 800 }, at * 0.6);
  add({ kind: "database-restart", how: "fast", downMs: 300 }, at * 0.45);
  add({ kind: "queue-loss", how: "flush", downMs: 0 }, at * 0.75);
  steps.sort((a, b) => a.at - b.at);
  return { steps, endsAt: Math.max(at, steps.at(-1)?.at ?? 0), climate };
}
