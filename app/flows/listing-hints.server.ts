/** A listing that came, changed or went: noticed at once, read by the next look at the channel's listings. */
import type { ConnectionRow } from "#app/data/connections.server.ts";
import type { ChannelEvent } from "#app/domain/channel-words.ts";
import type { House } from "./house.server.ts";

/** Brings the next scan of the listings forward; removed ones become doubtful, so that a reading decides (a missing listing is never a zero). */
export async function noteListingHints(house: House, connection: ConnectionRow, events: ChannelEvent[]): Promise<void> {
  const changed = events.filter((e) => e.type === "listing-changed" || e.type === "listing-removed");
  if (changed.length === 0) return;
  const external = changed.map((e) => e.listingExternalId).filter((id) => id !== null);
  const parents = changed.map((e) => e.parentId).filter((id) => id !== null);
  await house.db.write(connection.sellerId, async (sql) => {
    const known = await sql.query<{ external: string; parent: string | null; id: string }>(
      `select external_id as external, external_parent_id as parent, quantity_id as id from listing
       where connection_id = $1 and (external_id = any($2) or external_parent_id = any($3))`,
      [connection.id, external, parents],
    );
    const removed = new Set(changed.filter((e) => e.type === "listing-removed").flatMap((e) => [e.listingExternalId, e.parentId]));
    const doubtful = known.filter((k) => removed.has(k.external) || (k.parent !== null && removed.has(k.parent))).map((k) => k.id);
    if (doubtful.length > 0) {
      await sql.query(
        `update channel_quantity set doubt_at = clock_timestamp(), doubt_until = clock_timestamp(), doubt_reason = 'the channel said it was removed', next_attempt_at = null
         where id = any($1) and target is not null`,
        [[...new Set(doubtful)].sort()],
      );
    }
    // Unknown or changed ones: the listings are due for a look.
    const unknown = changed.some(
      (e) => e.type === "listing-changed" && !known.some((k) => k.external === e.listingExternalId || k.parent === e.parentId),
    );
    if (unknown)
      await sql.query(`update feed set next_at = clock_timestamp() where connection_id = $1 and kind = 'listings' and page is null`, [
        connection.id,
      ]);
  });
}
