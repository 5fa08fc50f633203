/**
 * Outgoing webhooks: queued per hook and resource (what waits already is not queued twice), built and signed when they are
 * sent, never tried again, and switched off by the seventh failure in a row.
 */
import { createHash, createHmac } from "node:crypto";
import type { SignHow } from "../simulator.ts";
import type { Hook } from "./model.ts";
import { type Json, renderProduct, renderVariation } from "./render.ts";
import { renderOrder } from "./render-order.ts";
import type { Shop } from "./shop.ts";

export const TOPICS = ["coupon", "customer", "order", "product"].flatMap((resource) =>
  ["created", "updated", "deleted", "restored"].map((event) => `${resource}.${event}`),
);

type Resource = "order" | "product";
type HookEvent = "created" | "updated" | "deleted" | "restored";

/** Tells every active hook of this topic. Nothing leaves where nobody listens. */
export function fire(shop: Shop, resource: Resource, event: HookEvent, id: number): void {
  const topic = `${resource}.${event}`;
  for (const hook of shop.hooks.values()) {
    if (hook.status !== "active" || hook.topic !== topic) continue;
    const waitingKey = `${hook.id}:${id}`;
    const nowMs = shop.host.now().getTime();
    if ((shop.waiting.get(waitingKey) ?? 0) > nowMs) continue;
    shop.waiting.set(waitingKey, nowMs + longestWaitMs(shop));
    if (hook.pingDue) ping(shop, hook);
    send(shop, hook, topic, waitingKey, () => JSON.stringify(bodyOf(shop, resource, event, id)).replaceAll("/", "\\/"));
  }
}

/** Without an ordered delay everything leaves at once. A delivery that was lost meanwhile swallows what joined it, as a lost job does. */
function longestWaitMs(shop: Shop): number {
  const { delayMs, shuffle } = shop.host.faults(shop.account).webhooks;
  return delayMs + (shuffle > 0 ? 400 : 0);
}

function bodyOf(shop: Shop, resource: Resource, event: HookEvent, id: number): Json {
  if (event === "deleted") return { id };
  if (resource === "order") {
    const order = shop.orders.get(id);
    return order ? renderOrder(shop, order) : goneBody("woocommerce_rest_shop_order_invalid_id");
  }
  const item = shop.items.get(id);
  if (!item) return goneBody("woocommerce_rest_product_invalid_id");
  return item.type === "variation"
    ? { ...renderVariation(shop, item), type: "variation", parent_id: item.parentId }
    : renderProduct(shop, item);
}

/** The body a real shop sends, signed, when the thing is gone by the time of delivery. */
function goneBody(code: string): Json {
  return { code, message: "Invalid ID.", data: { status: 404 } };
}

function send(shop: Shop, hook: Hook, topic: string, waitingKey: string, build: () => string): void {
  const built: { body: string | null } = { body: null };
  shop.host.deliver(shop.account, {
    url: hook.deliveryUrl,
    topic,
    headers: deliveryHeaders(shop, hook, topic),
    /** Read by the core when it sends: the state of then, not of the event. */
    get body() {
      built.body ??= build();
      shop.waiting.delete(waitingKey);
      return built.body;
    },
    retryAfterMs: [],
    sign: (body, how) => signature(hook.secret, body, how),
    onOutcome: (status) => countOutcome(shop, hook, status),
  });
}

export function deliveryHeaders(shop: Shop, hook: Hook, topic: string): Record<string, string> {
  const [resource = "", event = ""] = topic.split(".");
  const second = Math.floor(shop.host.now().getTime() / 1000);
  return {
    "user-agent": "WooCommerce/10.0.2 Hookshot (WordPress/6.8.3)",
    "content-type": "application/json",
    "x-wc-webhook-source": `${shop.address()}/`,
    "x-wc-webhook-topic": topic,
    "x-wc-webhook-resource": resource,
    "x-wc-webhook-event": event,
    "x-wc-webhook-id": String(hook.id),
    // Hashed from hook and second, so two deliveries of one hook within a second share it.
    "x-wc-webhook-delivery-id": createHash("md5").update(`${hook.id}:${second}`).digest("hex"),
  };
}

export function signature(secret: string, body: string, how: SignHow): Record<string, string> {
  const mac = (key: string, text: string) => createHmac("sha256", key).update(text).digest("base64");
  switch (how) {
    case "good":
      return { "x-wc-webhook-signature": mac(secret, body) };
    case "bad":
      return { "x-wc-webhook-signature": mac(secret, `${body} `) };
    case "otherKey":
      return { "x-wc-webhook-signature": mac(`${secret}x`, body) };
    case "none":
      return {};
    default:
      return how satisfies never;
  }
}

/** Everything up to 302 counts as success; a failure on top of six switches the hook off, and nobody is told. */
function countOutcome(shop: Shop, hook: Hook, status: number | null): void {
  if (status !== null && status >= 200 && status <= 302) hook.failures = 0;
  else if (hook.failures > 5) hook.status = "disabled";
  else hook.failures += 1;
  shop.host.touched();
}

/** A form-encoded, unsigned hello without any X-WC header. */
export function ping(shop: Shop, hook: Hook): void {
  hook.pingDue = false;
  shop.host.deliver(shop.account, {
    url: hook.deliveryUrl,
    topic: "ping",
    headers: { "user-agent": "WooCommerce/10.0.2 Hookshot (WordPress/6.8.3)", "content-type": "application/x-www-form-urlencoded" },
    body: `webhook_id=${hook.id}`,
    retryAfterMs: [],
    sign: () => ({}),
    onOutcome: (status) => {
      if (status === null || status < 200 || status > 302) hook.pingDue = true;
    },
  });
}
