/** Makes sure that a channel's webhooks call our door, where that is done by calls (WooCommerce, eBay); others are declared with the platform. */
import { type ConnectionRow, findConnection, noteWebhookFacts } from "#app/data/connections.server.ts";
import { type OpenChannel, withChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";
import { storeSecret } from "./refresh-credentials.server.ts";

/** One address per app, except where each shop signs with a secret of its own. */
export function webhookDoor(house: House, connection: Pick<ConnectionRow, "id" | "channel">): string {
  return `${house.appUrl}/webhooks/${connection.channel}${connection.channel === "woocommerce" ? `/${connection.id}` : ""}`;
}

export async function setupWebhooks(house: House, connectionId: string): Promise<void> {
  const connection = await findConnection(house.db.plain, connectionId);
  if (connection === null || house.channels[connection.channel].ensureWebhooks === undefined) return;
  await withChannel(house, connection, "orders", (open) => keepHooks(house, connection, open));
}

/** `afresh`: those that stand there are taken down first, where that can be done. */
export async function keepHooks(house: House, connection: ConnectionRow, { channel, context }: OpenChannel, afresh = false): Promise<void> {
  const door = webhookDoor(house, connection);
  if (afresh) await channel.removeWebhooks?.(context, door);
  const made = await channel.ensureWebhooks?.(context, door);
  if (made === undefined) return;
  if (made.secret !== null) {
    await storeSecret(
      house,
      { sellerId: connection.sellerId, connectionId: connection.id, kind: "webhook" },
      { text: made.secret, expiresAt: null, refreshExpiresAt: null },
    );
  }
  await house.db.write(connection.sellerId, (sql) => noteWebhookFacts(sql, connection.id, made.facts));
}
