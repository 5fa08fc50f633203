import type { ChannelName } from "#app/domain/channel-words.ts";
import type { Texts } from "../texts/en.ts";

/** The words, with their version, that a seller agrees to when an account of this platform is connected. */
export function consentFor(words: Texts["connect"], channel: ChannelName): { version: string; title: string; points: readonly string[] } {
  return channel === "ebay" || channel === "etsy" ? words.grantConsent[channel] : words.consent;
}
