import type { NumberOnChannel } from "../numbers/number-on-channel.ts";

export type ItemRow = {
  id: string;
  sku: string;
  title: string;
  onHand: number;
  reserved: number;
  available: number;
  movedAt: Date | null;
  numbers: NumberOnChannel[];
};

export type ChannelColumn = { connectionId: string; channel: string; name: string; importing: boolean; blind: boolean };

/** What the one panel of the page shows: a number with its why, or the stock of an item. */
export type Opened =
  | { anchor: HTMLElement; number: NumberOnChannel; itemId: string | null }
  | { anchor: HTMLElement; number: null; itemId: string };
