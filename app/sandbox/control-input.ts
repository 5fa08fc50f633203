/** Reads what is given to the control API; whatever does not fit is named plainly (ControlRefusal 400). */
import { type AccountNo, ControlRefusal, type OrderRequest, type SignHow } from "./simulator.ts";
import { DEFAULT_ITEMS, MOST_ITEMS } from "./world.ts";

export type Fields = Record<string, unknown>;

/** An absent body is an empty object. Numbers beyond JSON's range and wrong JSON are refused with words. */
export function readFields(body: Buffer, contentType: string | undefined, allowed: readonly string[]): Fields {
  if (body.length === 0) return {};
  if (!/^application\/json\b/i.test(contentType ?? "")) throw new ControlRefusal(415, "send JSON with content-type application/json");
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString("utf8"));
  } catch {
    throw new ControlRefusal(400, "the body is not valid JSON");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw new ControlRefusal(400, "the body must be a JSON object");
  for (const name of Object.keys(parsed)) {
    if (!allowed.includes(name)) throw new ControlRefusal(400, `unknown field ${name}; known are ${allowed.join(", ") || "none"}`);
  }
  return parsed as Fields;
}

export function readAccount(query: URLSearchParams): AccountNo {
  const given = query.get("account") ?? "1";
  if (given !== "1" && given !== "2" && given !== "3") throw new ControlRefusal(400, "account must be 1, 2 or 3");
  return Number(given) as AccountNo;
}

export function readSince(query: URLSearchParams): number {
  const since = Number(query.get("since") ?? "0");
  if (!Number.isInteger(since) || since < 0) throw new ControlRefusal(400, "since must be a whole number from 0");
  return since;
}

export function readOrder(fields: Fields): OrderRequest {
  const order: OrderRequest = { lines: readLines(fields.lines) };
  if (fields.at === undefined) return order;
  if (typeof fields.at !== "string" || Number.isNaN(Date.parse(fields.at)))
    throw new ControlRefusal(400, "at must be a date such as 2026-11-23T10:00:00Z");
  return { ...order, at: new Date(fields.at).toISOString() };
}

export function readLines(given: unknown, least = 1): { sku: string; quantity: number }[] {
  if (!Array.isArray(given) || given.length === 0) throw new ControlRefusal(400, "lines must be a list of {sku, quantity}, at least one");
  return given.map((line: unknown, index) => {
    const { sku, quantity } = (line ?? {}) as Fields;
    return { sku: readText(sku, `lines[${index}].sku`), quantity: readWhole(quantity, `lines[${index}].quantity`, least, 1_000_000) };
  });
}

export function readRestock(fields: Fields): boolean {
  const restock = fields.restock ?? true;
  if (typeof restock !== "boolean") throw new ControlRefusal(400, "restock must be true or false");
  return restock;
}

export function readReset(fields: Fields): { seed: number; items: number } {
  return {
    seed: readWhole(fields.seed ?? 1, "seed", 0, 4_294_967_295),
    items: readWhole(fields.items ?? DEFAULT_ITEMS, "items", 0, MOST_ITEMS),
  };
}

export function readListing(fields: Fields): { sku: string; title: string; quantity: number; price: number } {
  const { price } = fields;
  if (typeof price !== "number" || !(price >= 0 && price <= 1_000_000))
    throw new ControlRefusal(400, "price must be a number from 0 to 1000000");
  return {
    sku: readText(fields.sku, "sku"),
    title: readText(fields.title, "title"),
    quantity: readWhole(fields.quantity, "quantity", 0, 1_000_000),
    price,
  };
}

export function readDelivery(fields: Fields): {
  topic: string;
  headers: Record<string, string>;
  body: string;
  sign: SignHow;
  times: number;
} {
  const sign = fields.sign ?? "good";
  if (sign !== "good" && sign !== "bad" && sign !== "none" && sign !== "otherKey")
    throw new ControlRefusal(400, "sign must be good, bad, none or otherKey");
  const headers = fields.headers ?? {};
  if (typeof headers !== "object" || headers === null || Object.values(headers).some((value) => typeof value !== "string")) {
    throw new ControlRefusal(400, "headers must be an object of strings");
  }
  const { body } = fields;
  return {
    topic: readText(fields.topic, "topic"),
    headers: headers as Record<string, string>,
    body: typeof body === "string" ? body : JSON.stringify(body ?? {}),
    sign,
    times: readWhole(fields.times ?? 1, "times", 1, 10_000),
  };
}

export function readWhole(given: unknown, what: string, least: number, most: number): number {
  if (typeof given !== "number" || !Number.isInteger(given) || given < least || given > most) {
    throw new ControlRefusal(400, `${what} must be a whole number from ${least} to ${most}`);
  }
  return given;
}

export function readText(given: unknown, what: string): string {
  if (typeof given !== "string" || given.trim() === "" || given.length > 500)
    throw new ControlRefusal(400, `${what} must be a text of 1 to 500 characters`);
  return given;
}
