/** What a page may load and who may frame it. Pure text; the web server writes it on every answer. */
export type PolicyOptions = {
  /** Adds what only makes sense over https. */
  production: boolean;
  /** The demo's simulated admin: may frame the embedded front, and serves its stub of App Bridge. Never set in production. */
  simulatedAdmin: string | null;
  /** Vite's hot reload. */
  hotReload: boolean;
};

const SHOPIFY_CDN = "https://cdn.shopify.com";
/** Where shopify-app-remix has not said which shop it is (an error page without `?shop=`). */
const ANY_ADMIN = "https://admin.shopify.com https://*.myshopify.com";
/** A library page without nonce, whose only inline script leads out of the frame (contracts/shopify.md 9, reserved paths). */
const EXIT_PAGE = "/auth/exit-iframe";

const isEmbedded = (path: string): boolean => /^\/(app|auth)(\/|$)/.test(path);

/**
 * `given` is a policy that was set further in (shopify-app-remix names the shop that may frame us); only its frame-ancestors
 * count, for two headers would both be enforced.
 */
export function contentSecurityPolicy(path: string, nonce: string, given: string | null, options: PolicyOptions): string {
  const embedded = isEmbedded(path);
  const admin = options.simulatedAdmin && embedded ? [options.simulatedAdmin] : [];
  const scripts = path === EXIT_PAGE ? ["'unsafe-inline'"] : ["'self'", `'nonce-${nonce}'`];
  const directives: [string, ...string[]][] = [
    ["default-src", "'self'"],
    ["script-src", ...scripts, ...(embedded ? [SHOPIFY_CDN] : []), ...admin],
    // Polaris places its popovers by style attributes, which carry no nonce.
    ["style-src", "'self'", "'unsafe-inline'", ...(embedded ? [SHOPIFY_CDN] : [])],
    ["img-src", "'self'", "data:", SHOPIFY_CDN],
    ["font-src", "'self'", SHOPIFY_CDN],
    ["connect-src", "'self'", ...(embedded ? [SHOPIFY_CDN] : []), ...admin, ...(options.hotReload ? ["ws:"] : [])],
    // Connecting a shop posts a form whose answer leads to the platform, a WooCommerce shop at any address among them.
    ["form-action", "'self'", "https:", ...(options.production ? [] : ["http://127.0.0.1:*", "http://localhost:*"])],
    ["frame-ancestors", frameAncestors(path, given, admin)],
    ["object-src", "'none'"],
    ["base-uri", "'none'"],
  ];
  if (options.production) directives.push(["upgrade-insecure-requests"]);
  return directives.map((parts) => parts.join(" ")).join("; ");
}

function frameAncestors(path: string, given: string | null, admin: string[]): string {
  const named = /frame-ancestors ([^;]+)/.exec(given ?? "")?.[1]?.trim();
  if (!isEmbedded(path)) return named ?? "'none'";
  return [...new Set([...(named ?? ANY_ADMIN).split(/\s+/), ...admin])].join(" ");
}
