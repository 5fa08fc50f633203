/** The query and mutation fields that the sandbox knows, each resolved over the state of one shop. */
import type { GraphQLFieldResolver } from "graphql";
import { defaultFieldResolver, GraphQLError } from "graphql";
import { ControlRefusal, type SimulatorHost } from "../simulator.ts";
import { itemNode, levelNode, locationNode, type Node, productNode, shopNode, type View, variantNode } from "./catalog-nodes.ts";
import {
  connection,
  firstAbove,
  listConnection,
  notSimulated,
  type PageArguments,
  type PageFault,
  pageSize,
  readCursor,
} from "./connections.ts";
import { onceOnly, type Payload } from "./idempotency.ts";
import { ordersPage } from "./order-index.ts";
import { orderNode } from "./order-nodes.ts";
import type { OrderDesk } from "./orders.ts";
import { gid, idOf } from "./shop-state.ts";
import type { StockBooks } from "./stock.ts";
import { type AdjustInput, adjustQuantities, type SetInput, setQuantities } from "./stock-mutations.ts";
import { CLIENT_ID } from "./tokens.ts";
import { freshId } from "./world.ts";

export type Execution = { view: View; host: SimulatorHost; books: StockBooks; orders: OrderDesk; scopes: string[]; pageFault(): PageFault };
type Field = (execution: Execution, given: never, info: Parameters<GraphQLFieldResolver<unknown, Execution>>[3]) => unknown;

const MOST_IDS = 250;
/** How deep a list can be paged into (contract 3). What Shopify answers beyond is a guess. */
const DEEPEST_PAGE = 25_000;

/** The searches that are simulated: variants from an id on, and those of some products. */
function searched({ shop }: View, query: string | null): number[] {
  const ids = shop.variantIds;
  if (query === null) return ids;
  const products = /^product_ids:(\d+(?:,\d+)*)$/.exec(query)?.[1]?.split(",").map(Number);
  if (products) return ids.filter((id) => products.includes(shop.variants.get(id)?.productId ?? 0));
  const from = /^id:>=(\d+)$/.exec(query)?.[1];
  if (from === undefined) throw notSimulated(`the variant search "${query}"`);
  return ids.slice(firstAbove(ids, Number(from) - 1));
}

function variantsPage({ view, pageFault }: Execution, given: PageArguments & { query?: string | null; sortKey?: string | null }): unknown {
  const ids = searched(view, given.query ?? null);
  if (given.sortKey && given.sortKey !== "ID") throw notSimulated(`productVariants sorted by ${given.sortKey}`);
  const size = pageSize(given);
  const start = given.after ? firstAbove(ids, Number(readCursor(given.after))) : 0;
  if (start + size > DEEPEST_PAGE)
    throw new GraphQLError(`Pagination beyond ${DEEPEST_PAGE} objects is not allowed.`, { extensions: { code: "BAD_REQUEST" } });
  const found = ids.slice(start, start + size + 1);
  return connection(
    found,
    size,
    (id) => id,
    (id) => variantNode(view, view.shop.variants.get(id)!),
    start > 0,
    pageFault(),
  );
}

function nodeById(view: View, id: string): Node | null {
  const { shop } = view;
  const of = <T>(type: string, from: Map<number, T>) => from.get(idOf(type, id) ?? -1);
  const item = of("InventoryItem", shop.items);
  if (item) return itemNode(view, item);
  const variant = of("ProductVariant", shop.variants);
  if (variant) return variantNode(view, variant);
  const order = of("Order", shop.orders);
  if (order) return orderNode(view, order);
  const product = of("Product", shop.products);
  if (product) return productNode(view, product);
  const location = shop.locations.find((each) => each.id === idOf("Location", id));
  if (location) return locationNode(view, location);
  return refundById(view, id);
}

function refundById(view: View, id: string): Node | null {
  const wanted = idOf("Refund", id);
  if (wanted === null) return null;
  for (const order of view.shop.orders.values()) {
    const at = order.refunds.findIndex((refund) => refund.id === wanted);
    if (at < 0) continue;
    const refunds = orderNode(view, order).refunds as (given: object) => Node[];
    return refunds({})[at] ?? null;
  }
  return null;
}

const QUERIES: Record<string, Field> = {
  shop: ({ view }) => shopNode(view),
  productVariants: (execution, given) => variantsPage(execution, given),
  productVariantsCount: ({ view }, { limit, query }: { limit?: number | null; query?: string | null }) => {
    if (query) throw notSimulated("searching productVariantsCount");
    const all = view.shop.variantIds.length;
    const most = limit ?? Number.POSITIVE_INFINITY;
    return { __typename: "Count", count: Math.min(all, most), precision: all > most ? "AT_LEAST" : "EXACT" };
  },
  locations: ({ view }, given: PageArguments & { includeInactive?: boolean; query?: string | null }) => {
    if (given.query) throw notSimulated("searching locations");
    return listConnection(
      view.shop.locations.filter((each) => each.active || given.includeInactive),
      given,
      (each) => locationNode(view, each),
    );
  },
  orders: ({ view, pageFault }, given) => ordersPage(view, given, (order) => orderNode(view, order), pageFault()),
  node: ({ view }, { id }: { id: string }) => nodeById(view, id),
  order: ({ view }, { id }: { id: string }) => (idOf("Order", id) === null ? null : nodeById(view, id)),
  inventoryItem: ({ view }, { id }: { id: string }) => (idOf("InventoryItem", id) === null ? null : nodeById(view, id)),
  nodes: ({ view }, { ids }: { ids: string[] }) => {
    if (ids.length > MOST_IDS) {
      throw new GraphQLError(`The input array size of ${ids.length} is greater than the maximum allowed of ${MOST_IDS}.`, {
        extensions: { code: "MAX_INPUT_SIZE_EXCEEDED" },
      });
    }
    return ids.map((id) => nodeById(view, id));
  },
  currentAppInstallation: ({ view, scopes, host }) => ({
    __typename: "AppInstallation",
    id: gid("AppInstallation", view.shop.id + 1),
    launchUrl: `${host.origin()}/shopify/admin/store/${view.shop.name}`,
    app: { __typename: "App", id: gid("App", 1), handle: "inventorysync", title: "InventorySync", apiKey: CLIENT_ID },
    accessScopes: scopes.map((handle) => ({ __typename: "AccessScope", handle, description: handle })),
    activeSubscriptions: [],
  }),
};

const MUTATIONS: Record<string, Field> = {
  inventorySetQuantities: ({ view, host, books }, { input }: { input: SetInput }, info) => {
    const error = (code: string, message: string) => ({ __typename: "InventorySetQuantitiesUserError", code, field: null, message });
    const refuse = (code: string, message: string): Payload => ({
      __typename: "InventorySetQuantitiesPayload",
      inventoryAdjustmentGroup: null,
      userErrors: [error(code, message)],
    });
    return onceOnly(view.shop, view.now, info, input, refuse, () => setQuantities(host, books, view, input));
  },
  inventoryAdjustQuantities: ({ view, host, books }, { input }: { input: AdjustInput }, info) => {
    const error = (code: string, message: string) => ({ __typename: "InventoryAdjustQuantitiesUserError", code, field: null, message });
    const refuse = (code: string, message: string): Payload => ({
      __typename: "InventoryAdjustQuantitiesPayload",
      inventoryAdjustmentGroup: null,
      userErrors: [error(code, message)],
    });
    return onceOnly(view.shop, view.now, info, input, refuse, () => adjustQuantities(host, books, view, input));
  },
  inventoryActivate: ({ view, host, books }, given: { inventoryItemId: string; locationId: string; available?: number | null }, info) => {
    const refusal = (message: string): Payload => ({
      __typename: "InventoryActivatePayload",
      inventoryLevel: null,
      userErrors: [{ __typename: "UserError", field: null, message }],
    });
    return onceOnly(
      view.shop,
      view.now,
      info,
      given,
      (_, message) => refusal(message),
      () => {
        const item = view.shop.items.get(idOf("InventoryItem", given.inventoryItemId) ?? -1);
        const place = view.shop.locations.find((each) => each.active && each.id === idOf("Location", given.locationId));
        if (!item || !place) return refusal("The inventory item or the location could not be found.");
        const known = item.levels.find((level) => level.locationId === place.id);
        if (known && given.available != null)
          return refusal("Not allowed to set available quantity when the item is already active at the location.");
        const cause = { by: "api", call: "inventoryActivate" } as const;
        const level = known ?? books.activate(view.shop, item, place.id, given.available ?? 0, cause, freshId(host));
        return { __typename: "InventoryActivatePayload", inventoryLevel: levelNode(view, item, level), userErrors: [] };
      },
    );
  },
  inventoryItemUpdate: ({ view, host }, { id, input }: { id: string; input: { tracked?: boolean | null } & Record<string, unknown> }) => {
    const item = view.shop.items.get(idOf("InventoryItem", id) ?? -1);
    if (!item) return payload("InventoryItemUpdatePayload", "inventoryItem", "The product variant does not exist.");
    const other = Object.keys(input).find((name) => name !== "tracked");
    if (other) throw notSimulated(`inventoryItemUpdate with ${other}`);
    if (typeof input.tracked === "boolean") item.tracked = input.tracked;
    item.updatedAt = view.now.getTime();
    host.touched();
    return { __typename: "InventoryItemUpdatePayload", inventoryItem: itemNode(view, item), userErrors: [] };
  },
  orderCancel: ({ view, orders }, { orderId, restock }: { orderId: string; restock: boolean }) => {
    const done = attempt(() => orders.cancel(view.shop, String(idOf("Order", orderId) ?? ""), restock));
    const orderCancelUserErrors =
      done === null ? [] : [{ __typename: "OrderCancelUserError", code: "INVALID", field: ["orderId"], message: done }];
    return { __typename: "OrderCancelPayload", job: null, orderCancelUserErrors, userErrors: [] };
  },
};

const payload = (type: string, field: string, message: string): Payload => ({
  __typename: type,
  [field]: null,
  userErrors: [{ __typename: "UserError", field: ["id"], message }],
});

/** The refusal's words, or null when it went through. */
function attempt(run: () => void): string | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof ControlRefusal) return error.message;
    throw error;
  }
}

export const resolveField: GraphQLFieldResolver<unknown, Execution> = (source, given, context, info) => {
  const root =
    info.parentType === info.schema.getQueryType() ? QUERIES : info.parentType === info.schema.getMutationType() ? MUTATIONS : null;
  if (root) {
    const field = root[info.fieldName];
    if (!field) throw notSimulated(`${info.parentType.name}.${info.fieldName}`);
    return field(context, given as never, info);
  }
  if (typeof source === "object" && source !== null && !(info.fieldName in source))
    throw notSimulated(`${info.parentType.name}.${info.fieldName}`);
  return defaultFieldResolver(source, given, context, info);
};
