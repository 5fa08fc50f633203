/** eBay's door: the challenge that proves the endpoint ours, and notifications whose signature is checked over the raw bytes. */
import { createHash } from "node:crypto";
import type { RawDelivery, Verified, VerifyKeys } from "../port.ts";
import { isSignedBy, readSignatureHeader } from "./notification-signature.ts";
import { messageShape, readMeaning } from "./notification-words.ts";

/** eBay's own sample answers so to what it cannot verify. */
const REFUSED = 412;

export async function verify(delivery: RawDelivery, keys: VerifyKeys): Promise<Verified> {
  if (delivery.method === "GET") return answerChallenge(delivery, keys);
  if (delivery.method !== "POST") return { outcome: "refused", status: 405, reason: "only GET and POST" };
  const header = readSignatureHeader(delivery.headers["x-ebay-signature"]);
  if (!header) return refused("no readable signature");
  if (!keys.fetchPublicKey) return refused("no way to ask for the signing key");
  let key: Awaited<ReturnType<typeof keys.fetchPublicKey>>;
  try {
    key = await keys.fetchPublicKey(header.kid);
  } catch {
    // eBay tries three times: the key may be had then.
    return { outcome: "refused", status: 503, reason: "the signing key could not be fetched" };
  }
  if (!key) return refused("unknown signing key");
  if (!isSignedBy(key, header, delivery.rawBody)) return refused("the signature does not fit the body");
  return readMessage(delivery.rawBody);
}

function refused(reason: string): Verified {
  return { outcome: "refused", status: REFUSED, reason };
}

/** The order of the three parts is eBay's; the endpoint must be the registered text, byte for byte. */
function answerChallenge({ query }: RawDelivery, { app, endpointUrl }: VerifyKeys): Verified {
  const { verificationToken } = app;
  const code = query.challenge_code;
  if (!code || code.length > 1_000 || typeof verificationToken !== "string" || verificationToken === "")
    return refused("no challenge that we can answer");
  const challengeResponse = createHash("sha256").update(code).update(verificationToken).update(endpointUrl).digest("hex");
  return {
    outcome: "handshake",
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ challengeResponse }),
  };
}

function readMessage(rawBody: Uint8Array): Verified {
  const read = messageShape.safeParse(parse(rawBody));
  if (!read.success) return parked("unreadable", digestOf(rawBody), "the body is no notification");
  const { topic } = read.data.metadata;
  const { data } = read.data.notification;
  // A digest and not the text itself: whatever somebody writes into an id stays outside.
  const deliveryKey = digestOf(Buffer.from(read.data.notification.notificationId));
  const meaning = readMeaning(topic, data);
  if (!meaning) return parked(topic, deliveryKey, "the body does not have the fields of its topic");
  return {
    outcome: "accepted",
    account: meaning.userId === null ? null : { externalId: meaning.userId },
    topic,
    deliveryKey,
    keyLivesMs: null,
    events: meaning.events,
  };
}

function parked(topic: string, deliveryKey: string, reason: string): Verified {
  return { outcome: "parked", account: null, topic, deliveryKey, reason };
}

function digestOf(rawBody: Uint8Array): string {
  return `sha256:${createHash("sha256").update(rawBody).digest("hex")}`;
}

function parse(rawBody: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(rawBody).toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}
