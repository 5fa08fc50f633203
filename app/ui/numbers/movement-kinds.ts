/** Movements whose word already says which way the units went. */
const DIRECTED = new Set(["sale", "shipment", "give-back", "return"]);

export function hasDirection(kind: string): boolean {
  return DIRECTED.has(kind);
}
