/**
 * A listing that came, changed or went: noticed at once, and read by name a moment later, together with what else was named meanwhile.
 * Only where a channel cannot be asked by name, or the delivery names nothing, the next look at all listings is brought forward.
 */
import type { ConnectionRow } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { dueBy } from "#app/data/feeds.server.ts";
import { raiseDoubt } from "#app/data/quantities.server.ts";
import { listingsNamed, type NamedListing, wantLooks } from "#app/data/wanted-looks.server.ts";
import type { ChannelEvent } from "#app/domain/channel-words.ts";
import { saysNothingNew } from "#app/domain/told-listing.ts";
import type { House } from "./house.server.ts";

type Changed = Extract<ChannelEvent, { type: "listing-changed" | "listing-removed" }>;
type Stock = Extract<ChannelEvent, { type: "stock-changed" }>;

const nameOf = (event: Changed): string | null => event.parentId ?? event.listingExternalId;

export async function noteListingHints(house: House, connection: ConnectionRow, events: ChannelEvent[]): Promise<void> {
  const changed = events.filter((e) => e.type === "listing-changed" || e.type === "listing-removed");
  const stock = events.filter((e) => e.type === "stock-changed");
  if (changed.length === 0 && stock.length === 0) return;
  const wanted = await house.db.write(connection.sellerId, async (sql) => {
    const names = [...changed.flatMap((e) => nameOf(e) ?? []), ...stock.flatMap((e) => e.listingExternalId ?? [])];
    const known = await listingsNamed(sql, connection.id, { names, keys: stock.flatMap((e) => e.key ?? []) });
    await doubtRemoved(house, sql, changed, known);
    const looks = [...changed.filter((e) => e.type === "listing-changed" && !isEcho(e, known)).map(nameOf), ...idleNames(stock, known)];
    const named = looks.filter((name) => name !== null);
    const byName = house.channels[connection.channel].readNamed !== undefined;
    if (looks.some((name) => name === null || (!byName && !known.some((k) => k.name === name))))
      await dueBy(sql, connection.id, "listings", house.now());
    if (byName) await wantLooks(sql, connection.sellerId, connection.id, named, new Date(house.now().getTime() + house.pace.namedLookMs));
    return byName && named.length > 0;
  });
  if (wanted) await house.doorbell.ringLater({ job: "chores", chore: "named-look", id: connection.id }, house.pace.namedLookMs, "wait");
}

/** A reading decides (a missing listing is never a zero). */
async function doubtRemoved(house: House, sql: Sql, changed: Changed[], known: NamedListing[]): Promise<void> {
  const removed = new Set(changed.filter((e) => e.type === "listing-removed").flatMap((e) => [e.listingExternalId, e.parentId]));
  const doubtful = known.filter((k) => removed.has(k.externalId) || removed.has(k.name)).map((k) => k.quantityId);
  await raiseDoubt(sql, [...new Set(doubtful)].sort(), "the channel said it was removed", house.now());
}

function isEcho(event: Changed, known: NamedListing[]): boolean {
  if (event.type !== "listing-changed" || event.told === undefined) return false;
  const own = event.listingExternalId === null ? [] : known.filter((k) => k.externalId === event.listingExternalId);
  return saysNothingNew(event.told, event.listingExternalId === null ? known.filter((k) => k.name === event.parentId) : own);
}

/** Numbers that take part are read by the drain; of the others the list says whether something stands in their way no more. */
function idleNames(stock: Stock[], known: NamedListing[]): string[] {
  const keys = new Set(stock.flatMap((e) => e.key ?? []));
  const ids = new Set(stock.flatMap((e) => e.listingExternalId ?? []));
  return known
    .filter((k) => !k.takesPart && k.hindered && (keys.has(k.key) || ids.has(k.externalId) || ids.has(k.name)))
    .map((k) => k.name);
}
