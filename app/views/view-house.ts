import type { Database } from "#app/data/database.server.ts";
import type { ChannelName, JsonObject } from "#app/domain/channel-words.ts";

/** What a view may use of the house: it reads rows and the clock, and writes nothing. */
export type ViewHouse = {
  db: Database;
  now: () => Date;
  channels: Record<
    ChannelName,
    {
      apiVersion: { version: string; endsOn: string | null };
      refreshRenews?: boolean;
      capabilities: (settings: JsonObject) => { differences?: "offered" | "chosen" };
    }
  >;
};
