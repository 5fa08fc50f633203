import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AppLoadContext, ServerBuild } from "@remix-run/node";
import { Outlet, Scripts, useLoaderData } from "@remix-run/react";
import { useContext } from "react";
import { afterEach, describe, expect, it } from "vitest";
import type { House } from "#app/flows/house.server.ts";
import { silentLogger } from "#app/platform/log.server.ts";
import { createMetrics } from "#app/platform/metrics.server.ts";
import { NonceContext } from "#app/ui/nonce.ts";
import * as entry from "./entry.server.tsx";
import { type EmbeddedDoor, webContext } from "./front.server.ts";
import { createWebServer, PortTaken, type WebServer, type WebServerOptions } from "./server.ts";

const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

function Page() {
  const { text } = useLoaderData<{ text: string }>();
  return <p>{text}</p>;
}

function Root() {
  const nonce = useContext(NonceContext);
  return (
    <html lang="en">
      <body>
        <Outlet />
        <Scripts nonce={nonce} />
      </body>
    </html>
  );
}

function Failure() {
  return <p>failed</p>;
}

type Loader = (args: { request: Request; context: AppLoadContext }) => unknown;

/** A tiny app in the form in which Remix's build would give it: pages for both fronts and one event stream. */
function tinyBuild(loaders: { page: Loader; live: Loader }): ServerBuild {
  const page = (id: string, path: string) => ({ [id]: { id, parentId: "root", path, module: { default: Page, loader: loaders.page } } });
  const routes = {
    root: { id: "root", path: "", module: { default: Root, ErrorBoundary: Failure } },
    ...page("app", "app"),
    ...page("portal", "portal"),
    live: { id: "live", parentId: "root", path: "live", module: { loader: loaders.live } },
  };
  const assets = Object.fromEntries(
    Object.values(routes).map(({ id, ...route }) => [
      id,
      {
        ...route,
        id,
        hasAction: false,
        hasLoader: "loader" in route.module,
        hasErrorBoundary: id === "root",
        hasClientAction: false,
        hasClientLoader: false,
        module: `/assets/${id}.js`,
      },
    ]),
  );
  return {
    entry: { module: entry },
    routes,
    assets: { entry: { imports: [], module: "/assets/entry.js" }, routes: assets, url: "/assets/manifest.js", version: "1" },
    publicPath: "/",
    assetsBuildDirectory: "build/client",
    future: {
      v3_fetcherPersist: true,
      v3_relativeSplatPath: true,
      v3_throwAbortReason: true,
      v3_routeConfig: true,
      v3_singleFetch: true,
      v3_lazyRouteDiscovery: false,
      unstable_optimizeDeps: false,
    },
    isSpaMode: false,
    mode: "production",
  } as unknown as ServerBuild;
}

const embedded = {
  documentHeaders: (request: Request, headers: Headers) => {
    const shop = new URL(request.url).searchParams.get("shop");
    if (shop) headers.set("Content-Security-Policy", `frame-ancestors https://${shop} https://admin.shopify.com;`);
  },
} as EmbeddedDoor;

type Setup = { loaders?: Partial<Parameters<typeof tinyBuild>[0]>; errors?: unknown[]; options?: Partial<WebServerOptions>; port?: number };

async function startServer({
  loaders = {},
  errors = [],
  options = {},
  port = 0,
}: Setup = {}): Promise<{ url: string; port: number; server: WebServer }> {
  let ids = 0;
  const house = {
    log: { ...silentLogger, error: (step: string) => errors.push(step) },
    now: () => new Date(0),
    newId: () => `id-${++ids}`,
    appKeys: { shopify: null, ebay: null, etsy: null, woocommerce: null },
  } as unknown as House;
  const server = createWebServer({
    context: { house, fronts: { app: embedded, portal: null } },
    remixBuild: tinyBuild({ page: () => ({ text: "hello" }), live: () => new Response("x"), ...loaders }),
    clientFolder: null,
    checks: [{ name: "database", check: async () => null }],
    metrics: createMetrics({ role: "web", process: false }),
    metricsToken: "0123456789abcdef",
    policy: { production: false, simulatedAdmin: null, hotReload: false },
    trustedProxies: 0,
    publicUrl: null,
    ...options,
  });
  const usedPort = await server.listen(port, "127.0.0.1");
  stops.push(() => server.stop());
  return { url: `http://127.0.0.1:${usedPort}`, port: usedPort, server };
}

/** A plain request, with headers that fetch would not let through. */
function raw(
  port: number,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number | undefined; headers: Record<string, unknown>; text: string }> {
  return new Promise((resolve, reject) => {
    const call = httpRequest({ port, host: "127.0.0.1", path, headers, agent: false }, async (res) => {
      let text = "";
      for await (const chunk of res) text += chunk;
      resolve({ status: res.statusCode, headers: res.headers, text });
    });
    call.on("error", reject).end();
  });
}

describe("pages", () => {
  it("carry a fresh nonce on each of their scripts, and the policy allows just that", async () => {
    const { url } = await startServer();
    const nonces = new Set<string>();
    for (let n = 0; n < 2; n++) {
      const answer = await fetch(`${url}/portal`);
      const html = await answer.text();
      expect(html).toContain("<p>hello</p>");
      const nonce = /'nonce-([^']+)'/.exec(answer.headers.get("content-security-policy") ?? "")?.[1] ?? "";
      const scripts = html.match(/<script\b[^>]*>/g) ?? [];
      expect(scripts.length).toBeGreaterThan(0);
      expect(scripts.filter((script) => !script.includes(`nonce="${nonce}"`))).toEqual([]);
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(2);
  });

  it("have one policy: the embedded front keeps the shop that the library named, all else is framed by nobody", async () => {
    const { url } = await startServer();
    const app = await fetch(`${url}/app?shop=a.myshopify.com`);
    expect(app.headers.get("content-security-policy")).toMatch(
      /frame-ancestors https:\/\/a\.myshopify\.com https:\/\/admin\.shopify\.com;/,
    );
    expect(app.headers.get("content-security-policy")).not.toContain(", ");
    expect(app.headers.get("x-frame-options")).toBeNull();
    const portal = await fetch(`${url}/portal`);
    expect(portal.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(portal.headers.get("x-frame-options")).toBe("DENY");
    expect(portal.headers.get("x-content-type-options")).toBe("nosniff");
    expect(portal.headers.get("x-powered-by")).toBeNull();
    expect(portal.headers.get("strict-transport-security")).toBeNull();
    // An unread answer would keep its connection busy and the stop waiting.
    await Promise.all([app.text(), portal.text()]);
  });

  it("are given the house and a context of their own per request", async () => {
    const contexts = new Set<object>();
    const { url } = await startServer({
      loaders: {
        page: ({ context }) => {
          contexts.add(context);
          return { text: webContext(context).house.newId().slice(0, 2) };
        },
      },
    });
    expect(await (await fetch(`${url}/portal`)).text()).toContain("<p>id</p>");
    await (await fetch(`${url}/portal`)).text();
    expect(contexts.size).toBe(2);
  });

  it("are packed for who can unpack them", async () => {
    const { url, port } = await startServer({ loaders: { page: () => ({ text: "word ".repeat(1_000) }) } });
    const packed = await fetch(`${url}/portal`, { headers: { "accept-encoding": "gzip" } });
    expect(packed.headers.get("content-encoding")).toBe("gzip");
    expect(await packed.text()).toContain("word word");
    expect((await raw(port, "/portal", {})).headers["content-encoding"]).toBeUndefined();
  });

  it("tell App Bridge to come again with a fresh token, in data requests too", async () => {
    const { url } = await startServer({
      loaders: {
        page: () => {
          throw new Response(null, { status: 401 });
        },
      },
    });
    const asked = await fetch(`${url}/app.data`, { headers: { authorization: "Bearer expired" } });
    expect([asked.status, asked.headers.get("x-shopify-retry-invalid-session-request")]).toEqual([401, "1"]);
    const unasked = await fetch(`${url}/app.data`);
    expect(unasked.headers.get("x-shopify-retry-invalid-session-request")).toBeNull();
    await Promise.all([asked.text(), unasked.text()]);
  });

  it("that break are logged, answered with 500, and tell the visitor nothing", async () => {
    const errors: unknown[] = [];
    const { url } = await startServer({
      errors,
      loaders: {
        page: () => {
          throw new Error("secret detail");
        },
      },
    });
    const answer = await fetch(`${url}/portal`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain("secret detail");
    expect(errors).toEqual(["a page failed"]);
    const nowhere = await fetch(`${url}/nowhere`);
    expect([nowhere.status, (await nowhere.text()).includes("failed"), errors.length]).toEqual([404, true, 1]);
  });

  it("stand under the public address in production, whatever Host says", async () => {
    const seen: string[] = [];
    const { port } = await startServer({
      loaders: {
        page: ({ request }) => {
          seen.push(new URL(request.url).origin);
          return { text: "x" };
        },
      },
      options: {
        publicUrl: "https://inventory.example.com",
        trustedProxies: 1,
        policy: { production: true, simulatedAdmin: null, hotReload: false },
      },
    });
    const answer = await raw(port, "/portal", {
      host: "evil.example",
      "x-forwarded-host": "evil.example:99",
      "x-forwarded-proto": "https",
    });
    expect(seen).toEqual(["https://inventory.example.com"]);
    expect(answer.headers["strict-transport-security"]).toMatch(/max-age=\d{7,}/);
    const plain = await raw(port, "/portal?a=1", { host: "evil.example", "x-forwarded-proto": "http" });
    expect([plain.status, plain.headers.location]).toEqual([308, "https://inventory.example.com/portal?a=1"]);
  });

  it("are refused to a Host that is none", async () => {
    const { port } = await startServer();
    expect((await raw(port, "/portal", { host: "a b<>" })).status).toBe(400);
  });
});

describe("event streams", () => {
  it("arrive at once, unpacked, and end their loader when the reader leaves", async () => {
    let aborted = () => {};
    const left = new Promise<void>((resolve) => {
      aborted = resolve;
    });
    const { url } = await startServer({
      loaders: {
        live: ({ request }) => {
          request.signal.addEventListener("abort", () => aborted());
          const body = new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode("data: look\n\n")) });
          // Without "no-transform", which only sends the hint further on to proxies: our own server must know by the type.
          return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
        },
      },
    });
    const leave = new AbortController();
    const answer = await fetch(`${url}/live`, { headers: { "accept-encoding": "gzip" }, signal: leave.signal });
    expect(answer.headers.get("content-encoding")).toBeNull();
    const first = await answer.body?.getReader().read();
    expect(new TextDecoder().decode(first?.value)).toBe("data: look\n\n");
    leave.abort();
    await left;
  });

  it("do not hold up the stop", async () => {
    const { url, server } = await startServer({
      loaders: {
        live: () =>
          new Response(new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array([10])) }), {
            headers: { "Content-Type": "text/event-stream" },
          }),
      },
    });
    const answer = await fetch(`${url}/live`);
    const reader = answer.body?.getReader();
    await reader?.read();
    const ended = reader?.read().then(
      () => "ended",
      () => "cut",
    );
    await server.stop();
    expect(await ended).toBe("cut");
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });
});

describe("health and figures", () => {
  it("says that the process is up and whether it may get traffic", async () => {
    const { url } = await startServer();
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: "up" });
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: "ready", checks: { database: "ok" } }]);
  });

  it("says what is missing", async () => {
    const { url } = await startServer({ options: { checks: [{ name: "database", check: async () => "2 migration(s) are missing" }] } });
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: "not ready", checks: { database: "2 migration(s) are missing" } }]);
  });

  it("shows its figures to the holder of the token and hides them from all others", async () => {
    const { url } = await startServer();
    await fetch(`${url}/portal`).then((answer) => answer.text());
    await fetch(`${url}/webhooks/shopify`, { method: "POST", body: "{}" });
    const shown = await (await fetch(`${url}/metrics`, { headers: { authorization: "Bearer 0123456789abcdef" } })).text();
    expect(shown).toMatch(/page_seconds_count\{role="web",kind="page",status="2xx"\} 1|page_seconds_count\{[^}]*kind="page"[^}]*\} 1/);
    expect(shown).toMatch(/door_seconds_count\{[^}]*channel="shopify"[^}]*\} 1/);
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
    expect((await fetch(`${url}/metrics`, { headers: { authorization: "Bearer 0123456789abcdeg" } })).status).toBe(404);
    const off = await startServer({ options: { metricsToken: null } });
    expect((await fetch(`${off.url}/metrics`, { headers: { authorization: "Bearer null" } })).status).toBe(404);
  });
});

describe("files and doors", () => {
  it("lets browsers keep what carries a hash, and never asks the pages for a missing one", async () => {
    const folder = mkdtempSync(join(tmpdir(), "inventorysync-files-"));
    stops.push(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, "assets"));
    writeFileSync(join(folder, "assets", "page-abc123.js"), "export {};");
    writeFileSync(join(folder, "robots.txt"), "User-agent: *");
    const { url } = await startServer({ options: { clientFolder: folder } });
    const asset = await fetch(`${url}/assets/page-abc123.js`);
    expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect((await fetch(`${url}/robots.txt`)).headers.get("cache-control")).toBe("public, max-age=3600");
    const missing = await fetch(`${url}/assets/page-old.js`);
    expect([missing.status, missing.headers.get("cache-control"), await missing.text()]).toEqual([404, "no-store", ""]);
    expect((await fetch(`${url}/assets/..%2f..%2fetc%2fpasswd`)).status).toBe(404);
  });

  it("answers a channel that is off without asking the pages, and a body that is too large with 413", async () => {
    const { url } = await startServer();
    expect((await fetch(`${url}/webhooks/ebay`, { method: "POST", body: "{}" })).status).toBe(404);
    expect((await fetch(`${url}/webhooks/nobody`, { method: "POST", body: "{}" })).status).toBe(404);
    const large = await fetch(`${url}/webhooks/shopify`, { method: "POST", body: Buffer.alloc(2 * 1024 * 1024 + 1) });
    expect([large.status, large.headers.get("x-content-type-options")]).toEqual([413, "nosniff"]);
  });

  it("lets the demo add doors of its own in front of the pages", async () => {
    const { url } = await startServer({
      options: { middleware: (app) => app.get("/demo/sign-in", (_req, res) => void res.send("who are you?")) },
    });
    expect(await (await fetch(`${url}/demo/sign-in`)).text()).toBe("who are you?");
  });

  it("says in words that its port is taken", async () => {
    const { port } = await startServer();
    await expect(startServer({ port })).rejects.toThrow(PortTaken);
    await expect(startServer({ port })).rejects.toThrow(`Port ${port} is taken; set PORT to another.`);
  });
});
