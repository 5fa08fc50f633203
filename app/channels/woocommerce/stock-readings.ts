/**
 * Fresh readings. Products come in lists by id, variations in one list per parent. An id that a list leaves out is looked for in
 * the trash and then asked for alone: only the shop's own "no such id" makes it missing, an empty or cut page never does.
 */
import type { JsonObject, StockReading } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext } from "../port.ts";
import { readList, totalOf } from "./list-pages.ts";
import { quantityRefOf, readItem, type ShopItem, shownState } from "./product-shape.ts";
import { callShop } from "./shop-client.ts";
import { OddValue } from "./values.ts";

export type ItemRef = { key: string; productId: number; parentId: number | null };

/** Throws "rejected" for an address that this connector did not make. */
export function itemRef({ key, ref }: { key: string; ref: JsonObject }): ItemRef {
  const { productId, parentId } = ref;
  if (typeof productId !== "number") throw new ChannelError("rejected", `The stock address ${key} is not one of WooCommerce.`);
  return { key, productId, parentId: typeof parentId === "number" ? parentId : null };
}

/** Refs that one list can answer: all products together, variations by their parent. */
export function groupByParent<T extends { parentId: number | null }>(refs: readonly T[]): { parentId: number | null; refs: T[] }[] {
  const groups = new Map<number | null, T[]>();
  for (const ref of refs) {
    const group = groups.get(ref.parentId);
    if (group) group.push(ref);
    else groups.set(ref.parentId, [ref]);
  }
  return [...groups].map(([parentId, group]) => ({ parentId, refs: group }));
}

const MOST_PER_CALL = 100;
/** A list that leaves out more than these although its own total counts them is a failure, not a reason for as many single calls. */
const MOST_ASKED_ALONE = 10;

export async function readStock(context: ChannelContext, refs: { key: string; ref: JsonObject }[]): Promise<StockReading[]> {
  const readings: StockReading[] = [];
  for (const group of groupByParent(refs.map(itemRef))) {
    for (let start = 0; start < group.refs.length; start += MOST_PER_CALL) {
      readings.push(...(await readGroup(context, group.parentId, group.refs.slice(start, start + MOST_PER_CALL))));
    }
  }
  return readings;
}

/** At most 100 refs of one parent (or of none). */
export async function readGroup(context: ChannelContext, parentId: number | null, refs: readonly ItemRef[]): Promise<StockReading[]> {
  const found = new Map<number, StockReading>();
  const missing = () => refs.map((ref) => ref.productId).filter((id) => !found.has(id));
  for (const status of ["any", "trash"]) {
    const ids = missing();
    if (ids.length > 0) for (const reading of await readMany(context, parentId, ids, status)) found.set(reading.id, reading.reading);
  }
  for (const id of missing()) found.set(id, await readOne(context, parentId, id));
  return refs.map((ref) => ({ ...found.get(ref.productId)!, key: ref.key }));
}

function endpointOf(parentId: number | null): string {
  return parentId === null ? "products" : `products/${parentId}/variations`;
}

async function readMany(context: ChannelContext, parentId: number | null, ids: number[], status: string) {
  const operation = parentId === null ? "listProduct" : "listProductVariation";
  const params = { include: [...new Set(ids)].join(","), per_page: String(MOST_PER_CALL), orderby: "id", order: "asc", status };
  try {
    const { body, headers, sentAt } = await callShop(context, { operation, method: "GET", endpoint: endpointOf(parentId), params });
    const values = readList(body);
    const total = totalOf(headers);
    if (total !== null && total - values.length > MOST_ASKED_ALONE) {
      throw new ChannelError("unavailable", "The shop cut a page of products short.", { code: "short-page" });
    }
    return values.flatMap((value) => {
      const reading = toReading(value, parentId, sentAt);
      return reading && ids.includes(reading.id) ? [reading] : [];
    });
  } catch (error) {
    // A parent that is gone has no list of variations; each of them is then asked for alone.
    if (error instanceof ChannelError && error.kind === "not-found") return [];
    throw error;
  }
}

async function readOne(context: ChannelContext, parentId: number | null, id: number): Promise<StockReading> {
  const operation = parentId === null ? "getProduct" : "getProductVariation";
  const sentAt = context.now();
  try {
    const answer = await callShop(context, { operation, method: "GET", endpoint: `${endpointOf(parentId)}/${id}` });
    const reading = toReading(answer.body, parentId, answer.sentAt);
    // One product that a plugin has garbled must not keep the others of its batch from being read.
    return reading?.id === id ? reading.reading : { key: "", quantity: null, state: "inactive", sentAt, parts: [] };
  } catch (error) {
    if (!(error instanceof ChannelError && error.kind === "not-found")) throw error;
    return { key: "", quantity: null, state: "missing", sentAt, parts: [] };
  }
}

/** null for a value that cannot be read: it is then asked for alone, and told to show no number. */
function toReading(value: unknown, parentId: number | null, sentAt: Date): { id: number; reading: StockReading } | null {
  try {
    const item = readItem(value, parentId);
    return { id: item.id, reading: readingOf(item, sentAt) };
  } catch (error) {
    if (error instanceof OddValue) return null;
    throw error;
  }
}

/** A variation that has meanwhile joined its parent's pool keeps no number of its own any more. */
export function readingOf(item: ShopItem, sentAt: Date): StockReading {
  const { key } = quantityRefOf(item);
  const own = item.managed === "own";
  const state = shownState(item);
  return { key, quantity: own ? item.quantity : null, state: own || state === "ended" ? state : "untracked", sentAt, parts: [] };
}
