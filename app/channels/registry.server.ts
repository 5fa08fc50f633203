import type { ChannelName } from "#app/domain/channel-words.ts";
import { ebay } from "./ebay/connector.server.ts";
import { etsy } from "./etsy/connector.server.ts";
import type { Channel } from "./port.ts";
import { shopify } from "./shopify/connector.server.ts";
import { woocommerce } from "./woocommerce/connector.server.ts";

/** All channels there are; the compiler lists what is missing. */
export const channelRegistry: Record<ChannelName, Channel> = { shopify, ebay, etsy, woocommerce };
