/** Makes sure that a channel's webhooks call our door, where that is done by calls (WooCommerce, eBay); others are declared with the platform. */
import { type ConnectionRow, findConnection } from "#app/data/connections.server.ts";
import { withChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";
import { storeSecret } from "./refresh-credentials.server.ts";

/** One address per app, except where each shop signs with a secret of its own. */
export function webhookDoor(house: House, connection: Pick<ConnectionRow, "id" | "channel">): string {
  return `${house.appUrl}/webhooks/${connection.channel}${connection.channel === "woocommerce" ? `/${connection.id}` : ""}`;
}

export async function setupWebhooks(house: House, connectionId: string): Promise<void> {
  const connection = await findConnection(house.db.plain, connectionId);
  if (connection === null || house.channels[connection.channel].ensureWebhooks === undefined) return;
  const door = webhookDoor(house, connection);
  const made = await withChannel(
    house,
    connection,
    "orders",
    async ({ channel, context }) => channel.ensureWebhooks?.(context, door) ?? null,
  );
  if (made === null) return;
  if (made.secret !== null) {
    await storeSecret(
      house,
      { sellerId: connection.sellerId, connectionId, kind: "webhook" },
      { text: made.secret, expiresAt: null, refreshExpiresAt: null },
    );
  }
  await house.db.write(connection.sellerId, (sql) =>
    sql.query(`update connection set webhook_facts = $2::jsonb where id = $1`, [connectionId, JSON.stringify(made.facts)]),
  );
}
