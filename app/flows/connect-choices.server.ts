import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import type { House } from "./house.server.ts";

export type ConnectChoice = { channel: ChannelName; state: "on" | "off"; installFrom: string | null };

/** Which channels can be connected here at all; "off": our application's keys for it are not configured. */
export function connectChoices(house: Pick<House, "appKeys">): ConnectChoice[] {
  return CHANNELS.map((channel) => {
    const app = house.appKeys[channel];
    const { appStoreUrl } = app ?? {};
    return { channel, state: app === null ? "off" : "on", installFrom: typeof appStoreUrl === "string" ? appStoreUrl : null };
  });
}
