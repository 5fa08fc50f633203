/**
 * The look at numbers that nobody announced a change of: the only way to notice an edit by hand on eBay and Etsy. Reads the live
 * channel, a slice at a time, so that everything is seen within the time that the budget allows (flows/pace-connection).
 */
import { ChannelError } from "#app/channels/errors.ts";
import { type ConnectionRow, findConnection, mayWrite } from "#app/data/connections.server.ts";
import { feedRead, keepScanPlace, readFeed } from "#app/data/feeds.server.ts";
import { dueForLook, looksByList, looksOwed, type QuantityRow, quantitiesByKey } from "#app/data/quantities.server.ts";
import { nextLook, pagesOfLook, pagesWorthwhile, planLook } from "#app/domain/look-round.ts";
import { type OpenChannel, withChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";
import { recordReadings } from "./record-readings.server.ts";
import { ringForWork } from "./ring.server.ts";
import { isLostPlace } from "./wait-out.server.ts";

export async function scanNumbers(house: House, connection: ConnectionRow): Promise<void> {
  if (!mayWrite(connection)) return;
  const begun = house.now();
  const lookMs = (await readFeed(house.db.plain, connection.id, "scan"))?.everyMs ?? house.pace.scanMs;
  const owed = await looksOwed(house.db.plain, connection.id);
  const plan = planLook(begun, lookMs, owed, house.pace.lookAtOnce);
  const due = await dueForLook(house.db.plain, connection.id, plan);
  const list = await listOf(house, connection);
  const named = list === null ? due : due.filter((row) => !list.shows(row.key) || isOverdue(row, begun, lookMs));
  if (list !== null && due.some((row) => list.shows(row.key)))
    await lookByList(house, connection, pagesOfLook(list.pages, owed, house.pace.lookAtOnce));
  if (named.length > 0) await look(house, connection, named);
  const nextAt = nextLook(house.now(), lookMs, await looksOwed(house.db.plain, connection.id), house.pace.lookAtOnce);
  await feedRead(house.db.plain, connection.id, "scan", { cursor: null, begun, nextAt });
}

/** The account's own list, where it saves calls. */
async function listOf(house: House, connection: ConnectionRow): Promise<{ pages: number; shows: (key: string) => boolean } | null> {
  const channel = house.channels[connection.channel];
  const { shown } = channel.capabilities(connection.settings);
  if (shown === undefined || channel.readShown === undefined) return null;
  const pages = pagesWorthwhile(await looksByList(house.db.plain, connection.id, shown.keyPattern), shown.perCall);
  const pattern = new RegExp(shown.keyPattern);
  return pages === null ? null : { pages, shows: (key) => pattern.test(key) };
}

/** A whole round of the list went by without it: it ended, or the list hides it. */
function isOverdue({ lastReadAt }: QuantityRow, now: Date, lookMs: number): boolean {
  return lastReadAt === null || now.getTime() - lastReadAt.getTime() > 2 * lookMs;
}

/** Some pages of the list, from where the look before stopped. */
async function lookByList(house: House, connection: ConnectionRow, pages: number): Promise<void> {
  await unlessBrokenOff(house, connection, async (open, touched) => {
    let page = (await readFeed(house.db.plain, connection.id, "scan"))?.page ?? null;
    for (let read = 0; read < pages; read++) {
      const shown = await pageOfList(open, page);
      const keys = shown.readings.map((reading) => reading.key);
      const rows = (await quantitiesByKey(house.db.plain, connection.id, keys)).filter(
        (row) => row.target !== null && row.doubtUntil === null,
      );
      const ids = new Map(rows.map((row) => [row.key, row.id]));
      const readings = shown.readings.filter((reading) => ids.has(reading.key));
      const outcome = await recordReadings(house, connection, open.capabilities, readings, ids);
      for (const id of outcome.touched) touched.add(id);
      if (outcome.ordersNeededPast !== null) touched.add(connection.id);
      page = shown.nextPage;
      await keepScanPlace(house.db.plain, connection.id, page);
      if (page === null) return;
    }
  });
}

/** A place that the channel no longer takes: the list begins anew. */
async function pageOfList({ channel, context }: OpenChannel, page: string | null) {
  if (channel.readShown === undefined) return { readings: [], nextPage: null };
  try {
    return await channel.readShown(context, page);
  } catch (error) {
    if (!isLostPlace(error, page)) throw error;
    return channel.readShown(context, null);
  }
}

async function look(house: House, connection: ConnectionRow, due: QuantityRow[]): Promise<void> {
  const ids = new Map(due.map((row) => [row.key, row.id]));
  await unlessBrokenOff(house, connection, async (open, touched) => {
    for (let from = 0; from < due.length; from += open.capabilities.readBatch) {
      const batch = due.slice(from, from + open.capabilities.readBatch);
      const readings = await open.channel.readStock(
        open.context,
        batch.map((row) => ({ key: row.key, ref: row.ref })),
      );
      const outcome = await recordReadings(house, connection, open.capabilities, readings, ids);
      for (const id of outcome.touched) touched.add(id);
      // What differs is dirty now: the drain reads orders past it and looks again.
      if (outcome.ordersNeededPast !== null) touched.add(connection.id);
    }
  });
}

/** A look that may be broken off: polls and drains go before it. What it touched until then is rung for. */
async function unlessBrokenOff(
  house: House,
  connection: ConnectionRow,
  work: (open: OpenChannel, touched: Set<string>) => Promise<void>,
): Promise<void> {
  const touched = new Set<string>();
  try {
    await withChannel(house, connection, "drift", (open) => work(open, touched));
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    house.log.info("a look at the numbers was broken off", { connectionId: connection.id, kind: error.kind });
  }
  await ringForWork(house, connection.sellerId, touched);
}

/** The same by id, for the doorbell. */
export async function scanConnectionById(house: House, connectionId: string): Promise<void> {
  const connection = await findConnection(house.db.plain, connectionId);
  if (connection !== null) await scanNumbers(house, connection);
}
