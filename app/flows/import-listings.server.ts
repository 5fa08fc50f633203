/**
 * Imports a connection's listings, or looks through them again: page by page, the place kept in the same transaction as the page, so
 * that a crash costs at most one page, and nothing is held whole. The seller may stop it between two pages.
 */
import { ChannelError } from "#app/channels/errors.ts";
import type { ListingPage } from "#app/channels/port.ts";
import { type ConnectionRow, findConnection } from "#app/data/connections.server.ts";
import { beginLook, endLook, ensureFeed, type FeedRow, feedFailed, feedProgress, loseLook } from "#app/data/feeds.server.ts";
import { acquireLease, type Lease, releaseLease, renewLease } from "#app/data/lease.server.ts";
import { notSeenSince, storeListingPage } from "#app/data/listings.server.ts";
import { raiseDoubt } from "#app/data/quantities.server.ts";
import { LARGE_CHANGE, refreshStatistics } from "#app/data/statistics.server.ts";
import { withChannel } from "./channel-door.server.ts";
import { noteHidden } from "./hidden-listings.server.ts";
import type { House } from "./house.server.ts";
import { inheritRelisted } from "./inherit-link.server.ts";
import { noteListingNews } from "./listing-news.server.ts";
import { proveGone } from "./prove-gone.server.ts";
import { isLostPlace, waitOut } from "./wait-out.server.ts";

/** Between two looks at all listings; webhooks bring one forward. */
const LOOK_EVERY_MS = 6 * 3_600_000;
const ANNOUNCE_EVERY_MS = 1_000;

/** Null when another worker is at it. Answers how many listings the look saw. */
export async function importListings(house: House, connectionId: string, stopping?: AbortSignal): Promise<number | null> {
  const lease = await acquireLease(house.db.plain, `import:${connectionId}`, house.newId(), house.pace.leaseMs);
  if (lease === null) return null;
  // A page may take longer than a lease; a killed worker is replaced soon all the same.
  const heartbeat = setInterval(() => {
    renewLease(house.db.plain, lease, house.pace.leaseMs).catch((error: unknown) =>
      house.log.warn("a lease was not renewed", { connectionId, error: String(error) }),
    );
  }, house.pace.leaseRenewMs);
  try {
    const connection = await findConnection(house.db.plain, connectionId);
    if (connection === null || !mayRead(connection)) return 0;
    const feed = await house.db.write(connection.sellerId, (sql) =>
      ensureFeed(sql, connection.sellerId, connectionId, "listings", house.newId()),
    );
    if (feed.pausedAt !== null) return feed.done;
    return await look(house, connection, feed, lease, stopping);
  } catch (error) {
    if (error instanceof ChannelError) await noteFailure(house, connectionId, error);
    throw error;
  } finally {
    clearInterval(heartbeat);
    await releaseLease(house.db.plain, lease);
  }
}

function mayRead({ lifecycle, blindSince }: ConnectionRow): boolean {
  return (lifecycle === "observe" || lifecycle === "live") && blindSince === null;
}

/** From where it stood to the last page. */
async function look(
  house: House,
  connection: ConnectionRow,
  feed: FeedRow,
  lease: Lease,
  stopping: AbortSignal | undefined,
): Promise<number | null> {
  const { id: connectionId, sellerId } = connection;
  // A look that was broken off goes on where it stood; its begin is the cursor.
  const begun = feed.page === null || feed.cursor === null ? house.now() : feed.cursor;
  if (feed.page === null) await house.db.write(sellerId, (sql) => beginLook(sql, feed.id, begun));
  let page = feed.page;
  let seen = feed.page === null ? 0 : feed.done;
  let startedOver = false;
  let announced = 0;
  let last: ListingPage = { listings: [], nextPage: null, total: null };
  for (;;) {
    const readAt = house.now();
    const answer = await readPage(house, connection, page);
    if (answer === "lost-place") {
      if (startedOver) throw new ChannelError("rejected", "the channel does not go on with its own list of listings");
      startedOver = true;
      page = null;
      seen = 0;
      await house.db.write(sellerId, (sql) => loseLook(sql, feed.id));
      continue;
    }
    last = answer;
    const { stored, goesOn } = await house.db.write(sellerId, async (sql) => {
      const rows = await storeListingPage(sql, sellerId, connectionId, answer.listings, readAt, house.newId);
      await noteListingNews(house, sql, connection, rows);
      const goesOn = await feedProgress(sql, feed.id, {
        page: answer.nextPage,
        added: rows.length,
        total: answer.total,
        finishedAt: answer.nextPage === null ? house.now() : null,
      });
      return { stored: rows, goesOn };
    });
    house.crashPoint("import-page");
    await inheritRelisted(house, connection, stored);
    seen += stored.length;
    if (house.now().getTime() - announced >= ANNOUNCE_EVERY_MS) {
      announced = house.now().getTime();
      house.announce(sellerId, "listings");
    }
    page = answer.nextPage;
    if (page === null || !goesOn || stopping?.aborted || !(await renewLease(house.db.plain, lease, house.pace.leaseMs))) break;
  }
  if (page === null) await finishLook(house, connection, begun, seen, last);
  house.announce(sellerId, "listings");
  return seen;
}

/** One page; a place that the channel no longer takes is told apart. */
async function readPage(house: House, connection: ConnectionRow, page: string | null): Promise<ListingPage | "lost-place"> {
  try {
    return await waitOut(house, () =>
      withChannel(house, connection, "import", ({ channel, context }) => channel.listListings(context, page)),
    );
  } catch (error) {
    if (!isLostPlace(error, page)) throw error;
    house.log.warn("the place in a list of listings was lost, it begins anew", { connectionId: connection.id, error });
    return "lost-place";
  }
}

/** The page keeps its place; the seller sees why it waits, and the next try comes by the clock. */
async function noteFailure(house: House, connectionId: string, error: ChannelError): Promise<void> {
  const wait = Math.max(error.retryAfterMs ?? 0, house.pace.pollMs);
  await feedFailed(house.db.plain, connectionId, "listings", error.message, new Date(house.now().getTime() + wait));
  const connection = await findConnection(house.db.plain, connectionId);
  if (connection !== null) house.announce(connection.sellerId, "listings");
}

async function finishLook(house: House, connection: ConnectionRow, begun: Date, seen: number, last: ListingPage): Promise<void> {
  await house.db.write(connection.sellerId, async (sql) => {
    // A list that does not show everything says nothing of what it does not show; readings by id do.
    if (last.cut === undefined)
      await raiseDoubt(sql, await notSeenSince(sql, connection.id, begun), "the channel's list no longer shows it", house.now());
    await noteHidden(house, sql, connection, begun, last);
    await endLook(sql, connection.id, new Date(house.now().getTime() + LOOK_EVERY_MS));
  });
  if (seen >= LARGE_CHANGE) await refreshStatistics(house.db.plain);
  if (last.cut !== undefined) return;
  try {
    await proveGone(house, connection, begun);
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    // The next look finds them unseen again.
    house.log.info("what a look did not show could not be proved gone yet", { connectionId: connection.id, kind: error.kind });
  }
}
