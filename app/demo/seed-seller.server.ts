/**
 * A demo seller through the product's own doors, as actor `demo`: connect, import, link, open, preview, approve (settled.md 1).
 * Every step may be run again: what is done is found done.
 */
import type { Database } from "#app/data/database.server.ts";
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { approvePreview } from "#app/flows/approve-preview.server.ts";
import { connectAccount } from "#app/flows/connect-account.server.ts";
import type { House } from "#app/flows/house.server.ts";
import { importListings } from "#app/flows/import-listings.server.ts";
import { type Composition, linkBySku } from "#app/flows/link-listings.server.ts";
import { openConnection } from "#app/flows/open-connection.server.ts";
import { previewGoLive } from "#app/flows/preview-go-live.server.ts";
import { allowRenewals } from "#app/flows/renewal-fees.server.ts";
import { setupWebhooks } from "#app/flows/setup-webhooks.server.ts";
import { DEMO_TIMINGS } from "./demo-timings.ts";
import { grantOf } from "./sandbox-door.server.ts";

/** As many as the demo's eBay takes (settled.md 4). */
const DEMO_REVISIONS = 100_000;

/** 1,000 USD a month: the demo's Etsy takes no real money. */
const DEMO_RENEWALS = 100_000;

export type DemoSeller = {
  id: string;
  name: string;
  /** Sandbox account. */
  account: number;
  people: { id: string; externalUserId: string; name: string; email: string; role: "owner" | "viewer" }[];
  goLive: boolean;
  /** What nothing can infer: packs and bundles, and how many parts there are. */
  compositions: Composition[];
  parts: { sku: string; quantity: number }[];
};

export async function seedSeller(house: House, sandboxOrigin: string, seller: DemoSeller): Promise<Record<ChannelName, string>> {
  await ensureSeller(house.db, seller);
  const known = await house.db.plain.query<{ id: string; channel: ChannelName; lifecycle: string }>(
    `select id, channel::text as channel, lifecycle::text as lifecycle from connection where seller_id = $1`,
    [seller.id],
  );
  const connections = {} as Record<ChannelName, string>;
  for (const channel of CHANNELS) {
    const there = known.find((k) => k.channel === channel);
    connections[channel] = there?.id ?? (await connectDemo(house, sandboxOrigin, seller, channel));
  }
  const waiting = CHANNELS.filter((channel) => known.find((k) => k.channel === channel)?.lifecycle !== "live");
  for (const channel of waiting) await importWhole(house, connections[channel]);
  await linkBySku(house, seller.id, "demo", seller.compositions);
  for (const channel of waiting)
    await openConnection(house, { connectionId: connections[channel], actorKey: "demo", countsFrom: channel === "shopify" });
  await countParts(house, seller);
  if (seller.goLive) for (const channel of waiting) await goLive(house, seller.id, connections[channel]);
  return connections;
}

/** The seller's row and the people; nothing where they stand already. */
export async function ensureSeller(db: Database, seller: Pick<DemoSeller, "id" | "name" | "people">): Promise<void> {
  await db.write(seller.id, async (sql) => {
    await sql.query(
      `insert into seller (id, name, time_zone, reporting_currency) values ($1, $2, 'Europe/Berlin', 'EUR') on conflict do nothing`,
      [seller.id, seller.name],
    );
    await sql.query(`insert into actor (key, seller_id, kind, label) values ('demo', $1, 'demo', 'The demo') on conflict do nothing`, [
      seller.id,
    ]);
    for (const person of seller.people) {
      await sql.query(`insert into app_user (id, external_id, email, name) values ($1, $2, $3, $4) on conflict (external_id) do nothing`, [
        person.id,
        person.externalUserId,
        person.email,
        person.name,
      ]);
      await sql.query(
        `insert into membership (id, seller_id, user_id, role) values ($1, $2, $3, $4::member_role) on conflict (seller_id, user_id) do nothing`,
        [person.id, seller.id, person.id, person.role],
      );
    }
  });
}

/** Connects the seller's sandbox account on one channel, as its platform's consent would; answers the connection's id. */
export async function connectDemo(
  house: House,
  sandboxOrigin: string,
  seller: Pick<DemoSeller, "id" | "account">,
  channel: ChannelName,
): Promise<string> {
  const grant = await grantOf(sandboxOrigin, channel, seller.account);
  const connected = await connectAccount(house, {
    sellerId: seller.id,
    actorKey: "demo",
    channel,
    credentials: grant.credentials,
    expiresAt: grant.expiresAt,
    refreshExpiresAt: grant.refreshExpiresAt,
    address: grant.address,
    externalId: grant.externalId,
    consentVersion: "demo",
    settings: { timings: DEMO_TIMINGS, ...(channel === "ebay" ? { revisionsPerDay: DEMO_REVISIONS } : {}) },
  });
  if (connected.outcome === "refused") throw new Error(`${channel}: ${connected.text}`);
  await setupWebhooks(house, connected.connectionId);
  if (channel === "etsy")
    await allowRenewals(house, { sellerId: seller.id, actorKey: "demo", connectionId: connected.connectionId, capMinor: DEMO_RENEWALS });
  return connected.connectionId;
}

/** A worker may be importing already; then this waits for its end. */
async function importWhole(house: House, connectionId: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if ((await importListings(house, connectionId)) !== null) return;
    const [feed] = await house.db.plain.query<{ done: boolean }>(
      `select finished_at is not null as done from feed where connection_id = $1 and kind = 'listings'`,
      [connectionId],
    );
    if (feed?.done) return;
    await house.pause(200);
  }
  throw new Error("the import did not come to an end");
}

async function countParts(house: House, seller: DemoSeller): Promise<void> {
  for (const part of seller.parts) {
    const [item] = await house.db.plain.query<{ id: string; counted: boolean }>(
      `select i.id, exists (select from movement m where m.item_id = i.id and m.kind = 'adjustment') as counted from stock_item i where i.seller_id = $1 and i.sku = $2`,
      [seller.id, part.sku],
    );
    if (item && !item.counted)
      await adjustStock(house, {
        sellerId: seller.id,
        actorKey: "demo",
        itemId: item.id,
        setTo: part.quantity,
        note: "opening count of parts",
      });
  }
}

async function goLive(house: House, sellerId: string, connectionId: string): Promise<void> {
  let previewId = await previewGoLive(house, { sellerId, connectionId, actorKey: "demo" });
  for (let attempt = 0; attempt < 5; attempt++) {
    const [preview] = await house.db.plain.query<{ hash: string }>(`select hash from preview where id = $1`, [previewId]);
    const approved = await approvePreview(house, { sellerId, actorKey: "demo", previewId, hash: preview?.hash ?? "", excluded: [] });
    if (approved.outcome === "approved") return;
    if (approved.outcome === "gone") throw new Error(approved.text);
    previewId = approved.previewId;
  }
  throw new Error("the demo's preview kept changing");
}
