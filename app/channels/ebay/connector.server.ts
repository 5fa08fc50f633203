/** eBay behind the channel port: both of its listing models, orders by the Fulfillment API, signed notifications. */
import { z } from "zod";
import type { Channel } from "../port.ts";
import { authorization } from "./authorization.ts";
import { identify } from "./identity.ts";
import { listListings } from "./listings.ts";
import { readNotices } from "./notices.ts";
import { ensureWebhooks, readWebhooks, removeWebhooks } from "./notification-setup.ts";
import { verify } from "./notifications.ts";
import { readOrders, readOrdersById } from "./orders.ts";
import { readQuotas } from "./quotas.ts";
import { readShown, SHOWN } from "./shown-numbers.ts";
import { readStock } from "./stock-reading.ts";
import { setStock, WRITE_BATCH } from "./stock-writing.ts";
import { refresh } from "./tokens.ts";
import { TRADING_VERSION } from "./trading-client.ts";

const ms = z.number().min(0).optional().catch(undefined);
const timingsShape = z.object({ orderLagMs: ms, staleReadMs: ms, readingSpacingMs: ms, orderOverlapMs: ms }).optional().catch(undefined);

/** After so many writes eBay freezes a listing until the next day (contracts/ebay.md 4); the demo's eBay takes more. */
const revisionsShape = z.int().min(1).catch(250);

/** Where nothing is promised, the careful guess: a write is accepted before all of eBay's readings show it. */
const SAFE = { orderLagMs: 0, staleReadMs: 60_000, readingSpacingMs: 60_000, orderOverlapMs: 600_000 };

export const ebay: Channel = {
  name: "ebay",
  apiVersion: { version: `Trading ${TRADING_VERSION}, Inventory v1, Fulfillment v1`, endsOn: null },
  capabilities(settings) {
    const timings = timingsShape.parse(settings.timings);
    return {
      compare: "read-first",
      // No topic tells of a changed quantity.
      push: { orders: true, stock: false },
      readBatch: 25,
      // Several groups of four: both listing models fill theirs.
      writeBatch: 3 * WRITE_BATCH,
      writeByParent: false,
      locations: false,
      // eBay publishes no highest quantity; selling limits bite long before.
      maxQuantity: 999_999,
      revisionsPerDay: revisionsShape.parse(settings.revisionsPerDay),
      orderLagMs: timings?.orderLagMs ?? SAFE.orderLagMs,
      orderOverlapMs: timings?.orderOverlapMs ?? SAFE.orderOverlapMs,
      staleReadMs: timings?.staleReadMs ?? SAFE.staleReadMs,
      readingSpacingMs: timings?.readingSpacingMs ?? SAFE.readingSpacingMs,
      historyDays: 90,
      returnsShowAsRise: true,
      shown: SHOWN,
    };
  },
  verify,
  identify,
  listListings,
  readStock,
  readShown,
  setStock,
  readOrders,
  readOrdersById,
  readNotices,
  readQuotas,
  ensureWebhooks,
  readWebhooks,
  removeWebhooks,
  refresh,
  authorization,
};
