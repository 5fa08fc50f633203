/** Shopify's decimal texts as minor units. */

/** "12.50" in EUR is 1250, "1250" in JPY is 1250; null for what is no amount. */
export function toMinor(amount: string | null | undefined, currency: string): number | null {
  if (!amount || !/^-?\d{1,12}(\.\d{1,6})?$/.test(amount)) return null;
  return Math.round(Number(amount) * 10 ** digitsOf(currency));
}

function digitsOf(currency: string): number {
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    // An unknown code of three letters has two digits in Intl; anything else is no code, and two is the rule.
    return 2;
  }
}
