/**
 * Whether anything grows with the number of listings in the database: one seller's shop is grown in steps up to BENCH_SIZES' last (a
 * million), and at each step the cost of an event, of the worker's clocks and of the pages is taken. The time of an event is the least of
 * several rounds, since other work on the machine only ever adds; `ratio` compares processor time (ours and the database's) with the
 * first step of the same run, or time where the system does not tell.
 */

import { findConnection } from "#app/data/connections.server.ts";
import { dueForLook, looksOwed } from "#app/data/quantities.server.ts";
import { CHANNELS } from "#app/domain/channel-words.ts";
import { paceConnection } from "#app/flows/pace-connection.server.ts";
import { ringDuePolls, sweep } from "#app/flows/sweep.server.ts";
import { createRandom } from "#app/sandbox/random.ts";
import { activityView, readActivityQuery } from "#app/views/activity.server.ts";
import { channelView } from "#app/views/channels.server.ts";
import { homeView } from "#app/views/home.server.ts";
import { inventoryView, readInventoryQuery } from "#app/views/inventory.server.ts";
import type { Rig } from "../rig.server.ts";
import { percentile, withBenchRig } from "./bench-rig.ts";
import { cpuTimeMs } from "./cpu-time.ts";
import { costPerEvent } from "./scale-events.ts";
import { growScaleShop, makeScaleShop, type ScaleShop, settleDatabase } from "./scale-shop.ts";

const SIZES = (process.env.BENCH_SIZES ?? "1000,10000,100000,1000000").split(",").map(Number);
const ROUNDS = 10;
const EVENTS = 500;
const LOOKS = 5;

await withBenchRig("postgresql", { items: 4, sellers: [], pace: { sweepMs: 1 } }, async (rig) => {
  await rig.worker.stop();
  const shop = await makeScaleShop(rig, "SCALE", CHANNELS);
  const random = createRandom(1);
  await growScaleShop(rig, shop, SIZES[0]! / CHANNELS.length);
  await costPerEvent(rig, shop, EVENTS, "warm", random);
  let first: { least: number; cpu: number | null } | null = null;
  for (const size of SIZES) {
    await growScaleShop(rig, shop, size / CHANNELS.length);
    await settleDatabase(rig);
    const rounds: number[] = [];
    const begun = await cpuTimeMs(rig);
    for (let round = 0; round < ROUNDS; round++) rounds.push(await costPerEvent(rig, shop, EVENTS, `${size}-${round}`, random));
    const ended = await cpuTimeMs(rig);
    const least = Math.min(...rounds);
    const cpu = begun === null || ended === null ? null : (ended - begun) / (ROUNDS * EVENTS);
    first ??= { least, cpu };
    const ratio = cpu === null || first.cpu === null ? least / first.least : cpu / first.cpu;
    tell({
      listings: size,
      figure: "event",
      ms: fixed(least, 3),
      ...(cpu === null ? {} : { cpuMs: fixed(cpu, 3) }),
      ratio: fixed(ratio, 2),
    });
    for (const [figure, work] of Object.entries(clocks(rig, shop))) tell({ listings: size, figure, p50Ms: await median(work) });
    for (const [page, show] of Object.entries(pages(rig, shop)))
      tell({ listings: size, figure: `page ${page}`, p50Ms: await median(show) });
  }
});

/** What a worker does again and again, whether or not anything happens. */
function clocks(rig: Rig, shop: ScaleShop): Record<string, () => Promise<unknown>> {
  const sql = rig.house.db.plain;
  const { id } = shop.connections[0]!;
  return {
    sweep: () => sweep(rig.house),
    polls: () => ringDuePolls(rig.house),
    pace: async () => paceConnection(rig.house, (await findConnection(sql, id))!),
    "looks owed": () => looksOwed(sql, id),
    "due for a look": () =>
      dueForLook(sql, id, { mustBefore: before(rig, 900_000), soonBefore: before(rig, 450_000), least: 50, most: 500 }),
  };
}

/** As the web role sees them, behind row-level security. */
function pages(rig: Rig, { sellerId, connections }: ScaleShop): Record<string, () => Promise<unknown>> {
  const inventory = (query: string) => () => inventoryView(rig.web, sellerId, readInventoryQuery(new URLSearchParams(query)));
  return {
    home: () => homeView(rig.web, sellerId),
    inventory: inventory(""),
    "inventory search": inventory("q=SCALE-77"),
    activity: () => activityView(rig.web, sellerId, readActivityQuery(new URLSearchParams())),
    channel: () => channelView(rig.web, sellerId, connections[0]!.id),
  };
}

function before(rig: Rig, ms: number): Date {
  return new Date(rig.house.now().getTime() - ms);
}

async function median(work: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let n = 0; n < LOOKS; n++) {
    const begun = performance.now();
    await work();
    took.push(performance.now() - begun);
  }
  return percentile(took, 0.5);
}

function fixed(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function tell(figure: Record<string, unknown>): void {
  console.log(JSON.stringify({ bench: "scale", ...figure }));
}
