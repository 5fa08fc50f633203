import { findConnection } from "#app/data/connections.server.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import type { House } from "./house.server.ts";

/** Null when the connection is gone. */
export async function channelOfConnection(house: House, connectionId: string): Promise<ChannelName | null> {
  return (await findConnection(house.db.plain, connectionId))?.channel ?? null;
}
