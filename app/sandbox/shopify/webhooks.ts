/**
 * Deliveries as Shopify sends them: X-Shopify-* headers, base64 HMAC-SHA256 over the raw bytes with the app's secret, eight
 * further tries over four hours (contracts: shopify 6.1). The subscriptions are those of shopify.app.toml, so they never end.
 */
import { createHmac, randomUUID } from "node:crypto";
import type { SignHow, SimulatorHost } from "../simulator.ts";
import { API_VERSION } from "./schema.ts";
import { domainOf, type ShopState } from "./shop-state.ts";
import { CLIENT_SECRET } from "./tokens.ts";

const MINUTE = 60_000;
/** Growing pauses that add up to four hours; Shopify publishes the count and the sum only. */
const RETRY_AFTER_MS = [10_000, MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 40 * MINUTE, 60 * MINUTE, 104 * MINUTE];

export const TOPICS = [
  "inventory_levels/update",
  "products/create",
  "products/update",
  "products/delete",
  "orders/create",
  "orders/updated",
  "orders/cancelled",
  "orders/edited",
  "refunds/create",
  "app/uninstalled",
  "customers/data_request",
  "customers/redact",
  "shop/redact",
] as const;
export type Topic = (typeof TOPICS)[number];

export type WebhookDesk = {
  send(shop: ShopState, topic: Topic, body: object): void;
  forge(
    shop: ShopState,
    what: { topic: string; headers: Record<string, string>; body: string; sign: SignHow },
  ): {
    url: string;
    headers: Record<string, string>;
    body: string;
  };
};

export function openWebhookDesk(host: SimulatorHost, door: () => string | null): WebhookDesk {
  const headersFor = (shop: ShopState, topic: string, deliveryId: string): Record<string, string> => ({
    "content-type": "application/json",
    "user-agent": "Shopify-Captain-Hook",
    "x-shopify-topic": topic,
    "x-shopify-shop-domain": domainOf(shop),
    "x-shopify-api-version": API_VERSION,
    "x-shopify-webhook-id": deliveryId,
    "x-shopify-event-id": randomUUID(),
    "x-shopify-triggered-at": host.now().toISOString(),
    "x-shopify-name": "inventorysync",
  });
  return {
    send(shop, topic, body) {
      const url = door();
      if (!url || !shop.installed) return;
      host.deliver(shop.account, {
        url,
        topic,
        headers: headersFor(shop, topic, randomUUID()),
        body: JSON.stringify(body),
        retryAfterMs: RETRY_AFTER_MS,
        sign: signatureHeaders,
      });
    },
    forge(shop, { topic, headers, body, sign }) {
      const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
      const all = { ...headersFor(shop, topic, randomUUID()), ...signatureHeaders(body, sign), ...lower };
      return { url: door() ?? "", headers: all, body };
    },
  };
}

export function signatureHeaders(body: string, how: SignHow): Record<string, string> {
  switch (how) {
    case "good":
      return { "x-shopify-hmac-sha256": hmac(body, CLIENT_SECRET) };
    case "otherKey":
      return { "x-shopify-hmac-sha256": hmac(body, "the-secret-of-another-app") };
    case "bad":
      return { "x-shopify-hmac-sha256": hmac(`${body} `, CLIENT_SECRET) };
    case "none":
      return {};
    default:
      return how satisfies never;
  }
}

const hmac = (body: string, secret: string): string => createHmac("sha256", secret).update(body, "utf8").digest("base64");
