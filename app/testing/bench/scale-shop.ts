/** Shops of any size for benches: their rows are made by the database itself, since bringing a million in by a connector takes hours. */
import type { ChannelName } from "#app/domain/channel-words.ts";
import { storeSecret } from "#app/flows/refresh-credentials.server.ts";
import type { Rig } from "../rig.server.ts";

export type ScaleShop = { sellerId: string; mark: string; connections: { id: string; channel: ChannelName }[]; items: number };

/** Shown by every number at first: less than the most that Etsy shows, and more than any bench sells. */
export const START = 900;

/** A seller with live connections and nothing on them yet. */
export async function makeScaleShop(rig: Rig, mark: string, channels: readonly ChannelName[]): Promise<ScaleShop> {
  const { house } = rig;
  const sellerId = house.newId();
  const connections = channels.map((channel) => ({ id: house.newId(), channel }));
  await house.db.write(sellerId, async (sql) => {
    await sql.query("insert into seller (id, name) values ($1, $2)", [sellerId, mark]);
    for (const { id, channel } of connections) {
      await sql.query(
        `insert into connection (id, seller_id, channel, external_id, name, address, edit_policy, lifecycle, baseline_at)
         values ($1, $2, $3::channel_name, $4, $4, 'http://127.0.0.1:9', 'review', 'live', '2020-01-01')`,
        [id, sellerId, channel, `${mark}-${channel}`],
      );
      for (const kind of ["orders", "scan"])
        await sql.query(`insert into feed (id, seller_id, connection_id, kind, read_through) values ($1, $2, $3, $4, clock_timestamp())`, [
          house.newId(),
          sellerId,
          id,
          kind,
        ]);
    }
  });
  for (const { id: connectionId } of connections)
    await storeSecret(house, { sellerId, connectionId, kind: "credentials" }, { text: "{}", expiresAt: null, refreshExpiresAt: null });
  return { sellerId, mark, connections, items: 0 };
}

/** Grows a shop to `items` things, each listed once on every connection and in step there. */
export async function growScaleShop(rig: Rig, shop: ScaleShop, items: number): Promise<void> {
  const { house } = rig;
  const range = [shop.items + 1, items];
  // Ids follow from the name, so that the tables need not be read to point at one another.
  const id = (what: string) => `md5('${shop.mark}:${what}:' || n)::uuid`;
  await house.db.write(shop.sellerId, async (sql) => {
    await sql.query(
      `insert into stock_item (id, seller_id, sku, sku_key, title, on_hand)
       select ${id("item")}, $3, '${shop.mark}-' || n, lower('${shop.mark}-' || n), 'Thing ' || n, ${START} from generate_series($1::int, $2::int) n`,
      [...range, shop.sellerId],
    );
    for (const { id: connectionId, channel } of shop.connections) {
      await sql.query(
        `insert into channel_quantity (id, seller_id, connection_id, key, ref, target, confirmed, confirmed_at, last_read_at)
         select ${id(`number:${channel}`)}, $3, $4, '${shop.mark}-' || n, '{}', ${START}, ${START}, clock_timestamp(), clock_timestamp()
         from generate_series($1::int, $2::int) n`,
        [...range, shop.sellerId, connectionId],
      );
      await sql.query(
        `insert into listing (id, seller_id, connection_id, quantity_id, external_id, title, sku, sku_key, state, link_state, go_live)
         select ${id(`listing:${channel}`)}, $3, $4, ${id(`number:${channel}`)}, '${shop.mark}-' || n, 'Thing ' || n, '${shop.mark}-' || n,
           lower('${shop.mark}-' || n), 'active', 'linked', 'live' from generate_series($1::int, $2::int) n`,
        [...range, shop.sellerId, connectionId],
      );
      await sql.query(
        `insert into component (seller_id, listing_id, item_id, units) select $3, ${id(`listing:${channel}`)}, ${id("item")}, 1
         from generate_series($1::int, $2::int) n`,
        [...range, shop.sellerId],
      );
    }
  });
  shop.items = items;
}

/** What the database's own housekeeping does within minutes, done before anything is measured. */
export async function settleDatabase(rig: Rig): Promise<void> {
  const { Client } = (await import("pg")).default;
  const admin = new Client({ connectionString: rig.adminUrl });
  await admin.connect();
  try {
    await admin.query(
      "vacuum (analyze) stock_item, channel_quantity, listing, component, sales_order, order_line, movement, inbound_event",
    );
    await admin.query("checkpoint");
  } finally {
    await admin.end();
  }
}
