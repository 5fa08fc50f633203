/** /webhooks: subscriptions. The secret goes in and never comes out. */
import { randomBytes } from "node:crypto";
import type { SimRequest, SimResponse } from "../simulator.ts";
import { invalidParam, json, missingParam, RestError } from "./answers.ts";
import { batch } from "./batch.ts";
import { listAnswer, listArguments, sortFor } from "./lists.ts";
import type { Hook } from "./model.ts";
import { type Json, renderHook } from "./render.ts";
import type { Shop } from "./shop.ts";
import { ping, TOPICS } from "./webhooks.ts";

const STATUSES = ["active", "paused", "disabled"] as const;

export function listHooks(shop: Shop, request: SimRequest): SimResponse {
  const args = listArguments(shop, request.query);
  const status = request.query.get("status") ?? "all";
  if (status !== "all" && !(STATUSES as readonly string[]).includes(status)) {
    throw invalidParam("status", `status is not one of all, ${STATUSES.join(", ")}.`, "rest_not_in_enum");
  }
  const found = sortFor(
    args,
    [...shop.hooks.values()].filter((hook) => status === "all" || hook.status === status),
  );
  const page = found.slice(args.offset, args.offset + args.perPage);
  return listAnswer(
    shop,
    request,
    args,
    found.length,
    page.map((hook) => renderHook(shop, hook)),
  );
}

function find(shop: Shop, id: number, status: number): Hook {
  const hook = shop.hooks.get(id);
  if (!hook) throw new RestError(status, "woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.");
  return hook;
}

export function getHook(shop: Shop, id: number): SimResponse {
  return json(200, renderHook(shop, find(shop, id, 404)));
}

export function postHook(shop: Shop, body: Json): SimResponse {
  return json(201, renderHook(shop, create(shop, body)));
}

function create(shop: Shop, body: Json): Hook {
  if (typeof body.topic !== "string") throw missingParam("topic");
  if (typeof body.delivery_url !== "string") throw missingParam("delivery_url");
  const nowMs = shop.host.now().getTime();
  const hook: Hook = {
    id: shop.host.nextId(),
    name: typeof body.name === "string" ? body.name : `Webhook created on ${new Date(nowMs).toISOString()}`,
    status: readStatus(body.status) ?? "active",
    topic: checkTopic(body.topic),
    deliveryUrl: checkUrl(body.delivery_url),
    secret: typeof body.secret === "string" && body.secret ? body.secret : randomBytes(25).toString("hex"),
    createdMs: nowMs,
    modifiedMs: nowMs,
    failures: 0,
    pingDue: false,
  };
  shop.hooks.set(hook.id, hook);
  shop.host.touched();
  if (hook.status === "active") ping(shop, hook);
  return hook;
}

function readStatus(value: unknown): Hook["status"] | null {
  if (value === undefined) return null;
  if (!(STATUSES as readonly unknown[]).includes(value))
    throw invalidParam("status", `status is not one of ${STATUSES.join(", ")}.`, "rest_not_in_enum");
  return value as Hook["status"];
}

function checkTopic(topic: string): string {
  if (TOPICS.includes(topic) || /^action\.(woocommerce_|wc_)\w+$/.test(topic)) return topic;
  throw new RestError(400, "woocommerce_rest_shop_webhook_invalid_topic", "Webhook topic must be valid.");
}

/** Only the scheme is looked at: an address that deliveries will never reach is accepted all the same. */
function checkUrl(url: string): string {
  if (/^https?:\/\//.test(url)) return url;
  throw new RestError(
    400,
    "woocommerce_rest_shop_webhook_invalid_delivery_url",
    "Webhook delivery URL must be a valid URL starting with http:// or https://.",
  );
}

export function putHook(shop: Shop, id: number, body: Json): SimResponse {
  return json(200, renderHook(shop, update(shop, find(shop, id, 400), body)));
}

function update(shop: Shop, hook: Hook, body: Json): Hook {
  const status = readStatus(body.status);
  if (typeof body.topic === "string") hook.topic = checkTopic(body.topic);
  if (typeof body.delivery_url === "string") hook.deliveryUrl = checkUrl(body.delivery_url);
  if (typeof body.secret === "string") hook.secret = body.secret;
  if (typeof body.name === "string") hook.name = body.name;
  if (status !== null) {
    if (status === "active" && hook.status !== "active") {
      hook.failures = 0;
      hook.pingDue = true;
    }
    hook.status = status;
  }
  hook.modifiedMs = shop.host.now().getTime();
  shop.host.touched();
  return hook;
}

export function deleteHook(shop: Shop, id: number, force: boolean): SimResponse {
  const hook = find(shop, id, 404);
  if (!force) throw new RestError(501, "woocommerce_rest_trash_not_supported", "Webhooks do not support trashing.");
  shop.hooks.delete(id);
  shop.host.touched();
  return json(200, renderHook(shop, hook));
}

export function batchHooks(shop: Shop, body: Json): SimResponse {
  return batch(body, {
    create: (item) => renderHook(shop, create(shop, item)),
    update: (id, item) => renderHook(shop, update(shop, find(shop, id, 400), item)),
    remove(id) {
      const hook = find(shop, id, 404);
      shop.hooks.delete(id);
      return renderHook(shop, hook);
    },
  });
}
