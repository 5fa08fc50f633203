/** Credentials: opened from their seal, refreshed by one process at a time, the rotated pair stored in one transaction. */
import { ChannelError } from "#app/channels/errors.ts";
import type { ChannelContext, Credentials } from "#app/channels/port.ts";
import { type ConnectionRow, readSecret, replaceSecret, type SecretKind } from "#app/data/connections.server.ts";
import { acquireLease, releaseLease } from "#app/data/lease.server.ts";
import type { SealedPlace } from "#app/platform/sealing.server.ts";
import type { House } from "./house.server.ts";

export type HeldCredentials = { secretId: string; credentials: Credentials; expiresAt: Date | null };

export function secretPlace(rowId: string): SealedPlace {
  return { table: "connection_secret", rowId, field: "sealed" };
}

export async function openCredentials(house: House, connection: ConnectionRow): Promise<HeldCredentials> {
  const row = await readSecret(house.db.plain, connection.id, "credentials");
  if (row === null) throw new ChannelError("auth-revoked", `${connection.name} has no credentials: connect it again`);
  return {
    secretId: row.id,
    credentials: JSON.parse(house.keyring.open(row.sealed, secretPlace(row.id))) as Credentials,
    expiresAt: row.expiresAt,
  };
}

export async function storeSecret(
  house: House,
  where: { sellerId: string; connectionId: string; kind: SecretKind },
  secret: { text: string; expiresAt: Date | null; refreshExpiresAt: Date | null },
): Promise<string> {
  const id = house.newId();
  const sealed = house.keyring.seal(secret.text, secretPlace(id));
  await house.db.write(where.sellerId, (sql) =>
    replaceSecret(sql, { ...where, id, sealed, expiresAt: secret.expiresAt, refreshExpiresAt: secret.refreshExpiresAt }),
  );
  return id;
}

/**
 * New credentials in place of `held`. Only one process refreshes; the others wait for it and take what it stored. Throws
 * "auth-revoked" when the platform refuses for good, "auth-expired" when the channel has no refresh.
 */
export async function refreshCredentials(
  house: House,
  connection: ConnectionRow,
  held: HeldCredentials,
  contextOf: (credentials: Credentials) => ChannelContext,
): Promise<HeldCredentials> {
  const channel = house.channels[connection.channel];
  if (channel.refresh === undefined) throw new ChannelError("auth-revoked", `${connection.name} no longer accepts its keys`);
  const holder = house.newId();
  for (let attempt = 0; attempt < 100; attempt++) {
    const lease = await acquireLease(house.db.plain, `refresh:${connection.id}`, holder, 2 * house.pace.callTimeoutMs);
    if (lease === null) {
      await house.pause(100);
      continue;
    }
    try {
      const now = await openCredentials(house, connection);
      if (now.secretId !== held.secretId) return now;
      const fresh = await channel.refresh(contextOf(held.credentials));
      house.crashPoint("refresh-before-store");
      const secretId = await storeSecret(
        house,
        { sellerId: connection.sellerId, connectionId: connection.id, kind: "credentials" },
        { text: JSON.stringify(fresh.credentials), expiresAt: fresh.expiresAt, refreshExpiresAt: fresh.refreshExpiresAt },
      );
      return { secretId, credentials: fresh.credentials, expiresAt: fresh.expiresAt };
    } finally {
      await releaseLease(house.db.plain, lease);
    }
  }
  throw new ChannelError("unavailable", `the token of ${connection.name} is being refreshed elsewhere and does not get done`);
}
