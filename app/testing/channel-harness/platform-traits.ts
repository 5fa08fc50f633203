/** Where the platforms differ in what the contract suite may expect; each line follows docs of that platform in its connector. */
import { createHash } from "node:crypto";
import type { ContractHarness, ContractTraits } from "#app/channels/contract/harness-words.ts";
import type { AppKeys, ChannelContext, RawDelivery, VerifyKeys } from "#app/channels/port.ts";
import type { ChannelName, JsonObject } from "#app/domain/channel-words.ts";

export const TRAITS: Record<ChannelName, ContractTraits> = {
  shopify: {
    refusalStatus: 401,
    editsOrders: true,
    refundsNameUnits: true,
    cancelsWithoutRestock: true,
    hasUntracked: true,
    tokensExpire: true,
    throttleTells: true,
    tellsLimits: true,
    listsAreCounted: false,
    pushesHandEdits: true,
    tellsWebhooks: false,
    orderTopic: "orders/updated",
  },
  ebay: {
    refusalStatus: 412,
    editsOrders: false,
    refundsNameUnits: false,
    cancelsWithoutRestock: true,
    hasUntracked: false,
    tokensExpire: true,
    throttleTells: false,
    tellsLimits: false,
    listsAreCounted: true,
    pushesHandEdits: false,
    tellsWebhooks: true,
    orderTopic: "ORDER_CONFIRMATION",
  },
  etsy: {
    refusalStatus: 401,
    editsOrders: false,
    refundsNameUnits: false,
    cancelsWithoutRestock: true,
    hasUntracked: false,
    tokensExpire: true,
    throttleTells: false,
    tellsLimits: true,
    listsAreCounted: true,
    pushesHandEdits: false,
    tellsWebhooks: false,
    orderTopic: "order.paid",
  },
  woocommerce: {
    refusalStatus: 401,
    editsOrders: true,
    refundsNameUnits: true,
    // A cancelled order gives back what `_reduced_stock` still holds, whatever anybody wants.
    cancelsWithoutRestock: false,
    hasUntracked: true,
    tokensExpire: false,
    throttleTells: false,
    tellsLimits: false,
    listsAreCounted: true,
    pushesHandEdits: true,
    tellsWebhooks: true,
    orderTopic: "order.updated",
  },
};

type Build = (method: string, url: URL, headers: Record<string, string>, body: Uint8Array) => RawDelivery;
type Handshakes = ReturnType<ContractHarness["handshakes"]>;
const nothing = new Uint8Array();

export const HANDSHAKES: Record<ChannelName, (doorUrl: string, app: AppKeys, build: Build) => Handshakes> = {
  shopify: () => [],
  etsy: () => [],
  ebay(doorUrl, app, build) {
    const code = "a8628072-3d33-45ee-9004-bee86830a22d";
    const expected = createHash("sha256")
      .update(code + String(app.verificationToken) + doorUrl)
      .digest("hex");
    return [
      {
        delivery: build("GET", new URL(`${doorUrl}?challenge_code=${code}`), { accept: "application/json" }, nothing),
        status: 200,
        bodyHolds: expected,
      },
    ];
  },
  woocommerce(doorUrl, _app, build) {
    const headers = { "content-type": "application/x-www-form-urlencoded", "user-agent": "WooCommerce/10.0.2 Hookshot (WordPress/6.8.3)" };
    return [{ delivery: build("POST", new URL(doorUrl), headers, Buffer.from("webhook_id=7")), status: 200, bodyHolds: "" }];
  },
};

/** eBay's key lookup as the engine will do it: an application token of its own, then the key by its id. */
export function publicKeyFetcher(channel: ChannelName, context: ChannelContext): VerifyKeys["fetchPublicKey"] {
  if (channel !== "ebay") return undefined;
  const { app, http } = context;
  return async (keyId) => {
    const token = await http({
      operation: "oauth2/token",
      method: "POST",
      url: "https://api.ebay.com/identity/v1/oauth2/token",
      headers: {
        authorization: `Basic ${Buffer.from(`${String(app.clientId)}:${String(app.clientSecret)}`).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams({ grant_type: "client_credentials", scope: "https://api.ebay.com/oauth/api_scope" }).toString(),
      timeoutMs: 5_000,
    });
    const { access_token: access } = JSON.parse(token.text) as { access_token: string };
    const answer = await http({
      operation: "getPublicKey",
      method: "GET",
      url: `https://api.ebay.com/commerce/notification/v1/public_key/${encodeURIComponent(keyId)}`,
      headers: { authorization: `Bearer ${access}`, "content-type": "application/json" },
      timeoutMs: 5_000,
    });
    return answer.status === 200 ? (JSON.parse(answer.text) as JsonObject) : null;
  };
}
