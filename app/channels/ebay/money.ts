/** eBay writes money as decimal text; we count minor units. */
const digitsOf = new Map<string, number>();

function minorDigits(currency: string): number {
  let digits = digitsOf.get(currency);
  if (digits === undefined) {
    digits = /^[A-Z]{3}$/.test(currency)
      ? (new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2)
      : 2;
    digitsOf.set(currency, digits);
  }
  return digits;
}

/** Minor units of `currency`; null where the text is no plain decimal number. */
export function toMinor(value: string | null | undefined, currency: string): number | null {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,8}))?$/.exec(value?.trim() ?? "");
  if (!match) return null;
  const digits = minorDigits(currency);
  const fraction = (match[3] ?? "").padEnd(digits + 1, "0");
  // One digit more than kept decides the rounding.
  const exact = Number(match[2]! + fraction.slice(0, digits)) + (Number(fraction[digits]) >= 5 ? 1 : 0);
  return match[1] ? -exact : exact;
}
