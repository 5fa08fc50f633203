/** Imports or looks again at a connection's listings, page by page; the cursor survives a crash and nothing is held whole. */

import { ChannelError } from "#app/channels/errors.ts";
import { findConnection } from "#app/data/connections.server.ts";
import { ensureFeed, feedFailed, feedProgress } from "#app/data/feeds.server.ts";
import { acquireLease, releaseLease, renewLease } from "#app/data/lease.server.ts";
import { notSeenSince, storeListingPage } from "#app/data/listings.server.ts";
import { raiseDoubt } from "#app/data/quantities.server.ts";
import { withChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";

/** Between two looks at all listings; webhooks bring one forward. */
const LOOK_EVERY_MS = 6 * 3_600_000;

/** Null when another worker is at it. Answers how many listings the look saw. */
export async function importListings(house: House, connectionId: string, stopping?: AbortSignal): Promise<number | null> {
  const lease = await acquireLease(house.db.plain, `import:${connectionId}`, house.newId(), 4 * house.pace.leaseMs);
  if (lease === null) return null;
  try {
    const connection = await findConnection(house.db.plain, connectionId);
    if (connection === null) return 0;
    const feed = await house.db.write(connection.sellerId, (sql) =>
      ensureFeed(sql, connection.sellerId, connectionId, "listings", house.newId()),
    );
    // A look that was broken off goes on where it stood; its begin is the cursor.
    const begun = feed.page === null || feed.cursor === null ? house.now() : feed.cursor;
    if (feed.page === null) {
      await house.db.write(connection.sellerId, (sql) =>
        sql.query(`update feed set cursor = $2, done = 0, finished_at = null where id = $1`, [feed.id, begun]),
      );
    }
    let page = feed.page;
    let seen = feed.page === null ? 0 : feed.done;
    do {
      const readAt = house.now();
      const answer = await withChannel(house, connection, "import", ({ channel, context }) => channel.listListings(context, page));
      await house.db.write(connection.sellerId, async (sql) => {
        const stored = await storeListingPage(sql, connection.sellerId, connectionId, answer.listings, readAt, house.newId);
        seen += stored.seen;
        await feedProgress(sql, feed.id, {
          page: answer.nextPage,
          added: stored.seen,
          total: answer.total,
          finishedAt: answer.nextPage === null ? house.now() : null,
        });
      });
      house.announce(connection.sellerId, "listings");
      house.crashPoint("import-page");
      page = answer.nextPage;
      if (!(await renewLease(house.db.plain, lease, 4 * house.pace.leaseMs))) return null;
    } while (page !== null && !stopping?.aborted);
    if (page === null) await finishLook(house, connection.sellerId, connectionId, begun);
    house.announce(connection.sellerId, "listings");
    return seen;
  } catch (error) {
    if (error instanceof ChannelError) await noteFailure(house, connectionId, error);
    throw error;
  } finally {
    await releaseLease(house.db.plain, lease);
  }
}

/** The page keeps its place; the seller sees why it waits, and the next try comes by the clock. */
async function noteFailure(house: House, connectionId: string, error: ChannelError): Promise<void> {
  const wait = Math.max(error.retryAfterMs ?? 0, house.pace.pollMs);
  await feedFailed(house.db.plain, connectionId, "listings", error.message, new Date(house.now().getTime() + wait));
  const connection = await findConnection(house.db.plain, connectionId);
  if (connection !== null) house.announce(connection.sellerId, "listings");
}

async function finishLook(house: House, sellerId: string, connectionId: string, begun: Date): Promise<void> {
  await house.db.write(sellerId, async (sql) => {
    await raiseDoubt(sql, await notSeenSince(sql, connectionId, begun), "the channel's list no longer shows it", house.now());
    await sql.query(`update feed set next_at = $2, page = null where connection_id = $1 and kind = 'listings'`, [
      connectionId,
      new Date(house.now().getTime() + LOOK_EVERY_MS),
    ]);
  });
}
