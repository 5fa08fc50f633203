/** What this connector reads from a connection: its key, the facts found at connect, and the seller's choices. */
import type { JsonObject } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext, Credentials } from "../port.ts";

export type WooKey = { consumerKey: string; consumerSecret: string };

/** Throws "auth-revoked" where the connection holds no key. */
export function keyOf(credentials: Credentials): WooKey {
  const { consumerKey, consumerSecret } = credentials;
  if (typeof consumerKey !== "string" || typeof consumerSecret !== "string" || !consumerKey || !consumerSecret) {
    throw new ChannelError("auth-revoked", "This shop's key is missing; connect the shop again.");
  }
  return { consumerKey, consumerSecret };
}

export type ShopFacts = {
  /** "plain": the shop has no pretty permalinks, routes travel as ?rest_route=. */
  permalinks: "pretty" | "plain";
  /** How the key travels over https; some hosts strip the Authorization header. */
  auth: "header" | "query";
  /** Old versions cannot sort orders by modification. */
  ordersOrderBy: "modified" | "id";
  currency: string | null;
  /** Plain http only: the shop checks signatures against its own name for itself, where that is another than our address for it. */
  signedAs: string | null;
};

export function factsOf(settings: JsonObject): ShopFacts {
  return {
    permalinks: settings.permalinks === "plain" ? "plain" : "pretty",
    auth: settings.auth === "query" ? "query" : "header",
    ordersOrderBy: settings.ordersOrderBy === "id" ? "id" : "modified",
    currency: typeof settings.currency === "string" ? settings.currency : null,
    signedAs: typeof settings.signedAs === "string" ? settings.signedAs : null,
  };
}

/**
 * Versions whose source is known to add `inventory_delta` (contracts/woocommerce.md 3: recent copies of the products controller; observed
 * shops run 10.0). Older ones, and shops that do not tell their version, are never asked for it.
 */
const DIFFERENCES_SINCE = 10;

/** Whether lowerings may travel as differences here; "offered" until the seller chooses it. A shop once seen to ignore one is out. */
export function differencesOf(settings: JsonObject): "offered" | "chosen" | null {
  const major = /^(\d+)\./.exec(typeof settings.storeVersion === "string" ? settings.storeVersion : "")?.[1];
  if (major === undefined || Number(major) < DIFFERENCES_SINCE || settings.differencesIgnored === true) return null;
  return settings.stockWrites === "differences" ? "chosen" : "offered";
}

const DEFAULT_BATCH = 20;
/** Items of a batch run one after another in a single PHP request, which hosts cut off after 30 to 60 s. */
const MOST_IN_BATCH = 50;

export function batchSizeOf(settings: JsonObject): number {
  const wanted = settings.batchSize;
  if (typeof wanted !== "number" || !Number.isInteger(wanted) || wanted < 1) return DEFAULT_BATCH;
  return Math.min(wanted, MOST_IN_BATCH);
}

/** The shop's base address without final slash. Throws "rejected" where it is none. */
export function addressOf(context: ChannelContext): string {
  const { address } = context.account;
  if (address === null || !URL.canParse(address)) throw new ChannelError("rejected", "The shop's address is not a web address.");
  return tidyAddress(new URL(address));
}

/** Origin and path, no query, no final slash: how a shop is named among connections. */
export function tidyAddress(url: URL): string {
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}
