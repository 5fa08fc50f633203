/** What Etsy takes for putting a sold out listing back on sale (contracts/etsy.md 3). */
export const RENEWAL_FEE = { amountMinor: 20, currency: "USD" } as const;

/** Version of the text under which the seller agrees to renewals. */
export const RENEWAL_CONSENT_VERSION = "renewals-2026-11";

/** What putting so many listings back on sale may cost at most, in minor units. */
export function mostRenewalCost(listings: number): number {
  return listings * RENEWAL_FEE.amountMinor;
}
