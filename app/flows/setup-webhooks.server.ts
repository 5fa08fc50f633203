/** Makes sure that a channel's own webhooks call our door (WooCommerce); app-wide ones are declared with the platform. */
import { findConnection } from "#app/data/connections.server.ts";
import { withChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";
import { storeSecret } from "./refresh-credentials.server.ts";

export async function setupWebhooks(house: House, connectionId: string): Promise<void> {
  const connection = await findConnection(house.db.plain, connectionId);
  if (connection === null || house.channels[connection.channel].ensureWebhooks === undefined) return;
  const door = `${house.appUrl}/webhooks/${connection.channel}/${connection.id}`;
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
