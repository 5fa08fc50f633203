/**
 * What it takes to bring a shop in: listings imported page by page, looked through again, linked, opened and previewed, each step in
 * a worker process of its own against the sandbox and a durable PostgreSQL. Two sizes show whether a step grows with the shop; then
 * the pages that show the result. BENCH_CHANNELS (comma-separated) and BENCH_SIZES narrow it down.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { demoSellers, SELLER_A } from "#app/demo/demo-sellers.ts";
import { connectDemo, ensureSeller } from "#app/demo/seed-seller.server.ts";
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import { homeView } from "#app/views/home.server.ts";
import { inventoryView } from "#app/views/inventory.server.ts";
import { previewView } from "#app/views/preview.server.ts";
import { ALL_CHANGES } from "#app/views/preview-query.ts";
import { setupView } from "#app/views/setup.server.ts";
import type { Rig } from "../rig.server.ts";
import { percentile, withBenchRig } from "./bench-rig.ts";
import type { ImportFigures, ImportOrders, ImportStep } from "./import-child.ts";

const wanted = process.env.BENCH_CHANNELS?.split(",");
const channels = CHANNELS.filter((channel) => wanted === undefined || wanted.includes(channel));
const SIZES = (process.env.BENCH_SIZES ?? "10000,100000").split(",").map(Number);
const STEPS: ImportStep[] = ["import", "look-again", "link", "opening", "preview"];

for (const size of SIZES) {
  await withBenchRig("postgresql", { items: size, sellers: [] }, async (rig) => {
    await rig.worker.stop();
    const seller = demoSellers(rig.sandbox.world()).find((s) => s.id === SELLER_A)!;
    await ensureSeller(rig.house.db, seller);
    for (const channel of channels) {
      const connectionId = await connectDemo(rig.house, rig.sandbox.origin, seller, channel);
      for (const step of STEPS) tell(channel, step, size, await inOwnProcess(rig, step, connectionId, channel === channels[0]));
      await showPages(rig, channel, connectionId, size);
    }
  });
}

function tell(channel: ChannelName, step: ImportStep, size: number, figures: ImportFigures): void {
  const { seconds, calls, rows } = figures;
  console.log(
    JSON.stringify({
      bench: "import",
      channel,
      step,
      shop: size,
      rows,
      seconds: round(seconds, 1),
      perSecond: Math.round(rows / seconds),
      peakMb: Math.round(figures.peakMb),
      overIdleMb: Math.round(figures.peakMb - figures.idleMb),
      calls,
      callsPer1000: round((1_000 * calls) / Math.max(1, rows), 1),
    }),
  );
}

async function inOwnProcess(rig: Rig, step: ImportStep, connectionId: string, countsFrom: boolean): Promise<ImportFigures> {
  const child = fork(join(import.meta.dirname, "import-child.ts"), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const orders: ImportOrders = {
    ...{ step, sellerId: SELLER_A, connectionId, countsFrom, config: rig.config },
    keys: rig.config.encryptionKeys.map(({ id, key }) => ({ id, base64: Buffer.from(key).toString("base64") })),
    sandbox: rig.sandbox.origin,
    limits: rig.house.limits,
  };
  child.send(orders);
  const ended = once(child, "exit").then(([code]) => `the step ${step} ended without an answer (${String(code)})`);
  const answer = await Promise.race([once(child, "message").then(([figures]) => figures as ImportFigures), ended]);
  if (typeof answer === "string") throw new Error(answer);
  await ended;
  return answer;
}

/** Milliseconds of the pages that a seller opens during a set-up, under row-level security as in production. */
async function showPages(rig: Rig, channel: ChannelName, connectionId: string, size: number): Promise<void> {
  const pages: Record<string, () => Promise<unknown>> = {
    setup: () => setupView(rig.web, SELLER_A, connectionId, null),
    inventory: () => inventoryView(rig.web, SELLER_A, { tab: "all", search: "", sort: "sku", cursor: null }),
    unlinked: () => inventoryView(rig.web, SELLER_A, { tab: "not-linked", search: "", sort: "sku", cursor: null }),
    preview: () => previewView(rig.web, SELLER_A, { connectionId, previewId: null, ...ALL_CHANGES }),
    home: () => homeView(rig.web, SELLER_A),
  };
  for (const [page, show] of Object.entries(pages)) {
    const took: number[] = [];
    for (let n = 0; n < 5; n++) {
      const begun = performance.now();
      await show();
      took.push(performance.now() - begun);
    }
    console.log(JSON.stringify({ bench: "import", channel, page, shop: size, p50Ms: percentile(took, 0.5) }));
  }
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
