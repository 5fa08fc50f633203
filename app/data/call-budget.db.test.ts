/** The shares of a budget, on a clock that is told: what random sellers ask for, and what each of them gets. */
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { newId } from "#app/platform/ids.ts";
import { testDatabase } from "#app/testing/test-database.ts";
import { type BudgetAsk, type BudgetLimits, type Purpose, reportLimits, reportQuota, takeCall } from "./call-budget.server.ts";
import { openDatabase } from "./database.server.ts";

const db = openDatabase({ url: testDatabase().worker, role: "worker" });
afterAll(() => db.close());

const START = Date.UTC(2026, 10, 23);
const HOUR_MS = 3_600_000;
const PLENTY: BudgetLimits = { capacity: 1_000_000, restorePerSecond: 1_000_000, perDay: null };

type Shop = { id: string; weight: number };
const shopsOf = (weights: number[]): Shop[] => weights.map((weight) => ({ id: newId(), weight }));

/** A budget of its own for each case. */
function budget(limits: BudgetLimits, day = "UTC") {
  const scope = `test:${newId()}`;
  const seller = newId();
  const ask = (shop: Shop, at: number, more: Partial<BudgetAsk> = {}) =>
    takeCall(db.plain, {
      scope,
      sellerId: seller,
      connectionId: shop.id,
      weight: shop.weight,
      purpose: "orders",
      cost: 1,
      reserve: 0,
      limits,
      day,
      at: new Date(at),
      ...more,
    });
  const report = (at: number, said: Parameters<typeof reportLimits>[2]) =>
    reportLimits(db.plain, { scope, shared: true, day, at: new Date(at) }, said);
  const tell = (at: number, perDay: number, left: number, resetsAt: number) =>
    reportQuota(db.plain, { scope, day, limits, at: new Date(at) }, { perDay, left, resetsAt: new Date(resetsAt) });
  /** How many go through in a row before one is refused. */
  const burst = async (shop: Shop, at: number, most: number, purpose: Purpose = "orders", reserve = 0) => {
    let got = 0;
    while (got < most && (await ask(shop, at, { purpose, reserve })).granted) got++;
    return got;
  };
  return { scope, ask, report, tell, burst };
}

describe("the bucket of a second", () => {
  it("is empty after as many calls as it holds, also when many ask at once, and fills at its pace", async () => {
    const [shop] = shopsOf([1]) as [Shop];
    const { ask } = budget({ capacity: 3, restorePerSecond: 10, perDay: null });
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(shop, START)));
    expect(answers.filter((a) => a.granted)).toHaveLength(3);
    const refused = answers.find((a) => !a.granted);
    expect(refused).toMatchObject({ because: "second", retryAfterMs: 100 });
    expect(await ask(shop, START + 99)).toMatchObject({ granted: false });
    expect(await ask(shop, START + 100)).toEqual({ granted: true });
    expect(await ask(shop, START + 150)).toMatchObject({ granted: false });
  });

  it("keeps something for more urgent calls of the same shop", async () => {
    const [shop] = shopsOf([1]) as [Shop];
    const { burst } = budget({ capacity: 10, restorePerSecond: 0.001, perDay: null });
    expect(await burst(shop, START, 99, "import", 0.3)).toBe(7);
    expect(await burst(shop, START, 99, "drift", 0.2)).toBe(1);
    expect(await burst(shop, START, 99, "orders")).toBe(2);
  });

  it("lets a shop's waiting order call go before its own looks", async () => {
    const [shop] = shopsOf([1]) as [Shop];
    const { ask, burst } = budget({ capacity: 2, restorePerSecond: 10, perDay: null });
    await burst(shop, START, 99);
    expect(await ask(shop, START, { purpose: "orders" })).toMatchObject({ because: "second" });
    expect(await ask(shop, START + 100, { purpose: "drift" })).toMatchObject({ because: "second" });
    expect(await ask(shop, START + 100, { purpose: "orders" })).toEqual({ granted: true });
  });

  it("goes round among all that wait: nobody below his share or his wish, never above the quota, never idle", async () => {
    const wish = fc.record({
      weight: fc.integer({ min: 1, max: 3 }),
      from: fc.integer({ min: 0, max: 3_000 }),
      calls: fc.constantFrom(4, 20, 1_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(wish, { minLength: 2, maxLength: 5 }), async (wishes) => {
        const RATE = 10;
        const CAPACITY = 5;
        const END = 6_000;
        const { ask } = budget({ capacity: CAPACITY, restorePerSecond: RATE, perDay: null });
        const shops = shopsOf(wishes.map((w) => w.weight));
        const got = shops.map(() => [] as number[]);
        const turns = wishes.map((w, shop) => ({ shop, at: w.from }));
        for (;;) {
          turns.sort((a, b) => a.at - b.at);
          const turn = turns[0];
          if (turn === undefined || turn.at >= END) break;
          const mine = got[turn.shop]!;
          if (mine.length >= wishes[turn.shop]!.calls) {
            turn.at = END;
            continue;
          }
          const answer = await ask(shops[turn.shop]!, START + turn.at);
          if (answer.granted) mine.push(turn.at);
          else turn.at += answer.retryAfterMs;
        }
        const total = got.flat().length;
        expect(total).toBeLessThanOrEqual(CAPACITY + (RATE * END) / 1_000);
        const weights = wishes.reduce((sum, w) => sum + w.weight, 0);
        for (const [n, w] of wishes.entries()) {
          const share = (w.weight / weights) * RATE * ((END - w.from) / 1_000);
          // A call or two lie on the edges of the window.
          expect(got[n]!.length).toBeGreaterThanOrEqual(Math.floor(Math.min(w.calls, share)) - 2);
        }
        const hungry = wishes.filter((w, n) => got[n]!.length < w.calls);
        const waitedSince = Math.min(...hungry.map((w) => w.from), END);
        // While somebody waited all the time, what came in went out.
        const since = got.flat().filter((at) => at >= waitedSince).length;
        expect(since).toBeGreaterThanOrEqual(Math.floor((RATE * (END - waitedSince)) / 1_000) - 2);
      }),
      { numRuns: 8 },
    );
  });
});

describe("the quota of a day", () => {
  it("one shop's storm leaves the others their share of what is left, and takes what they do not use", async () => {
    const [storm, quiet] = shopsOf([1, 1]) as [Shop, Shop];
    const { burst } = budget({ ...PLENTY, perDay: 200 });
    expect(await burst(quiet, START, 1)).toBe(1);
    expect(await burst(storm, START, 999)).toBe(100);
    // Half a day later half of what was promised to the quiet one has come free.
    expect(await burst(storm, START + 12 * HOUR_MS, 999)).toBe(49);
    expect(await burst(quiet, START + 12 * HOUR_MS, 999)).toBe(50);
    expect(await burst(storm, START + 24 * HOUR_MS, 999)).toBe(100);
  });

  it("random days: nobody below his share or his wish, never above the quota, nothing left while somebody waits", async () => {
    const shop = fc.record({ weight: fc.integer({ min: 1, max: 3 }), from: fc.nat(18), perHour: fc.constantFrom(1, 6, 60) });
    await fc.assert(
      fc.asyncProperty(fc.array(shop, { minLength: 2, maxLength: 4 }), fc.constantFrom("UTC", "sliding"), async (wishes, day) => {
        const QUOTA = 240;
        const { burst, ask } = budget({ ...PLENTY, perDay: QUOTA }, day);
        const shops = shopsOf(wishes.map((w) => w.weight));
        // All of them are known from the start; what they have taken by then is their own.
        const got = await Promise.all(shops.map(async (s) => Number((await ask(s, START)).granted)));
        let hungryAtEnd = false;
        for (let hour = 0; hour < 24; hour += 0.5) {
          hungryAtEnd = false;
          for (const [n, w] of wishes.entries()) {
            if (hour < w.from) continue;
            const wanted = w.perHour / 2;
            const took = await burst(shops[n]!, START + hour * HOUR_MS, Math.ceil(wanted));
            got[n]! += took;
            hungryAtEnd ||= took < Math.ceil(wanted);
          }
        }
        const total = got.reduce((a, b) => a + b, 0);
        expect(total).toBeLessThanOrEqual(QUOTA);
        const weights = wishes.reduce((sum, w) => sum + w.weight, 0);
        for (const [n, w] of wishes.entries()) {
          const share = ((QUOTA * w.weight) / weights) * (1 - w.from / 24);
          const wish = (24 - w.from) * w.perHour;
          expect(got[n]).toBeGreaterThanOrEqual(Math.floor(Math.min(wish, share)) - 2);
        }
        // Asked every half hour, the last half hour's part may still lie there.
        if (hungryAtEnd) expect(total).toBeGreaterThanOrEqual(QUOTA * (1 - 1 / 48) - wishes.length - 1);
      }),
      { numRuns: 8 },
    );
  });

  it("comes back at midnight in California, and hour by hour where it slides", async () => {
    const [shop] = shopsOf([1]) as [Shop];
    const california = budget({ ...PLENTY, perDay: 10 }, "America/Los_Angeles");
    expect(await california.burst(shop, START, 99)).toBe(10);
    expect(await california.ask(shop, START + 1)).toMatchObject({ because: "day", retryAfterMs: 8 * HOUR_MS - 1 });
    expect(await california.burst(shop, START + 8 * HOUR_MS, 99)).toBe(10);

    const sliding = budget({ ...PLENTY, perDay: 10 }, "sliding");
    expect(await sliding.burst(shop, START, 4)).toBe(4);
    expect(await sliding.burst(shop, START + 5 * HOUR_MS, 99)).toBe(6);
    expect(await sliding.burst(shop, START + 24 * HOUR_MS, 99)).toBe(0);
    expect(await sliding.burst(shop, START + 25 * HOUR_MS, 99)).toBe(4);
    expect(await sliding.burst(shop, START + 30 * HOUR_MS, 99)).toBe(6);
  });

  it("is what the platform says it is, and its Retry-After silences all", async () => {
    const [one, other] = shopsOf([1, 1]) as [Shop, Shop];
    for (const day of ["sliding", "UTC"]) {
      const { burst, ask, report } = budget({ ...PLENTY, perDay: 1_000 }, day);
      await ask(one, START);
      await report(START + 1, { perDay: 50, remainingToday: 4, capacity: 30, restorePerSecond: 30 });
      expect(await burst(one, START + 2, 99)).toBe(4);
      await report(START + HOUR_MS, { retryAfterMs: 5_000 });
      expect(await ask(other, START + HOUR_MS + 1)).toMatchObject({ because: "blocked", retryAfterMs: 4_999 });
    }
  });

  it("is read out by the platform: calls that are not ours count too, its size rules, and a day that is over says nothing", async () => {
    const [shop] = shopsOf([1]) as [Shop];
    const MIDNIGHT = START + 24 * HOUR_MS;
    const { burst, ask, tell, scope } = budget({ ...PLENTY, perDay: 100 });
    const used = async () =>
      (await db.plain.query<{ n: number }>("select used_today as n from call_budget where scope = $1", [scope]))[0]?.n;
    // Before the first call of the day, which must not wipe it out.
    await tell(START, 100, 40, MIDNIGHT);
    expect(await burst(shop, START, 99)).toBe(40);
    // The platform is behind our own count: ours stands.
    await tell(START + 1, 100, 90, MIDNIGHT);
    expect([await ask(shop, START + 2), await used()]).toMatchObject([{ granted: false, because: "day" }, 100]);
    // It grants more a day, of which others have taken some.
    await tell(START + 3, 200, 70, MIDNIGHT);
    expect(await burst(shop, START + 4, 999)).toBe(70);
    const next = MIDNIGHT + HOUR_MS;
    await tell(next, 200, 0, MIDNIGHT);
    expect(await ask(shop, next)).toEqual({ granted: true });
    await tell(next + 1, 200, 3, next + 23 * HOUR_MS);
    expect(await burst(shop, next + 2, 99)).toBe(3);
    await tell(next + 24 * HOUR_MS, 200, 5, next + 47 * HOUR_MS);
    expect(await burst(shop, next + 24 * HOUR_MS, 99)).toBe(5);
  });
});
