/**
 * API calls made per listing written, as a ratio to the least possible: those of one undisturbed safe write per number and batch
 * (a read where the platform does not compare, and the write), order reads counted apart (settled.md 39).
 */
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import type { Rig } from "../rig.server.ts";
import { type SandboxCall, withBenchRig } from "./bench-rig.ts";

const QUIET = { pollMs: 600_000, quietPollMs: 600_000, scanMs: 3_600_000, sweepMs: 600_000 };
const ORDER_READS = /order|receipt/i;

await withBenchRig("postgresql", { items: 60, pace: QUIET }, async (rig) => {
  await rig.settle();
  for (const kind of ["one number falls", "sixty numbers fall at once"] as const) {
    const skus = rig.sandbox
      .world()
      .simple.filter((i) => i.account === 1)
      .map((i) => i.sku);
    await measure(rig, kind, kind === "one number falls" ? skus.slice(0, 1) : skus);
  }
});

async function measure(rig: Rig, kind: string, skus: string[]): Promise<void> {
  const before = await lastCalls(rig);
  const items = await rig.house.db.plain.query<{ id: string }>("select id from stock_item where seller_id = $1 and sku = any($2)", [
    rig.sellerId,
    skus,
  ]);
  await rig.worker.stop();
  for (const { id } of items) await adjustStock(rig.house, { sellerId: rig.sellerId, actorKey: "demo", itemId: id, by: -1, note: "bench" });
  await rig.worker.start();
  await rig.settle(60_000);
  for (const channel of CHANNELS) {
    const calls = (await rig.control<SandboxCall[]>("GET", `/${channel}/calls?since=${before[channel]}`)).filter(
      (c) => !/token/.test(c.operation),
    );
    const orders = calls.filter((c) => ORDER_READS.test(c.operation)).length;
    const least = await leastCalls(rig, channel, skus);
    const made = calls.length - orders;
    console.log(
      JSON.stringify({
        bench: "calls",
        case: kind,
        channel,
        written: skus.length,
        calls: made,
        least,
        ratio: Number((made / least).toFixed(2)),
        orderReads: orders,
      }),
    );
  }
}

/** What one safe write of these numbers takes at the least, by the rules of contracts/ (batch sizes as configured by default). */
async function leastCalls(rig: Rig, channel: ChannelName, skus: string[]): Promise<number> {
  const refs = await rig.house.db.plain.query<{ key: string; parent: string | null; ref: { managedBy?: string; itemId?: string } }>(
    `select distinct q.key, q.parent_key as parent, q.ref from channel_quantity q join listing l on l.quantity_id = q.id where q.connection_id = $1 and l.sku = any($2)`,
    [rig.connections[channel], skus],
  );
  const parents = new Set(refs.map((r) => r.parent ?? r.key)).size;
  switch (channel) {
    case "shopify":
      // Compares by itself: 250 rows a mutation, two counted locations a number.
      return Math.ceil(refs.length / 125);
    case "etsy":
      return 2 * parents;
    case "woocommerce": {
      const variations = refs.filter((r) => r.key.startsWith("v:"));
      const parentsOfVariations = new Set(variations.map((v) => v.parent)).size;
      const simple = refs.length - variations.length;
      // Read and write per batch of twenty; variations go by their parent.
      return 2 * Math.ceil(simple / 20) + 2 * parentsOfVariations;
    }
    case "ebay": {
      const inventory = refs.filter((r) => r.ref.managedBy === "inventory_api").length;
      const trading = refs.filter((r) => r.ref.managedBy === "trading");
      const items = new Set(trading.map((t) => t.ref.itemId)).size;
      // A reading per item and four revisions a call; four SKUs read together, their offers, and one SKU a write.
      return items + Math.ceil(trading.length / 4) + Math.ceil(inventory / 4) + 2 * inventory;
    }
    default: {
      const never: never = channel;
      throw new Error(`no rule for ${String(never)}`);
    }
  }
}

async function lastCalls(rig: Rig): Promise<Record<ChannelName, number>> {
  return Object.fromEntries(
    await Promise.all(CHANNELS.map(async (c) => [c, (await rig.control<SandboxCall[]>("GET", `/${c}/calls?since=0`)).at(-1)?.n ?? 0])),
  ) as Record<ChannelName, number>;
}
