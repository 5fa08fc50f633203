/** Why no item stands behind a listing: its link is proposed, or what hinders it. */
export const MATCHING_TABS = ["proposed", "no-sku", "duplicate", "unknown", "refused"] as const;
export type MatchingTab = (typeof MATCHING_TABS)[number];
