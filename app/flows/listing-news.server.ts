/**
 * What a page of listings says that we did not know: new ones, another SKU on a linked one, one that was gone and is back, one that is
 * off sale. A list proves nothing about a number; it asks for readings and for the seller, and moves no link.
 */
import { closeAlerts, raiseAlert } from "#app/data/audit.server.ts";
import { type ConnectionRow, isPastMatching } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { comeBack, goneWithSameSku, proposeKnown, skusOfLinks } from "#app/data/listing-links.server.ts";
import { type StoredListing, storeIdleStates } from "#app/data/listings.server.ts";
import { raiseDoubt } from "#app/data/quantities.server.ts";
import type { House } from "./house.server.ts";

const ON_SALE = new Set(["active", "sold-out"]);

export async function noteListingNews(house: House, sql: Sql, connection: ConnectionRow, page: StoredListing[]): Promise<void> {
  const linked = page.filter((l) => l.linkState === "linked" && l.old !== null);
  // What may be a relisting is first told apart (inherit-link).
  const fresh = page.filter((l) => (l.old === null || l.old.skuKey !== l.skuKey) && l.skuKey !== null && l.linkState === "unlinked");
  const heirs = await goneWithSameSku(
    sql,
    connection.id,
    fresh.filter((l) => l.old === null).map((l) => l.id),
  );
  const left = new Set(heirs.map((h) => h.newId));
  await noteNew(
    house,
    sql,
    connection,
    fresh.filter((l) => !left.has(l.id)),
  );
  await noteOtherSkus(
    house,
    sql,
    connection,
    linked.filter((l) => l.old?.skuKey !== l.skuKey),
  );
  await noteReturned(
    house,
    sql,
    connection,
    linked.filter((l) => l.old !== null && !ON_SALE.has(l.old.state) && ON_SALE.has(l.listedState) && !l.takesPart && !l.offByUs),
  );
  const off = linked.filter((l) => l.old !== null && ON_SALE.has(l.old.state) && !ON_SALE.has(l.listedState) && !l.offByUs);
  const asked = off.filter((l) => l.takesPart).map((l) => l.quantityId);
  await raiseDoubt(sql, [...new Set(asked)].sort(), "the channel's list says that it is off sale", house.now());
  await storeIdleStates(
    sql,
    off.filter((l) => !l.takesPart).map((l) => ({ quantityId: l.quantityId, state: l.listedState })),
  );
}

/** Before the first matching nothing is new; afterwards a known SKU is proposed, never linked and never written before a look (settled.md 25). */
export async function noteNew(house: House, sql: Sql, connection: ConnectionRow, fresh: StoredListing[]): Promise<void> {
  if (fresh.length === 0 || !(await isPastMatching(sql, connection.id))) return;
  const ids = await proposeKnown(
    sql,
    connection.sellerId,
    fresh.map((l) => l.id),
  );
  const proposed = fresh.filter((l) => ids.has(l.id));
  if (proposed.length === 0) return;
  await raiseAlert(sql, connection.sellerId, {
    id: house.newId(),
    connectionId: connection.id,
    kind: "new-listings",
    key: `new-listings:${connection.id}`,
    severity: 6,
    text: `New on ${connection.name}: ${proposed[0]?.title ?? ""}${proposed.length > 1 ? ` and ${proposed.length - 1} more` : ""}, with a SKU that you have already. Nothing is linked or sent there until you say so.`,
    data: { listingIds: proposed.slice(0, 20).map((l) => l.id) },
  });
}

/** The seller gave a linked listing another SKU: its link stays where it is until he moves it. */
async function noteOtherSkus(house: House, sql: Sql, connection: ConnectionRow, changed: StoredListing[]): Promise<void> {
  const links = await skusOfLinks(
    sql,
    connection.sellerId,
    changed.map((l) => l.id),
  );
  await closeAlerts(
    sql,
    connection.sellerId,
    links.filter((link) => link.matches).map((link) => `sku-changed:${link.listingId}`),
  );
  for (const link of links.filter((l) => !l.matches)) {
    const listing = changed.find((l) => l.id === link.listingId);
    if (listing === undefined) continue;
    await raiseAlert(sql, connection.sellerId, {
      id: house.newId(),
      connectionId: connection.id,
      kind: "sku-changed",
      key: `sku-changed:${listing.id}`,
      severity: 4,
      text: `${listing.title} on ${connection.name} ${listing.sku === null ? "has no SKU any more" : `now has the SKU ${listing.sku}`}; before it was ${listing.old?.sku ?? "without one"}. It stays linked to ${link.itemSku} until you change that.`,
      data: { listingId: listing.id, sku: listing.sku },
    });
  }
}

async function noteReturned(house: House, sql: Sql, connection: ConnectionRow, back: StoredListing[]): Promise<void> {
  await comeBack(
    sql,
    connection.sellerId,
    back.map((l) => ({ listingId: l.id, state: l.listedState })),
  );
  await closeAlerts(
    sql,
    connection.sellerId,
    back.map((l) => `vanished:${l.quantityId}`),
  );
  for (const listing of back.filter((l) => l.goLive === "live")) await tellCameBack(house, sql, connection, listing);
}

export async function tellCameBack(
  house: House,
  sql: Sql,
  connection: ConnectionRow,
  listing: { quantityId: string; title: string },
): Promise<void> {
  await raiseAlert(sql, connection.sellerId, {
    id: house.newId(),
    connectionId: connection.id,
    kind: "came-back",
    key: `came-back:${listing.quantityId}`,
    severity: 4,
    text: `${listing.title} is back on ${connection.name}. Nothing is sent to it until you have approved a new preview.`,
    data: { quantityId: listing.quantityId },
  });
}
