/** A relisted listing inherits its link (settled.md 25): the same number goes on under the new id, so nothing new is shown anywhere. */
import { appendAudit, closeAlerts } from "#app/data/audit.server.ts";
import type { ConnectionRow } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { goneWithSameSku, inheritLink } from "#app/data/listing-links.server.ts";
import type { StoredListing } from "#app/data/listings.server.ts";
import { retarget } from "#app/data/targets.server.ts";
import type { StockReading } from "#app/domain/channel-words.ts";
import { withChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";
import { noteNew, tellCameBack } from "./listing-news.server.ts";

/** Answers the connections whose targets changed. `readings` with the id of the number that each is of. */
export async function inheritLinks(
  house: House,
  sql: Sql,
  connection: ConnectionRow,
  readings: { quantityId: string; reading: StockReading }[],
  correlationId: string,
): Promise<Set<string>> {
  const touched = new Set<string>();
  for (const { quantityId, reading } of readings) {
    if (reading.successor === undefined) continue;
    const { key, listingExternalId } = reading.successor;
    const { sellerId } = connection;
    const heir = await inheritLink(sql, {
      ...{ id: house.newId(), sellerId, connectionId: connection.id, quantityId, key },
      externalId: listingExternalId,
    });
    if (heir === null) continue;
    const cause = { kind: "listing-state", id: correlationId, at: reading.sentAt };
    for (const change of await retarget(sql, sellerId, [quantityId], cause, house.now())) touched.add(change.connectionId);
    await closeAlerts(sql, sellerId, [`vanished:${quantityId}`]);
    if (heir.waits) await tellCameBack(house, sql, connection, { quantityId, title: heir.title });
    await appendAudit(sql, sellerId, [
      {
        id: house.newId(),
        connectionId: connection.id,
        action: "inherit.link",
        subject: quantityId,
        actorKey: "engine",
        facts: { listing: listingExternalId },
        correlationId,
      },
    ]);
  }
  return touched;
}

/**
 * New listings with the SKU of one that is gone may be its relisting: the gone one's own reading says so. Those that are not, and all
 * of them where it cannot be read, are proposed like any other.
 */
export async function inheritRelisted(house: House, connection: ConnectionRow, page: StoredListing[]): Promise<void> {
  const fresh = page.filter((l) => l.old === null && l.linkState !== "linked" && l.skuKey !== null);
  if (fresh.length === 0) return;
  const gone = await house.db.write(connection.sellerId, (sql) =>
    goneWithSameSku(
      sql,
      connection.id,
      fresh.map((l) => l.id),
    ),
  );
  if (gone.length === 0) return;
  const asked = [...new Map(gone.map(({ key, ref, quantityId }) => [key, { key, ref, quantityId }])).values()];
  let readings: StockReading[] = [];
  try {
    readings = await withChannel(house, connection, "import", ({ channel, context }) => channel.readStock(context, asked));
  } finally {
    const ids = new Map(asked.map(({ key, quantityId }) => [key, quantityId]));
    const known = readings.flatMap((reading) => {
      const quantityId = ids.get(reading.key);
      return quantityId === undefined ? [] : [{ quantityId, reading }];
    });
    const candidates = new Set(gone.map((g) => g.newId));
    await house.db.write(connection.sellerId, async (sql) => {
      await inheritLinks(house, sql, connection, known, house.newId());
      await noteNew(
        house,
        sql,
        connection,
        fresh.filter((l) => candidates.has(l.id)),
      );
    });
  }
}
