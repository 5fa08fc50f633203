/** What the watch found out, in the seller's words: a channel whose deliveries stopped, and an access that ends. */
import { closeAlerts, raiseAlert } from "#app/data/audit.server.ts";
import type { ConnectionRow } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { queueMail } from "#app/data/mail-outbox.server.ts";
import { ACCESS_STEPS } from "#app/domain/countdown.ts";
import type { WebhookWatch } from "#app/domain/webhook-health.ts";
import type { House } from "./house.server.ts";

/** Every alert of the watch about one connection; a new or ended connection closes them all. */
export function watchAlertKeys(connectionId: string): string[] {
  return [`webhooks:${connectionId}`, ...tokenAlertKeys(connectionId)];
}

export function tokenAlertKeys(connectionId: string): string[] {
  return ACCESS_STEPS.map((step) => tokenKey(connectionId, step));
}

const tokenKey = (connectionId: string, step: number) => `token-ends:${connectionId}:${step}`;

/** Opens, rewords or closes the one alert about a connection's webhooks. A mail goes out once per gap, and only where somebody must act. */
export async function tellWebhooks(house: House, sql: Sql, connection: ConnectionRow, watch: WebhookWatch): Promise<void> {
  const { sellerId, id, name } = connection;
  const key = `webhooks:${id}`;
  const text = webhookWords(name, watch);
  if (text === null) return closeAlerts(sql, sellerId, [key]);
  await raiseAlert(sql, sellerId, {
    id: house.newId(),
    connectionId: id,
    kind: "webhooks",
    key,
    severity: watch.state === "mended" ? 7 : 4,
    text,
    data: { connectionId: id, state: watch.state, since: watch.gapFrom },
  });
  if (watch.state === "mended") return;
  await queueMail(
    sql,
    sellerId,
    { kind: "webhooks", dedupeKey: `webhooks:${id}:${watch.gapFrom ?? ""}`, data: { connectionId: id, name, text } },
    house.newId,
  );
}

function webhookWords(name: string, watch: WebhookWatch): string | null {
  const found =
    watch.found === 0
      ? "Its orders of that time were read again; none was missing."
      : `Its orders of that time were read again: ${watch.found === 1 ? "one was" : `${watch.found} were`} found and counted.`;
  switch (watch.state) {
    case "well":
      return null;
    case "mended":
      return `${name} had stopped telling us about orders and changes. We switched that on again. ${found} There is nothing to do.`;
    case "broken":
      return `${name} does not tell us about orders and changes, and we could not switch that on again: ${watch.problem ?? "it gave no reason"}. We find orders by asking, a little later than usual. Look whether our webhooks are allowed there, or connect ${name} again.`;
    case "silent":
      return `${name} says that all is well, but the last orders came without any word from it; we found them by asking, later than usual. ${watch.mendedAt === null ? "Look there whether something keeps back our webhooks, such as a firewall or a task scheduler that stands still." : "We set up its webhooks afresh. If this stays open, look there whether something keeps them back, such as a firewall or a task scheduler that stands still."}`;
    default:
      return watch.state satisfies never;
  }
}

const CONSENT: Record<ConnectionRow["channel"], string> = {
  shopify: "Open the app in the Shopify admin once; that renews it.",
  ebay: "eBay never prolongs a permission by itself: connect the account again before that day. Nothing else changes.",
  etsy: "Connect the shop again before that day. Nothing else changes.",
  woocommerce: "Connect the shop again before that day. Nothing else changes.",
};

/** One alert and one mail per step and end; the alert of a step before it closes. Answers whether this step was new. */
export async function tellTokenEnds(
  house: House,
  sql: Sql,
  connection: ConnectionRow,
  ends: { at: Date; step: (typeof ACCESS_STEPS)[number]; days: number },
): Promise<boolean> {
  const { sellerId, id, name } = connection;
  const day = ends.at.toISOString().slice(0, 10);
  const key = tokenKey(id, ends.step);
  const told = await sql.query(`select 1 as told from alert where seller_id = $1 and key = $2 and data ->> 'endsAt' = $3 limit 1`, [
    sellerId,
    key,
    ends.at.toISOString(),
  ]);
  if (told.length > 0) return false;
  const when = ends.days <= 1 ? "within a day" : `in ${ends.days} days, on ${day}`;
  const text = `Our access to ${name} ends ${when}. ${CONSENT[connection.channel]} After it ends, its orders are not read and its numbers stay as they are.`;
  await closeAlerts(sql, sellerId, tokenAlertKeys(id));
  await raiseAlert(sql, sellerId, {
    id: house.newId(),
    connectionId: id,
    kind: "token-ends",
    key,
    severity: ends.step === 1 ? 2 : ends.step === 7 ? 4 : 6,
    text,
    data: { connectionId: id, endsAt: ends.at.toISOString(), step: ends.step },
  });
  await queueMail(
    sql,
    sellerId,
    { kind: "token-ends", dedupeKey: `${key}:${day}`, data: { connectionId: id, name, text, endsAt: ends.at.toISOString() } },
    house.newId,
  );
  return true;
}
