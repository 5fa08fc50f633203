/** What Etsy takes for putting a sold out listing back on sale (contracts/etsy.md 3). */
export const RENEWAL_FEE = { amountMinor: 20, currency: "USD" } as const;

/** Version of the text under which the seller agrees to renewals. */
export const RENEWAL_CONSENT_VERSION = "renewals-2026-11";

/** What putting so many listings back on sale may cost at most, in minor units. */
export function mostRenewalCost(listings: number): number {
  return listings * RENEWAL_FEE.amountMinor;
}

/** 1,000 USD: past it a slip of the keyboard is likelier than a wish. */
const MOST_CAP_MINOR = 100_000;

/** A monthly limit as typed, in minor units; null where it is no amount, or not even one fee. */
export function readCap(typed: string): number | null {
  const match = /^\$?\s*(\d{1,4})(?:[.,](\d{1,2}))?$/.exec(typed.trim());
  if (!match) return null;
  const minor = Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
  return minor < RENEWAL_FEE.amountMinor || minor > MOST_CAP_MINOR ? null : minor;
}
