/**
 * The platform's own way to hand us a key: the merchant approves on a page of the shop, and the shop's server posts the key to us.
 * That POST carries no signature, so it counts only for a waiting, unexpired state of ours, and only after a call proves the key.
 */
import type { WooKey } from "./settings.ts";
import { asFields, OddValue, textOf } from "./values.ts";

export type HandOverRequest = {
  /** The shop's base address. */
  shop: string;
  appName: string;
  /** Our random one-time state; it comes back as user_id. */
  state: string;
  returnUrl: string;
  /** Must be https with a certificate that the shop accepts. */
  callbackUrl: string;
};

/** Where to send the merchant. */
export function approvalAddress(request: HandOverRequest): string {
  const url = new URL(`${request.shop.replace(/\/+$/, "")}/wc-auth/v1/authorize`);
  url.search = new URLSearchParams({
    app_name: request.appName,
    scope: "read_write",
    user_id: request.state,
    return_url: request.returnUrl,
    callback_url: request.callbackUrl,
  }).toString();
  return url.toString();
}

export type HandedOver = { state: string; key: WooKey; mayWrite: boolean };

/** The body of the shop's POST; null where it is none. */
export function readHandOver(rawBody: string): HandedOver | null {
  try {
    const body = asFields(JSON.parse(rawBody), "body");
    const consumerKey = textOf(body.consumer_key, "consumer_key");
    const consumerSecret = textOf(body.consumer_secret, "consumer_secret");
    if (!/^ck_\w{20,}$/.test(consumerKey) || !/^cs_\w{20,}$/.test(consumerSecret)) return null;
    const state = typeof body.user_id === "number" ? String(body.user_id) : textOf(body.user_id, "user_id");
    return { state, key: { consumerKey, consumerSecret }, mayWrite: body.key_permissions === "read_write" };
  } catch (error) {
    if (error instanceof OddValue || error instanceof SyntaxError) return null;
    throw error;
  }
}
