/**
 * A whole house in one test process: sandbox over HTTP, real PostgreSQL (the file's own database, as the roles and never as owner),
 * real queue, the doors on a free port, a worker, and the demo sellers. `settle` waits for the ledger's truth to stand on all channels.
 */

import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { demoSellers, SELLER_A } from "#app/demo/demo-sellers.ts";
import { askSandbox, grantOf } from "#app/demo/sandbox-door.server.ts";
import { seedSeller } from "#app/demo/seed-seller.server.ts";
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import { type Composed, composeHouse } from "#app/flows/compose-house.server.ts";
import type { House, Pace } from "#app/flows/house.server.ts";
import { receiveAuthorization } from "#app/flows/receive-authorization.server.ts";
import { receiveDelivery } from "#app/flows/receive-delivery.server.ts";
import { receiveHandOver } from "#app/flows/receive-hand-over.server.ts";
import { QUEUE_NAMES } from "#app/jobs/definitions.ts";
import type { Config } from "#app/platform/env.server.ts";
import { createLogger, type Logger, silentLogger } from "#app/platform/log.server.ts";
import { toSandbox } from "#app/sandbox/platform-hosts.ts";
import { type Sandbox, startSandbox } from "#app/sandbox/start-sandbox.ts";
import { createAuthorizationDoor } from "#app/webhooks/authorization-door.server.ts";
import { createHandOverDoor } from "#app/webhooks/hand-over-door.server.ts";
import { createMachineDoors } from "#app/webhooks/machine-doors.server.ts";
import { type RunningWorker, startWorker } from "#app/worker/start-worker.server.ts";
import { checkRequest } from "./openapi-check.ts";
import { testDatabase } from "./test-database.ts";

export type RigOptions = {
  items?: number;
  seed?: number;
  redisUrl?: string | null;
  pace?: Partial<Pace>;
  /** Sellers to make; default only A. */
  sellers?: ("A" | "B")[];
  crashPoint?: (name: string) => void;
  /** Of the web's and the worker's own pool; default as in production. */
  databaseConnections?: number;
  /** What accounts that are connected through the product begin with (timings); default nothing. */
  connectionSettings?: House["connectionSettings"];
  /** Takes every line of the doors, the flows and the worker; default none. */
  log?: Logger;
  /** Addresses of a database of one's own (benches, child processes); default the test file's. */
  database?: { admin: string; intake: string; web: string; worker: string; erasure: string; queue: string };
};

export type Rig = {
  /** What a worker in a process of its own needs (worker-process.ts). */
  config: Config;
  pace: Partial<Pace>;
  /** The superuser's address: for looking at what no role may see. */
  adminUrl: string;
  sandbox: Sandbox;
  web: House;
  house: House;
  sellerId: string;
  connections: Record<ChannelName, string>;
  control: <T>(method: "GET" | "POST", path: string, body?: unknown) => Promise<T>;
  worker: { start: () => Promise<void>; stop: () => Promise<void> };
  /** Resolves when no delivery waits and no number is dirty; rejects with what is left after `patienceMs`. */
  settle: (patienceMs?: number) => Promise<void>;
  /** Resolves at a moment when no job waits or runs; rejects after `patienceMs`. */
  jobsDone: (patienceMs?: number) => Promise<void>;
  /** Resolves when the condition holds; rejects after `patienceMs`. */
  until: (condition: () => Promise<boolean>, patienceMs?: number) => Promise<void>;
  /** The number each channel shows for a SKU (null = not listed there). */
  shown: (sku: string) => Promise<Record<ChannelName, number | null>>;
  available: (sku: string) => Promise<number>;
  stop: () => Promise<void>;
};

export const TEST_PACE: Partial<Pace> = {
  pollMs: 1_000,
  quietPollMs: 1_000,
  sweepMs: 300,
  scanMs: 900,
  namedLookMs: 200,
  checkAfterMs: 86_400_000,
};

export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const database = options.database ?? testDatabase();
  const sandbox = await startSandbox({
    port: 0,
    seed: options.seed ?? 1,
    ...(options.items === undefined ? {} : { items: options.items }),
  });
  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const appUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const control: Rig["control"] = (method, path, body) => askSandbox(sandbox.origin, method, path, body);

  const keys = Object.fromEntries(await Promise.all(CHANNELS.map(async (c) => [c, (await grantOf(sandbox.origin, c, 1)).app]))) as Record<
    ChannelName,
    Record<string, string>
  >;
  const config: Config = {
    mode: "test",
    appUrl,
    host: "127.0.0.1",
    port: 0,
    trustedProxies: 0,
    database: { intake: database.intake, web: database.web, worker: database.worker, erasure: database.erasure, owner: null },
    queue: { redisUrl: options.redisUrl ?? null, databaseUrl: database.queue },
    directDatabaseUrl: database.queue,
    encryptionKeys: [{ id: "test", key: randomBytes(32) }],
    metricsToken: null,
    mail: null,
    logLevel: "silent",
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
  const log = options.log ?? (process.env.RIG_LOG ? createLogger({ level: "info", role: "rig" }) : silentLogger);
  const common = {
    config,
    log,
    mapHost: (url: URL) => new URL(toSandbox(sandbox.origin, url.href)),
    pace: { ...TEST_PACE, ...options.pace },
    limits: GENEROUS,
    ...(options.connectionSettings ? { connectionSettings: options.connectionSettings } : {}),
    ...(options.crashPoint ? { crashPoint: options.crashPoint } : {}),
    ...(options.databaseConnections === undefined ? {} : { databaseConnections: options.databaseConnections }),
  };
  const web: Composed = await composeHouse({ ...common, role: "web" });
  const back: Composed = await composeHouse({ ...common, role: "worker" });
  const wrongRequests = watchRequests([web.house, back.house]);
  app.use(
    "/webhooks",
    createMachineDoors({
      receive: (sender, delivery, connectionId) => receiveDelivery(web.house, sender, delivery, connectionId),
      log,
      now: web.house.now,
      newId: web.house.newId,
      observe: () => {},
    }),
  );
  app.use(
    "/connect",
    createAuthorizationDoor({
      receive: (channel, query) => receiveAuthorization(web.house, channel, query),
      log: log,
      newId: web.house.newId,
    }),
    createHandOverDoor({
      receive: (channel, state, rawBody) => receiveHandOver(web.house, channel, state, rawBody),
      log,
      newId: web.house.newId,
    }),
  );
  await control("POST", "/doors", {
    shopify: `${appUrl}/webhooks/shopify`,
    ebay: `${appUrl}/webhooks/ebay`,
    etsy: `${appUrl}/webhooks/etsy`,
  });

  let running: RunningWorker | null = null;
  const worker = {
    start: async () => {
      running ??= await startWorker(back.house, back.queues);
    },
    stop: async () => {
      await running?.stop();
      running = null;
    },
  };
  const wanted = options.sellers ?? ["A"];
  const sellers = demoSellers(sandbox.world()).filter((s) => wanted.includes(s.id === SELLER_A ? "A" : "B"));
  let connections = {} as Record<ChannelName, string>;
  for (const seller of sellers) {
    const made = await seedSeller(back.house, sandbox.origin, seller);
    if (seller.id === SELLER_A) connections = made;
  }
  await worker.start();

  const sql = back.house.db.plain;
  const rig: Rig = {
    config,
    pace: common.pace,
    adminUrl: database.admin,
    sandbox,
    web: web.house,
    house: back.house,
    sellerId: SELLER_A,
    connections,
    control,
    worker,
    settle: (patienceMs = 15_000) => settle(rig, patienceMs),
    jobsDone: (patienceMs = 20_000) =>
      rig.until(async () => {
        const counts = await Promise.all(QUEUE_NAMES.map((name) => back.queues.counts(name)));
        return counts.every(({ waiting, active }) => waiting + active === 0);
      }, patienceMs),
    async until(condition, patienceMs = 10_000) {
      const end = Date.now() + patienceMs;
      while (!(await condition())) {
        if (Date.now() > end) throw new Error(`the condition did not come true within ${patienceMs} ms`);
        await back.house.pause(20);
      }
    },
    async shown(sku) {
      const state = await control<{ channels: Record<ChannelName, { listings: { sku: string; quantity: number; active: boolean }[] }> }>(
        "GET",
        "/state",
      );
      return Object.fromEntries(
        CHANNELS.map((channel) => {
          const found = state.channels[channel].listings.find((l) => l.sku === sku);
          return [channel, found === undefined ? null : found.active ? found.quantity : 0];
        }),
      ) as Record<ChannelName, number | null>;
    },
    async available(sku) {
      const [row] = await sql.query<{ n: number }>(`select on_hand - reserved as n from stock_item where seller_id = $1 and sku = $2`, [
        SELLER_A,
        sku,
      ]);
      if (!row) throw new Error(`no item ${sku}`);
      return row.n;
    },
    async stop() {
      await worker.stop();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await sandbox.stop();
      await web.close();
      await back.close();
      if (wrongRequests.size > 0) throw new Error(`requests that the platform's document refuses: ${[...wrongRequests].join("; ")}`);
    },
  };
  return rig;
}

/** Every request of the product is held against the platforms' documents, also where a whole engine runs. */
function watchRequests(houses: House[]): ReadonlySet<string> {
  const wrong = new Set<string>();
  for (const house of houses) {
    const send = house.http;
    house.http = async (request) => {
      const headers = Object.fromEntries(Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
      const body = request.body === undefined ? {} : { body: Buffer.from(request.body).toString("utf8") };
      for (const text of await checkRequest({ method: request.method, url: request.url, headers, ...body })) wrong.add(text);
      return send(request);
    };
  }
  return wrong;
}

const GENEROUS = Object.fromEntries(CHANNELS.map((c) => [c, { capacity: 100_000, restorePerSecond: 100_000, perDay: null }])) as Record<
  ChannelName,
  { capacity: number; restorePerSecond: number; perDay: null }
>;

async function settle(rig: Rig, patienceMs: number): Promise<void> {
  const until = Date.now() + patienceMs;
  let quiet = 0;
  for (;;) {
    await rig.sandbox.settled();
    const [left] = await rig.house.db.plain.query<{ dirty: number; waiting: number; unseen: number; wanted: number }>(
      `select (select count(*)::int from channel_quantity where dirty) as dirty, (select count(*)::int from inbound_event where status = 'waiting') as waiting,
         (select count(*)::int from connection where lifecycle = 'live' and (not safety_settled or blind_since is null and unseen_since is not null)) as unseen,
         -- A look that a delivery asked for: it may find what makes orders be read, a moment after everything else was still.
         (select count(*)::int from wanted_look w join connection c on c.id = w.connection_id where c.lifecycle in ('observe', 'live') and c.blind_since is null
            and coalesce(c.quiet_until <= clock_timestamp(), true)) as wanted`,
    );
    // Twice in a row: between a delivery and its effect there is a moment when all counts are zero.
    quiet = left?.dirty === 0 && left.waiting === 0 && left.unseen === 0 && left.wanted === 0 ? quiet + 1 : 0;
    if (quiet >= 2) return;
    if (Date.now() > until) throw new Error(`not settled after ${patienceMs} ms: ${JSON.stringify(await leftovers(rig))}`);
    await rig.house.pause(25);
  }
}

async function leftovers(rig: Rig): Promise<unknown> {
  return rig.house.db.plain.query(
    `select c.channel::text, q.key, q.target, q.confirmed, q.odd_quantity, q.doubt_reason, q.raises_stopped, q.failure_text, q.attempts, q.next_attempt_at, q.urgency
     from channel_quantity q join connection c on c.id = q.connection_id where q.dirty limit 5`,
  );
}
