/**
 * Puts a house together for one process. The entries (production web and worker, the demo's, tests) choose what differs between
 * them: transport, timings, crash points; everything else is the same lines everywhere.
 */
import { setTimeout as wait } from "node:timers/promises";
import { channelRegistry } from "#app/channels/registry.server.ts";
import type { BudgetLimits } from "#app/data/call-budget.server.ts";
import { openDatabase } from "#app/data/database.server.ts";
import { startDatabaseClock } from "#app/data/database-clock.server.ts";
import { openErasure } from "#app/data/erasure.server.ts";
import { openIntake } from "#app/data/intake.server.ts";
import { createAnnouncer } from "#app/data/live.server.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import { createDoorbell, type Doorbell } from "#app/jobs/doorbell.ts";
import { openQueues, type Queues } from "#app/jobs/open-queues.server.ts";
import type { Config } from "#app/platform/env.server.ts";
import { createHttp } from "#app/platform/http.server.ts";
import { newId } from "#app/platform/ids.ts";
import type { Logger } from "#app/platform/log.server.ts";
import { createKeyring } from "#app/platform/sealing.server.ts";
import type { MailSender } from "#app/services/mail-sender.ts";
import { createResendSender } from "#app/services/resend-sender.server.ts";
import { type House, PACE, type Pace } from "./house.server.ts";
import { createPublicKeys } from "./public-keys.server.ts";

export type Composition = {
  config: Config;
  role: "web" | "worker";
  log: Logger;
  /** The demo's transport: where a call to a platform's host really goes. */
  mapHost?: (url: URL) => URL;
  connectionSettings?: House["connectionSettings"];
  pace?: Partial<Pace>;
  limits?: Partial<Record<ChannelName, BudgetLimits>>;
  crashPoint?: (name: string) => void;
  /** Connections of this process to the database besides Prisma's and the queue's own. */
  databaseConnections?: number;
  /** Who carries mail instead of the configured one (the demo's mailbox, tests). */
  mail?: MailSender;
  signal?: AbortSignal;
};

export type Composed = { house: House; queues: Queues; close: () => Promise<void> };

/** Waits until database and queue answer; rejects at once on what waiting cannot heal. */
export async function composeHouse(options: Composition): Promise<Composed> {
  const { config, role, log } = options;
  const quietly = (what: string) => (error: unknown) => log.warn(what, { error: error instanceof Error ? error.message : String(error) });
  const url = config.database[role];
  if (url === null) throw new Error(`this process needs the database address of the role ${role}`);
  const db = openDatabase({
    url,
    role,
    ...(options.databaseConnections === undefined ? {} : { maxConnections: options.databaseConnections }),
    onError: quietly("a database connection was lost"),
  });
  const intake =
    role === "web" && config.database.intake !== null
      ? openIntake(config.database.intake, quietly("a database connection was lost"))
      : null;
  const erasure =
    role === "worker" && config.database.erasure !== null
      ? openErasure(config.database.erasure, quietly("a database connection was lost"))
      : null;
  const clock = await startDatabaseClock(db.plain, quietly("the database's clock could not be read"));
  const queues = await openQueues({ redisUrl: config.queue.redisUrl, databaseUrl: config.queue.databaseUrl, log, signal: options.signal });
  const doorbell: Doorbell = createDoorbell(queues, log);
  const http = createHttp({
    allowLoopback: config.allowLoopback,
    userAgent: "InventorySync",
    ...(options.mapHost ? { mapHost: options.mapHost } : {}),
  });
  const { shopify, ebay, etsy, woocommerce } = config.appKeys;
  const appKeys: House["appKeys"] = {
    shopify: shopify && {
      clientId: shopify.apiKey,
      clientSecret: shopify.apiSecret,
      previousClientSecret: shopify.previousApiSecret,
      appStoreUrl: shopify.appStoreUrl ?? null,
    },
    ebay,
    etsy,
    woocommerce,
  };
  const house: House = {
    db,
    intake,
    erasure,
    log,
    now: clock.now,
    newId,
    doorbell,
    channels: channelRegistry,
    appKeys,
    http,
    keyring: createKeyring(config.encryptionKeys),
    mail: role === "worker" ? (options.mail ?? (config.mail && createResendSender(config.mail))) : null,
    appUrl: config.appUrl,
    platformPage: (url) => options.mapHost?.(new URL(url)).href ?? url,
    connectionSettings: options.connectionSettings ?? {},
    pace: { ...PACE, ...options.pace },
    limits: options.limits ?? null,
    pause: (ms) => wait(ms),
    announce: createAnnouncer(db.plain, quietly("live pages were not told")),
    publicKey: createPublicKeys({ http, appKeys, now: clock.now }),
    crashPoint: options.crashPoint ?? (() => {}),
  };
  return {
    house,
    queues,
    close: async () => {
      await doorbell.settled();
      clock.stop();
      await queues.close();
      await intake?.close();
      await erasure?.close();
      await db.close();
    },
  };
}
