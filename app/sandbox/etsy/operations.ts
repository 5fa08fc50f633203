/** Which address is which operation of Etsy's document, and whether it changes anything. */
import type { SimRequest, SimResponse } from "../simulator.ts";
import { requireGrant, requireShop } from "./access.ts";
import { json } from "./answers.ts";
import { getListingInventory, getListingsInventoryByListingIds, updateListingInventory } from "./inventory-calls.ts";
import {
  getListing,
  getListingsByListingIds,
  getListingsByShop,
  getListingsByShopSectionId,
  getShopSections,
  updateListing,
} from "./listing-calls.ts";
import { shopView } from "./listing-view.ts";
import { readForm } from "./read-query.ts";
import { getShopReceipt, getShopReceipts } from "./receipt-calls.ts";
import type { EtsyWorld } from "./world.ts";

export type Operation = {
  name: string;
  method: string;
  path: RegExp;
  changes: boolean;
  run(world: EtsyWorld, request: SimRequest, ids: string[]): Promise<SimResponse>;
};

/** Paths below /v3/application, fixed words before ids. */
export const OPERATIONS: Operation[] = [
  { name: "ping", method: "GET", path: /^\/openapi-ping$/, changes: false, run: async () => json(200, { application_id: 1 }) },
  { name: "getMe", method: "GET", path: /^\/users\/me$/, changes: false, run: getMe },
  { name: "tokenScopes", method: "POST", path: /^\/scopes$/, changes: false, run: tokenScopes },
  { name: "getShop", method: "GET", path: /^\/shops\/(\d+)$/, changes: false, run: getShop },
  { name: "getListingsByShop", method: "GET", path: /^\/shops\/(\d+)\/listings$/, changes: false, run: getListingsByShop },
  { name: "getShopSections", method: "GET", path: /^\/shops\/(\d+)\/sections$/, changes: false, run: getShopSections },
  {
    name: "getListingsByShopSectionId",
    method: "GET",
    path: /^\/shops\/(\d+)\/shop-sections\/listings$/,
    changes: false,
    run: getListingsByShopSectionId,
  },
  { name: "updateListing", method: "PATCH", path: /^\/shops\/(\d+)\/listings\/(\d+)$/, changes: true, run: updateListing },
  { name: "getListingsByListingIds", method: "GET", path: /^\/listings\/batch$/, changes: false, run: getListingsByListingIds },
  {
    name: "getListingsInventoryByListingIds",
    method: "GET",
    path: /^\/listings\/batch\/inventory$/,
    changes: false,
    run: getListingsInventoryByListingIds,
  },
  { name: "getListing", method: "GET", path: /^\/listings\/(\d+)$/, changes: false, run: getListing },
  { name: "getListingInventory", method: "GET", path: /^\/listings\/(\d+)\/inventory$/, changes: false, run: getListingInventory },
  { name: "updateListingInventory", method: "PUT", path: /^\/listings\/(\d+)\/inventory$/, changes: true, run: updateListingInventory },
  { name: "getShopReceipts", method: "GET", path: /^\/shops\/(\d+)\/receipts$/, changes: false, run: getShopReceipts },
  { name: "getShopReceipt", method: "GET", path: /^\/shops\/(\d+)\/receipts\/(\d+)$/, changes: false, run: getShopReceipt },
];

const API = /^\/(?:openapi|api)\.etsy\.com\/v3\/application(\/.*)$/;

export function findOperation(request: SimRequest): { operation: Operation; ids: string[] } | null {
  const below = API.exec(request.path)?.[1];
  if (below === undefined) return null;
  for (const operation of OPERATIONS) {
    if (operation.method !== request.method) continue;
    const match = operation.path.exec(below);
    if (match) return { operation, ids: match.slice(1) };
  }
  return null;
}

async function getMe(world: EtsyWorld, request: SimRequest): Promise<SimResponse> {
  const shop = requireShop(world, request, "shops_r", null);
  return json(200, { user_id: shop.userId, shop_id: shop.shopId });
}

async function getShop(world: EtsyWorld, request: SimRequest, [shopId]: string[]): Promise<SimResponse> {
  return json(200, shopView(requireShop(world, request, "shops_r", shopId ?? null)));
}

async function tokenScopes(world: EtsyWorld, request: SimRequest): Promise<SimResponse> {
  const token = readForm(request.headers["content-type"], request.body).get("token") ?? "";
  const asked = { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
  return json(200, { scopes: requireGrant(world, asked, "shops_r").scopes });
}
