import type { Money } from "./answers.ts";

/** Minor units of the currency as the rest of the house counts them: Etsy's divisor is not always the currency's own. */
export function toMinor({ amount, divisor, currency_code }: Money): number {
  return Math.round((amount / divisor) * 10 ** decimalsOf(currency_code));
}

/** The float that a PUT wants, or null where it would not come back as the same amount. */
export function toFloat({ amount, divisor }: Money): number | null {
  const price = amount / divisor;
  return Math.round(price * divisor) === amount ? price : null;
}

const decimals = new Map<string, number>();

function decimalsOf(currency: string): number {
  const known = decimals.get(currency);
  if (known !== undefined) return known;
  let found = 2;
  if (/^[A-Za-z]{3}$/.test(currency)) {
    found = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  }
  decimals.set(currency, found);
  return found;
}
