/** What a Shopify connection is given: opened credentials, the app's keys, and the seller's choices. */
import type { Json, JsonObject } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { Capabilities, ChannelContext } from "../port.ts";

/** Times are ISO texts; an offline token without an expiry that has a refresh token counts as expired. */
export type ShopifyCredentials = {
  accessToken: string;
  expiresAt: string | null;
  refreshToken: string | null;
  refreshExpiresAt: string | null;
  scope: string | null;
};

/** `previousClientSecret` verifies deliveries signed before the secret was rotated. */
export type ShopifyAppKeys = { clientId: string; clientSecret: string; previousClientSecret?: string };

export type ChosenLocation = { externalId: string; counted: boolean; receiving: boolean; rank: number; fulfilmentService: boolean };

export const SHOP_DOMAIN = /^[a-z0-9][a-z0-9-]{0,60}\.myshopify\.com$/;

/** Throws "rejected" for an address that is no shop's own: the token must go nowhere else. */
export function shopOrigin(context: ChannelContext): string {
  const address = context.account.address ?? "";
  if (!SHOP_DOMAIN.test(address)) throw new ChannelError("rejected", "the connection has no myshopify.com address");
  return `https://${address}`;
}

export function readAppKeys(app: JsonObject): ShopifyAppKeys | null {
  const { clientId, clientSecret, previousClientSecret } = app;
  if (!isText(clientId) || !isText(clientSecret)) return null;
  return isText(previousClientSecret) ? { clientId, clientSecret, previousClientSecret } : { clientId, clientSecret };
}

/** null: the seller has not chosen yet, so every active place of his own counts. */
export function chosenLocations(settings: JsonObject): ChosenLocation[] | null {
  const { locations } = settings;
  if (!Array.isArray(locations) || locations.length === 0) return null;
  return locations.flatMap((each): ChosenLocation[] => {
    if (typeof each !== "object" || each === null || Array.isArray(each) || !isText(each.externalId)) return [];
    const { externalId, counted, receiving, rank, fulfilmentService } = each;
    const place = { counted: counted === true, receiving: receiving === true, fulfilmentService: fulfilmentService === true };
    return [{ externalId, ...place, rank: typeof rank === "number" ? rank : 0 }];
  });
}

/**
 * Shopify serves fresh numbers; its order search is an index whose lag nobody promises, hence two seconds. Anything else in
 * `settings.timings` goes before these.
 */
const TIMINGS = { orderLagMs: 2_000, staleReadMs: 0, readingSpacingMs: 500, orderOverlapMs: 120_000 };

export function timingsOf(settings: JsonObject): Pick<Capabilities, keyof typeof TIMINGS> {
  const given = settings.timings;
  const chosen: JsonObject = typeof given === "object" && given !== null && !Array.isArray(given) ? given : {};
  const pick = (name: keyof typeof TIMINGS) => {
    const value = chosen[name];
    return typeof value === "number" && value >= 0 ? value : TIMINGS[name];
  };
  return {
    orderLagMs: pick("orderLagMs"),
    staleReadMs: pick("staleReadMs"),
    readingSpacingMs: pick("readingSpacingMs"),
    orderOverlapMs: pick("orderOverlapMs"),
  };
}

export const isText = (value: Json | undefined): value is string => typeof value === "string" && value !== "";
