/** How the record may be narrowed. */
export const ACTIVITY_KINDS = ["all", "stock", "numbers", "people"] as const;
export type ActivityKind = (typeof ACTIVITY_KINDS)[number];
