/** Something that must not be, with the smallest facts that show it. */
export type Problem = { check: string; sku: string; text: string; at?: number; channel?: string };
