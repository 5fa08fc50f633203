/**
 * From a sale on one channel to the last of the other three confirmed, on both queue backends. Own time = that total minus the
 * simulators' handling time on the slowest channel's critical path: the order read on the selling channel and the calls of the
 * channel that was confirmed last (settled.md 39).
 */
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import type { Rig } from "../rig.server.ts";
import { type Backend, percentile, type SandboxCall, withBenchRig } from "./bench-rig.ts";

const ROUNDS = 30;
const WARM_UP = 4;
/** Polls and looks stay out of the way; the pushes of the platforms carry every sale. */
const QUIET = { pollMs: 600_000, quietPollMs: 600_000, scanMs: 3_600_000, sweepMs: 600_000 };

type Sample = { total: number; own: number };

for (const backend of ["postgresql", "redis"] satisfies Backend[]) {
  const samples = await withBenchRig(backend, { items: 24, pace: QUIET }, measure);
  if (samples === null) continue;
  const figure = (values: number[]) => ({ p50Ms: percentile(values, 0.5), p95Ms: percentile(values, 0.95) });
  console.log(
    JSON.stringify({
      bench: "one-sale",
      backend,
      sales: samples.length,
      own: figure(samples.map((s) => s.own)),
      total: figure(samples.map((s) => s.total)),
    }),
  );
}

async function measure(rig: Rig): Promise<Sample[]> {
  await rig.settle();
  const skus = rig.sandbox
    .world()
    .simple.filter((i) => i.account === 1)
    .map((i) => i.sku);
  const samples: Sample[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [c, channel] of CHANNELS.entries()) {
      const sample = await oneSale(rig, channel, skus[(round * CHANNELS.length + c) % skus.length]!);
      if (round >= WARM_UP) samples.push(sample);
    }
  }
  return samples;
}

async function oneSale(rig: Rig, channel: ChannelName, sku: string): Promise<Sample> {
  const seen = Object.fromEntries(await Promise.all(CHANNELS.map(async (c) => [c, (await callsOf(rig, c, 0)).at(-1)?.n ?? 0]))) as Record<
    ChannelName,
    number
  >;
  const wanted = (await rig.available(sku)) - 1;
  await rig.control("POST", `/${channel}/orders`, { lines: [{ sku, quantity: 1 }] });
  await rig.until(async () => (await rig.available(sku)) === wanted);
  await rig.settle();
  const sales = await rig.control<{ at: string; sku: string; by: string }[]>("GET", `/${channel}/journal?since=0`);
  const soldAt = Date.parse(sales.filter((j) => j.sku === sku && j.by === "order").at(-1)!.at);
  const writes = await rig.house.db.plain.query<{ channel: ChannelName; at: Date }>(
    `select distinct on (c.channel) c.channel::text as channel, s.confirmed_at as at from shown_change s join connection c on c.id = s.connection_id
     join listing l on l.quantity_id = s.quantity_id where l.sku = $1 and s.kind = 'write' and s.outcome = 'confirmed' and s.to_quantity = $2 and c.channel::text <> $3
     order by c.channel, s.recorded_at desc`,
    [sku, wanted, channel],
  );
  if (writes.length !== 3) throw new Error(`${sku}: ${writes.length} of 3 channels were written`);
  const last = writes.reduce((a, b) => (b.at > a.at ? b : a));
  const within = (call: SandboxCall) => Date.parse(call.at) <= last.at.getTime();
  const onSeller = (await callsOf(rig, channel, seen[channel])).filter((call) => within(call) && isOrderRead(call));
  const onLast = (await callsOf(rig, last.channel, seen[last.channel])).filter(within);
  const handled = [...onSeller, ...onLast].reduce((sum, call) => sum + call.ms, 0);
  const total = last.at.getTime() - soldAt;
  return { total, own: Math.max(0, total - handled) };
}

/** The first call after a hint reads the order; later ones on the selling channel look at its own number, off the path. */
function isOrderRead(call: SandboxCall): boolean {
  return /order|receipt|nodes/i.test(call.operation);
}

function callsOf(rig: Rig, channel: ChannelName, since: number): Promise<SandboxCall[]> {
  return rig.control<SandboxCall[]>("GET", `/${channel}/calls?since=${since}`);
}
