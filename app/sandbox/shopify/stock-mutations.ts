/** inventorySetQuantities and inventoryAdjustQuantities: all rows or none, compared with what stands there. */
import { GraphQLError } from "graphql";
import type { SimulatorHost } from "../simulator.ts";
import { itemNode, locationNode, type View } from "./catalog-nodes.ts";
import type { Payload, UserError } from "./idempotency.ts";
import { gid, type ItemState, idOf, type LevelState, stamp } from "./shop-state.ts";
import type { StockBooks } from "./stock.ts";
import { freshId } from "./world.ts";

const MOST_ROWS = 250;
const LIMIT = 1_000_000_000;
const REASONS = [
  "correction",
  "cycle_count_available",
  "damaged",
  "other",
  "promotion",
  "quality_control",
  "received",
  "restock",
  "safety_stock",
  "shrinkage",
  "movement_created",
  "movement_updated",
  "movement_received",
  "movement_canceled",
  "reservation_created",
  "reservation_updated",
  "reservation_deleted",
];

type SetRow = { inventoryItemId: string; locationId: string; quantity: number; changeFromQuantity?: number | null };
export type SetInput = { name: string; reason: string; referenceDocumentUri?: string | null; quantities: SetRow[] };
type AdjustRow = {
  inventoryItemId: string;
  locationId: string;
  delta: number;
  ledgerDocumentUri?: string | null;
  changeFromQuantity?: number | null;
};
export type AdjustInput = { name: string; reason: string; referenceDocumentUri?: string | null; changes: AdjustRow[] };

type Target = { item: ItemState; level: LevelState; delta: number };

export function setQuantities(host: SimulatorHost, books: StockBooks, view: View, input: SetInput): Payload {
  const { quantities } = input;
  demandCompareField(quantities, "InventoryQuantityInput");
  const errors: UserError[] = [];
  const say = errorSayer("InventorySetQuantitiesUserError", errors);
  if (input.name !== "available" && input.name !== "on_hand")
    say("INVALID_NAME", ["input", "name"], "The quantity name must be either 'available' or 'on_hand'.");
  checkCommon(input, say);
  const seen = new Set<string>();
  const targets: Target[] = [];
  quantities.forEach((row, index) => {
    const path = ["input", "quantities", String(index)];
    const found = findLevel(view, row, path, say);
    const pair = `${row.inventoryItemId} ${row.locationId}`;
    if (seen.has(pair))
      say("NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR", path, "The combination of inventoryItemId and locationId must be unique.");
    seen.add(pair);
    if (row.quantity > LIMIT)
      say("INVALID_QUANTITY_TOO_HIGH", [...path, "quantity"], "The total quantity can't be higher than 1,000,000,000.");
    if (row.quantity < -LIMIT)
      say("INVALID_QUANTITY_TOO_LOW", [...path, "quantity"], "The total quantity can't be lower than -1,000,000,000.");
    if (!found) return;
    const stands = input.name === "on_hand" ? found.level.onHand : found.level.available;
    if (typeof row.changeFromQuantity === "number" && row.changeFromQuantity !== stands) {
      say("CHANGE_FROM_QUANTITY_STALE", [...path, "changeFromQuantity"], "The changeFromQuantity value does not match persisted value.");
    }
    targets.push({ ...found, delta: row.quantity - stands });
  });
  if (errors.length > 0) return { __typename: "InventorySetQuantitiesPayload", inventoryAdjustmentGroup: null, userErrors: errors };
  const inventoryAdjustmentGroup = carryOut(host, books, view, input, targets, "inventorySetQuantities");
  return { __typename: "InventorySetQuantitiesPayload", inventoryAdjustmentGroup, userErrors: [] };
}

export function adjustQuantities(host: SimulatorHost, books: StockBooks, view: View, input: AdjustInput): Payload {
  demandCompareField(input.changes, "InventoryChangeInput");
  const errors: UserError[] = [];
  const say = errorSayer("InventoryAdjustQuantitiesUserError", errors);
  if (input.name !== "available") say("INVALID_QUANTITY_NAME", ["input", "name"], "The specified quantity name is invalid.");
  checkCommon(input, say);
  const targets: Target[] = [];
  input.changes.forEach((row, index) => {
    const path = ["input", "changes", String(index)];
    const found = findLevel(view, row, path, say);
    if (!found) return;
    if (typeof row.changeFromQuantity === "number" && row.changeFromQuantity !== found.level.available) {
      say(
        "CHANGE_FROM_QUANTITY_STALE",
        [...path, "changeFromQuantity"],
        "The changeFromQuantity argument no longer matches the persisted quantity.",
      );
    }
    targets.push({ ...found, delta: row.delta });
  });
  if (errors.length > 0) return { __typename: "InventoryAdjustQuantitiesPayload", inventoryAdjustmentGroup: null, userErrors: errors };
  const inventoryAdjustmentGroup = carryOut(host, books, view, input, targets, "inventoryAdjustQuantities");
  return { __typename: "InventoryAdjustQuantitiesPayload", inventoryAdjustmentGroup, userErrors: [] };
}

function carryOut(
  host: SimulatorHost,
  books: StockBooks,
  view: View,
  input: SetInput | AdjustInput,
  targets: Target[],
  call: string,
): object {
  const changes = targets
    .filter((target) => target.delta !== 0)
    .flatMap(({ item, level, delta }) => {
      books.shift(view.shop, item, level, { available: delta }, { by: "api", call });
      const place = view.shop.locations.find((each) => each.id === level.locationId)!;
      const change = (name: string, quantityAfterChange: number) => ({
        __typename: "InventoryChange",
        name,
        delta,
        quantityAfterChange,
        ledgerDocumentUri: null,
        item: itemNode(view, item),
        location: locationNode(view, place),
      });
      return [change("available", level.available), change("on_hand", level.onHand)];
    });
  return {
    __typename: "InventoryAdjustmentGroup",
    id: gid("InventoryAdjustmentGroup", freshId(host)),
    createdAt: stamp(view.now.getTime()),
    reason: input.reason,
    referenceDocumentUri: input.referenceDocumentUri ?? null,
    changes: ({ quantityNames }: { quantityNames?: string[] | null }) =>
      changes.filter((change) => !quantityNames || quantityNames.includes(change.name)),
  };
}

type Say = (code: string, field: string[], message: string) => void;

const errorSayer =
  (type: string, errors: UserError[]): Say =>
  (code, field, message) =>
    errors.push({ __typename: type, code, field, message });

/** The schema leaves changeFromQuantity optional; the platform wants it named in every row, if only as null (words as seen live, openclaw-workshop-kit issue 218). */
function demandCompareField(rows: readonly object[], type: string): void {
  if (rows.length > MOST_ROWS) {
    throw new GraphQLError(`The input array size of ${rows.length} is greater than the maximum allowed of ${MOST_ROWS}.`, {
      extensions: { code: "MAX_INPUT_SIZE_EXCEEDED" },
    });
  }
  if (rows.some((row) => !("changeFromQuantity" in row))) {
    throw new GraphQLError(`${type} must include the following argument: changeFromQuantity.`, {
      extensions: { code: "INVALID_FIELD_ARGUMENTS" },
    });
  }
}

function checkCommon(input: { reason: string; referenceDocumentUri?: string | null }, say: Say): void {
  if (!REASONS.includes(input.reason)) say("INVALID_REASON", ["input", "reason"], "The specified reason is invalid.");
  const uri = input.referenceDocumentUri;
  if (uri && !URL.canParse(uri))
    say("INVALID_REFERENCE_DOCUMENT", ["input", "referenceDocumentUri"], "The specified reference document is invalid.");
}

function findLevel(
  view: View,
  row: { inventoryItemId: string; locationId: string },
  path: string[],
  say: Say,
): { item: ItemState; level: LevelState } | null {
  const item = view.shop.items.get(idOf("InventoryItem", row.inventoryItemId) ?? -1);
  if (!item) {
    say("INVALID_INVENTORY_ITEM", [...path, "inventoryItemId"], "The specified inventory item could not be found.");
    return null;
  }
  const place = view.shop.locations.find((each) => each.active && each.id === idOf("Location", row.locationId));
  const level = place && item.levels.find((each) => each.locationId === place.id);
  if (!level) {
    // The code list has no word of its own for an item that is not stocked at a known place.
    const message = place ? "The specified inventory item is not stocked at the location." : "The specified location could not be found.";
    say("INVALID_LOCATION", [...path, "locationId"], message);
    return null;
  }
  return { item, level };
}
