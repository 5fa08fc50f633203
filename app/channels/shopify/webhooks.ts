/**
 * Checks a delivery as Shopify signs it: base64 HMAC-SHA256 of the raw bytes with the app's secret. The headers are not
 * signed: topic, shop and delivery id are claims, so whatever comes out of here is a hint (design.md 3).
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { RawDelivery, Verified, VerifyKeys } from "../port.ts";
import { isText, readAppKeys, SHOP_DOMAIN } from "./shop-settings.ts";
import { type Body, isBody, readEvents, shopNamedIn } from "./webhook-events.ts";

/** Names of our own for what is recorded; a claimed topic may be any text. */
const TOPIC = /^[a-z_]{1,40}\/[a-z_]{1,40}$/;
const DELIVERY_ID = /^[\w.:-]{8,80}$/;

export async function verify(delivery: RawDelivery, keys: VerifyKeys): Promise<Verified> {
  const app = readAppKeys(keys.app);
  if (!app) return { outcome: "refused", status: 401, reason: "no app secret is configured" };
  if (delivery.method !== "POST") return { outcome: "refused", status: 405, reason: "only POST is answered" };
  const given = delivery.headers["x-shopify-hmac-sha256"];
  const secrets = [app.clientSecret, ...(isText(app.previousClientSecret) ? [app.previousClientSecret] : [])];
  if (!given || !secrets.some((secret) => isSignedWith(secret, delivery.rawBody, given))) {
    return { outcome: "refused", status: 401, reason: "the signature does not fit the body" };
  }
  return readSigned(delivery);
}

function isSignedWith(secret: string, body: Uint8Array, given: string): boolean {
  const wanted = createHmac("sha256", secret).update(body).digest();
  const bytes = Buffer.from(given, "base64");
  // timingSafeEqual throws on unequal lengths.
  return bytes.length === wanted.length && timingSafeEqual(bytes, wanted);
}

function readSigned({ headers, rawBody }: RawDelivery): Verified {
  const claimedTopic = headers["x-shopify-topic"]?.toLowerCase() ?? "";
  const topic = TOPIC.test(claimedTopic) ? claimedTopic : "unknown";
  const claimedId = headers["x-shopify-webhook-id"] ?? "";
  const deliveryKey = DELIVERY_ID.test(claimedId) ? claimedId : createHash("sha256").update(topic).update(rawBody).digest("hex");
  const claimedShop = headers["x-shopify-shop-domain"]?.toLowerCase() ?? "";
  const account = SHOP_DOMAIN.test(claimedShop) ? { address: claimedShop } : null;
  const park = (reason: string): Verified => ({ outcome: "parked", account, topic, deliveryKey, reason });
  if (!account) return park("no shop is named");
  if (topic === "unknown") return park("no known form of topic");
  const body = parseBody(rawBody);
  if (!body) return park("the body is no JSON object");
  const named = shopNamedIn(topic, body);
  if (named.domain !== null && named.domain !== claimedShop) return park("the body names another shop than the header");
  const events = readEvents(topic, body);
  if (events === null) return park("the body lacks a usable id");
  const claimed = named.externalId === null ? account : { ...account, externalId: named.externalId };
  return { outcome: "accepted", account: claimed, topic, deliveryKey, keyLivesMs: null, events };
}

function parseBody(rawBody: Uint8Array): Body | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(rawBody).toString("utf8"));
    return isBody(parsed) ? parsed : null;
  } catch {
    // Signed but unreadable: parked by the caller.
    return null;
  }
}
