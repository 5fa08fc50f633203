/**
 * Events recorded and applied per second through our own code (dedupe, order state, ledger, levels, targets on four channels, audit),
 * as a ratio to the raw limit of the same database in the same run: event key, movement and level in one transaction per event, with
 * eight connections (stack.md).
 */
import pg from "pg";
import type { NewEvent } from "#app/data/intake.server.ts";
import type { ChannelOrder } from "#app/domain/channel-words.ts";
import { applyEvents } from "#app/flows/apply-events.server.ts";
import { createGroupCommit } from "#app/platform/group-commit.ts";
import { createRandom } from "#app/sandbox/random.ts";
import type { Rig } from "../rig.server.ts";
import { withBenchRig } from "./bench-rig.ts";

const SELLERS = 4;
const ITEMS = 250;
const EVENTS = 12_000;
const RAW_MS = 4_000;
const RAW_CONNECTIONS = 8;
const AT_ONCE = 200;

await withBenchRig("postgresql", { items: 4 }, async (rig) => {
  await rig.settle();
  await rig.worker.stop();
  const raw = await rawLimit(rig);
  const shops = await Promise.all(Array.from({ length: SELLERS }, (_, n) => makeShop(rig, n)));
  await applyAll(rig, shops, 1_000, "warm");
  const ours = await applyAll(rig, shops, EVENTS, "run");
  const [sums] = await rig.house.db.plain.query<{ sold: number }>(
    `select coalesce(sum(reserved), 0)::int as sold from stock_item where seller_id = any($1)`,
    [shops.map((s) => s.sellerId)],
  );
  if (sums?.sold !== EVENTS + 1_000) throw new Error(`${EVENTS + 1_000} units were sold and the levels say ${sums?.sold}`);
  console.log(
    JSON.stringify({
      bench: "events",
      events: EVENTS,
      rawPerSecond: Math.round(raw),
      oursPerSecond: Math.round(ours.perSecond),
      ratio: Number((ours.perSecond / raw).toFixed(2)),
      recordPerSecond: Math.round(ours.recorded),
      applyPerSecond: Math.round(ours.applied),
    }),
  );
});

async function rawLimit(rig: Rig): Promise<number> {
  const url = rig.config.database.worker!;
  const owner = new pg.Client({ connectionString: rig.adminUrl });
  await owner.connect();
  await owner.query(`create table raw_event (key text primary key); create table raw_movement (id bigserial primary key, item int, delta int, key text unique);
    create table raw_level (item int primary key, n int not null); insert into raw_level select g, 1000000 from generate_series(1, 1000) g;
    grant all on raw_event, raw_movement, raw_level, raw_movement_id_seq to inventorysync_worker`);
  const clients = await Promise.all(
    Array.from({ length: RAW_CONNECTIONS }, async () => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      return client;
    }),
  );
  let done = 0;
  const end = performance.now() + RAW_MS;
  const begun = performance.now();
  await Promise.all(
    clients.map(async (client, c) => {
      for (let n = 0; performance.now() < end; n++) {
        const key = `${c}-${n}`;
        const item = 1 + ((c * 7919 + n * 31) % 1000);
        await client.query("begin");
        await client.query("insert into raw_event (key) values ($1)", [key]);
        await client.query("insert into raw_movement (item, delta, key) values ($1, -1, $2)", [item, key]);
        await client.query("update raw_level set n = n - 1 where item = $1", [item]);
        await client.query("commit");
        done++;
      }
    }),
  );
  const seconds = (performance.now() - begun) / 1_000;
  await Promise.all(clients.map((client) => client.end()));
  await owner.end();
  return done / seconds;
}

type Shop = { sellerId: string; connectionId: string; listings: string[] };

/** A seller with four live connections that list the same items; orders come in on the first. */
async function makeShop(rig: Rig, n: number): Promise<Shop> {
  const { house } = rig;
  const sellerId = house.newId();
  const connections = ["woocommerce", "shopify", "ebay", "etsy"].map((channel) => ({ id: house.newId(), channel }));
  const items = Array.from({ length: ITEMS }, (_, i) => ({ id: house.newId(), sku: `BENCH-${n}-${i}` }));
  await house.db.write(sellerId, async (sql) => {
    await sql.query("insert into seller (id, name) values ($1, $2)", [sellerId, `bench ${n}`]);
    await sql.query(
      `insert into stock_item (id, seller_id, sku, sku_key, title, on_hand) select v.id, $1, v.sku, lower(v.sku), v.sku, 1000000 from unnest($2::uuid[], $3::text[]) v(id, sku)`,
      [sellerId, items.map((i) => i.id), items.map((i) => i.sku)],
    );
    for (const { id, channel } of connections) {
      await sql.query(
        `insert into connection (id, seller_id, channel, external_id, name, edit_policy, lifecycle, baseline_at) values ($1, $2, $3::channel_name, $4, $4, 'review', 'live', '2020-01-01')`,
        [id, sellerId, channel, `bench-${n}-${channel}`],
      );
      const numbers = items.map((i) => ({ quantity: house.newId(), listing: house.newId(), ...i }));
      await sql.query(
        `insert into channel_quantity (id, seller_id, connection_id, key, ref, target, confirmed, confirmed_at) select v.q, $1, $2, v.sku, '{}', 1000000, 1000000, now() from unnest($3::uuid[], $4::text[]) v(q, sku)`,
        [sellerId, id, numbers.map((x) => x.quantity), numbers.map((x) => x.sku)],
      );
      await sql.query(
        `insert into listing (id, seller_id, connection_id, quantity_id, external_id, title, sku, sku_key, state, link_state, go_live)
         select v.l, $1, $2, v.q, v.sku, v.sku, v.sku, lower(v.sku), 'active', 'linked', 'live' from unnest($3::uuid[], $4::uuid[], $5::text[]) v(l, q, sku)`,
        [sellerId, id, numbers.map((x) => x.listing), numbers.map((x) => x.quantity), numbers.map((x) => x.sku)],
      );
      await sql.query(
        `insert into component (seller_id, listing_id, item_id, units) select $1, v.l, v.i, 1 from unnest($2::uuid[], $3::uuid[]) v(l, i)`,
        [sellerId, numbers.map((x) => x.listing), numbers.map((x) => x.id)],
      );
    }
  });
  return { sellerId, connectionId: connections[0]!.id, listings: items.map((i) => i.sku) };
}

async function applyAll(
  rig: Rig,
  shops: Shop[],
  events: number,
  mark: string,
): Promise<{ perSecond: number; recorded: number; applied: number }> {
  const random = createRandom(events);
  const intake = rig.web.intake!;
  const commit = createGroupCommit<NewEvent, boolean>(
    async (group) => {
      const fresh = await intake.record(group);
      return group.map((event) => fresh.has(event.id));
    },
    { maxWaitMs: 0, maxBatch: 500 },
  );
  const begun = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let n = next++; n < events; n = next++) {
        const shop = shops[n % shops.length]!;
        await commit(eventOf(rig, shop, `${mark}-${n}`, shop.listings[Math.floor(random.next() * shop.listings.length)]!));
      }
    }),
  );
  const recorded = performance.now();
  const applied = await Promise.all(shops.map((shop) => applyEvents(rig.house, shop.connectionId)));
  const done = performance.now();
  const total = applied.reduce((a, b) => a + b, 0);
  if (total !== events) throw new Error(`${events} events were recorded and ${total} applied`);
  return {
    perSecond: (1_000 * events) / (done - begun),
    recorded: (1_000 * events) / (recorded - begun),
    applied: (1_000 * events) / (done - recorded),
  };
}

function eventOf(rig: Rig, shop: Shop, key: string, sku: string): NewEvent {
  const at = rig.house.now();
  const order: ChannelOrder = {
    externalId: key,
    number: key,
    status: "open",
    paid: true,
    placedAt: at,
    updatedAt: at,
    observedAt: at,
    currency: "EUR",
    lines: [
      {
        externalId: "1",
        listingExternalId: sku,
        sku,
        title: sku,
        quantity: 1,
        held: 1,
        consumed: 0,
        returnable: 0,
        channelDeducted: { min: 1, max: 1 },
        unitPriceMinor: 100,
      },
    ],
  };
  return {
    id: rig.house.newId(),
    sellerId: shop.sellerId,
    connectionId: shop.connectionId,
    topic: "order.created",
    dedupeKey: key,
    keyUntil: null,
    events: JSON.stringify([{ type: "order", order }]),
    status: "waiting",
    parkedReason: null,
    correlationId: rig.house.newId(),
    receivedAt: at,
  };
}
