/** The production web process's entry: pages, machine doors and health. The demo has one of its own; neither knows the other. */
import { join } from "node:path";
import * as remixBuild from "virtual:remix/server-build";
import { SCOPES, shopify as shopifyChannel } from "#app/channels/shopify/connector.server.ts";
import { openLive } from "#app/data/live.server.ts";
import { composeHouse } from "#app/flows/compose-house.server.ts";
import { type Config, ConfigProblems, databaseUrl, readConfig } from "#app/platform/env.server.ts";
import { createLogger, type Logger } from "#app/platform/log.server.ts";
import { createMetrics } from "#app/platform/metrics.server.ts";
import { expectedMigrations, missingMigrations, proveDatabase } from "#app/platform/prove-database.server.ts";
import { migrationsCheck } from "#app/platform/readiness.ts";
import { stopWhenAsked } from "#app/platform/stop-process.server.ts";
import { createWebServer, PortTaken } from "./server.ts";
import { createEmbeddedFront } from "./shopify.server.ts";

/** Beside the build, from which `npm run start:web` runs. */
const MIGRATIONS = "prisma/migrations";
const CLIENT_FOLDER = join(import.meta.dirname, "..", "client");

async function startWeb(config: Config, log: Logger): Promise<void> {
  for (const sentence of config.off) log.info(sentence);
  log.info("The portal is off: it has no login provider yet.");
  const migrations = expectedMigrations(MIGRATIONS);
  await proveDatabase(databaseUrl(config, "web"), migrations, { log });
  const { house, queues, close } = await composeHouse({ config, role: "web", log });
  const live = openLive(config.directDatabaseUrl ?? databaseUrl(config, "web"), (error) =>
    log.warn("live pages lost their line", { error }),
  );
  const { shopify } = config.appKeys;
  const app =
    shopify &&
    (await createEmbeddedFront({
      apiKey: shopify.apiKey,
      apiSecret: shopify.apiSecret,
      appUrl: config.appUrl,
      scopes: SCOPES,
      apiVersion: shopifyChannel.apiVersion.version,
      house,
      warn: (message) => log.warn("Shopify's library", { message }),
    }));
  const server = createWebServer({
    context: { house, live, fronts: { app, portal: null } },
    remixBuild,
    clientFolder: CLIENT_FOLDER,
    checks: [
      migrationsCheck(() => missingMigrations(migrations, (text) => house.db.plain.query(text))),
      { name: "queue", check: () => queues.check() },
    ],
    metrics: createMetrics({ role: "web" }),
    metricsToken: config.metricsToken,
    policy: { production: true, simulatedAdmin: null, hotReload: false },
    trustedProxies: config.trustedProxies,
    publicUrl: config.appUrl,
  });
  const port = await server.listen(config.port, config.host);
  log.info("the web server listens", { port });
  stopWhenAsked({
    process,
    by: "signals",
    log,
    steps: [
      { name: "closing the doors", run: () => server.stop(), withinMs: 5_000 },
      { name: "closing live pages", run: () => live.stop(), withinMs: 1_000 },
      { name: "closing database and queue", run: close, withinMs: 4_000 },
    ],
  });
}

try {
  const config = readConfig(process.env, "production", "web");
  await startWeb(config, createLogger({ level: config.logLevel, role: "web" }));
} catch (error) {
  // What a person can mend is said in words; everything else keeps its stack.
  if (!(error instanceof ConfigProblems || error instanceof PortTaken)) throw error;
  console.error(error.message);
  process.exit(1);
}
