/**
 * Writes parent by parent: read, compare, ask the gate, write, and take each item's answer as its proof. Numbers are absolute; where the
 * seller chose it, a lowering is a difference (stock-difference.ts). A number is never written where the shop does not manage stock, and
 * stock management is never switched on.
 */
import type { Json, JsonObject, StockReading } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext, StockWrite, WriteGate, WriteResult } from "../port.ts";
import { readItem } from "./product-shape.ts";
import { batchSizeOf } from "./settings.ts";
import { callShop } from "./shop-client.ts";
import { changeOf, isDifference, missed } from "./stock-difference.ts";
import { groupByParent, type ItemRef, itemRef, readGroup, readingOf } from "./stock-readings.ts";
import { asFields, OddValue } from "./values.ts";

type Due = ItemRef & { write: StockWrite };
type Ready = { due: Due; reading: StockReading };

export async function setStock(context: ChannelContext, writes: StockWrite[], gate: WriteGate): Promise<WriteResult[]> {
  const results = new Map<string, WriteResult>();
  const tell = (result: WriteResult) => results.set(result.key, result);
  const size = batchSizeOf(context.settings);
  let wrote = false;
  let stopped: ChannelError | null = null;
  for (const group of groupByParent(writes.map((write): Due => ({ ...itemRef(write), write })))) {
    for (let start = 0; start < group.refs.length; start += size) {
      const dues = group.refs.slice(start, start + size);
      if (stopped) {
        for (const { key } of dues) tell({ key, outcome: "not-sent", reason: stopped.message });
        continue;
      }
      try {
        wrote = (await writeGroup(context, group.parentId, dues, gate, tell)) || wrote;
      } catch (error) {
        if (!(error instanceof ChannelError)) throw error;
        // Before the first write the failure is everybody's; after it the rest is simply left.
        if (!wrote) throw error;
        stopped = error;
        for (const { key } of dues) if (!results.has(key)) tell({ key, outcome: "not-sent", reason: error.message });
      }
    }
  }
  return writes.map(({ key }) => results.get(key)!);
}

/** Answers whether anything was sent. Throws only while nothing of this group was. */
async function writeGroup(
  context: ChannelContext,
  parentId: number | null,
  dues: Due[],
  gate: WriteGate,
  tell: (result: WriteResult) => void,
): Promise<boolean> {
  const readings = await readGroup(context, parentId, dues);
  const ready: Ready[] = [];
  dues.forEach((due, index) => {
    const reading = readings[index]!;
    const refusal = refuse(due, reading);
    if (refusal) tell(refusal);
    else ready.push({ due, reading });
  });
  if (ready.length === 0) return false;
  return send(context, parentId, ready, gate, tell);
}

/** Why this write may not go out on this reading; null = it may. Negative numbers count as zero. */
function refuse({ key, write }: Due, reading: StockReading): WriteResult | null {
  switch (reading.state) {
    case "missing":
      return { key, outcome: "not-found" };
    case "untracked":
      return untracked(key);
    case "ended":
      return { key, outcome: "conflict", reading };
    case "active":
    case "inactive":
    case "sold-out":
    case "draft":
      if (reading.quantity === null) return { key, outcome: "conflict", reading };
      return Math.max(0, reading.quantity) === Math.max(0, write.from) ? null : { key, outcome: "conflict", reading };
    default:
      return reading.state satisfies never;
  }
}

function untracked(key: string): WriteResult {
  const text = "The shop does not track a quantity for this product. Switch on stock management there, or leave it out.";
  return { key, outcome: "rejected", code: "untracked", text, who: "seller" };
}

async function send(
  context: ChannelContext,
  parentId: number | null,
  ready: Ready[],
  gate: WriteGate,
  tell: (result: WriteResult) => void,
): Promise<boolean> {
  const allowed = await gate(ready.map(({ due, reading }) => ({ key: due.key, readAt: reading.sentAt })));
  const going = ready.filter(({ due }) => allowed.has(due.key));
  for (const { due } of ready) {
    if (!allowed.has(due.key)) tell({ key: due.key, outcome: "not-sent", reason: "Stopped right before it was sent." });
  }
  if (going.length === 0) return false;
  const sentAt = context.now();
  try {
    const operation = parentId === null ? "batchProduct" : "batchProductVariation";
    const endpoint = parentId === null ? "products/batch" : `products/${parentId}/variations/batch`;
    const body: JsonObject = {
      update: going.map(({ due, reading }) => ({ id: due.productId, ...changeOf(context.settings, due, reading) })),
    };
    const answer = await callShop(context, { operation, method: "POST", endpoint, body });
    readAnswers(context.settings, answer.body, going, sentAt, tell);
    return true;
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    if (error.kind === "outcome-unknown") {
      for (const { due } of going) tell({ key: due.key, outcome: "unknown", reason: error.message });
      return true;
    }
    if (error.platform.code === "woocommerce_rest_request_entity_too_large" && going.length > 1) {
      return sendHalves(context, parentId, going, gate, tell);
    }
    if (error.kind !== "not-found" && error.kind !== "rejected") throw error;
    // The parent went away since the reading, or the shop refuses this batch as it is: that concerns nobody else's numbers.
    for (const { due } of going) tell(error.kind === "not-found" ? { key: due.key, outcome: "not-found" } : refusedBatch(due.key, error));
    return true;
  }
}

function refusedBatch(key: string, { platform, message }: ChannelError): WriteResult {
  return { key, outcome: "rejected", code: platform.code, text: platform.text ?? message, who: "us" };
}

/** Some shops allow fewer items per batch than the usual 100; a refused batch has changed nothing. */
async function sendHalves(
  context: ChannelContext,
  parentId: number | null,
  ready: Ready[],
  gate: WriteGate,
  tell: (result: WriteResult) => void,
): Promise<boolean> {
  const middle = ready.length >> 1;
  const first = await send(context, parentId, ready.slice(0, middle), gate, tell);
  try {
    return (await send(context, parentId, ready.slice(middle), gate, tell)) || first;
  } catch (error) {
    if (!first || !(error instanceof ChannelError)) throw error;
    for (const { due } of ready.slice(middle)) tell({ key: due.key, outcome: "not-sent", reason: error.message });
    return true;
  }
}

/** A batch answers 200 whatever happened; order within the list is kept, and each item speaks for itself. */
function readAnswers(settings: JsonObject, body: Json, going: Ready[], sentAt: Date, tell: (result: WriteResult) => void): void {
  const list = typeof body === "object" && body !== null && !Array.isArray(body) && Array.isArray(body.update) ? body.update : [];
  const byId = new Map<unknown, unknown>();
  for (const item of list) if (typeof item === "object" && item !== null && !Array.isArray(item)) byId.set(item.id, item);
  for (const { due, reading } of going)
    tell(readResult(byId.get(due.productId), due, isDifference(settings, due) ? reading : null, sentAt));
}

/** `before`: what stood there, where the write was a difference. */
function readResult(item: unknown, due: Due, before: StockReading | null, sentAt: Date): WriteResult {
  const { key, write } = due;
  if (item === undefined) return { key, outcome: "unknown", reason: "The shop's answer does not mention this product." };
  try {
    const { error } = asFields(item, "batch item");
    if (error !== undefined) return itemError(key, asFields(error, "error"));
    const shown = readItem(item, due.parentId);
    if (shown.managed !== "own" || shown.quantity === null) return untracked(key);
    const reading: StockReading = { ...readingOf(shown, sentAt), key };
    if (shown.quantity !== write.to) return before === null ? { key, outcome: "conflict", reading } : missed(key, shown.quantity, before);
    return { key, outcome: "confirmed", quantity: shown.quantity, state: reading.state, sentAt, parts: [] };
  } catch (error) {
    if (error instanceof OddValue) return { key, outcome: "unknown", reason: `The shop's answer cannot be read: ${error.message}.` };
    throw error;
  }
}

function itemError(key: string, error: Readonly<Record<string, unknown>>): WriteResult {
  const code = typeof error.code === "string" ? error.code : null;
  const text = typeof error.message === "string" ? error.message.slice(0, 300) : "The shop refused this product.";
  // "woocommerce_rest_invalid_product_id" is another thing: it says that a variation was addressed as a product.
  if (code?.endsWith("_invalid_id")) return { key, outcome: "not-found" };
  return { key, outcome: "rejected", code, text, who: "us" };
}
