/** The Inventory API: items, offers and the bulk write of numbers. It sees nothing of the listings made the old way. */
import type { SimRequest, SimResponse, SimulatorHost } from "../simulator.ts";
import { newListing, newUnit } from "./build-world.ts";
import { json, noContent, type RestProblem, RestRefusal, readJsonBody, systemError } from "./rest-answers.ts";
import type { Shop } from "./shop.ts";
import type { SimInventoryItem, SimOffer } from "./shop-state.ts";

const DOMAIN = "API_INVENTORY";

export class InventoryApi {
  private readonly host: SimulatorHost;
  private readonly shop: Shop;

  constructor(host: SimulatorHost, shop: Shop) {
    this.host = host;
    this.shop = shop;
  }

  /** `offset` is a page number here, not a count of records. */
  getInventoryItems(request: SimRequest): SimResponse {
    const limit = pagination(request.query.get("limit") ?? "25", 1, 200);
    const page = pagination(request.query.get("offset") ?? "0", 0, 1_000_000);
    const { items } = this.shop.state;
    let found = items.slice(page * limit, (page + 1) * limit);
    if (this.host.strikes(this.shop.state.account, "emptyPage")) found = [];
    else if (this.host.strikes(this.shop.state.account, "truncatePage")) found = found.slice(0, Math.ceil(found.length / 2));
    const href = `/sell/inventory/v1/inventory_item?limit=${limit}&offset=`;
    return json(200, {
      href: `${href}${page}`,
      total: items.length,
      size: found.length,
      limit,
      ...((page + 1) * limit < items.length ? { next: `${href}${page + 1}` } : {}),
      inventoryItems: found.map((item) => this.itemView(item)),
    });
  }

  getInventoryItem(sku: string): SimResponse {
    const item = this.shop.item(sku);
    if (!item) throw new RestRefusal(404, unknownSku(sku));
    return json(200, this.itemView(item));
  }

  bulkGetInventoryItem(request: SimRequest): SimResponse {
    const { requests } = readJsonBody(request.headers, request.body, DOMAIN);
    if (!Array.isArray(requests) || requests.length === 0) throw invalid("requests");
    if (requests.length > 25) throw new RestRefusal(400, problem(25727, "The number of InventoryItems in the request cannot exceed 25."));
    const skus = requests.map((entry: { sku?: unknown }) => entry?.sku);
    if (!skus.every(isSku)) throw new RestRefusal(400, problem(25708, "Invalid SKU."));
    if (new Set(skus).size < skus.length) throw new RestRefusal(400, problem(25734, "SKU should be unique in the request."));
    const responses = skus.map((sku) => {
      const item = this.shop.item(sku);
      return item ? { sku, statusCode: 200, inventoryItem: this.itemView(item) } : { sku, statusCode: 404, errors: [unknownSku(sku)] };
    });
    return json(responses.some((entry) => entry.statusCode !== 200) ? 207 : 200, { responses });
  }

  getOffers(request: SimRequest): SimResponse {
    const sku = request.query.get("sku");
    if (!isSku(sku)) throw new RestRefusal(400, problem(25709, "Invalid value for sku."));
    const offers = this.shop.offersOf(sku);
    if (offers.length === 0) throw new RestRefusal(404, problem(25713, "This Offer is not available."));
    return json(200, {
      href: `/sell/inventory/v1/offer?sku=${encodeURIComponent(sku)}`,
      total: offers.length,
      size: offers.length,
      limit: 100,
      offers: offers.map((offer) => this.offerView(offer)),
    });
  }

  getOffer(offerId: string): SimResponse {
    const offer = this.shop.offer(offerId);
    if (!offer) throw new RestRefusal(404, problem(25713, "This Offer is not available."));
    return json(200, this.offerView(offer));
  }

  /** Replaces the whole record: what the body leaves out is lost, the total among it. */
  createOrReplaceInventoryItem(request: SimRequest, sku: string): SimResponse {
    requireLanguage(request);
    if (!isSku(sku)) throw new RestRefusal(400, problem(25708, "Invalid SKU."));
    const body = readJsonBody(request.headers, request.body, DOMAIN);
    const total = optionalQuantity(path(body, "availability", "shipToLocationAvailability", "quantity"), "quantity");
    const title = path(body, "product", "title");
    const item = this.shop.item(sku);
    if (!item) {
      this.shop.addItem({ sku, title: typeof title === "string" ? title : sku, total, groupKey: null });
      return json(201, {});
    }
    this.shop.change([sku], [item], { by: "api", call: "createOrReplaceInventoryItem" }, () => {
      item.total = total;
      if (typeof title === "string") item.title = title;
    });
    return noContent();
  }

  createOffer(request: SimRequest): SimResponse {
    requireLanguage(request);
    const body = readJsonBody(request.headers, request.body, DOMAIN);
    const { sku, marketplaceId, format } = body;
    if (!isSku(sku) || typeof marketplaceId !== "string" || format !== "FIXED_PRICE") throw invalid("offer");
    if (!this.shop.item(sku)) throw new RestRefusal(400, unknownSku(sku));
    const offer: SimOffer = {
      offerId: String(8_000_000_000 + this.host.nextId()),
      sku,
      marketplaceId,
      available: optionalQuantity(body.availableQuantity, "availableQuantity"),
      status: "UNPUBLISHED",
      listingId: null,
      priceMinor: Math.round(Number(path(body, "pricingSummary", "price", "value") ?? 1) * 100),
    };
    this.shop.addOffer(offer);
    return json(201, { offerId: offer.offerId });
  }

  publishOffer(offerId: string): SimResponse {
    const offer = this.shop.offer(offerId);
    if (!offer) throw new RestRefusal(404, problem(25713, "This Offer is not available."));
    if (offer.status === "PUBLISHED") return json(200, { listingId: offer.listingId });
    const item = this.shop.item(offer.sku)!;
    const unit = newUnit(offer.sku, 0, offer.priceMinor, { offerId });
    this.shop.change([offer.sku], [], { by: "api", call: "publishOffer" }, () => {
      const listing = newListing(this.host, { title: item.title, model: "inventory", units: [unit] });
      Object.assign(offer, { status: "PUBLISHED", listingId: listing.itemId });
      this.shop.addListing(listing);
    });
    return json(200, { listingId: offer.listingId });
  }

  private itemView(item: SimInventoryItem) {
    const { total } = this.shop.asSeen(item, this.staleMs());
    return {
      sku: item.sku,
      locale: "en_US",
      condition: "NEW",
      product: { title: item.title },
      ...(item.groupKey === null ? {} : { groupIds: [item.groupKey], inventoryItemGroupKeys: [item.groupKey] }),
      availability: total === null ? {} : { shipToLocationAvailability: { quantity: total } },
    };
  }

  private offerView(offer: SimOffer) {
    const { available } = this.shop.asSeen(offer, this.staleMs());
    const place = this.shop.placesOf(offer.sku).find(({ unit }) => unit.offerId === offer.offerId);
    return {
      offerId: offer.offerId,
      sku: offer.sku,
      marketplaceId: offer.marketplaceId,
      format: "FIXED_PRICE",
      listingDuration: "GTC",
      ...(available === null ? {} : { availableQuantity: available }),
      pricingSummary: { price: { value: (offer.priceMinor / 100).toFixed(2), currency: "USD" } },
      status: offer.status,
      ...(offer.listingId === null
        ? {}
        : {
            listing: {
              listingId: offer.listingId,
              listingStatus: place && this.shop.shown(place.unit, this.staleMs()) > 0 ? "ACTIVE" : "OUT_OF_STOCK",
              soldQuantity: place?.unit.sold ?? 0,
            },
          }),
    };
  }

  private staleMs(): number {
    return this.host.faults(this.shop.state.account).api.staleReadMs;
  }
}

export function problem(errorId: number, message: string, parameters: RestProblem["parameters"] = []): RestProblem {
  return { errorId, domain: DOMAIN, subdomain: "Selling", category: "REQUEST", message, parameters };
}

export function unknownSku(sku: string): RestProblem {
  return problem(25702, `SKU ${sku} could not be found or is not available in the system.`, [{ name: "SKU", value: sku }]);
}

export function isSku(value: unknown): value is string {
  return typeof value === "string" && value.length >= 1 && value.length <= 50;
}

export function isQuantity(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

export function invalid(fieldName: string): RestRefusal {
  return new RestRefusal(400, problem(25709, `Invalid value for ${fieldName}.`, [{ name: "fieldName", value: fieldName }]));
}

export const INVENTORY_SYSTEM_ERROR = systemError(DOMAIN);

function optionalQuantity(value: unknown, name: string): number | null {
  if (value === undefined || value === null) return null;
  if (!isQuantity(value)) throw invalid(name);
  return value;
}

/** Offer and item writes need to know the language of the texts. */
function requireLanguage(request: SimRequest): void {
  if (!/^[a-z]{2}-[A-Z]{2}$/.test(request.headers["content-language"] ?? "")) throw invalid("header Content-Language");
}

function pagination(text: string, least: number, most: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new RestRefusal(400, problem(25706, "You have provided invalid pagination values."));
}

function path(value: unknown, ...keys: string[]): unknown {
  let at = value;
  for (const key of keys) at = typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined;
  return at;
}
