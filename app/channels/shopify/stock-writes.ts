/**
 * Sets numbers with Shopify's own compare-and-set: one mutation for the whole batch, changeFromQuantity in every row. The
 * mutation takes all rows or none, so rows that it names as stale or wrong are taken out and the rest is sent again under a
 * new key (a key whose attempt failed is spent).
 */
import { createHash } from "node:crypto";
import { ChannelError } from "../errors.ts";
import type { ChannelContext, StockWrite, WriteGate, WriteResult } from "../port.ts";
import { callAdmin } from "./admin-api.ts";
import { SET_QUANTITIES } from "./documents.ts";
import { stateOf } from "./levels.ts";
import { readStock } from "./stock-readings.ts";

/** Shopify takes 250 entries in any list. */
export const MOST_ROWS = 250;
/** Each round takes out what was refused; more rounds than this mean that the shop is busier than we are. */
const MOST_ROUNDS = 4;

type Row = { inventoryItemId: string; locationId: string; quantity: number; changeFromQuantity: number };
type UserError = { code: string | null; field: string[] | null; message: string };
type Change = {
  quantityAfterChange: number | null;
  item: { id: string; tracked: boolean; variants: { nodes: { product: { status: string } }[] } | null } | null;
  location: { id: string } | null;
};
type Answer = {
  inventorySetQuantities: {
    inventoryAdjustmentGroup: { changes: Change[] } | null;
    userErrors: UserError[];
  } | null;
};

export async function setStock(context: ChannelContext, writes: StockWrite[], gate: WriteGate): Promise<WriteResult[]> {
  const results = new Map<string, WriteResult>();
  const settle = (result: WriteResult) => void results.set(result.key, result);
  const looked = writes.filter((write) => write.parts.every((part) => part.from === part.to));
  if (looked.length > 0) for (const result of await lookInstead(context, looked)) settle(result);
  let sentOnce = false;
  for (const batch of batchesOf(writes.filter((write) => !results.has(write.key)))) {
    let waiting = batch;
    for (let round = 0; waiting.length > 0; round++) {
      if (round === MOST_ROUNDS) {
        for (const { key } of waiting) settle({ key, outcome: "not-sent", reason: "other numbers of the same call kept changing" });
        break;
      }
      const allowed = await gate(waiting.map(({ key, readAt }) => ({ key, readAt })));
      for (const { key } of waiting) if (!allowed.has(key)) settle({ key, outcome: "not-sent", reason: "stopped right before sending" });
      waiting = waiting.filter(({ key }) => allowed.has(key));
      if (waiting.length === 0) break;
      try {
        const answered = await sendOnce(context, waiting);
        for (const result of answered) settle(result);
      } catch (error) {
        if (!(error instanceof ChannelError)) throw error;
        if (error.kind === "outcome-unknown") for (const { key } of waiting) settle({ key, outcome: "unknown", reason: error.message });
        else if (sentOnce) for (const { key } of waiting) settle({ key, outcome: "not-sent", reason: error.message });
        else throw error;
      }
      sentOnce = true;
      waiting = waiting.filter(({ key }) => !results.has(key));
    }
  }
  await addReadings(context, writes, results);
  return writes.map(({ key }) => results.get(key) ?? { key, outcome: "not-sent", reason: "it was not reached" });
}

/** Nothing to change at any place: the number only has to be looked at. */
async function lookInstead(context: ChannelContext, writes: StockWrite[]): Promise<WriteResult[]> {
  const readings = await readStock(context, writes);
  return writes.map(({ key, to }): WriteResult => {
    const reading = readings.find((each) => each.key === key);
    if (!reading || reading.state === "missing") return { key, outcome: "not-found" };
    if (reading.quantity !== to) return { key, outcome: "conflict", reading };
    const { quantity, state, sentAt, parts } = reading;
    return { key, outcome: "confirmed", quantity, state, sentAt, parts };
  });
}

function batchesOf(writes: StockWrite[]): StockWrite[][] {
  const batches: StockWrite[][] = [];
  let rows = MOST_ROWS;
  for (const write of writes) {
    if (rows + write.parts.length > MOST_ROWS) {
      batches.push([]);
      rows = 0;
    }
    batches.at(-1)!.push(write);
    rows += write.parts.length;
  }
  return batches;
}

/** Answers what is settled by this call; writes without an entry may be sent again without the refused ones. */
async function sendOnce(context: ChannelContext, writes: StockWrite[]): Promise<WriteResult[]> {
  const owners: StockWrite[] = [];
  const quantities: Row[] = [];
  for (const write of writes) {
    const inventoryItemId = typeof write.ref.inventoryItemId === "string" ? write.ref.inventoryItemId : write.key;
    // Places that stay as they are go along as guards: if one of them moved, the sum we decided on is wrong as well.
    for (const { locationId, from, to } of write.parts) {
      owners.push(write);
      quantities.push({ inventoryItemId, locationId, quantity: to, changeFromQuantity: from });
    }
  }
  const sentAt = context.now();
  const data = await callAdmin<Answer>(context, {
    operation: "inventorySetQuantities",
    document: SET_QUANTITIES,
    variables: {
      input: { name: "available", reason: "correction", referenceDocumentUri: SOURCE, quantities },
      idempotencyKey: keyFor(writes),
    },
    changes: true,
  });
  const payload = data.inventorySetQuantities;
  if (!payload) throw new ChannelError("outcome-unknown", "Shopify answered inventorySetQuantities without a result", { status: 200 });
  if (payload.userErrors.length === 0) return writes.map((write) => confirmed(write, payload, sentAt));
  if (payload.inventoryAdjustmentGroup)
    throw new ChannelError("outcome-unknown", "Shopify reported errors and changes together", { status: 200 });
  return refusals(payload.userErrors, owners, writes);
}

/** Shows in the shop's stock history who changed the number. */
const SOURCE = "gid://inventorysync/StockSync/1";

/** The same writes make the same key, so that a repeated call changes nothing; any other set of writes makes another. */
function keyFor(writes: StockWrite[]): string {
  const digest = createHash("sha256");
  for (const { key, idempotencyKey, parts } of writes) digest.update(JSON.stringify([key, idempotencyKey, parts]));
  const hex = digest.digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function confirmed(write: StockWrite, payload: NonNullable<Answer["inventorySetQuantities"]>, sentAt: Date): WriteResult {
  const changes = payload.inventoryAdjustmentGroup?.changes ?? [];
  const parts = write.parts.map(({ locationId, to }) => {
    const change = changes.find((each) => each.item?.id === write.key && each.location?.id === locationId);
    return { locationId, quantity: change?.quantityAfterChange ?? to };
  });
  const item = changes.find((each) => each.item?.id === write.key)?.item;
  const state = stateOf(item?.variants?.nodes[0]?.product.status, item?.tracked ?? true);
  const off = parts.reduce((sum, part, index) => sum + part.quantity - write.parts[index]!.to, 0);
  return { key: write.key, outcome: "confirmed", quantity: write.to + off, state, sentAt, parts };
}

/** Rows are named by their place in the input: ["input", "quantities", "3", ...]. */
function refusals(errors: UserError[], owners: StockWrite[], writes: StockWrite[]): WriteResult[] {
  const results = new Map<string, WriteResult>();
  for (const error of errors) {
    const owner = owners[Number(error.field?.[2] ?? Number.NaN)];
    // An error without a row concerns the call as a whole.
    for (const write of owner ? [owner] : writes) {
      const result = refusal(write.key, error);
      const known = results.get(write.key);
      if (!known || known.outcome === "conflict") results.set(write.key, result);
    }
  }
  return [...results.values()];
}

function refusal(key: string, { code, message }: UserError): WriteResult {
  switch (code) {
    case "CHANGE_FROM_QUANTITY_STALE":
    // Nothing was written under this key and never will be: look again and decide anew.
    case "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED":
      return { key, outcome: "conflict", reading: null };
    case "IDEMPOTENCY_CONCURRENT_REQUEST":
      return { key, outcome: "unknown", reason: "Shopify is still busy with the same request" };
    case "INVALID_INVENTORY_ITEM":
      return { key, outcome: "not-found" };
    case "INVALID_LOCATION":
    case "NON_MUTABLE_INVENTORY_ITEM":
      return { key, outcome: "rejected", code, text: message, who: "seller" };
    default:
      return { key, outcome: "rejected", code, text: message, who: "us" };
  }
}

/** A conflict says what stands there instead; if that cannot be read now, the engine reads later. */
async function addReadings(context: ChannelContext, writes: StockWrite[], results: Map<string, WriteResult>): Promise<void> {
  const stale = writes.filter(({ key }) => {
    const result = results.get(key);
    return result?.outcome === "conflict" && result.reading === null;
  });
  if (stale.length === 0) return;
  try {
    for (const reading of await readStock(context, stale)) results.set(reading.key, { key: reading.key, outcome: "conflict", reading });
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    // The writes themselves are answered; a reading that failed leaves them as conflicts without one.
  }
}
