/** What both frames are given by their layout's loader. */
export type FrameData = {
  base: string;
  role: string;
  now: Date;
  seller: { name: string; timeZone: string; stoppedAt: Date | null };
};

/** Nouns, at most six, and only those that exist (screens.md 2). */
export const NAV = ["inventory", "channels", "rules", "activity", "settings"] as const;
