/** What the oracle looks at, read by itself: the sandbox's state, journal and calls, and the tables, as the superuser. */
import { existsSync, readFileSync } from "node:fs";
import type pg from "pg";
import { SOAK_CHANNELS, type SoakChannel } from "./schedule.ts";
import type { SpiedCall } from "./soak-child.ts";
import { asAdmin } from "./soak-database.ts";
import type { SoakWorld } from "./soak-world.server.ts";

/** `at` in milliseconds of this machine's clock. */
export type Shown = {
  n: number;
  at: number;
  channel: SoakChannel;
  sku: string;
  from: number;
  to: number;
  by: "api" | "order" | "hand";
  call: string | null;
};
export type Call = { n: number; operation: string; status: number; changes: boolean; at: number; sentAt: number };
export type ShopState = {
  listings: { sku: string; quantity: number; active: boolean }[];
  orders: { id: string; status: string; lines: { sku: string; quantity: number }[] }[];
  webhooks: { sent: number; failed: number; dropped: number };
};
export type Item = { id: string; sku: string; onHand: number; reserved: number; sumOnHand: number; sumReserved: number };
export type Movement = {
  itemId: string;
  sku: string;
  kind: string;
  onHand: number;
  reserved: number;
  recordedAt: number;
  orderId: string | null;
  lineId: string | null;
  channel: SoakChannel | null;
  externalOrderId: string | null;
  note: string | null;
};
export type NumberRow = {
  id: string;
  channel: SoakChannel;
  sku: string;
  target: number | null;
  noTarget: string | null;
  confirmed: number | null;
  dirty: boolean;
  raisesStopped: string | null;
  failureText: string | null;
  doubtReason: string | null;
  attempts: number;
  nextAttemptAt: Date | null;
  parts: { sku: string; each: number }[];
};
export type OrderRow = { id: string; channel: SoakChannel; externalId: string };
export type Held = { channel: SoakChannel; sku: string; from: number; until: number };

export type Facts = {
  shops: Record<SoakChannel, ShopState>;
  shown: Shown[];
  /** Of seller B, who only watches. */
  watchedShown: Shown[];
  watchedCalls: Call[];
  calls: Record<SoakChannel, Call[]>;
  spied: SpiedCall[];
  items: Item[];
  movements: Movement[];
  numbers: NumberRow[];
  orders: OrderRow[];
  openCards: { channel: SoakChannel; sku: string; expected: number; observed: number }[];
  alerts: { kind: string; text: string; data: unknown }[];
  parked: { topic: string; reason: string | null }[];
  held: Held[];
  /** Movements that stand for a change of stock that no order and no person in the product made. */
  waiting: number;
};

export async function readFacts(world: SoakWorld): Promise<Facts> {
  const shown: Shown[] = [];
  const watchedShown: Shown[] = [];
  const watchedCalls: Call[] = [];
  const calls = {} as Record<SoakChannel, Call[]>;
  for (const channel of SOAK_CHANNELS) {
    shown.push(...(await journal(world, channel, 1)));
    watchedShown.push(...(await journal(world, channel, 3)));
    calls[channel] = await callsOf(world, channel, 1);
    watchedCalls.push(...(await callsOf(world, channel, 3)));
  }
  const { channels } = await world.control<{ channels: Record<SoakChannel, ShopState> }>("GET", "/state");
  const tables = await asAdmin(world.database.urls.admin, (admin) => readTables(admin, world.sellerA));
  shown.sort((a, b) => a.n - b.n);
  const spied = existsSync(world.callFile)
    ? readFileSync(world.callFile, "utf8")
        .split("\n")
        .filter(Boolean)
        .flatMap((line) => asCall(line))
    : [];
  return { shops: channels, shown, watchedShown, watchedCalls, calls, spied, ...tables };
}

/** A killed process may have written half a line. */
function asCall(line: string): SpiedCall[] {
  try {
    return [JSON.parse(line) as SpiedCall];
  } catch {
    return [];
  }
}

async function journal(world: SoakWorld, channel: SoakChannel, account: number): Promise<Shown[]> {
  const lines = await world.control<(Omit<Shown, "at"> & { at: string })[]>("GET", `/${channel}/journal?since=0&account=${account}`);
  return lines.map((line) => ({ ...line, at: Date.parse(line.at) }));
}

async function callsOf(world: SoakWorld, channel: SoakChannel, account: number): Promise<Call[]> {
  const lines = await world.control<(Omit<Call, "at" | "sentAt"> & { at: string; sentAt: string; account: number | null })[]>(
    "GET",
    `/${channel}/calls?since=0&account=${account}`,
  );
  return lines.filter((l) => l.account === account).map((l) => ({ ...l, at: Date.parse(l.at), sentAt: Date.parse(l.sentAt) }));
}

async function readTables(admin: pg.Client, sellerId: string) {
  const all = async <T>(text: string) => (await admin.query(text, [sellerId])).rows as T[];
  return {
    items: await all<Item>(
      `select i.id, i.sku, i.on_hand as "onHand", i.reserved, coalesce(sum(m.on_hand_delta), 0)::int as "sumOnHand", coalesce(sum(m.reserved_delta), 0)::int as "sumReserved"
       from stock_item i left join movement m on m.item_id = i.id where i.seller_id = $1 group by i.id order by i.sku`,
    ),
    movements: await all<Movement>(
      `select m.item_id as "itemId", i.sku, m.kind, m.on_hand_delta as "onHand", m.reserved_delta as reserved,
         (extract(epoch from m.recorded_at) * 1000)::float8 as "recordedAt", m.order_id as "orderId", m.order_line_id as "lineId", c.channel::text as channel,
         o.external_id as "externalOrderId", m.note
       from movement m join stock_item i on i.id = m.item_id left join sales_order o on o.id = m.order_id left join connection c on c.id = coalesce(o.connection_id, m.connection_id)
       where m.seller_id = $1 order by m.recorded_at, m.id`,
    ),
    numbers: await all<NumberRow>(
      `select q.id, c.channel::text as channel, l.sku, q.target, q.no_target as "noTarget", q.confirmed, q.dirty, q.raises_stopped as "raisesStopped",
         q.failure_text as "failureText", q.doubt_reason as "doubtReason", q.attempts, q.next_attempt_at as "nextAttemptAt",
         (select coalesce(jsonb_agg(jsonb_build_object('sku', i.sku, 'each', k.units)), '[]') from component k join stock_item i on i.id = k.item_id where k.listing_id = l.id) as parts
       from channel_quantity q join listing l on l.quantity_id = q.id join connection c on c.id = q.connection_id where q.seller_id = $1 order by l.sku, c.channel`,
    ),
    orders: await all<OrderRow>(
      `select o.id, c.channel::text as channel, o.external_id as "externalId" from sales_order o join connection c on c.id = o.connection_id where o.seller_id = $1`,
    ),
    openCards: await all<Facts["openCards"][number]>(
      `select c.channel::text as channel, l.sku, e.expected, e.observed from outside_edit e join connection c on c.id = e.connection_id
       join listing l on l.quantity_id = e.quantity_id where e.seller_id = $1 and e.state = 'open'`,
    ),
    alerts: await all<Facts["alerts"][number]>(`select kind, text, data from alert where seller_id = $1 and closed_at is null`),
    parked: await all<Facts["parked"][number]>(
      `select topic, parked_reason as reason from inbound_event where seller_id = $1 and status = 'parked'`,
    ),
    held: await all<Held>(
      `select c.channel::text as channel, l.sku, (extract(epoch from h.opened_at) * 1000)::float8 as from,
         coalesce((extract(epoch from h.closed_at) * 1000)::float8, 'infinity') as until
       from hold h join hold_number n on n.hold_id = h.id join channel_quantity q on q.id = n.quantity_id join connection c on c.id = q.connection_id
       join listing l on l.quantity_id = q.id where h.seller_id = $1`,
    ),
    waiting:
      (
        await all<{ n: number }>(
          `select count(*)::int as n from inbound_event where seller_id = $1 and status = 'waiting' and received_at < clock_timestamp() - interval '5 s'`,
        )
      )[0]?.n ?? 0,
  };
}
