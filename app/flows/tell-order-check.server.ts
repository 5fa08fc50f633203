/** What a check of orders found, in the seller's words; nothing is said where all was counted. */
import { appendAudit, closeAlerts, raiseAlert } from "#app/data/audit.server.ts";
import type { ConnectionRow } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import type { CheckVerdict } from "#app/domain/order-check.ts";
import type { House } from "./house.server.ts";

export type CheckFound = {
  id: string;
  verdict: CheckVerdict;
  listed: number;
  counted: number;
  repaired: number;
  left: number;
  missingIds: string[];
  staleIds: string[];
};

export async function tellOrderCheck(house: House, sql: Sql, connection: ConnectionRow, found: CheckFound): Promise<void> {
  const { sellerId, id: connectionId, name } = connection;
  const key = `order-check:${connectionId}`;
  await appendAudit(sql, sellerId, [
    {
      ...{ id: house.newId(), connectionId, action: "check.orders", subject: found.id, actorKey: "engine", correlationId: house.newId() },
      facts: { listed: found.listed, counted: found.counted, missing: found.missingIds.length, repaired: found.repaired },
    },
  ]);
  if (found.verdict === "complete") return closeAlerts(sql, sellerId, [key]);
  const orders = (n: number) => (n === 1 ? "1 order" : `${n} orders`);
  const text =
    found.verdict === "open"
      ? `${name} lists ${orders(found.left)} that we could not read, so ${found.left === 1 ? "it is" : "they are"} not counted yet. Look at ${name} for orders that are not in your stock's history; we try again with the next check.`
      : `The daily check found ${orders(found.repaired)} on ${name} that had not reached us in ${found.repaired === 1 ? "its" : "their"} newest state. ${found.repaired === 1 ? "It is" : "They are"} counted now. There is nothing to do.`;
  await raiseAlert(sql, sellerId, {
    ...{ id: house.newId(), connectionId, kind: "order-check", key, text },
    severity: found.verdict === "open" ? 3 : 7,
    data: { connectionId, checkId: found.id },
  });
}
