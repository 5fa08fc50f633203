/** eBay's door: keys by id, the meaning of each topic, and the set-up that survives a door marked down. */
import { createSign, generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { EbaySimulator } from "#app/sandbox/ebay/simulator.ts";
import { type ChannelBed, makeHarness } from "#app/testing/channel-harness.ts";
import type { RawDelivery, Verified, VerifyKeys } from "../port.ts";
import { ebay } from "./connector.server.ts";

const message = (topic: string, data: unknown) =>
  JSON.stringify({
    metadata: { topic, schemaVersion: "1.0", deprecated: false },
    notification: { notificationId: "n-1", eventDate: "x", publishAttemptCount: 1, data },
  });

function signed(
  body: string,
  options: { digest?: string; curve?: string; keyDigest?: string | undefined; keyId?: string } = {},
): { delivery: RawDelivery; keys: VerifyKeys; fetched: string[] } {
  const pair = generateKeyPairSync("ec", { namedCurve: options.curve ?? "P-256" });
  const signature = createSign(options.digest ?? "sha1")
    .update(body)
    .sign(pair.privateKey, "base64");
  const header = Buffer.from(JSON.stringify({ alg: "ecdsa", kid: options.keyId ?? "kid-1", signature, digest: "SHA1" })).toString("base64");
  const pem = pair.publicKey.export({ type: "spki", format: "pem" }).toString().replaceAll("\n", "");
  const fetched: string[] = [];
  return {
    delivery: {
      method: "POST",
      path: "/webhooks/ebay",
      query: {},
      headers: { "x-ebay-signature": header },
      rawBody: Buffer.from(body),
      receivedAt: new Date(),
    },
    keys: {
      app: {},
      connectionSecret: null,
      endpointUrl: "https://example.invalid/webhooks/ebay",
      fetchPublicKey: async (keyId) => {
        fetched.push(keyId);
        return {
          key: pem,
          algorithm: "ECDSA",
          ...("keyDigest" in options ? {} : { digest: "SHA1" }),
          ...(options.keyDigest ? { digest: options.keyDigest } : {}),
        };
      },
    },
    fetched,
  };
}
const read = async (topic: string, data: unknown): Promise<Verified> => {
  const { delivery, keys } = signed(message(topic, data));
  return ebay.verify(delivery, keys);
};

/** The digest of "n-1": the same message again has the same key, and its own words are not kept. */
const N_1 = "sha256:51aeea8ffa05d2620d35c87463465885e77df13171d5708746df1a9f36d47f35";

describe("notification signature", () => {
  const body = message("ORDER_CONFIRMATION", { user: { userId: "u1" }, order: { orderId: "14-1" } });

  it("the key is asked for once, by the id that the header names", async () => {
    const { delivery, keys, fetched } = signed(body, { keyId: "9936261a-7d7b-4621-a0f1-964a0132b7b0" });
    expect((await ebay.verify(delivery, keys)).outcome).toBe("accepted");
    expect(fetched).toEqual(["9936261a-7d7b-4621-a0f1-964a0132b7b0"]);
  });

  it("the digest that the key names is honoured, SHA-1 where it names none, nothing else", async () => {
    const outcome = async (options: Parameters<typeof signed>[1]) => {
      const { delivery, keys } = signed(body, options);
      return (await ebay.verify(delivery, keys)).outcome;
    };
    expect(await outcome({ digest: "sha256", keyDigest: "SHA256" })).toBe("accepted");
    expect(await outcome({ keyDigest: undefined })).toBe("accepted");
    expect(await outcome({ digest: "sha256" })).toBe("refused");
    expect(await outcome({ digest: "md5", keyDigest: "MD5" })).toBe("refused");
  });

  it("a body spaced out on the way is checked in its compact form", async () => {
    const { delivery, keys } = signed(body);
    const spaced = Buffer.from(JSON.stringify(JSON.parse(body), null, 2));
    expect((await ebay.verify({ ...delivery, rawBody: spaced }, keys)).outcome).toBe("accepted");
  });

  it("unknown key 412, unreachable key 503 so that eBay tries again, odd key ids never fetched", async () => {
    const { delivery, keys } = signed(body);
    expect(await ebay.verify(delivery, { ...keys, fetchPublicKey: async () => null })).toMatchObject({ outcome: "refused", status: 412 });
    const failing = { ...keys, fetchPublicKey: () => Promise.reject(new Error("down")) };
    expect(await ebay.verify(delivery, failing)).toMatchObject({ outcome: "refused", status: 503 });
    const odd = signed(body, { keyId: "../../token" });
    expect(await ebay.verify(odd.delivery, odd.keys)).toMatchObject({ outcome: "refused", status: 412 });
    expect(odd.fetched).toEqual([]);
  });

  it("a key of another kind than an elliptic curve is refused", async () => {
    const { delivery, keys } = signed(body);
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const key = publicKey.export({ type: "spki", format: "pem" }).toString();
    expect(await ebay.verify(delivery, { ...keys, fetchPublicKey: async () => ({ key, digest: "SHA1" }) })).toMatchObject({
      outcome: "refused",
    });
  });
});

describe("notification topics", () => {
  it("ORDER_CONFIRMATION leads to the order, with the seller's user id", async () => {
    const data = {
      user: { userId: "u1", username: "shop" },
      order: { orderId: "14-1", orderLineItems: [{ orderLineItemId: "1", listingId: "2", quantity: 1 }] },
    };
    expect(await read("ORDER_CONFIRMATION", data)).toEqual({
      outcome: "accepted",
      account: { externalId: "u1" },
      topic: "ORDER_CONFIRMATION",
      deliveryKey: N_1,
      keyLivesMs: null,
      events: [{ type: "order-changed", orderId: "14-1" }],
    });
  });

  it("ITEM_MARKED_SHIPPED is taken flat and wrapped", async () => {
    const data = { orderId: "14-2", publicUserId: "u1", username: "shop", trackingNumber: "BUYERMARK" };
    for (const body of [data, { itemMarkedShipped: data }])
      expect(await read("ITEM_MARKED_SHIPPED", body)).toMatchObject({
        account: { externalId: "u1" },
        events: [{ type: "order-changed", orderId: "14-2" }],
      });
  });

  it("ORDER_CANCELLATION_ACTIVITY names each order once", async () => {
    const line = (orderId: string) => ({ cancellationLineItemId: "c", orderId, orderLineItemId: "l" });
    const data = {
      activityType: "CANCELLATION_COMPLETED",
      orderCancellation: { seller: { userId: "u1" }, cancellationLineItems: [line("14-3"), line("14-3"), line("14-4")] },
    };
    expect(await read("ORDER_CANCELLATION_ACTIVITY", data)).toMatchObject({
      events: [
        { type: "order-changed", orderId: "14-3" },
        { type: "order-changed", orderId: "14-4" },
      ],
    });
  });

  it("the destructive topics go by user id, never by a name that others can take over", async () => {
    const person = { username: "shop", userId: "u1", eiasToken: "e" };
    expect(await read("AUTHORIZATION_REVOCATION", { ...person, revokeReason: "PASSWORD_CHANGE" })).toMatchObject({
      account: { externalId: "u1" },
      events: [{ type: "access-claimed-lost", reason: "PASSWORD_CHANGE" }],
    });
    const deletion = await read("MARKETPLACE_ACCOUNT_DELETION", person);
    expect(deletion).toMatchObject({ account: { externalId: "u1" }, events: [{ type: "compliance", reference: null }] });
    expect(JSON.stringify(deletion)).not.toContain("shop");
    expect((await read("AUTHORIZATION_REVOCATION", { username: "shop" })).outcome).toBe("parked");
  });

  it("unknown topics are acknowledged, bodies without their fields are parked", async () => {
    expect(await read("ITEM_PRICE_REVISION", { anything: 1 })).toMatchObject({
      outcome: "accepted",
      account: null,
      events: [{ type: "nothing" }],
    });
    expect(await read("ORDER_CONFIRMATION", { user: { userId: 7 }, order: {} })).toMatchObject({ outcome: "parked", deliveryKey: N_1 });
  });
});

describe("notification set-up", () => {
  let bed: ChannelBed;
  beforeAll(async () => {
    bed = await makeHarness(ebay);
  });
  afterAll(() => bed.stop());
  beforeEach(() => bed.reset());
  const operations = () => bed.trail.flatMap((entry) => (entry.kind === "call" && entry.changes ? entry.operation : []));

  it("asks for everything once, and for nothing the second time", async () => {
    await bed.openDoor();
    expect(operations()).toEqual(["updateConfig", "createDestination", "createSubscription", "createSubscription", "createSubscription"]);
    bed.trail.length = 0;
    await bed.openDoor();
    expect(operations()).toEqual([]);
  });

  it("a door that does not answer the challenge is not registered", async () => {
    const { endpointUrl } = bed.verifyKeys();
    const context = { ...bed.context, app: { ...bed.context.app, verificationToken: "another_verification_token_0123456789" } };
    await expect(ebay.ensureWebhooks!(context, endpointUrl)).rejects.toMatchObject({ kind: "rejected", platform: { code: "195020" } });
  });

  it("a door marked down loses events until it is enabled again", async () => {
    await bed.openDoor();
    const simulator = bed.simulator() as EbaySimulator;
    const saved = structuredClone(simulator.save()) as { notifications: { destinations: { status: string }[] } };
    saved.notifications.destinations[0]!.status = "MARKED_DOWN";
    simulator.load(saved);
    const { sku } = bed.world.goods[0]!;
    bed.world.sell([{ sku, quantity: 1 }]);
    expect(await bed.arrived()).toEqual([]);
    bed.trail.length = 0;
    await ebay.ensureWebhooks!(bed.context, bed.verifyKeys().endpointUrl);
    expect(operations()).toEqual(["updateDestination"]);
    bed.world.sell([{ sku, quantity: 1 }]);
    expect(await bed.arrived()).toHaveLength(1);
  });

  it("after a change of eBay's signing key messages verify by the new one", async () => {
    await bed.openDoor();
    (bed.simulator() as EbaySimulator).rotateSigningKey();
    bed.world.sell([{ sku: bed.world.goods[0]!.sku, quantity: 1 }]);
    const [delivery] = await bed.arrived();
    expect((await ebay.verify(delivery!, bed.verifyKeys())).outcome).toBe("accepted");
  });
});
