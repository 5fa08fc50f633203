/** What the seller does where an access died for good (a deleted WooCommerce key does, whatever the fault is called): connect again. */
import { grantOf } from "#app/demo/sandbox-door.server.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import { connectAccount } from "#app/flows/connect-account.server.ts";
import type { SoakWorld } from "./soak-world.server.ts";

/** Answers how many there were. Throws where the seller was not told of one, since then nobody would do this. */
export async function reconnectBlind(world: SoakWorld): Promise<number> {
  const blind = await world.back.db.plain.query<{ channel: ChannelName; told: boolean }>(
    `select c.channel::text as channel, exists (select from alert a where a.connection_id = c.id and a.kind = 'blind' and a.closed_at is null) as told
     from connection c where c.seller_id = $1 and c.blind_since is not null`,
    [world.sellerA],
  );
  for (const { channel, told } of blind) {
    if (!told) throw new Error(`${channel} is blind and the seller was not told`);
    const grant = await grantOf(world.origin, channel, 1);
    const again = await connectAccount(world.back, {
      sellerId: world.sellerA,
      actorKey: "demo",
      channel,
      ...grant,
      consentVersion: "soak",
    });
    if (again.outcome !== "reconnected") throw new Error(`${channel} could not be connected again: ${again.outcome}`);
  }
  return blind.length;
}
