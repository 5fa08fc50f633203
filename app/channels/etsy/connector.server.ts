import { readStandardNotices } from "../interface-notices.ts";
import type { Channel } from "../port.ts";
import { authorization } from "./authorization.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { identify } from "./identify.ts";
import { listListings, readNamed } from "./listings.ts";
import { readOrders, readOrdersById } from "./orders.ts";
import { readStock } from "./stock-read.ts";
import { setStock } from "./stock-write.ts";
import { refreshTokens } from "./tokens.ts";
import { verifyDelivery } from "./webhooks.ts";

/** Etsy Open API v3 by its document of 2026-08-17 and contracts known on 2026-11-23. Webhooks are set up by hand in Etsy's portal. */
export const etsy: Channel = {
  name: "etsy",
  apiVersion: { version: "v3", endsOn: null },
  capabilities: capabilitiesOf,
  verify: async (delivery, keys) => verifyDelivery(delivery, keys),
  identify,
  listListings,
  readNamed,
  readStock,
  setStock,
  readOrders,
  readOrdersById,
  readNotices: readStandardNotices,
  refreshRenews: true,
  refresh: refreshTokens,
  authorization,
};
