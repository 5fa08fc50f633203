/** WooCommerce REST v3 behind the common face. Works against any shop on https, and on loopback http (signed by OAuth 1.0a). */
import { readStandardNotices } from "../interface-notices.ts";
import type { Channel } from "../port.ts";
import { capabilities } from "./capabilities.ts";
import { verify } from "./deliveries.ts";
import { identify } from "./identify.ts";
import { listListings, readNamed } from "./listings.ts";
import { readOrders, readOrdersById } from "./order-feed.ts";
import { ownAddress } from "./own-address.ts";
import { readStock } from "./stock-readings.ts";
import { setStock } from "./stock-writes.ts";
import { ensureWebhooks, readWebhooks, removeWebhooks } from "./webhook-setup.ts";

/** No `refresh`: a shop's keys never run out, they only die when somebody deletes them. */
export const woocommerce: Channel = {
  name: "woocommerce",
  apiVersion: { version: "wc/v3", endsOn: null },
  capabilities,
  verify,
  identify,
  listListings,
  readNamed,
  readStock,
  setStock,
  readOrders,
  readOrdersById,
  readNotices: readStandardNotices,
  ensureWebhooks,
  readWebhooks,
  removeWebhooks,
  ownAddress,
};
