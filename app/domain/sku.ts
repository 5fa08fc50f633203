/** One StockItem per trimmed, case-folded SKU (settled.md 19). Null when nothing is left: such a listing never links by itself. */
export function skuKey(sku: string | null): string | null {
  const key = (sku ?? "").normalize("NFC").trim().toLowerCase();
  return key === "" ? null : key;
}
