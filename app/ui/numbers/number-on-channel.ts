import type { ChannelName } from "#app/domain/channel-words.ts";
import type { MarkedNumber } from "./number-mark.tsx";

/** One number on one channel, with what its screen says about it. */
export type NumberOnChannel = MarkedNumber & {
  listingId: string;
  quantityId: string;
  itemId: string | null;
  units: number | null;
  connectionId: string;
  channel: ChannelName;
  connectionName: string;
  title: string;
  reason: string | null;
  confirmedAt: Date | null;
  lastReadAt?: Date | null;
  nextAttemptAt: Date | null;
};
