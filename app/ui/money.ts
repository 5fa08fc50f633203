/** An amount in the smallest unit of its currency, as people write it; the currency's own number of places. */
export function moneyText(minor: number, currency: string): string {
  const format = new Intl.NumberFormat("en", { style: "currency", currency });
  return format.format(minor / 10 ** placesOf(format));
}

/** "4.50" as minor units; null where it is no amount. */
export function minorOf(text: string, currency: string): number | null {
  const found = /^(\d{1,7})(?:[.,](\d{1,3}))?$/.exec(text.trim());
  if (!found) return null;
  const places = placesOf(new Intl.NumberFormat("en", { style: "currency", currency }));
  const [, whole = "0", part = ""] = found;
  return part.length > places ? null : Number(whole) * 10 ** places + Number(part.padEnd(places, "0") || 0);
}

function placesOf(format: Intl.NumberFormat): number {
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}
