/**
 * Shopify gave the shop's tokens (token exchange). They are sealed at once and stay unused until somebody of the shop agrees; where
 * the shop is connected already, the worker puts them in the place of the old ones. The web role cannot read them back.
 */
import { agreeToGrant, keepGrant } from "#app/data/shopify-grants.server.ts";
import type { House } from "./house.server.ts";
import { grantPlace } from "./install-shop.server.ts";

export type ExchangedTokens = {
  shop: string;
  accessToken: string;
  refreshToken: string | null;
  scope: string | null;
  expiresAt: Date | null;
  refreshExpiresAt: Date | null;
};

export async function keepShopifyGrant(
  house: Pick<House, "db" | "keyring" | "newId" | "doorbell">,
  tokens: ExchangedTokens,
  known: boolean,
): Promise<void> {
  const id = house.newId();
  const { shop, accessToken, refreshToken, scope, expiresAt, refreshExpiresAt } = tokens;
  const credentials = {
    ...{ accessToken, refreshToken, scope },
    expiresAt: expiresAt?.toISOString() ?? null,
    refreshExpiresAt: refreshExpiresAt?.toISOString() ?? null,
  };
  const sealed = house.keyring.seal(JSON.stringify(credentials), grantPlace(id));
  await keepGrant(house.db.plain, { id, shop, sealed, expiresAt, refreshExpiresAt, known });
  if (known) house.doorbell.ringSoon({ job: "chores", chore: "install", id: shop });
}

export type Agreement = {
  shop: string /** Shopify's number of the person. */;
  shopUser: string;
  /** Version of the text that was shown. */
  consentVersion: string;
};

/** The yes on the first page; from here on the worker reads. False where there is nothing to agree to (too late, or agreed already). */
export async function agreeToInstall(house: House, agreement: Agreement): Promise<boolean> {
  const agreed = await agreeToGrant(house.db.plain, agreement);
  if (agreed === null) return false;
  house.doorbell.ringSoon({ job: "chores", chore: "install", id: agreement.shop });
  return true;
}
