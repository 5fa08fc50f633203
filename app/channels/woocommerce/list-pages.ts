/** What all lists of a shop have in common: pages of a hundred, totals in a header, and answers that may be no list at all. */
import { ChannelError } from "../errors.ts";
import type { ChannelContext } from "../port.ts";
import { callShop } from "./shop-client.ts";

export const PER_PAGE = 100;

/** One page in id order. An empty page where the totals promise more is a failure of the shop, never the end. */
export async function readPage(
  context: ChannelContext,
  endpoint: string,
  offset: number,
  include: number[] | null,
): Promise<{ values: readonly unknown[]; total: number | null; sentAt: Date }> {
  const operation = endpoint === "products" ? "listProduct" : "listProductVariation";
  const params: Record<string, string> = { per_page: String(PER_PAGE), orderby: "id", order: "asc" };
  if (include) params.include = include.join(",");
  else params.offset = String(offset);
  const answer = await callShop(context, { operation, method: "GET", endpoint, params });
  const values = readList(answer.body);
  const total = totalOf(answer.headers);
  if (values.length === 0 && total !== null && total > offset) {
    throw new ChannelError("unavailable", "The shop sent an empty page although it has more.", { code: "empty-page" });
  }
  return { values, total, sentAt: answer.sentAt };
}

export function readList(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  throw new ChannelError("unavailable", "The shop answered something else than a list.", { code: "odd-answer" });
}

export function totalOf(headers: Record<string, string>): number | null {
  const text = headers["x-wp-total"];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
