/**
 * The orders before a connection's baseline (settled.md 20): sales history without effect on stock, except what they still reserve.
 * Read page by page, the place kept after each, so that a crash or a limit of the platform costs one page.
 */
import { z } from "zod";
import type { OrderPage } from "#app/channels/port.ts";
import type { ConnectionRow } from "#app/data/connections.server.ts";
import { ensureFeed, keepOrderPlace } from "#app/data/feeds.server.ts";
import { applyOrders } from "./apply-orders.server.ts";
import { withChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";
import { isLostPlace, waitOut } from "./wait-out.server.ts";

const DAY_MS = 86_400_000;
const ANNOUNCE_EVERY_MS = 1_000;

/** Where the walk stands; `since` is fixed at its begin, since the channel's places mean nothing without it. */
const placeShape = z.object({ since: z.coerce.date(), page: z.string().nullable() });
type Place = z.infer<typeof placeShape>;

/** Does nothing once it came to its end. Answers how many orders it has seen. */
export async function readPastOrders(house: House, connection: ConnectionRow): Promise<number> {
  const { id: connectionId, sellerId } = connection;
  const feed = await house.db.write(sellerId, (sql) => ensureFeed(sql, sellerId, connectionId, "orders", house.newId()));
  if (feed.finishedAt !== null) return feed.done;
  let place: Place = feed.page === null ? begin(house, connection) : placeShape.parse(JSON.parse(feed.page));
  let done = feed.page === null ? 0 : feed.done;
  let announced = 0;
  let startedOver = false;
  for (;;) {
    let answer: OrderPage;
    try {
      const asked = place;
      answer = await waitOut(house, () =>
        withChannel(house, connection, "orders", ({ channel, context }) => channel.readOrders(context, asked)),
      );
    } catch (error) {
      if (startedOver || !isLostPlace(error, place.page)) throw error;
      house.log.warn("the place in a list of past orders was lost, it begins anew", { connectionId, error });
      startedOver = true;
      place = begin(house, connection);
      done = 0;
      continue;
    }
    await applyOrders(house, connection, answer.orders, house.newId());
    house.crashPoint("past-orders-page");
    done += answer.orders.length;
    const newest = new Date(Math.max(place.since.getTime(), ...answer.orders.map((order) => order.updatedAt.getTime())));
    const finished = answer.nextPage === null;
    place = { ...place, page: answer.nextPage };
    await house.db.write(sellerId, (sql) =>
      keepOrderPlace(sql, connectionId, {
        page: finished ? null : JSON.stringify(place),
        cursor: newest,
        done,
        finishedAt: finished ? house.now() : null,
      }),
    );
    if (finished || house.now().getTime() - announced >= ANNOUNCE_EVERY_MS) {
      announced = house.now().getTime();
      house.announce(sellerId, "connecting");
    }
    if (finished) return done;
  }
}

function begin(house: House, connection: ConnectionRow): Place {
  const { historyDays } = house.channels[connection.channel].capabilities(connection.settings);
  return { since: new Date(house.now().getTime() - historyDays * DAY_MS), page: null };
}
