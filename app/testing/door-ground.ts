/** A web role with real doors on a real database, and one connection per channel to deliver to; for the doors' test and bench. */
import { createHmac, generateKeyPairSync, randomBytes, randomUUID, sign } from "node:crypto";
import type { ServerBuild } from "@remix-run/node";
import pg from "pg";
import { type Composed, composeHouse } from "#app/flows/compose-house.server.ts";
import type { House } from "#app/flows/house.server.ts";
import { readConfig } from "#app/platform/env.server.ts";
import { type Logger, silentLogger } from "#app/platform/log.server.ts";
import { createMetrics } from "#app/platform/metrics.server.ts";
import { createWebServer } from "#app/server.ts";

export type DoorGround = {
  url: string;
  house: House;
  connections: Record<"shopify" | "ebay" | "etsy" | "woocommerce", string>;
  /** Recorded deliveries of a connection, oldest first. */
  recorded: (connectionId: string) => Promise<{ topic: string; status: string; parked_reason: string | null; key: string }[]>;
  stop: () => Promise<void>;
};

export const SHOP = "doors.myshopify.com";
export const EBAY_USER = "ebay-user-1";
export const ETSY_SHOP = 4711;
const SECRETS = { shopify: "shopify app secret", etsy: Buffer.from("etsy webhook secret").toString("base64"), woocommerce: "woo0secret" };
const EBAY_KEYS = generateKeyPairSync("ec", { namedCurve: "P-256" });

type Urls = { admin: string; intake: string; web: string; queue: string };

export async function openDoorGround(urls: Urls, log: Logger = silentLogger): Promise<DoorGround> {
  const config = readConfig(
    {
      APP_URL: "http://127.0.0.1",
      DATABASE_URL_INTAKE: urls.intake,
      DATABASE_URL_WEB: urls.web,
      QUEUE_DATABASE_URL: urls.queue,
      ENCRYPTION_KEYS: `test:${randomBytes(32).toString("base64")}`,
      SHOPIFY_API_KEY: "key",
      SHOPIFY_API_SECRET: SECRETS.shopify,
      EBAY_CLIENT_ID: "id",
      EBAY_CLIENT_SECRET: "secret",
      EBAY_DEV_ID: "dev",
      EBAY_RU_NAME: "ru",
      EBAY_VERIFICATION_TOKEN: "v".repeat(40),
      ETSY_KEYSTRING: "key",
      ETSY_SHARED_SECRET: "secret",
      ETSY_WEBHOOK_SECRET: `whsec_${SECRETS.etsy}`,
    },
    "test",
    "web",
  );
  const composed: Composed = await composeHouse({ config, role: "web", log });
  const pem = EBAY_KEYS.publicKey.export({ type: "spki", format: "pem" }).toString().replaceAll("\n", "");
  const house: House = { ...composed.house, publicKey: async (_channel, id) => (id === "known" ? { key: pem, digest: "SHA1" } : null) };

  const admin = new pg.Client({ connectionString: urls.admin });
  await admin.connect();
  const sellerId = randomUUID();
  await admin.query("insert into seller (id, name) values ($1, 'doors')", [sellerId]);
  const connect = async (channel: string, externalId: string, address: string | null) => {
    const id = randomUUID();
    await admin.query(
      "insert into connection (id, seller_id, channel, external_id, name, address, edit_policy, lifecycle) values ($1, $2, $3::channel_name, $4, 'doors', $5, 'review', 'live')",
      [id, sellerId, channel, externalId, address],
    );
    return id;
  };
  const connections = {
    shopify: await connect("shopify", "gid://shopify/Shop/1", SHOP),
    ebay: await connect("ebay", EBAY_USER, null),
    etsy: await connect("etsy", String(ETSY_SHOP), null),
    woocommerce: await connect("woocommerce", "https://shop.example", "https://shop.example"),
  };
  const secretId = randomUUID();
  const sealed = house.keyring.seal(SECRETS.woocommerce, { table: "connection_secret", rowId: secretId, field: "sealed" });
  await admin.query("insert into connection_secret (id, seller_id, connection_id, kind, sealed) values ($1, $2, $3, 'webhook', $4)", [
    secretId,
    sellerId,
    connections.woocommerce,
    sealed,
  ]);

  const server = createWebServer({
    context: { house },
    remixBuild: { routes: {}, entry: {}, assets: { routes: {} }, future: {} } as unknown as ServerBuild,
    clientFolder: null,
    checks: [],
    metrics: createMetrics({ role: "web", process: false }),
    metricsToken: null,
    policy: { production: false, simulatedAdmin: null, hotReload: false },
    trustedProxies: 0,
    publicUrl: null,
  });
  const port = await server.listen(0, "127.0.0.1");
  return {
    url: `http://127.0.0.1:${port}/webhooks`,
    house,
    connections,
    async recorded(connectionId) {
      const { rows } = await admin.query(
        "select topic, status::text, parked_reason, dedupe_key as key from inbound_event where connection_id = $1 order by received_at, id",
        [connectionId],
      );
      return rows;
    },
    async stop() {
      await server.stop();
      await composed.close();
      await admin.end();
    },
  };
}

export type Signed = { path: string; headers: Record<string, string>; body: string };

/** A delivery as the platform signs it; `id` is the delivery's own, where the platform gives one. */
export const signed = {
  shopify: (body: string, id: string, topic = "inventory_levels/update"): Signed => ({
    path: "/shopify",
    headers: {
      "content-type": "application/json",
      "x-shopify-topic": topic,
      "x-shopify-shop-domain": SHOP,
      "x-shopify-webhook-id": id,
      "x-shopify-hmac-sha256": createHmac("sha256", SECRETS.shopify).update(body).digest("base64"),
    },
    body,
  }),
  ebay: (body: string): Signed => {
    const signature = sign("sha1", Buffer.from(body), EBAY_KEYS.privateKey).toString("base64");
    const header = Buffer.from(JSON.stringify({ alg: "ecdsa", kid: "known", signature, digest: "SHA1" })).toString("base64");
    return { path: "/ebay", headers: { "content-type": "application/json", "x-ebay-signature": header }, body };
  },
  etsy: (body: string, id: string): Signed => {
    const at = String(Math.floor(Date.now() / 1_000));
    const signature = createHmac("sha256", Buffer.from(SECRETS.etsy, "base64")).update(`${id}.${at}.${body}`).digest("base64");
    return { path: "/etsy", headers: { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": `v1,${signature}` }, body };
  },
  woocommerce: (body: string, connectionId: string, topic = "order.updated"): Signed => ({
    path: `/woocommerce/${connectionId}`,
    headers: {
      "content-type": "application/json",
      "x-wc-webhook-topic": topic,
      "x-wc-webhook-signature": createHmac("sha256", SECRETS.woocommerce).update(body).digest("base64"),
    },
    body,
  }),
};
