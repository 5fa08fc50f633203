/**
 * A plain simulated admin at {origin}/shopify/admin/store/NAME: it frames the embedded app the way Shopify admin does (query
 * with shop, host, embedded and a fresh id_token) and shows the app's menu, title bar, save bar and toasts around it. The path
 * inside the app stands in the admin's own address, so a reload finds the same page.
 */
import { escapeHtml } from "../shop-page.ts";
import type { SimRequest, SimResponse, SimulatorHost } from "../simulator.ts";
import { runAdmin } from "./admin-script.ts";
import { ADMIN_STYLE } from "./admin-style.ts";
import { runAppBridge } from "./app-bridge-stub.ts";
import { domainOf, type ShopState } from "./shop-state.ts";
import { mintSessionToken } from "./tokens.ts";

export type AdminDesk = {
  host: SimulatorHost;
  appOrigin(): string | null;
  shopNamed(name: string | undefined): ShopState | null;
  /** The owner's hand: the app loses every token and is told by webhook, or may come in again. */
  setInstalled(shop: ShopState, installed: boolean): void;
};

const ADMIN_PATH = /^\/admin\/store\/([a-z0-9-]+)(?:\/apps\/inventorysync(\/.*)?)?\/?$/;
/** Where the app begins, as application_url of its toml says. */
const APP_START = "/app";
const INSTALL_PATH = /^\/admin\/store\/([a-z0-9-]+)\/(install|uninstall)$/;
const PLACES = ["Home", "Orders", "Products", "Customers", "Content", "Analytics", "Marketing", "Discounts"];

/** null: not one of the admin's addresses. */
export function answerAdminPage(request: SimRequest, desk: AdminDesk): SimResponse | null {
  if (request.method === "OPTIONS") return answer(204, "text/plain", "", CORS);
  if (request.method === "POST") return changeInstallation(request, desk);
  if (request.method !== "GET") return null;
  if (request.path === "/app-bridge.js") return answer(200, "text/javascript", `(${runAppBridge.toString()})();`, CORS);
  if (request.path === "/id-token") {
    const shop = desk.shopNamed(request.query.get("shop")?.replace(/\.myshopify\.com$/, ""));
    const user = /^\d{1,19}$/.exec(request.query.get("user") ?? "")?.[0];
    return shop
      ? answer(200, "text/plain", mintSessionToken(shop, desk.host, user), CORS)
      : answer(404, "text/plain", "unknown shop", CORS);
  }
  const [, name, inside] = ADMIN_PATH.exec(request.path) ?? [];
  if (!name) return null;
  const shop = desk.shopNamed(name);
  if (!shop) return answer(404, "text/html", page("Not found", "<p class='bare'>There is no such shop.</p>", ""));
  if (!shop.installed) {
    const form = `<form method="post" action="/shopify/admin/store/${name}/install"><button class="primary">Install InventorySync</button></form>`;
    return answer(
      200,
      "text/html",
      page(shop.title, `<div class="bare"><p>InventorySync is not installed in this shop.</p>${form}</div>`, ""),
    );
  }
  const appOrigin = desk.appOrigin();
  if (!appOrigin) return answer(503, "text/html", page(shop.title, "<p class='bare'>The app has not said yet where it runs.</p>", ""));
  return answer(200, "text/html", renderAdmin(shop, desk, appOrigin, inside ?? APP_START, request.query));
}

/** A form of this page alone may do it, not a page of somebody else in the same browser. */
function changeInstallation(request: SimRequest, desk: AdminDesk): SimResponse | null {
  const [, name, what] = INSTALL_PATH.exec(request.path) ?? [];
  const shop = desk.shopNamed(name);
  if (!shop) return null;
  const { origin, host } = request.headers;
  if (origin !== undefined && origin !== `http://${host}`) return answer(403, "text/plain", "another page may not do this");
  desk.setInstalled(shop, what === "install");
  return answer(303, "text/plain", "", { location: `/shopify/admin/store/${shop.name}` });
}

function renderAdmin(shop: ShopState, desk: AdminDesk, appOrigin: string, inside: string, asked: URLSearchParams): string {
  const src = new URL(appOrigin);
  src.pathname = inside;
  for (const [name, value] of asked) src.searchParams.append(name, value);
  const given = {
    embedded: "1",
    host: Buffer.from(`admin.shopify.com/store/${shop.name}`).toString("base64"),
    id_token: mintSessionToken(shop, desk.host),
    locale: "en",
    shop: domainOf(shop),
  };
  for (const [name, value] of Object.entries(given)) src.searchParams.set(name, value);
  const base = `/shopify/admin/store/${shop.name}/apps/inventorysync`;
  const settings = { appOrigin, base, tokenUrl: `/shopify/id-token?shop=${domainOf(shop)}` };
  const body = `
<header class="top"><span class="mark">admin</span><span class="search">Search</span><span class="store">${escapeHtml(shop.title)}</span></header>
<div class="columns">
  <nav class="side" aria-label="Admin">
    <ul>${PLACES.map((place) => `<li><span class="place">${place}</span></li>`).join("")}</ul>
    <h2>Apps</h2>
    <a class="app" id="app-home" href="${base}${APP_START}">InventorySync</a>
    <ul id="app-menu"></ul>
    <p class="note">Simulated admin. Only the app is real.</p>
    <form method="post" action="/shopify/admin/store/${shop.name}/uninstall"><button class="plain">Uninstall the app</button></form>
  </nav>
  <main>
    <div class="title-bar"><div id="title-bar"><h1>InventorySync</h1></div><div id="loading" hidden></div></div>
    <div id="save-bar" role="region" aria-label="Unsaved changes" hidden></div>
    <iframe id="app-frame" name="app-iframe" title="InventorySync" src="${escapeHtml(src.href)}"></iframe>
  </main>
</div>
<div id="toasts" role="status" aria-live="polite"></div>
<dialog id="leave"><p id="leave-text"></p><div><button value="stay">Continue editing</button><button value="leave" class="danger">Leave page</button></div></dialog>`;
  return page(`${shop.title} · InventorySync`, body, `(${runAdmin.toString()})(${JSON.stringify(settings).replaceAll("<", "\\u003c")});`);
}

function page(title: string, body: string, script: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style>${ADMIN_STYLE}</style></head><body>${body}<script>${script}</script></body></html>`;
}

const CORS = { "access-control-allow-origin": "*", "access-control-allow-headers": "*" };

function answer(status: number, type: string, body: string, headers: Record<string, string> = {}): SimResponse {
  return { status, headers: { "content-type": `${type}; charset=utf-8`, "cache-control": "no-store", ...headers }, body };
}
