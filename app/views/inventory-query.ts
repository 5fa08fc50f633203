/** The views and orders of the inventory, as they stand in its address; known to the page and to the read model. */
export const INVENTORY_TABS = ["all", "needs-you", "out-of-step", "not-linked"] as const;
export type InventoryTab = (typeof INVENTORY_TABS)[number];

export const INVENTORY_SORTS = ["sku", "title", "moved", "available"] as const;
export type InventorySort = (typeof INVENTORY_SORTS)[number];

/** Counts are exact up to here, then "10,000+". */
export const COUNT_LIMIT = 10_000;
