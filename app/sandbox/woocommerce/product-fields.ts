/** What a body may say of a product or variation: checked as the REST schema does, or (inside a batch) merely coerced. */
import { invalidParam } from "./answers.ts";
import type { Backorders, PostStatus, StockStatus } from "./model.ts";
import type { Json } from "./render.ts";

export type ProductFields = {
  type?: string;
  name?: string;
  option?: string;
  status?: PostStatus;
  sku?: string;
  price?: string;
  manageStock?: boolean | "parent";
  stockQuantity?: number | null;
  inventoryDelta?: number;
  stockStatus?: StockStatus;
  backorders?: Backorders;
};

const ENUMS: Record<string, readonly string[]> = {
  status: ["draft", "pending", "private", "publish", "future", "auto-draft", "trash"],
  stock_status: ["instock", "outofstock", "onbackorder"],
  backorders: ["no", "notify", "yes"],
  type: ["simple", "grouped", "external", "variable"],
};
const TEXTS = ["name", "sku", "regular_price"];
const NUMBERS = ["stock_quantity", "inventory_delta"];

/** Throws 400 rest_invalid_param for what the schema refuses; integers may come as strings of digits. */
export function checkSchema(body: Json): void {
  for (const [name, allowed] of Object.entries(ENUMS)) {
    const value = body[name];
    if (value !== undefined && !(typeof value === "string" && allowed.includes(value))) {
      throw invalidParam(name, `${name} is not one of ${allowed.join(", ")}.`, "rest_not_in_enum");
    }
  }
  for (const name of TEXTS) {
    if (body[name] !== undefined && typeof body[name] !== "string")
      throw invalidParam(name, `${name} is not of type string.`, "rest_invalid_type");
  }
  for (const name of NUMBERS) {
    const value = body[name];
    const isWhole = (typeof value === "number" && Number.isInteger(value)) || (typeof value === "string" && /^-?\d+$/.test(value));
    if (value !== undefined && value !== null && !isWhole) throw invalidParam(name, `${name} is not of type integer.`, "rest_invalid_type");
  }
  const managed = body.manage_stock;
  if (managed !== undefined && toBoolean(managed) === null && managed !== "parent") {
    throw invalidParam("manage_stock", "manage_stock is not of type boolean.", "rest_invalid_type");
  }
}

function toBoolean(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "1" || value === 1) return true;
  if (value === "false" || value === "0" || value === 0 || value === "") return false;
  return null;
}

/** PHP's idea of a whole number: "12abc" is 12, "x" is 0, 1.9 is 1. This is how a bad quantity in a batch becomes a zero. */
function toWhole(value: unknown): number {
  const number = typeof value === "string" ? Number.parseFloat(value) : Number(value);
  return Number.isFinite(number) ? Math.trunc(number) : 0;
}

export function readFields(body: Json): ProductFields {
  const fields: ProductFields = {};
  if (typeof body.type === "string") fields.type = body.type;
  if (typeof body.name === "string") fields.name = body.name;
  const attributes = Array.isArray(body.attributes) ? (body.attributes as Json[]) : [];
  const option = attributes.map((one) => one?.option).find((one) => typeof one === "string");
  if (typeof option === "string") fields.option = option;
  if (typeof body.status === "string" && ENUMS.status?.includes(body.status)) fields.status = body.status as PostStatus;
  if (typeof body.sku === "string") fields.sku = body.sku.trim();
  if (body.regular_price !== undefined) fields.price = String(body.regular_price);
  if (body.manage_stock !== undefined)
    fields.manageStock = body.manage_stock === "parent" ? "parent" : (toBoolean(body.manage_stock) ?? true);
  if (body.stock_quantity !== undefined) fields.stockQuantity = body.stock_quantity === null ? null : toWhole(body.stock_quantity);
  if (body.inventory_delta !== undefined) fields.inventoryDelta = toWhole(body.inventory_delta);
  if (typeof body.stock_status === "string") fields.stockStatus = body.stock_status as StockStatus;
  if (typeof body.backorders === "string" && ENUMS.backorders?.includes(body.backorders)) fields.backorders = body.backorders as Backorders;
  return fields;
}
