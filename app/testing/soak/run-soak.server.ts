/** One soak from its seed to its verdict. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { createRandom, deriveSeed } from "#app/sandbox/random.ts";
import { makeWorld } from "#app/sandbox/world.ts";
import { callFigures, echoesAreQuiet, overlappingDrains, writesAfterSettling } from "./check-calls.ts";
import { checkLedger } from "./check-ledger.ts";
import { checkWindows } from "./check-windows.ts";
import { checkWrites } from "./check-writes.ts";
import { type Driver, startDriver } from "./driver.server.ts";
import { type Facts, readFacts } from "./facts.ts";
import type { OrderBook } from "./order-book.ts";
import { countOversold, type Oversold } from "./oversold.ts";
import type { Problem } from "./problem.ts";
import { type Good, makeSchedule, sortGoods } from "./schedule.ts";
import { settle } from "./settle.server.ts";
import type { SoakDatabase } from "./soak-database.ts";
import { type SoakWorld, startSoakWorld } from "./soak-world.server.ts";

export type SoakPlan = {
  seed: number;
  actions: number;
  items: number;
  queue: "redis" | "postgres";
  database: SoakDatabase;
  /** Kept on a failure. */
  dataDir: string;
  /** Own changes in the calm at the end, to count what each costs. */
  calmChanges: number;
  settleWithinMs: number;
  say: (words: string) => void;
};

export type SoakVerdict = {
  seed: number;
  queue: string;
  ok: boolean;
  problems: Problem[];
  visiblyWrong: string[];
  convergeMs: number;
  playedMs: number;
  windows: number;
  oversold: Oversold;
  counts: Record<string, number>;
  refused: Record<string, number>;
  calls: { writes: number; all: number; perChange: number };
  stallMs: number;
};

const WATCHED_MS = 2_000;
/** Nothing was lost there: what comes of our own changes comes at once. */
const AFTER_CALM_QUIET_MS = 2_500;

export async function runSoak(plan: SoakPlan): Promise<SoakVerdict> {
  mkdirSync(plan.dataDir, { recursive: true });
  const seedWorld = makeWorld(plan.seed, plan.items);
  const goods = sortGoods(seedWorld);
  const others = seedWorld.simple.filter((i) => i.account === 3).map((i) => i.sku);
  const schedule = makeSchedule(plan.seed, plan.actions, goods, others);
  writeFileSync(join(plan.dataDir, "schedule.json"), JSON.stringify(schedule, null, 1));
  const stalls = monitorEventLoopDelay({ resolution: 20 });
  stalls.enable();
  const world = await startSoakWorld({ ...plan, climate: schedule.climate });
  try {
    const since = await lastEntry(world);
    const driver = startDriver(world);
    const begun = Date.now();
    // Starting everything takes long and is nobody's excuse afterwards.
    stalls.reset();
    plan.say(`  ${schedule.steps.length} acts in ${(schedule.endsAt / 1000).toFixed(0)} s, ${JSON.stringify(schedule.climate)}`);
    await driver.play(schedule);
    const playedMs = Date.now() - begun;
    await driver.endFaults();

    const { orderLagMs, staleReadMs, pollMs } = schedule.climate;
    // Every number is looked at once per poll; what is found then is judged by another look.
    const quietMs = 1.25 * pollMs + 2_000 + orderLagMs + Math.min(staleReadMs, 2_000);
    const dice = createRandom(deriveSeed(plan.seed, "cards"));
    const accept = () => dice.next() < 0.6;
    const first = await settle(world, driver, quietMs, plan.settleWithinMs, accept);
    const problems: Problem[] = [];
    if (!first.settled) problems.push({ check: "it settles", sku: "?", text: `not within ${plan.settleWithinMs} ms: ${first.left}` });
    const changes = first.settled ? await calm(world, driver, goods, plan.calmChanges) : { from: 0, until: 0, made: 0 };
    const second = changes.made > 0 ? await settle(world, driver, AFTER_CALM_QUIET_MS, plan.settleWithinMs, accept) : first;
    await wait(WATCHED_MS);

    const facts = await readFacts(world);
    const stallMs = Math.round(stalls.max / 1e6);
    const windows = checkWindows(facts, driver.book);
    problems.push(
      ...checkLedger({ facts, book: driver.book, goods, opening: world.opening, parts: partsOf(world), since }),
      ...windows.problems,
      ...checkWrites({ facts, book: driver.book, since, stallMs }),
      ...overlappingDrains(facts, driver.book),
      ...(second.settled ? writesAfterSettling(facts, second.at) : []),
      ...echoesAreQuiet(facts.calls.shopify, changes, changes.made, pollMs),
    );
    keepFacts(plan.dataDir, facts, driver.book, problems);
    const calls = callFigures(facts);
    return {
      seed: plan.seed,
      queue: plan.queue,
      ok: problems.length === 0,
      problems,
      visiblyWrong: windows.visiblyWrong,
      convergeMs: first.tookMs,
      playedMs,
      windows: windows.checked,
      oversold: countOversold(facts, driver.book, goods, world.opening, since),
      counts: driver.book.counts,
      refused: driver.book.refused,
      calls: { ...calls, perChange: Number((calls.all / Math.max(1, facts.movements.length)).toFixed(1)) },
      stallMs,
    };
  } finally {
    stalls.disable();
    await world.stop();
  }
}

/** Nothing else happens: each of our own changes is one write on each channel, and its echo is nobody's business. */
async function calm(
  world: SoakWorld,
  driver: Driver,
  goods: Good[],
  wanted: number,
): Promise<{ from: number; until: number; made: number }> {
  const rows = await world.back.db.plain.query<{ sku: string }>(
    "select sku from stock_item where seller_id = $1 and on_hand - reserved >= 6 order by sku",
    [world.sellerA],
  );
  const full = rows.map((r) => r.sku).filter((sku) => goods.some((g) => g.sku === sku));
  const from = Date.now();
  let made = 0;
  for (; made < wanted && full.length > 0; made++) {
    const sku = full[made % full.length];
    if (sku === undefined) break;
    await driver.adjust(sku, -1);
    await wait(120);
  }
  await wait(1_000);
  return { from, until: Date.now(), made };
}

async function lastEntry(world: SoakWorld): Promise<number> {
  const facts = await readFacts(world);
  return facts.shown.at(-1)?.n ?? 0;
}

const partsOf = (world: SoakWorld): Map<string, number> =>
  new Map((world.world.hidden ?? []).filter((h) => h.account === 1).map((h) => [h.sku, h.quantity]));

function keepFacts(dataDir: string, facts: Facts, book: OrderBook, problems: Problem[]): void {
  writeFileSync(join(dataDir, "facts.json"), JSON.stringify({ problems, book: { ...book, rules: [...book.rules] }, facts }, null, 1));
}
