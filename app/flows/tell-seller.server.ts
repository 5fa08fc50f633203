/** Alerts in the seller's words: what happened, what it means for stock, what to do. One open alert per cause. */
import { type AlertText, closeAlerts, raiseAlert } from "#app/data/audit.server.ts";
import type { ConnectionRow } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import type { House } from "./house.server.ts";

export async function tellBlind(house: House, connection: ConnectionRow, reason: string): Promise<void> {
  await house.db.write(connection.sellerId, (sql) =>
    raiseAlert(sql, connection.sellerId, {
      id: house.newId(),
      connectionId: connection.id,
      kind: "blind",
      key: `blind:${connection.id}`,
      severity: 1,
      text: `We can't see ${connection.name} any more: ${reason}. Its numbers stay as they are and its sales are not counted until it is connected again.`,
      data: { connectionId: connection.id },
    }),
  );
  house.announce(connection.sellerId, "alerts");
}

export function failureAlert(
  house: House,
  connection: ConnectionRow,
  failure: { kind: string; text: string; count: number; quantityIds: string[] },
): AlertText {
  return {
    id: house.newId(),
    connectionId: connection.id,
    kind: "failed",
    key: `failed:${connection.id}:${failure.kind}`,
    severity: 3,
    text: `${connection.name} did not take ${failure.count === 1 ? "a number" : `${failure.count} numbers`}: ${failure.text}`,
    data: { connectionId: connection.id, quantityIds: failure.quantityIds.slice(0, 50) },
  };
}

/** `hidden`: something covers it now, so that no number shows it. */
export async function tellOversold(
  house: House,
  sql: Sql,
  sellerId: string,
  item: { id: string; sku: string; title: string; missing: number; hidden: boolean },
  caseId: string,
): Promise<void> {
  const text = item.hidden
    ? `${item.title} (${item.sku}) was sold twice on two channels. Something covers it now; look whether both orders can be filled.`
    : `${item.title} (${item.sku}) was sold ${item.missing} more than there are. All channels show 0 for it; choose which order to keep.`;
  await raiseAlert(sql, sellerId, {
    id: house.newId(),
    connectionId: null,
    kind: "oversell",
    key: `oversell:${item.id}`,
    severity: 0,
    text,
    data: { itemId: item.id, missing: item.missing, caseId },
  });
}

export async function solvedOversold(sql: Sql, sellerId: string, itemIds: string[]): Promise<void> {
  await closeAlerts(
    sql,
    sellerId,
    itemIds.map((id) => `oversell:${id}`),
  );
}
