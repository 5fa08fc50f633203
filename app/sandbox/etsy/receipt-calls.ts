/** getShopReceipts with its blind spot (cancelled receipts are hidden unless asked for), and the reading of one receipt. */
import type { SimRequest, SimResponse } from "../simulator.ts";
import { requireShop } from "./access.ts";
import { EtsyRefusal, json } from "./answers.ts";
import { allowOnly, readBoolean, readOneOf, readPage, readWhole } from "./read-query.ts";
import { receiptView } from "./receipt-view.ts";
import type { Receipt, Shop } from "./shop-state.ts";
import type { EtsyWorld } from "./world.ts";

const PARAMETERS = [
  "min_created",
  "max_created",
  "min_last_modified",
  "max_last_modified",
  "limit",
  "offset",
  "sort_on",
  "sort_order",
  "was_paid",
  "was_shipped",
  "was_delivered",
  "was_canceled",
  "legacy",
];
const EPOCH = { least: 946_684_800, most: 99_999_999_999, otherwise: null };

type Wanted = {
  minCreated: number | null;
  maxCreated: number | null;
  minModified: number | null;
  maxModified: number | null;
  paid: boolean | null;
  shipped: boolean | null;
  canceled: boolean;
};

export async function getShopReceipts(world: EtsyWorld, request: SimRequest, [shopId]: string[]): Promise<SimResponse> {
  const shop = requireShop(world, request, "transactions_r", shopId ?? null);
  const { query } = request;
  allowOnly(query, PARAMETERS);
  const sortOn = readOneOf(query, "sort_on", ["created", "updated", "receipt_id"] as const, "created");
  const order = readOneOf(query, "sort_order", ["asc", "ascending", "desc", "descending", "up", "down"] as const, "desc");
  readBoolean(query, "was_delivered");
  const wanted: Wanted = {
    minCreated: readWhole(query, "min_created", EPOCH),
    maxCreated: readWhole(query, "max_created", EPOCH),
    minModified: readWhole(query, "min_last_modified", EPOCH),
    maxModified: readWhole(query, "max_last_modified", EPOCH),
    paid: readBoolean(query, "was_paid"),
    shipped: readBoolean(query, "was_shipped"),
    // Left out or false: the cancelled ones are hidden.
    canceled: readBoolean(query, "was_canceled") === true,
  };
  const { limit, offset } = readPage(query);
  const found = matching(world, shop, wanted);
  if (sortOn === "updated") found.sort((a, b) => a.updatedAt - b.updatedAt || a.id - b.id);
  else if (sortOn === "created") found.sort((a, b) => a.createdAt - b.createdAt || a.id - b.id);
  else found.sort((a, b) => a.id - b.id);
  if (order === "desc" || order === "descending" || order === "down") found.reverse();

  let page = found.slice(offset, offset + limit);
  if (world.host.strikes(shop.account, "emptyPage")) page = [];
  else if (world.host.strikes(shop.account, "truncatePage")) page = page.slice(0, Math.ceil(page.length / 2));
  return json(200, { count: found.length, results: page.map((receipt) => receiptView(shop, receipt)) });
}

/** Cancelled ones too: only the list hides them. */
export async function getShopReceipt(world: EtsyWorld, request: SimRequest, [shopId, receiptId]: string[]): Promise<SimResponse> {
  const shop = requireShop(world, request, "transactions_r", shopId ?? null);
  allowOnly(request.query, ["legacy"]);
  const receipt = asFed(world, shop, Number(receiptId));
  if (!receipt) throw new EtsyRefusal(404, `Could not find a Receipt with receipt_id = ${receiptId}`);
  return json(200, receiptView(shop, receipt));
}

/** A receipt as the feed shows it: behind the stock by the ordered lag, or not there yet. */
function asFed(world: EtsyWorld, shop: Shop, id: number): Receipt | undefined {
  return shop.receipts.ago(id, world.host.faults(shop.account).api.orderLagMs, world.host.now());
}

function matching(world: EtsyWorld, shop: Shop, wanted: Wanted): Receipt[] {
  const lagging = world.host.faults(shop.account).api.orderLagMs > 0;
  // A lagging feed may still hold a receipt under its old state, so both shelves are looked through.
  const feeds = lagging ? [shop.openFeed, shop.canceledFeed] : [wanted.canceled ? shop.canceledFeed : shop.openFeed];
  const ids = feeds.flatMap((feed) => {
    const from = lagging || wanted.minModified === null ? 0 : feed.countBelow(wanted.minModified);
    return feed.ascending(from, feed.size - from);
  });
  return ids.flatMap((id) => {
    const receipt = asFed(world, shop, id);
    return receipt && fits(receipt, wanted) ? [receipt] : [];
  });
}

function fits(receipt: Receipt, wanted: Wanted): boolean {
  return (
    (receipt.status === "canceled") === wanted.canceled &&
    (wanted.paid === null || receipt.paid === wanted.paid) &&
    (wanted.shipped === null || receipt.shipped === wanted.shipped) &&
    receipt.createdAt >= (wanted.minCreated ?? 0) &&
    receipt.createdAt <= (wanted.maxCreated ?? Number.POSITIVE_INFINITY) &&
    receipt.updatedAt >= (wanted.minModified ?? 0) &&
    receipt.updatedAt <= (wanted.maxModified ?? Number.POSITIVE_INFINITY)
  );
}
