/**
 * A shop with 50,000 differences: how long it takes to bring them out, with how many calls and how much memory; what shops with one
 * difference each feel of it; and whether the worker's memory grows when this goes on. The channel stands in memory.
 */
import type { Rig } from "../rig.server.ts";
import { percentile, withBenchRig } from "./bench-rig.ts";
import { type MemoryChannel, memoryChannel } from "./scale-channel.ts";
import { growScaleShop, makeScaleShop, type ScaleShop, START, settleDatabase } from "./scale-shop.ts";

const LARGE = Number(process.env.BENCH_DIFFERENCES ?? 50_000);
const SMALL_SHOPS = 50;
const LATENCY_MS = 20;
/** How often the large shop is drained for the figure of the worker's memory. */
const TURNS = 4;
const NEVER_MS = 3_600_000;
const PATIENCE_MS = 900_000;
const QUIET = { pollMs: NEVER_MS, quietPollMs: NEVER_MS, scanMs: NEVER_MS, sweepMs: 2_000 };

await withBenchRig("postgresql", { items: 4, sellers: [], pace: QUIET }, async (rig) => {
  const memory = memoryChannel(rig.house.channels.woocommerce, LATENCY_MS, rig.house.pause);
  rig.house.channels = { ...rig.house.channels, woocommerce: memory.channel };
  const large = await shopOf(rig, "LARGE", LARGE);
  const small: ScaleShop[] = [];
  for (let n = 0; n < SMALL_SHOPS; n++) small.push(await shopOf(rig, `SMALL${n}`, 1));
  await settleDatabase(rig);

  await smallShops(rig, small, -1);
  const alone = await smallShops(rig, small, -2);
  const busy = drainLarge(rig, large, memory, -1);
  const beside = await smallShops(rig, small, -3);
  const stillBusy = (await left(rig, large)) > 0;
  tell({ figure: "drain", ...(await busy) });
  tell({
    ...{ figure: "fairness", shops: SMALL_SHOPS, aloneP95Ms: percentile(alone, 0.95), besideP95Ms: percentile(beside, 0.95) },
    ...{ ratio: Number((percentile(beside, 0.95) / percentile(alone, 0.95)).toFixed(2)), stillBusy },
  });

  const rss: number[] = [residentMb()];
  for (let turn = 0; turn < TURNS; turn++) {
    await drainLarge(rig, large, memory, -2 - turn);
    rss.push(residentMb());
  }
  tell({ figure: "memory", drained: TURNS * LARGE, startMb: rss[0], middleMb: rss[Math.floor(rss.length / 2)], endMb: rss.at(-1) });
});

async function shopOf(rig: Rig, mark: string, items: number): Promise<ScaleShop> {
  const shop = await makeScaleShop(rig, mark, ["woocommerce"]);
  await growScaleShop(rig, shop, items);
  return shop;
}

/** One unit less everywhere than the time before; the levels are the formula's business and stay out of this. */
async function lower(rig: Rig, { sellerId }: ScaleShop, by: number): Promise<void> {
  await rig.house.db.plain.query(
    `update channel_quantity set target = $2, cause_kind = 'adjust', cause_at = clock_timestamp() where seller_id = $1`,
    [sellerId, START + by],
  );
}

async function left(rig: Rig, { sellerId }: ScaleShop): Promise<number> {
  const [row] = await rig.house.db.plain.query<{ n: number }>(
    "select count(*)::int as n from channel_quantity where seller_id = $1 and dirty",
    [sellerId],
  );
  return row?.n ?? 0;
}

function ring(rig: Rig, shop: ScaleShop): void {
  rig.house.doorbell.ringSoon({ job: "drain-connection", channel: "woocommerce", connectionId: shop.connections[0]!.id });
}

async function drainLarge(rig: Rig, shop: ScaleShop, memory: MemoryChannel, by: number): Promise<Record<string, number>> {
  await lower(rig, shop, by);
  const [calls, begun] = [memory.calls(), performance.now()];
  let peakMb = residentMb();
  ring(rig, shop);
  await rig.until(async () => {
    peakMb = Math.max(peakMb, residentMb());
    await rig.house.pause(100);
    return (await left(rig, shop)) === 0;
  }, PATIENCE_MS);
  const seconds = (performance.now() - begun) / 1_000;
  if (memory.shownOf(`${shop.mark}-1`) !== START + by) throw new Error("the channel does not show what was asked for");
  return {
    ...{ differences: shop.items, seconds: Number(seconds.toFixed(1)), perSecond: Math.round(shop.items / seconds) },
    ...{ calls: memory.calls() - calls, peakMb },
  };
}

/** Milliseconds from each small shop's own change to its proof, the shops one after the other at a steady pace. */
async function smallShops(rig: Rig, shops: ScaleShop[], by: number): Promise<number[]> {
  const running: Promise<number>[] = [];
  for (const shop of shops) {
    running.push(oneSmall(rig, shop, by));
    await rig.house.pause(100);
  }
  return Promise.all(running);
}

async function oneSmall(rig: Rig, shop: ScaleShop, by: number): Promise<number> {
  const begun = performance.now();
  await lower(rig, shop, by);
  ring(rig, shop);
  await rig.until(async () => (await left(rig, shop)) === 0, PATIENCE_MS);
  return performance.now() - begun;
}

function residentMb(): number {
  return Math.round(process.memoryUsage().rss / 1_048_576);
}

function tell(figure: Record<string, unknown>): void {
  console.log(JSON.stringify({ bench: "scale-drain", ...figure }));
}
