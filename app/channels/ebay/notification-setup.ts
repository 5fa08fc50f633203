/** Makes eBay call our door: an alert address, a destination that answers eBay's challenge, and the seller's subscription. */
import { z } from "zod";
import type { JsonObject } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext } from "../port.ts";
import { readAppKeys } from "./keys.ts";
import { API, callRest, type RestCall, sendRest } from "./rest-client.ts";
import { applicationToken } from "./tokens.ts";

const BASE = `${API}/commerce/notification/v1`;
/** About one seller: subscribed with the seller's token. */
const SELLER_TOPIC = "ORDER_CONFIRMATION";
/** About the application; not every keyset may subscribe to them here, some only in eBay's portal. */
const APP_TOPICS = ["AUTHORIZATION_REVOCATION", "MARKETPLACE_ACCOUNT_DELETION"];
const ALREADY_THERE = ["195012", "195021"];

const destinationsShape = z.object({
  destinations: z
    .array(z.object({ destinationId: z.string(), status: z.string(), deliveryConfig: z.object({ endpoint: z.string() }).optional() }))
    .default([]),
});
const subscriptionsShape = z.object({
  subscriptions: z.array(z.object({ subscriptionId: z.string(), topicId: z.string(), status: z.string() })).default([]),
});

/** Idempotent. Facts name the destination and the application topics that eBay refused. */
export async function ensureWebhooks(context: ChannelContext, doorUrl: string): Promise<{ secret: null; facts: JsonObject }> {
  const token = await applicationToken(context);
  await ensureAlertAddress(context, token, doorUrl);
  const destinationId = await ensureDestination(context, token, doorUrl);
  await ensureSubscription(context, undefined, SELLER_TOPIC, destinationId);
  const refusedTopics: string[] = [];
  for (const topic of APP_TOPICS) {
    try {
      await ensureSubscription(context, token, topic, destinationId);
    } catch (error) {
      if (!(error instanceof ChannelError) || !["forbidden", "rejected"].includes(error.kind)) throw error;
      refusedTopics.push(topic);
    }
  }
  return { secret: null, facts: { notificationDestinationId: destinationId, refusedTopics } };
}

async function ensureAlertAddress(context: ChannelContext, token: string, doorUrl: string): Promise<void> {
  const found = await sendRest(context, { operation: "getConfig", method: "GET", url: `${BASE}/config`, token, accept: [404] });
  if (found.status === 200) return;
  const alertEmail = readAppKeys(context.app).alertEmail ?? `postmaster@${new URL(doorUrl).hostname}`;
  await sendRest(context, { operation: "updateConfig", method: "PUT", url: `${BASE}/config`, token, body: { alertEmail }, changes: true });
}

async function ensureDestination(context: ChannelContext, token: string, doorUrl: string): Promise<string> {
  const wanted = {
    name: "InventorySync",
    status: "ENABLED",
    deliveryConfig: { endpoint: doorUrl, verificationToken: readAppKeys(context.app).verificationToken },
  };
  let found = await findDestination(context, token, doorUrl);
  if (!found) {
    await unlessThere(context, {
      operation: "createDestination",
      method: "POST",
      url: `${BASE}/destination`,
      token,
      body: wanted,
      changes: true,
    });
    found = await findDestination(context, token, doorUrl);
  } else if (found.status !== "ENABLED") {
    // eBay marks a door down after continued failure and never comes back by itself.
    const url = `${BASE}/destination/${encodeURIComponent(found.destinationId)}`;
    await sendRest(context, { operation: "updateDestination", method: "PUT", url, token, body: wanted, changes: true });
  }
  if (!found) throw new ChannelError("unavailable", "eBay does not list the destination it was given");
  return found.destinationId;
}

async function findDestination(context: ChannelContext, token: string, doorUrl: string) {
  const call = { operation: "getDestinations", method: "GET" as const, url: `${BASE}/destination?limit=100`, token };
  const { destinations } = await callRest(context, call, destinationsShape);
  return destinations.find((each) => each.deliveryConfig?.endpoint === doorUrl);
}

/** `token` undefined: the seller's own. */
async function ensureSubscription(
  context: ChannelContext,
  token: string | undefined,
  topicId: string,
  destinationId: string,
): Promise<void> {
  const as = token === undefined ? {} : { token };
  const { subscriptions } = await callRest(
    context,
    { operation: "getSubscriptions", method: "GET", url: `${BASE}/subscription?limit=100`, ...as },
    subscriptionsShape,
  );
  const found = subscriptions.find((each) => each.topicId === topicId);
  if (!found) {
    const payload = { format: "JSON", schemaVersion: "1.0", deliveryProtocol: "HTTPS" };
    const body = { topicId, status: "ENABLED", destinationId, payload };
    await unlessThere(context, {
      operation: "createSubscription",
      method: "POST",
      url: `${BASE}/subscription`,
      body,
      changes: true,
      ...as,
    });
  } else if (found.status !== "ENABLED") {
    const url = `${BASE}/subscription/${encodeURIComponent(found.subscriptionId)}/enable`;
    await sendRest(context, { operation: "enableSubscription", method: "POST", url, changes: true, ...as });
  }
}

/** Another connection of the same application may have been faster. */
async function unlessThere(context: ChannelContext, call: RestCall): Promise<void> {
  try {
    await sendRest(context, call);
  } catch (error) {
    if (!(error instanceof ChannelError) || !ALREADY_THERE.includes(error.platform.code ?? "")) throw error;
  }
}
