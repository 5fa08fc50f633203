/**
 * One page of the seller's active listings of both models, from Trading's list calls. GetMyeBaySelling knows at most 25,000; where
 * it reaches that, GetSellerList goes through the days on which listings end (good-till-cancelled ones do so every month).
 */
import { ChannelError } from "../errors.ts";
import type { ChannelContext } from "../port.ts";
import { callTrading, requireSuccess } from "./trading-client.ts";
import { readItem, type TradingItem } from "./trading-items.ts";
import { countOf, nodeOf, nodesOf, type XmlNode } from "./xml.ts";

export type ListCall = "selling" | "list";
export type ActivePage = { items: TradingItem[]; pages: number; total: number };

/** Each listing of the Inventory API costs a call more: a page must fit into the call budget of a moment. */
const PER_PAGE = 50;
const SELLING_CAP = 25_000;
const DAY_MS = 86_400_000;

export function isCapped(page: ActivePage): boolean {
  return page.total >= SELLING_CAP;
}

/** `total` is what an earlier page of the same walk said; null on the first. Throws "unavailable" for a page with holes. */
export async function readActivePage(
  context: ChannelContext,
  call: ListCall,
  number: number,
  total: number | null,
  perPage = PER_PAGE,
): Promise<ActivePage> {
  const isWhole = (page: ActivePage) => isFull(page, number, total, perPage);
  const page = await fetchPage(context, call, number, perPage);
  if (isWhole(page)) return page;
  // A page that lost items heals most of the time; taken as it is, its listings would look gone.
  const again = await fetchPage(context, call, number, perPage);
  if (isWhole(again)) return again;
  throw new ChannelError("unavailable", `eBay left listings out of page ${number}`);
}

function isFull(page: ActivePage, number: number, total: number | null, perPage: number): boolean {
  const due = Math.min(perPage, page.total - (number - 1) * perPage);
  // An answer without any list is right only where nothing was listed before either.
  return page.items.length >= Math.max(0, due) && (page.total > 0 || !total);
}

async function fetchPage(context: ChannelContext, call: ListCall, number: number, perPage: number): Promise<ActivePage> {
  const Pagination = { EntriesPerPage: perPage, PageNumber: number };
  if (call === "selling") {
    const answer = await callTrading(context, "GetMyeBaySelling", { ActiveList: { Include: true, Pagination } });
    return readPage(nodeOf(requireSuccess(answer, "GetMyeBaySelling"), "ActiveList"));
  }
  const now = context.now().getTime();
  const answer = await callTrading(context, "GetSellerList", {
    EndTimeFrom: new Date(now).toISOString(),
    EndTimeTo: new Date(now + 119 * DAY_MS).toISOString(),
    IncludeVariations: true,
    GranularityLevel: "Fine",
    Pagination,
  });
  return readPage(requireSuccess(answer, "GetSellerList"));
}

function readPage(node: XmlNode): ActivePage {
  const result = nodeOf(node, "PaginationResult");
  const items = nodesOf(nodeOf(node, "ItemArray"), "Item").map(readItem);
  if (!items.every((item) => item !== null)) throw new ChannelError("unavailable", "eBay listed an item whose number cannot be read");
  return {
    items: items.filter((item) => !item.ended),
    pages: countOf(result, "TotalNumberOfPages") ?? 0,
    total: countOf(result, "TotalNumberOfEntries") ?? 0,
  };
}
