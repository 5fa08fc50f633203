/** Whose account it is, by eBay's immutable user id, with the facts that steer writing. */
import { z } from "zod";
import type { AccountIdentity, ChannelContext } from "../port.ts";
import { askControl } from "./out-of-stock-control.ts";
import { callRest } from "./rest-client.ts";

/** The answer also names the seller's address and telephone: not read. */
const userShape = z.object({
  userId: z.string().min(1),
  username: z.string().optional(),
  registrationMarketplaceId: z.string().optional(),
});

/** Currency and Trading's site number per marketplace. */
const MARKETPLACES: Record<string, { currency: string; siteId: number }> = {
  EBAY_US: { currency: "USD", siteId: 0 },
  EBAY_CA: { currency: "CAD", siteId: 2 },
  EBAY_GB: { currency: "GBP", siteId: 3 },
  EBAY_AU: { currency: "AUD", siteId: 15 },
  EBAY_AT: { currency: "EUR", siteId: 16 },
  EBAY_FR: { currency: "EUR", siteId: 71 },
  EBAY_DE: { currency: "EUR", siteId: 77 },
  EBAY_IT: { currency: "EUR", siteId: 101 },
  EBAY_BE: { currency: "EUR", siteId: 123 },
  EBAY_NL: { currency: "EUR", siteId: 146 },
  EBAY_ES: { currency: "EUR", siteId: 186 },
  EBAY_CH: { currency: "CHF", siteId: 193 },
  EBAY_HK: { currency: "HKD", siteId: 201 },
  EBAY_IE: { currency: "EUR", siteId: 205 },
  EBAY_PL: { currency: "PLN", siteId: 212 },
  EBAY_SG: { currency: "SGD", siteId: 216 },
};

export async function identify(context: ChannelContext): Promise<AccountIdentity> {
  const user = await callRest(
    context,
    { operation: "getUser", method: "GET", url: "https://apiz.ebay.com/commerce/identity/v1/user/" },
    userShape,
  );
  const marketplace = user.registrationMarketplaceId ?? "EBAY_US";
  const site = MARKETPLACES[marketplace];
  return {
    externalId: user.userId,
    name: user.username ?? user.userId,
    address: null,
    currency: site?.currency ?? null,
    facts: { marketplaceId: marketplace, siteId: site?.siteId ?? 0, outOfStockControl: await askControl(context) },
  };
}
