/** Every change of a shown number, in the order in which it happened over all channels; the oldest entries fall out. */
import type { AccountNo, ChannelName } from "./simulator.ts";

export type JournalChange = {
  account: AccountNo;
  sku: string;
  from: number;
  to: number;
  by: "api" | "order" | "hand";
  call: string | null;
};
export type JournalEntry = JournalChange & { n: number; at: string; channel: ChannelName };

const KEPT = 250_000;

export class Journal {
  private last: number;
  private readonly kept: number;
  private slots: JournalEntry[] = [];

  constructor(startAfter = 0, kept = KEPT) {
    this.last = startAfter;
    this.kept = kept;
  }

  /** Number of the newest entry; 0 before the first. Never falls, also not across resets and restarts. */
  get lastNumber(): number {
    return this.last;
  }

  add(channel: ChannelName, at: Date, change: JournalChange): void {
    const n = ++this.last;
    this.slots[n % this.kept] = { n, at: at.toISOString(), channel, ...change };
  }

  /** A new world begins with an empty journal; the numbers go on. */
  forget(): void {
    this.slots = [];
  }

  /** Entries with a number above `since`, oldest first. */
  since(since: number, channel: ChannelName, account: AccountNo): JournalEntry[] {
    const found: JournalEntry[] = [];
    for (let n = Math.max(since + 1, this.last - this.kept + 1, 1); n <= this.last; n++) {
      const entry = this.slots[n % this.kept];
      // After a restart the numbers go on but the old entries are gone.
      if (entry && entry.n === n && entry.channel === channel && entry.account === account) found.push(entry);
    }
    return found;
  }
}
