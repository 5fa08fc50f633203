/** A whole house under soak: sandbox, database, queue, a web and two worker processes, seller A live on four channels and seller B watching. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { demoSellers, SELLER_A, SELLER_B } from "#app/demo/demo-sellers.ts";
import { askSandbox, grantOf } from "#app/demo/sandbox-door.server.ts";
import { seedSeller } from "#app/demo/seed-seller.server.ts";
import { type Composed, composeHouse } from "#app/flows/compose-house.server.ts";
import type { House } from "#app/flows/house.server.ts";
import type { Config } from "#app/platform/env.server.ts";
import { silentLogger } from "#app/platform/log.server.ts";
import { toSandbox } from "#app/sandbox/platform-hosts.ts";
import type { WorldSeed } from "#app/sandbox/simulator.ts";
import { portOrAnother } from "../../../scripts/free-port.ts";
import type { PlacedOrder } from "./order-book.ts";
import { type Climate, SOAK_CHANNELS, type SoakChannel } from "./schedule.ts";
import type { SoakOrders } from "./soak-child.ts";
import type { SoakDatabase } from "./soak-database.ts";
import { type SoakProcess, type SoakProcesses, soakProcesses } from "./soak-processes.ts";
import { type SoakRedis, startSoakRedis } from "./soak-redis.ts";

export type SoakOptions = {
  seed: number;
  items: number;
  queue: "redis" | "postgres";
  dataDir: string;
  database: SoakDatabase;
  climate: Climate;
};

export type SoakWorld = {
  origin: string;
  world: WorldSeed;
  sellerA: string;
  sellerB: string;
  connections: Record<SoakChannel, string>;
  /** The seller's hand: the web role, behind row-level security. */
  house: House;
  /** What the product does as itself (rules have no page of their own yet). */
  back: House;
  control: <T>(method: "GET" | "POST", path: string, body?: unknown) => Promise<T>;
  web: SoakProcess;
  workers: [SoakProcess, SoakProcess];
  redis: SoakRedis | null;
  database: SoakDatabase;
  callFile: string;
  /** Numbers that Shopify showed when the product was opened: the opening counts. */
  opening: Map<string, number>;
  oldOrders: PlacedOrder[];
  stop: () => Promise<void>;
};

/** Shorter than in production, so that takeovers and polls happen within seconds; the order of things is the same. */
const SOAK_PACE: Partial<House["pace"]> = {
  sweepMs: 1_000,
  scanMs: 1_500,
  leaseMs: 4_000,
  leaseRenewMs: 800,
  leaseMarginMs: 1_000,
  callTimeoutMs: 2_000,
  sliceMs: 2_000,
  lateWriteMs: 4_000,
};
const ENOUGH = { capacity: 100_000, restorePerSecond: 100_000, perDay: null };

export async function startSoakWorld(options: SoakOptions): Promise<SoakWorld> {
  const processes = soakProcesses(options.dataDir);
  const closing: (() => Promise<void>)[] = [() => processes.stop()];
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    return await build(options, processes, closing, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function build(
  options: SoakOptions,
  processes: SoakProcesses,
  closing: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<SoakWorld> {
  const { database, dataDir } = options;
  const origin = await processes.sandbox(join(dataDir, "sandbox"));
  const control: SoakWorld["control"] = (method, path, body) => askSandbox(origin, method, path, body);
  await control("POST", "/reset", { seed: options.seed, items: options.items });
  const world = await control<WorldSeed>("GET", "/world");
  const oldOrders = await placeOldOrders(control, world);
  const redis = options.queue === "redis" ? await startSoakRedis() : null;
  if (redis) closing.push(() => redis.stop());

  const port = await portOrAnother();
  const config = await configFor(origin, database, redis?.url ?? null, port);
  await control("POST", "/doors", { app: config.appUrl });
  const { pollMs, ...timingsOfChannels } = options.climate;
  const pace = { ...SOAK_PACE, pollMs, quietPollMs: pollMs };
  // The driver's own calls (connecting, importing) have all the time that production gives them.
  const patient = { ...pace, callTimeoutMs: 10_000 };
  const common = { config, log: silentLogger, mapHost: (url: URL) => new URL(toSandbox(origin, url.href)), pace: patient, limits: LIMITS };
  const front: Composed = await composeHouse({ ...common, role: "web" });
  closing.push(() => front.close());
  const back: Composed = await composeHouse({ ...common, role: "worker" });
  closing.push(() => back.close());

  const callFile = join(dataDir, "calls.jsonl");
  const orders = (role: "web" | "worker", name: string): SoakOrders => ({
    role,
    name,
    config,
    keys: config.encryptionKeys.map(({ id, key }) => ({ id, base64: Buffer.from(key).toString("base64") })),
    sandbox: origin,
    pace,
    limits: LIMITS,
    callFile,
  });
  const web = processes.child(orders("web", "web"));
  const workers: [SoakProcess, SoakProcess] = [
    processes.child(orders("worker", "worker-1")),
    processes.child(orders("worker", "worker-2")),
  ];
  await web.start();

  const opening = await shownOn(control, "shopify");
  let connections = {} as Record<SoakChannel, string>;
  for (const seller of demoSellers(world)) {
    const made = await seedSeller(back.house, origin, seller);
    if (seller.id === SELLER_A) connections = made;
  }
  const timings = JSON.stringify({ ...timingsOfChannels, readingSpacingMs: 300, orderOverlapMs: 60_000 });
  await back.house.db.plain.query(`update connection set settings = jsonb_set(settings, '{timings}', $1::jsonb)`, [timings]);
  await Promise.all(workers.map((worker) => worker.start()));
  return {
    origin,
    world,
    sellerA: SELLER_A,
    sellerB: SELLER_B,
    connections,
    house: front.house,
    back: back.house,
    control,
    web,
    workers,
    redis,
    database,
    callFile,
    opening,
    oldOrders,
    stop,
  };
}

const LIMITS = Object.fromEntries(SOAK_CHANNELS.map((c) => [c, ENOUGH])) as Record<SoakChannel, typeof ENOUGH>;

/** Orders of last week, unshipped, on every channel: they are contained in the opening counts. */
async function placeOldOrders(control: SoakWorld["control"], world: WorldSeed): Promise<PlacedOrder[]> {
  const skus = world.simple.filter((item) => item.account === 1).map((item) => item.sku);
  const weekAgo = new Date(Date.now() - 7 * 86_400_000).toISOString();
  const placed: PlacedOrder[] = [];
  for (const [c, channel] of SOAK_CHANNELS.entries()) {
    for (const nth of [c * 2, c * 2 + 8]) {
      const sku = skus[nth % skus.length];
      if (sku === undefined) continue;
      const lines = [{ sku, quantity: 2 }];
      const { id } = await control<{ id: string }>("POST", `/${channel}/orders`, { lines, at: weekAgo });
      placed.push({
        no: -1 - placed.length,
        channel,
        id: String(id),
        lines,
        placedAt: Date.parse(weekAgo),
        beforeBaseline: true,
        changes: [],
      });
    }
  }
  return placed;
}

async function shownOn(control: SoakWorld["control"], channel: SoakChannel): Promise<Map<string, number>> {
  const state = await control<{ channels: Record<string, { listings: { sku: string; quantity: number }[] }> }>("GET", "/state");
  return new Map((state.channels[channel]?.listings ?? []).map((l) => [l.sku, l.quantity]));
}

async function configFor(origin: string, database: SoakDatabase, redisUrl: string | null, port: number): Promise<Config> {
  const keys = Object.fromEntries(await Promise.all(SOAK_CHANNELS.map(async (c) => [c, (await grantOf(origin, c, 1)).app]))) as Record<
    SoakChannel,
    Record<string, string>
  >;
  const { urls } = database;
  return {
    mode: "test",
    appUrl: `http://127.0.0.1:${port}`,
    host: "127.0.0.1",
    port,
    trustedProxies: 0,
    database: { intake: urls.intake, web: urls.web, worker: urls.worker, erasure: urls.erasure, owner: null },
    queue: { redisUrl, databaseUrl: urls.queue },
    directDatabaseUrl: urls.queue,
    encryptionKeys: [{ id: "soak", key: randomBytes(32) }],
    metricsToken: null,
    mail: null,
    logLevel: "info",
    allowLoopback: true,
    appKeys: {
      shopify: { apiKey: keys.shopify.clientId ?? "", apiSecret: keys.shopify.clientSecret ?? "", previousApiSecret: null },
      ebay: keys.ebay as never,
      etsy: keys.etsy as never,
      woocommerce: {},
    },
    crashAt: null,
    off: [],
  };
}
