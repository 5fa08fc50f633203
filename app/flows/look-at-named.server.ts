/** Reads the listings that deliveries spoke of, by name and together, below everything else in the budget. */
import { ChannelError } from "#app/channels/errors.ts";
import { type ConnectionRow, findConnection } from "#app/data/connections.server.ts";
import { acquireLease, releaseLease } from "#app/data/lease.server.ts";
import { storeListingPage } from "#app/data/listings.server.ts";
import { raiseDoubt } from "#app/data/quantities.server.ts";
import { dueLooks, listingsNamed, looksDone, postponeLooks } from "#app/data/wanted-looks.server.ts";
import { withChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";
import { inheritRelisted } from "./inherit-link.server.ts";
import { noteListingNews } from "./listing-news.server.ts";

/** Named ones of one call; a parent may have many variants. */
const AT_ONCE = 20;

/** Answers how many names were looked up. A look at all listings, or another of these, goes first. */
export async function lookAtNamed(house: House, connectionId: string): Promise<number> {
  const connection = await findConnection(house.db.plain, connectionId);
  const readable =
    connection !== null && (connection.lifecycle === "observe" || connection.lifecycle === "live") && connection.blindSince === null;
  if (!readable) return 0;
  const lease = await acquireLease(house.db.plain, `named-look:${connectionId}`, house.newId(), house.pace.leaseMs);
  if (lease === null) return 0;
  try {
    let looked = 0;
    for (;;) {
      const wanted = await dueLooks(house.db.plain, connectionId, AT_ONCE);
      if (wanted.length === 0) return looked;
      await lookAt(house, connection, wanted);
      looked += wanted.length;
    }
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    house.log.info("a look at named listings was broken off", { connectionId, kind: error.kind });
    // What cannot be read by name is read with all the others.
    await postponeLooks(
      house.db.plain,
      connectionId,
      new Date(house.now().getTime() + Math.max(house.pace.pollMs, error.retryAfterMs ?? 0)),
    );
    return 0;
  } finally {
    await releaseLease(house.db.plain, lease);
  }
}

async function lookAt(house: House, connection: ConnectionRow, wanted: { name: string; askedAt: Date }[]): Promise<void> {
  const names = wanted.map((w) => w.name);
  const readAt = house.now();
  const listings = await withChannel(
    house,
    connection,
    "import",
    async ({ channel, context }) => channel.readNamed?.(context, names) ?? [],
  );
  const stored = await house.db.write(connection.sellerId, async (sql) => {
    const rows = await storeListingPage(sql, connection.sellerId, connection.id, listings, readAt, house.newId);
    await noteListingNews(house, sql, connection, rows);
    const shown = new Set(rows.map((row) => row.externalId));
    const unseen = (await listingsNamed(sql, connection.id, { names, keys: [] })).filter((k) => !shown.has(k.externalId));
    await raiseDoubt(
      sql,
      [...new Set(unseen.map((k) => k.quantityId))].sort(),
      "the channel did not show it when asked by name",
      house.now(),
    );
    await looksDone(sql, connection.id, wanted);
    return rows;
  });
  await inheritRelisted(house, connection, stored);
  house.announce(connection.sellerId, "listings");
}
