/** The steps between connecting and live, in their order; known to the pages, their addresses and the read model. */
export const SETUP_STEPS = ["import", "match", "opening", "preview"] as const;
export type SetupStep = (typeof SETUP_STEPS)[number];
