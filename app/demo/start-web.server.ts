/** The web role as the demo runs it: the product's own server, with the demo's sign-in and the simulated Shopify admin. */
import type { ServerBuild } from "@remix-run/node";
import type { Express } from "express";
import { SCOPES, shopify as shopifyChannel } from "#app/channels/shopify/connector.server.ts";
import { openLive } from "#app/data/live.server.ts";
import { composeHouse } from "#app/flows/compose-house.server.ts";
import { createLogger } from "#app/platform/log.server.ts";
import { createMetrics } from "#app/platform/metrics.server.ts";
import { expectedMigrations, missingMigrations } from "#app/platform/prove-database.server.ts";
import { migrationsCheck } from "#app/platform/readiness.ts";
import { stopWhenAsked } from "#app/platform/stop-process.server.ts";
import { createPortalFront } from "#app/portal.server.ts";
import { toSandbox } from "#app/sandbox/platform-hosts.ts";
import { createWebServer } from "#app/server.ts";
import { createEmbeddedFront } from "#app/shopify.server.ts";
import { readDemoConfig } from "./demo-config.ts";
import { mountMailbox } from "./mailbox.server.ts";
import { seedReadiness } from "./seed-readiness.server.ts";
import { createDemoSignIn } from "./sign-in.server.ts";

export type DemoPages = {
  remixBuild: ServerBuild | (() => Promise<ServerBuild>);
  /** The built files for the browser; null where hot reload serves them. */
  clientFolder: string | null;
  hotReload: ((app: Express) => void) | null;
};

export async function startDemoWeb(pages: DemoPages): Promise<void> {
  const demo = readDemoConfig(process.env, "web");
  const { config } = demo;
  const log = createLogger({ level: config.logLevel, role: "web" });
  const { house, queues, close } = await composeHouse({ config, role: "web", log, ...demo.parts });
  const migrations = expectedMigrations("prisma/migrations");
  const live = openLive(config.directDatabaseUrl ?? "", (error) => log.warn("live pages lost their line", { error }));
  const signIn = createDemoSignIn({ secret: demo.signInSecret, now: () => house.now().getTime() });
  const portal = createPortalFront({ login: signIn.login, db: house.db });
  const { shopify } = config.appKeys;
  const app =
    shopify &&
    (await createEmbeddedFront({
      ...shopify,
      appUrl: config.appUrl,
      scopes: SCOPES,
      apiVersion: shopifyChannel.apiVersion.version,
      house,
      fetchMap: (url) => toSandbox(demo.sandbox, url),
      appBridgeUrl: `${demo.sandbox}/shopify/app-bridge.js`,
      frameAncestor: demo.sandbox,
      adminApp: (shopName) => `${demo.sandbox}/shopify/admin/store/${shopName}/apps/inventorysync`,
      warn: (message) => log.warn("Shopify's library", { message }),
    }));
  const server = createWebServer({
    context: { house, live, fronts: { app, portal } },
    remixBuild: pages.remixBuild,
    clientFolder: pages.clientFolder,
    checks: [
      migrationsCheck(() => missingMigrations(migrations, (text) => house.db.plain.query(text))),
      { name: "queue", check: () => queues.check() },
      seedReadiness(house.db, demo.readyMark),
    ],
    metrics: createMetrics({ role: "web" }),
    metricsToken: config.metricsToken,
    policy: { production: false, simulatedAdmin: demo.sandbox, hotReload: pages.hotReload !== null },
    trustedProxies: 0,
    publicUrl: null,
    middleware: (express) => {
      signIn.mount(express);
      mountMailbox(express, portal, house.db);
      pages.hotReload?.(express);
    },
  });
  await server.listen(config.port, config.host);
  stopWhenAsked({
    process,
    by: "parent",
    log,
    steps: [
      { name: "closing the doors", run: () => server.stop(), withinMs: 3_000 },
      { name: "closing live pages", run: () => live.stop(), withinMs: 1_000 },
      { name: "closing database and queue", run: close, withinMs: 3_500 },
    ],
  });
  process.send?.({ ready: true });
}
