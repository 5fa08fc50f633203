/** What a row of a preview would do, the dangerous first. */
export const CHANGES = ["to-zero", "down", "from-zero", "up", "same"] as const;
export type Change = (typeof CHANGES)[number];
