/** A channel that cannot be seen, in the seller's words: what it means, what the other channels do meanwhile, and what he may do. */
import { closeAlerts, raiseAlert, rewordAlert } from "#app/data/audit.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import type { SightRow } from "#app/data/sight.server.ts";
import type { Safety, SightStep, UnseenKind } from "#app/domain/sight.ts";
import type { House } from "./house.server.ts";

/** One open alert per connection. A lost access has one already (tell-seller); it is told there what the others do. */
export async function tellSight(house: House, sql: Sql, row: SightRow, step: SightStep, numbers: number): Promise<void> {
  const key = `unseen:${row.id}`;
  if (step.unseen === null) return closeAlerts(sql, row.sellerId, [key]);
  const meanwhile = heldBackWords(step.inForce, numbers);
  if (step.unseen.kind === "access") {
    await closeAlerts(sql, row.sellerId, [key]);
    const text = `We can't see ${row.name} any more${row.blindReason ? `: ${row.blindReason}` : ""}. Its numbers stay as they are and its sales are not counted until it is connected again. ${meanwhile}`;
    return rewordAlert(sql, row.sellerId, `blind:${row.id}`, text);
  }
  await raiseAlert(sql, row.sellerId, {
    id: house.newId(),
    connectionId: row.id,
    kind: "blind",
    key,
    severity: 2,
    text: `${WORDS[step.unseen.kind](row.name)} ${meanwhile}`,
    data: { connectionId: row.id, reason: step.unseen.kind, numbers },
  });
}

const WORDS: Record<Exclude<UnseenKind, "access">, (name: string) => string> = {
  quota: (name) => `The day's calls to ${name} are spent, so its orders can't be read for now. We go on as soon as calls are left.`,
  unanswered: (name) => `${name} has not answered for a while, so its orders can't be read. We keep asking and catch up by ourselves.`,
  webhooks: (name) => `${name} does not tell us about orders, and its limits let us ask only rarely. Orders are seen late.`,
};

function heldBackWords({ units, lastUnit }: Safety, numbers: number): string {
  if (units === 0) return "Other channels hold nothing back, as you chose.";
  const held = units === 1 ? "1 unit" : `${units} units`;
  const of = numbers === 1 ? "the one number" : `each of ${numbers} numbers`;
  const last = lastUnit ? "" : ", never the last one";
  return `Until its orders are read again, other channels hold back ${held} of ${of} that they share with it${last}.`;
}
