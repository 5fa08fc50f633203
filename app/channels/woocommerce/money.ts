/** WooCommerce writes money as decimal strings ("12.50"); the house counts minor units of the shop's currency. */
const digitsByCurrency = new Map<string, number>();

function minorDigits(currency: string): number {
  let digits = digitsByCurrency.get(currency);
  if (digits === undefined) {
    digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
    digitsByCurrency.set(currency, digits);
  }
  return digits;
}

/** null: no price, or no currency to count it in. */
export function minorUnits(amount: unknown, currency: string | null): number | null {
  if (currency === null || !/^[A-Z]{3}$/.test(currency)) return null;
  if (amount === "" || (typeof amount !== "string" && typeof amount !== "number")) return null;
  const minor = Math.round(Number(amount) * 10 ** minorDigits(currency));
  return Number.isSafeInteger(minor) ? minor : null;
}
