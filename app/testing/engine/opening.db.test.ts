import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO_TIMINGS } from "#app/demo/demo-timings.ts";
import { grantOf } from "#app/demo/sandbox-door.server.ts";
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import { connectAccount } from "#app/flows/connect-account.server.ts";
import { importListings } from "#app/flows/import-listings.server.ts";
import { linkBySku } from "#app/flows/link-listings.server.ts";
import { openConnection } from "#app/flows/open-connection.server.ts";
import { type Rig, startRig } from "../rig.server.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig({ items: 4, seed: 31 });
  await rig.settle();
  await rig.worker.stop();
}, 60_000);
afterAll(() => rig.stop());

const sql = <T extends object>(text: string, values: unknown[] = []) => rig.house.db.plain.query<T>(text, values);

/** The sandbox's second account, connected to a seller of its own and linked, but not opened. */
async function connected(channel: ChannelName): Promise<{ sellerId: string; connectionId: string; skus: string[] }> {
  const sellerId = rig.house.newId();
  await sql("insert into seller (id, name) values ($1, 'new')", [sellerId]);
  const grant = await grantOf(rig.sandbox.origin, channel, 2);
  const made = await connectAccount(rig.house, {
    sellerId,
    actorKey: "demo",
    channel,
    ...grant,
    consentVersion: "test",
    settings: { timings: DEMO_TIMINGS },
  });
  if (made.outcome === "refused") throw new Error(made.text);
  await importListings(rig.house, made.connectionId);
  await linkBySku(rig.house, sellerId, "demo", []);
  const rows = await sql<{ sku: string }>(
    `select i.sku from stock_item i join component c on c.item_id = i.id join channel_quantity q on q.id = (select quantity_id from listing l where l.id = c.listing_id)
     where i.seller_id = $1 and q.confirmed > 10 order by 1`,
    [sellerId],
  );
  return { sellerId, connectionId: made.connectionId, skus: rows.map((r) => r.sku) };
}

describe.each(CHANNELS)("opening a connection on %s", (channel) => {
  it("while the shop sells without a pause, counts no unit twice", async () => {
    const { sellerId, connectionId, skus } = await connected(channel);
    const { channels } = rig.house;
    const real = channels[channel];
    let sold = 0;
    // Whenever the numbers have been read somebody buys, so that no look at them is ever quiet.
    rig.house.channels = {
      ...channels,
      [channel]: {
        ...real,
        readStock: async (context: Parameters<typeof real.readStock>[0], refs: Parameters<typeof real.readStock>[1]) => {
          const readings = await real.readStock(context, refs);
          // Each time another one, so that no two looks are quiet.
          if (sold++ < 8)
            await rig.control("POST", `/${channel}/orders?account=2`, { lines: [{ sku: skus[sold % skus.length], quantity: 1 }] });
          return readings;
        },
      },
    };
    try {
      await openConnection(rig.house, { connectionId, actorKey: "demo", countsFrom: true });
    } finally {
      rig.house.channels = channels;
    }
    expect(sold).toBeGreaterThan(1);
    const state = await rig.control<{ channels: Record<string, { listings: { sku: string; quantity: number }[] }> }>(
      "GET",
      "/state?account=2",
    );
    const counted = await sql<{ sku: string; available: number }>(
      "select sku, on_hand - reserved as available from stock_item where seller_id = $1 and sku = any($2) order by sku",
      [sellerId, skus],
    );
    expect(counted).toEqual(
      skus.map((sku) => ({ sku, available: state.channels[channel]!.listings.find((l) => l.sku === sku)?.quantity })),
    );
  });
});
