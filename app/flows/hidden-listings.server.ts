/** Listings that a channel has and does not list: the seller is told how many of them nobody here knows (contracts/etsy.md 2). */
import type { ListingPage } from "#app/channels/port.ts";
import { closeAlerts, raiseAlert } from "#app/data/audit.server.ts";
import type { ConnectionRow } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { countShown } from "#app/data/listings.server.ts";
import type { House } from "./house.server.ts";

/** After a look that came to its end; `last` is its last page. */
export async function noteHidden(house: House, sql: Sql, connection: ConnectionRow, begun: Date, last: ListingPage): Promise<void> {
  const key = `hidden-listings:${connection.id}`;
  const { shown, known } = await countShown(sql, connection.id, begun);
  const total = last.total ?? 0;
  const unknown = last.cut === undefined ? 0 : total - shown - known;
  if (unknown <= 0) return closeAlerts(sql, connection.sellerId, [key]);
  const stay =
    known === 0
      ? ""
      : ` ${count(known)} of the others ${known === 1 ? "is" : "are"} known from before and ${known === 1 ? "stays" : "stay"} in step.`;
  await raiseAlert(sql, connection.sellerId, {
    id: house.newId(),
    connectionId: connection.id,
    kind: "hidden-listings",
    key,
    severity: 3,
    text: `${connection.name} has ${count(total)} listings and showed ${count(shown)} of them; it does not list further.${stay} ${count(unknown)} ${unknown === 1 ? "is" : "are"} not known here and not kept in step. ${last.cut}`,
    data: { total, shown, known, unknown },
  });
}

const count = (many: number) => many.toLocaleString("en");
