/**
 * The web role asks for a preview and the worker works it out: the web role cannot open a connection's credentials, so it cannot
 * read a channel.
 */
import { findConnection } from "#app/data/connections.server.ts";
import type { House } from "./house.server.ts";
import { fillPlan } from "./open-plan.server.ts";
import { fillPreview, openPreview, type PreviewWish } from "./preview-go-live.server.ts";

/** Answers at once with a preview in state "computing"; live pages are told when it is "open" or "failed". */
export async function requestPreview(house: House, wish: PreviewWish): Promise<string> {
  const { previewId } = await openPreview(house, wish);
  house.doorbell.ringSoon({ job: "chores", chore: "preview", id: previewId });
  return previewId;
}

/** The worker's part. A channel that does not answer leaves the preview "failed"; the seller asks again. */
export async function computePreview(house: House, previewId: string): Promise<void> {
  const [preview] = await house.db.plain.query<{ sellerId: string; connectionId: string | null }>(
    `select seller_id as "sellerId", connection_id as "connectionId" from preview where id = $1 and state = 'computing'`,
    [previewId],
  );
  if (preview === undefined) return;
  const { sellerId, connectionId } = preview;
  if (connectionId === null) return fillPlan(house, sellerId, previewId);
  const connection = await house.db.write(sellerId, (sql) => findConnection(sql, connectionId));
  try {
    if (connection === null) throw new Error("this connection does not exist");
    await fillPreview(house, connection, previewId);
  } catch (error) {
    await house.db.write(sellerId, (sql) =>
      sql.query(`update preview set state = 'failed' where id = $1 and state = 'computing'`, [previewId]),
    );
    house.log.warn("a preview could not be worked out", {
      sellerId,
      previewId,
      error: error instanceof Error ? error.message : String(error),
    });
  } finally {
    house.announce(sellerId, "preview");
  }
}
