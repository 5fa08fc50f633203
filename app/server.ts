/**
 * The web role: doors for machines, health, the files of the pages, and the pages themselves, in this order. It holds no rule;
 * what a door or a page does stands behind it.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createRequestHandler } from "@remix-run/express";
import type { ServerBuild } from "@remix-run/node";
import compression from "compression";
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from "express";
import { addOperatorGauges } from "#app/flows/operator-gauges.server.ts";
import { receiveAuthorization } from "#app/flows/receive-authorization.server.ts";
import { receiveDelivery } from "#app/flows/receive-delivery.server.ts";
import { receiveHandOver } from "#app/flows/receive-hand-over.server.ts";
import { guardAnswer } from "#app/platform/answer-headers.server.ts";
import type { PolicyOptions } from "#app/platform/content-security-policy.ts";
import type { Metrics } from "#app/platform/metrics.server.ts";
import { askReadiness, type ReadinessCheck } from "#app/platform/readiness.ts";
import { sameSecret } from "#app/platform/same-secret.ts";
import { createAuthorizationDoor } from "#app/webhooks/authorization-door.server.ts";
import { createHandOverDoor } from "#app/webhooks/hand-over-door.server.ts";
import { createMachineDoors } from "#app/webhooks/machine-doors.server.ts";
import type { WebContext } from "./front.server.ts";

export type WebServerOptions = {
  /** What every loader and action is given, beside the page's own nonce. */
  context: Omit<WebContext, "nonce">;
  /** The built pages, or how to get them anew for each request (hot reload). */
  remixBuild: ServerBuild | (() => Promise<ServerBuild>);
  /** Folder of the built files for the browser; null where `middleware` serves them. */
  clientFolder: string | null;
  /** What /readyz asks. */
  checks: readonly ReadinessCheck[];
  metrics: Metrics;
  /** null = /metrics answers 404. */
  metricsToken: string | null;
  policy: PolicyOptions;
  /** How many proxies in front may be believed about the visitor's address. */
  trustedProxies: number;
  /** In production every page stands under this address, whatever Host says; null = believe Host. */
  publicUrl: string | null;
  /** Comes after the machine doors and before the pages: the demo's sign-in, Vite's middleware. */
  middleware?: (app: Express) => void;
};

export type WebServer = {
  app: Express;
  /** Resolves with the port in use (port 0 picks one). Rejects with PortTaken. */
  listen(port: number, host: string): Promise<number>;
  /** Takes no new request, lets running ones end, and cuts what is still open after two seconds (live pages are). */
  stop(): Promise<void>;
};

export class PortTaken extends Error {
  override readonly name = "PortTaken";
  constructor(port: number) {
    super(`Port ${port} is taken; set PORT to another.`);
  }
}

const STOP_GRACE_MS = 2_000;
const READY_WITHIN_MS = 2_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the common 60 s of a load balancer, which else reuses a connection in the moment that we close it. */
const KEEP_ALIVE_MS = 65_000;

export function createWebServer(options: WebServerOptions): WebServer {
  const { house } = options.context;
  const { metrics } = options;
  const app = express();
  app.disable("x-powered-by").disable("etag").set("trust proxy", options.trustedProxies).set("query parser", "simple");
  const refreshGauges = addOperatorGauges(house, metrics);
  let stopping = false;

  app.use(guard(options));

  const doorSeconds = metrics.histogram("door_seconds", "Time a machine door took to answer", ["channel", "status"]);
  app.use(
    "/webhooks",
    createMachineDoors({
      receive: (sender, delivery, connectionId) => receiveDelivery(house, sender, delivery, connectionId),
      log: house.log,
      now: house.now,
      newId: house.newId,
      observe: (channel, status, seconds) => doorSeconds.observe({ channel, status: `${Math.floor(status / 100)}xx` }, seconds),
    }),
  );
  app.use(
    "/connect",
    createAuthorizationDoor({
      receive: (channel, query) => receiveAuthorization(house, channel, query),
      log: house.log,
      newId: house.newId,
    }),
    createHandOverDoor({
      receive: (channel, state, rawBody) => receiveHandOver(house, channel, state, rawBody),
      log: house.log,
      newId: house.newId,
    }),
  );

  app.get("/healthz", (_req, res) => void res.set("Cache-Control", "no-store").json({ status: "up" }));
  app.get("/readyz", async (_req, res) => {
    const { ready, checks } = await askReadiness(options.checks, READY_WITHIN_MS);
    const answer = stopping ? { status: "stopping", checks } : { status: ready ? "ready" : "not ready", checks };
    res
      .status(ready && !stopping ? 200 : 503)
      .set("Cache-Control", "no-store")
      .json(answer);
  });
  app.get("/metrics", async (req, res) => {
    if (!options.metricsToken || !sameSecret(req.get("authorization") ?? "", `Bearer ${options.metricsToken}`))
      return void res.status(404).end();
    // Without the database the process's own figures are wanted all the more.
    await refreshGauges().catch((error: unknown) => house.log.warn("the watch's figures could not be read", { error: String(error) }));
    const { contentType, text } = await metrics.page();
    res.set({ "Content-Type": contentType, "Cache-Control": "no-store" }).end(text);
  });

  app.use(compression({ filter: (req, res) => !isEventStream(res.getHeader("Content-Type")) && compression.filter(req, res) }));
  options.middleware?.(app);
  if (options.clientFolder) {
    app.use("/assets", express.static(`${options.clientFolder}/assets`, { immutable: true, maxAge: "1y", index: false, redirect: false }));
    // Names with a hash: what is not there belongs to another build, and no page of ours stands below.
    app.use("/assets", (_req, res) => void res.status(404).set("Cache-Control", "no-store").end());
    app.use(express.static(options.clientFolder, { maxAge: "1h", index: false, redirect: false }));
  }

  const pageSeconds = metrics.histogram("page_seconds", "Time until a page or its data was sent", ["kind", "status"]);
  app.all(
    "*",
    knownAddress(options.publicUrl),
    (req, res, next) => {
      const measured = pageSeconds.startTimer();
      const kind = req.path.endsWith(".data") ? "data" : "page";
      res.once("close", () => measured({ kind, status: `${Math.floor(res.statusCode / 100)}xx` }));
      next();
    },
    createRequestHandler({
      build: options.remixBuild,
      getLoadContext: (_req, res) => ({ ...options.context, nonce: res.locals.nonce as string }),
    }),
  );
  app.use(lastResort(house.log));

  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS }, app);
  return {
    app,
    async listen(port, host) {
      server.listen(port, host);
      try {
        await once(server, "listening");
      } catch (error) {
        throw (error as NodeJS.ErrnoException).code === "EADDRINUSE" ? new PortTaken(port) : error;
      }
      return (server.address() as AddressInfo).port;
    },
    async stop() {
      stopping = true;
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      const cut = setTimeout(() => server.closeAllConnections(), STOP_GRACE_MS);
      await closed;
      clearTimeout(cut);
    },
  };
}

function guard({ policy, context }: WebServerOptions): RequestHandler {
  return (req, res, next) => {
    const nonce = randomBytes(16).toString("base64");
    res.locals.nonce = nonce;
    guardAnswer(res, { path: req.path, nonce, requestId: context.house.newId(), policy });
    next();
  };
}

/**
 * Pages build absolute addresses from Host and the protocol. In production those are known beforehand, so that a forged Host
 * leads nowhere; elsewhere a Host that is no host is refused before it breaks Remix.
 */
function knownAddress(publicUrl: string | null): RequestHandler {
  const known = publicUrl === null ? null : new URL(publicUrl);
  return (req, res, next) => {
    if (known) {
      if (req.get("x-forwarded-proto") === "http") return res.redirect(308, `${known.origin}${req.originalUrl}`);
      req.headers.host = known.host;
      delete req.headers["x-forwarded-host"];
      Object.defineProperty(req, "protocol", { value: known.protocol.slice(0, -1) });
    }
    if (!URL.canParse(`http://${req.get("host") ?? ""}${req.originalUrl}`)) return void res.status(400).end();
    next();
  };
}

function lastResort(log: WebContext["house"]["log"]): ErrorRequestHandler {
  return (error: Error & { status?: number }, req, res, _next) => {
    const status = error.status && error.status >= 400 && error.status < 500 ? error.status : 500;
    if (status === 500) log.error("a request failed", { method: req.method, path: req.path, error });
    if (res.headersSent) return void res.destroy();
    // The rest of a body that is too large is not worth reading.
    if (status === 413) res.set("Connection", "close");
    res
      .status(status)
      .type("text/plain")
      .set("Cache-Control", "no-store")
      .end(status === 500 ? "Something went wrong on our side. Please try again.\n" : "");
  };
}

const isEventStream = (type: unknown): boolean => typeof type === "string" && type.startsWith("text/event-stream");
