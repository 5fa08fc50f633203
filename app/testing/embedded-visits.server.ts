/** People of simulated shops who open the app inside Shopify admin: documents and data calls as Shopify sends them, with real session tokens. */
import type { AppLoadContext } from "@remix-run/node";
import { SCOPES, shopify } from "#app/channels/shopify/connector.server.ts";
import type { EmbeddedDoor, Front } from "#app/front.server.ts";
import { requireSeller } from "#app/front.server.ts";
import { toSandbox } from "#app/sandbox/platform-hosts.ts";
import { createEmbeddedFront } from "#app/shopify.server.ts";
import type { Rig } from "./rig.server.ts";

/** Shopify's numbers of the people whom the simulated admin knows. */
export const OWNER = "42";
export const STAFF = "43";
export const COLLABORATOR = "44";

const BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

export type EmbeddedVisits = {
  door: EmbeddedDoor;
  /** How often the web process asked Shopify's token endpoint. */
  exchanges: { count: number };
  context: () => AppLoadContext;
  /** A page loaded by the admin's frame. */
  document: (shop: string, path?: string, user?: string) => Promise<Request>;
  /** A call of the page itself; with `form` it is a POST. */
  call: (shop: string, path: string, options?: { user?: string; form?: Record<string, string> }) => Promise<Request>;
  enter: (shop: string, user?: string) => Promise<Front>;
};

export async function openEmbeddedVisits(rig: Rig): Promise<EmbeddedVisits> {
  const { shopify: keys } = rig.config.appKeys;
  if (!keys) throw new Error("the rig has no keys for Shopify");
  const exchanges = { count: 0 };
  const door = await createEmbeddedFront({
    ...{ apiKey: keys.apiKey, apiSecret: keys.apiSecret, appUrl: rig.config.appUrl, scopes: SCOPES, house: rig.web },
    apiVersion: shopify.apiVersion.version,
    fetchMap: (url) => {
      if (url.endsWith("/admin/oauth/access_token")) exchanges.count++;
      return toSandbox(rig.sandbox.origin, url);
    },
  });
  const token = async (shop: string, user: string) => {
    const answer = await fetch(`${rig.sandbox.origin}/shopify/id-token?shop=${shop}&user=${user}`);
    if (!answer.ok) throw new Error(`no session token for ${shop}`);
    return answer.text();
  };
  const context = () => ({ house: rig.web, nonce: "n", fronts: { app: door, portal: null } }) as unknown as AppLoadContext;
  const visits: EmbeddedVisits = {
    ...{ door, exchanges, context },
    async document(shop, path = "/app", user = OWNER) {
      const query = new URLSearchParams({
        ...{ shop, embedded: "1", id_token: await token(shop, user) },
        host: Buffer.from(`admin.shopify.com/store/${shop.split(".")[0]}`).toString("base64"),
      });
      return new Request(`${rig.config.appUrl}${path}?${query}`, { headers: { "user-agent": BROWSER } });
    },
    async call(shop, path, { user = OWNER, form } = {}) {
      const headers = { "user-agent": BROWSER, authorization: `Bearer ${await token(shop, user)}` };
      return new Request(`${rig.config.appUrl}${path}`, form ? { method: "POST", headers, body: new URLSearchParams(form) } : { headers });
    },
    enter: async (shop, user = OWNER) => requireSeller(await visits.document(shop, "/app", user), context()),
  };
  return visits;
}
