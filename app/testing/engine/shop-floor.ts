/** What the engine's tests do in the shops and look up in the house, so that each of them reads as what happens. */
import { expect } from "vitest";
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import type { Rig } from "../rig.server.ts";

export type JournalEntry = {
  n: number;
  at: string;
  sku: string;
  from: number;
  to: number;
  by: "api" | "order" | "hand";
  call: string | null;
};
export type Call = { n: number; operation: string; status: number; changes: boolean; at: string; sentAt: string };

export type ShopFloor = {
  /** A simple item that no other case has touched. */
  freshItem: () => Promise<{ sku: string; start: number; itemId: string }>;
  /** Answers the order's id, fit for an address. */
  order: (channel: ChannelName, sku: string, quantity: number) => Promise<string>;
  faults: (channel: ChannelName, faults: Record<string, unknown>) => Promise<void>;
  calls: (channel: ChannelName, since: number) => Promise<Call[]>;
  lastCall: (channel: ChannelName) => Promise<number>;
  journal: (channel: ChannelName, sku: string, since?: number) => Promise<JournalEntry[]>;
  /** The row behind a SKU on a channel. */
  number: (channel: ChannelName, sku: string) => Promise<Record<string, unknown> & { id: string }>;
  /** The ledger and all four windows come to `n`, and stay there. */
  comesTo: (sku: string, n: number) => Promise<void>;
  /** Resolves when the worker's sweep has gone round that many times and what it rang for has run. With `through: false` it is not waited for: where every call fails, work is under way all the time. */
  sweeps: (times: number, how?: { through?: boolean }) => Promise<void>;
  /** Items whose levels are not the sum of their movements. */
  wrongLevels: () => Promise<number>;
};

export const all = (n: number): Record<ChannelName, number> => ({ shopify: n, ebay: n, etsy: n, woocommerce: n });

/** `rig` is asked for late: it starts in a hook. */
export function shopFloor(rig: () => Rig): ShopFloor {
  let next = 0;
  const query = <T extends object>(text: string, values: unknown[] = []) => rig().house.db.plain.query<T>(text, values);
  const floor: ShopFloor = {
    async freshItem() {
      const item = rig()
        .sandbox.world()
        .simple.filter((i) => i.account === 1)[next++];
      if (!item) throw new Error("the world has too few items for these cases");
      const [row] = await query<{ id: string }>("select id from stock_item where seller_id = $1 and sku = $2", [rig().sellerId, item.sku]);
      if (!row) throw new Error(`no item ${item.sku}`);
      return { sku: item.sku, start: await rig().available(item.sku), itemId: row.id };
    },
    async order(channel, sku, quantity) {
      const { id } = await rig().control<{ id: string }>("POST", `/${channel}/orders`, { lines: [{ sku, quantity }] });
      return encodeURIComponent(id);
    },
    faults: async (channel, faults) => void (await rig().control("POST", `/${channel}/faults`, faults)),
    calls: (channel, since) => rig().control<Call[]>("GET", `/${channel}/calls?since=${since}`),
    lastCall: async (channel) => (await floor.calls(channel, 0)).at(-1)?.n ?? 0,
    journal: async (channel, sku, since = 0) =>
      (await rig().control<JournalEntry[]>("GET", `/${channel}/journal?since=${since}`)).filter((j) => j.sku === sku),
    async number(channel, sku) {
      const [row] = await query<Record<string, unknown> & { id: string }>(
        "select q.* from channel_quantity q join listing l on l.quantity_id = q.id where l.connection_id = $1 and l.sku = $2",
        [rig().connections[channel], sku],
      );
      if (!row) throw new Error(`no number for ${sku} on ${channel}`);
      return row;
    },
    async comesTo(sku, n) {
      await rig().until(async () => (await rig().available(sku)) === n);
      await rig().settle();
      expect(await rig().shown(sku)).toEqual(all(n));
      expect(await rig().available(sku)).toBe(n);
    },
    async sweeps(times, { through = true } = {}) {
      const count = async () => {
        const [lease] = await query<{ n: number }>("select fence::int as n from lease where name = 'clock:sweep'");
        return lease?.n ?? 0;
      };
      const before = await count();
      await rig().until(async () => (await count()) >= before + times, 20_000);
      if (!through) return;
      await rig().house.doorbell.settled();
      await rig().jobsDone();
    },
    async wrongLevels() {
      const [sums] = await query<{ wrong: number }>(
        `select count(*)::int as wrong from stock_item i where i.seller_id = $1 and row(i.on_hand, i.reserved) is distinct from
           (select row(coalesce(sum(m.on_hand_delta), 0)::int, coalesce(sum(m.reserved_delta), 0)::int) from movement m where m.item_id = i.id)`,
        [rig().sellerId],
      );
      return sums?.wrong ?? -1;
    },
  };
  return floor;
}

export const endFaults = async (floor: ShopFloor): Promise<void> => {
  for (const channel of CHANNELS) await floor.faults(channel, {});
};
