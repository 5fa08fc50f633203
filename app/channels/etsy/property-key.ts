/**
 * Names for variations that survive a write. Etsy gives products new ids on every inventory PUT, so a variation is known by its
 * listing and its property values: `LISTING` or `LISTING:PROPERTY=VALUE+VALUE,PROPERTY=...`, properties in ascending order.
 */
type Property = { property_id: number; value_ids?: number[] | null | undefined; values?: string[] | null | undefined };

export function canonicalProperties(properties: readonly Property[]): string {
  return [...properties]
    .sort((a, b) => a.property_id - b.property_id)
    .map((property) => `${property.property_id}=${valueName(property)}`)
    .join(",");
}

function valueName({ value_ids: ids, values }: Property): string {
  if (ids && ids.length > 0) return [...ids].sort((a, b) => a - b).join("+");
  return `~${(values ?? []).map((value) => encodeURIComponent(value.toWellFormed())).join("+")}`;
}

/** ChannelListing.externalId of one product; the same from an inventory and from an order's transaction. */
export function productExternalId(listingId: number, properties: readonly Property[]): string {
  return properties.length === 0 ? String(listingId) : `${listingId}:${canonicalProperties(properties)}`;
}

/** Key of the number a product shows: only the properties in quantity_on_property tell it from its siblings. */
export function quantityKey(listingId: number, properties: readonly Property[], quantityOnProperty: readonly number[]): string {
  return productExternalId(
    listingId,
    properties.filter((property) => quantityOnProperty.includes(property.property_id)),
  );
}
