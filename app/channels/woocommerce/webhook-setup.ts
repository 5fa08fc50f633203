/**
 * Makes sure the shop calls our door for orders and products, and mends what it finds: hooks switched off after failures, missing
 * ones, doubles, and hooks whose secret is not ours. A shop never gives a secret back, so ours is derived from the connection's
 * key and the door, and each hook's name carries its fingerprint.
 */
import { createHash, createHmac } from "node:crypto";
import type { Json } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext, HookState } from "../port.ts";
import { doorRefusedBy } from "./door-reach.ts";
import { PER_PAGE, readList, totalOf } from "./list-pages.ts";
import { addressOf, factsOf, keyOf } from "./settings.ts";
import { callShop } from "./shop-client.ts";

const TOPICS = ["order.created", "order.updated", "order.deleted", "product.created", "product.updated", "product.deleted"] as const;

type Hook = { id: number; name: string; topic: string; status: string };

export async function ensureWebhooks(
  context: ChannelContext,
  doorUrl: string,
): Promise<{ secret: string; facts: { [name: string]: Json } }> {
  const secret = secretFor(context, doorUrl);
  const existing = await hooksFor(context, doorUrl);
  const ids: number[] = [];
  const mended: string[] = [];
  for (const topic of TOPICS) {
    const name = nameOf(topic, secret);
    const [kept, ...doubles] = existing.filter((hook) => hook.topic === topic);
    if (!kept) {
      const body = { name, topic, delivery_url: doorUrl, secret, status: "active" };
      const made = await callShop(context, { operation: "createWebhook", method: "POST", endpoint: "webhooks", body });
      ids.push(toHook(made.body)?.id ?? 0);
      continue;
    }
    ids.push(kept.id);
    if (kept.status !== "active" || kept.name !== name) {
      await callShop(context, {
        operation: "updateWebhook",
        method: "PUT",
        endpoint: `webhooks/${kept.id}`,
        body: { name, secret, status: "active" },
      });
      mended.push(topic);
    }
    for (const double of doubles) {
      await callShop(context, {
        operation: "deleteWebhook",
        method: "DELETE",
        endpoint: `webhooks/${double.id}`,
        params: { force: "true" },
      });
    }
  }
  const checkedAt = context.now().toISOString();
  const doorRefused = doorRefusedBy(factsOf(context.settings).signedAs ?? addressOf(context), doorUrl);
  return { secret, facts: { webhookIds: ids, webhooksMended: mended, webhooksCheckedAt: checkedAt, doorRefused } };
}

/** A shop switches a hook off after seven failures in a row and tells nobody (contracts/woocommerce-observed.md). */
export async function readWebhooks(context: ChannelContext, doorUrl: string): Promise<HookState[]> {
  const secret = secretFor(context, doorUrl);
  const existing = await hooksFor(context, doorUrl);
  return TOPICS.map((topic) => {
    const [first] = existing.filter((hook) => hook.topic === topic);
    return { topic, state: first === undefined ? "missing" : stateOf(first, nameOf(topic, secret)) };
  });
}

function stateOf(hook: Hook, name: string): HookState["state"] {
  if (hook.status !== "active") return "off";
  return hook.name === name ? "active" : "other-secret";
}

/** The only place where a shop shows which secret a hook was given. */
function nameOf(topic: string, secret: string): string {
  return `InventorySync ${topic} ${fingerprint(secret)}`;
}

/** Removes our hooks of this door for good; a shop keeps none of them in a bin. */
export async function removeWebhooks(context: ChannelContext, doorUrl: string): Promise<{ removed: number; left: number }> {
  const existing = await hooksFor(context, doorUrl);
  let removed = 0;
  for (const hook of existing) {
    try {
      await callShop(context, {
        operation: "deleteWebhook",
        method: "DELETE",
        endpoint: `webhooks/${hook.id}`,
        params: { force: "true" },
      });
      removed++;
    } catch (error) {
      // Gone already is gone; anything else the seller is told to remove by hand.
      if (error instanceof ChannelError && error.kind === "not-found") removed++;
      else if (!(error instanceof ChannelError)) throw error;
    }
  }
  return { removed, left: existing.length - removed };
}

/** Hexadecimal: shops decode HTML entities in a secret before they use it. */
function secretFor(context: ChannelContext, doorUrl: string): string {
  return createHmac("sha256", keyOf(context.credentials).consumerSecret).update(`webhook secret for ${doorUrl}`).digest("hex");
}

function fingerprint(secret: string): string {
  return createHash("sha256").update(secret).digest("hex").slice(0, 8);
}

async function hooksFor(context: ChannelContext, doorUrl: string): Promise<Hook[]> {
  const found: Hook[] = [];
  for (let offset = 0; ; ) {
    const params = { per_page: String(PER_PAGE), offset: String(offset), orderby: "id", order: "asc" };
    const answer = await callShop(context, { operation: "listWebhook", method: "GET", endpoint: "webhooks", params });
    const values = readList(answer.body);
    for (const value of values) {
      const hook = toHook(value);
      if (hook && (value as { delivery_url?: unknown }).delivery_url === doorUrl) found.push(hook);
    }
    offset += values.length;
    const total = totalOf(answer.headers);
    if (values.length === 0 || (total === null ? values.length < PER_PAGE : offset >= total)) return found;
  }
}

function toHook(value: unknown): Hook | null {
  if (typeof value !== "object" || value === null) return null;
  const { id, name, topic, status } = value as Record<string, unknown>;
  if (typeof id !== "number" || typeof topic !== "string") return null;
  return { id, topic, name: typeof name === "string" ? name : "", status: typeof status === "string" ? status : "" };
}
