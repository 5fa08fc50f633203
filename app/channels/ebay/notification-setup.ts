/** Makes eBay call our door: an alert address, a destination that answers eBay's challenge, and the seller's subscription. */
import { z } from "zod";
import type { JsonObject } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext, HookState } from "../port.ts";
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
  subscriptions: z
    .array(z.object({ subscriptionId: z.string(), topicId: z.string(), status: z.string(), destinationId: z.string().optional() }))
    .default([]),
});
type Subscription = z.infer<typeof subscriptionsShape>["subscriptions"][number];
const PAYLOAD = { format: "JSON", schemaVersion: "1.0", deliveryProtocol: "HTTPS" };

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

/**
 * eBay marks a destination down after continued failure, which silences every topic. Of the application's topics only those are
 * told of that stand here: some keysets have them in eBay's portal alone.
 */
export async function readWebhooks(context: ChannelContext, doorUrl: string): Promise<HookState[]> {
  const token = await applicationToken(context);
  const destination = await findDestination(context, token, doorUrl);
  const mine = await subscriptionsOf(context, undefined);
  const application = await subscriptionsOf(context, token);
  const found = application.filter((each) => APP_TOPICS.includes(each.topicId));
  return [
    { topic: SELLER_TOPIC, state: stateOf(mine.find((each) => each.topicId === SELLER_TOPIC)) },
    ...found.map((each) => ({ topic: each.topicId, state: stateOf(each) })),
  ];

  function stateOf(subscription: Subscription | undefined): HookState["state"] {
    if (subscription === undefined || destination === undefined) return "missing";
    if (destination.status !== "ENABLED" || subscription.status !== "ENABLED") return "off";
    return isAt(subscription, destination.destinationId) ? "active" : "elsewhere";
  }
}

/**
 * Takes down what is about this seller. The destination and the application's own topics serve every other seller as well, and eBay
 * wants its account-deletion notices answered whoever is connected.
 */
export async function removeWebhooks(context: ChannelContext): Promise<{ removed: number; left: number }> {
  const mine = (await subscriptionsOf(context, undefined)).filter((each) => each.topicId === SELLER_TOPIC);
  for (const { subscriptionId } of mine) {
    const url = `${BASE}/subscription/${encodeURIComponent(subscriptionId)}`;
    await sendRest(context, { operation: "deleteSubscription", method: "DELETE", url, changes: true, accept: [404] });
  }
  return { removed: mine.length, left: 0 };
}

function isAt(subscription: Subscription, destinationId: string): boolean {
  return subscription.destinationId === undefined || subscription.destinationId === destinationId;
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
  const found = (await subscriptionsOf(context, token)).find((each) => each.topicId === topicId);
  if (!found) {
    const body = { topicId, status: "ENABLED", destinationId, payload: PAYLOAD };
    await unlessThere(context, {
      operation: "createSubscription",
      method: "POST",
      url: `${BASE}/subscription`,
      body,
      changes: true,
      ...as,
    });
    return;
  }
  const url = `${BASE}/subscription/${encodeURIComponent(found.subscriptionId)}`;
  if (!isAt(found, destinationId)) {
    // One subscription per application and topic: it still calls the address that this installation had before.
    const body = { status: "ENABLED", destinationId, payload: PAYLOAD };
    await sendRest(context, { operation: "updateSubscription", method: "PUT", url, body, changes: true, ...as });
  } else if (found.status !== "ENABLED") {
    await sendRest(context, { operation: "enableSubscription", method: "POST", url: `${url}/enable`, changes: true, ...as });
  }
}

async function subscriptionsOf(context: ChannelContext, token: string | undefined): Promise<Subscription[]> {
  const call = { operation: "getSubscriptions", method: "GET" as const, url: `${BASE}/subscription?limit=100` };
  return (await callRest(context, token === undefined ? call : { ...call, token }, subscriptionsShape)).subscriptions;
}

/** Another connection of the same application may have been faster. */
async function unlessThere(context: ChannelContext, call: RestCall): Promise<void> {
  try {
    await sendRest(context, call);
  } catch (error) {
    if (!(error instanceof ChannelError) || !ALREADY_THERE.includes(error.platform.code ?? "")) throw error;
  }
}
