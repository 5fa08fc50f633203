/** How one wanted number is spread over a connection's locations (settled.md 17). */
import type { LocationQuantity } from "./channel-words.ts";

export type LocationChoice = { externalId: string; counted: boolean; receiving: boolean; rank: number; fulfilmentService: boolean };
export type LocationWrite = { locationId: string; from: number; to: number };

/** Sum over the counted locations. */
export function shownSum(parts: readonly LocationQuantity[], locations: readonly LocationChoice[]): number {
  const counted = new Set(locations.filter((l) => l.counted).map((l) => l.externalId));
  return parts.reduce((sum, p) => (counted.size === 0 || counted.has(p.locationId) ? sum + p.quantity : sum), 0);
}

/**
 * The receiving location gets the target minus the others; what does not fit (a target below what the others show) is taken
 * from the others in the seller's order. Locations of fulfilment services are never written. Null when it cannot be reached.
 */
export function spread(target: number, parts: readonly LocationQuantity[], locations: readonly LocationChoice[]): LocationWrite[] | null {
  const quantityAt = new Map(parts.map((p) => [p.locationId, p.quantity]));
  const counted = locations.filter((l) => l.counted && quantityAt.has(l.externalId));
  const writable = counted.filter((l) => !l.fulfilmentService).sort((a, b) => a.rank - b.rank);
  const receiving = writable.find((l) => l.receiving) ?? writable[0];
  if (receiving === undefined) return null;
  const at = (id: string) => quantityAt.get(id) ?? 0;
  const others = counted.filter((l) => l !== receiving);
  let wanted = target - others.reduce((sum, l) => sum + at(l.externalId), 0);
  const writes: LocationWrite[] = [];
  for (const other of others.filter((l) => !l.fulfilmentService).sort((a, b) => a.rank - b.rank)) {
    if (wanted >= 0) break;
    const taken = Math.min(Math.max(0, at(other.externalId)), -wanted);
    if (taken > 0) {
      writes.push({ locationId: other.externalId, from: at(other.externalId), to: at(other.externalId) - taken });
      wanted += taken;
    }
  }
  if (wanted < 0) return null;
  if (wanted !== at(receiving.externalId)) writes.push({ locationId: receiving.externalId, from: at(receiving.externalId), to: wanted });
  return writes;
}
