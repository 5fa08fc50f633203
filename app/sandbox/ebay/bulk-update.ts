/**
 * POST /sell/inventory/v1/bulk_update_price_quantity. Each offer (or the SKU, where only its total is set) is answered on its own
 * inside a 200 or 207 envelope: one bad SKU spoils nothing for the others.
 */
import type { SimRequest, SimResponse } from "../simulator.ts";
import { invalid, isQuantity, isSku, problem, unknownSku } from "./inventory-api.ts";
import { json, type RestProblem, RestRefusal, readJsonBody } from "./rest-answers.ts";
import type { Place, Shop } from "./shop.ts";
import type { SimOffer } from "./shop-state.ts";

type Row = { sku: string; offerId?: string; statusCode: number; errors?: RestProblem[] };
type OfferChange = { offerId: string; availableQuantity?: number };
type Request = { sku: string; total: number | undefined; offers: OfferChange[] };

/** `maxSkus`: the official texts name both one and 25 items per call. */
export function bulkUpdatePriceQuantity(
  shop: Shop,
  request: SimRequest,
  limits: { maxSkus: number; revisionsPerDay: number },
): SimResponse {
  const { requests } = readJsonBody(request.headers, request.body, "API_INVENTORY");
  if (!Array.isArray(requests) || requests.length === 0) throw invalid("requests");
  const asked = requests.map(readRequest);
  if (new Set(asked.map(({ sku }) => sku)).size > limits.maxSkus) throw invalid("requests");
  const rows = asked.flatMap((entry) => updateOne(shop, entry, limits.revisionsPerDay));
  return json(rows.some((row) => row.statusCode !== 200) ? 207 : 200, { responses: rows });
}

function readRequest(value: unknown): Request {
  const entry = (value ?? {}) as { sku?: unknown; shipToLocationAvailability?: { quantity?: unknown }; offers?: unknown };
  if (!isSku(entry.sku)) throw new RestRefusal(400, problem(25708, "Invalid SKU."));
  const total = entry.shipToLocationAvailability?.quantity;
  if (total !== undefined && !isQuantity(total)) throw invalid("shipToLocationAvailability.quantity");
  const offers = entry.offers ?? [];
  if (!Array.isArray(offers) || offers.length > 25) throw invalid("offers");
  if (total === undefined && offers.length === 0) throw invalid("requests");
  return { sku: entry.sku, total, offers: offers.map(readOffer) };
}

function readOffer(value: unknown): OfferChange {
  const { offerId, availableQuantity } = (value ?? {}) as { offerId?: unknown; availableQuantity?: unknown };
  if (typeof offerId !== "string") throw invalid("offerId");
  if (availableQuantity !== undefined && !isQuantity(availableQuantity)) throw invalid("availableQuantity");
  return { offerId, availableQuantity };
}

function updateOne(shop: Shop, { sku, total, offers: changes }: Request, revisionsPerDay: number): Row[] {
  const item = shop.item(sku);
  const rows = (statusCode: number, errors?: RestProblem[]): Row[] =>
    (changes.length ? changes : [{ offerId: undefined }]).map(({ offerId }) => ({ sku, offerId, statusCode, errors }));
  const refuse = (why: RestProblem, statusCode = 400) => rows(statusCode, [why]);
  if (!item) return refuse(unknownSku(sku), 404);
  if (new Set(changes.map(({ offerId }) => offerId)).size < changes.length)
    return refuse(problem(25002, "Duplicate offerId in the request."));
  const offers = changes.map(({ offerId }) => shop.offer(offerId));
  if (offers.some((offer) => offer?.sku !== sku)) return refuse(problem(25002, "An offer belongs to another SKU or does not exist."));
  if (offers.some((offer) => offer?.status !== "PUBLISHED")) return refuse(problem(25002, "The offer is not published."));
  const touched = placesTouched(shop, sku, total !== undefined ? shop.offersOf(sku) : (offers as SimOffer[]));
  for (const { listing } of touched) {
    if (!shop.countRevision(listing, revisionsPerDay))
      return refuse(problem(25002, "The listing was revised too often today. Try again tomorrow."));
  }
  shop.change([sku], [item, ...(offers as SimOffer[])], { by: "api", call: "bulkUpdatePriceQuantity" }, () => {
    if (total !== undefined) item.total = total;
    changes.forEach(({ availableQuantity }, index) => {
      if (availableQuantity !== undefined) offers[index]!.available = availableQuantity;
    });
  });
  return rows(200);
}

function placesTouched(shop: Shop, sku: string, offers: SimOffer[]): Place[] {
  const offerIds = new Set(offers.map(({ offerId }) => offerId));
  return shop.placesOf(sku).filter(({ unit }) => unit.offerId !== null && offerIds.has(unit.offerId));
}
