/** The REST routes: which operation (named as in the API description) an address and method mean, and who carries it out. */
import type { SimRequest, SimResponse } from "../simulator.ts";
import { RestError } from "./answers.ts";
import { batchOrders, deleteOrder, getOrder, getRefund, listOrders, listRefunds, postOrder, postRefund, putOrder } from "./order-routes.ts";
import { batchItems, createOne, deleteOne, getItem, listProducts, listVariations, updateOne } from "./product-routes.ts";
import type { Json } from "./render.ts";
import type { Shop } from "./shop.ts";
import { siteIndex, systemStatus } from "./site-routes.ts";
import { batchHooks, deleteHook, getHook, listHooks, postHook, putHook } from "./webhook-routes.ts";

export type Call = { shop: Shop; request: SimRequest; ids: number[]; operation: string; body: () => Json; force: boolean };

export type Route = {
  method: "GET" | "POST" | "PUT" | "DELETE";
  path: RegExp;
  operation: string;
  /** Nobody may do this without a key; false only for the site's index. */
  needsKey: boolean;
  /** What "may not" is called here: list, view, create, edit, delete. */
  verb: "list" | "view" | "create" | "edit" | "delete" | "batch";
  answer(call: Call): SimResponse;
};

const route = (method: Route["method"], path: RegExp, operation: string, verb: Route["verb"], answer: Route["answer"]): Route => ({
  method,
  path,
  operation,
  needsKey: true,
  verb,
  answer,
});

const PRODUCTS = /^\/wc\/v3\/products$/;
const PRODUCT = /^\/wc\/v3\/products\/(\d+)$/;
const VARIATIONS = /^\/wc\/v3\/products\/(\d+)\/variations$/;
const VARIATION = /^\/wc\/v3\/products\/(\d+)\/variations\/(\d+)$/;
const ORDERS = /^\/wc\/v3\/orders$/;
const ORDER = /^\/wc\/v3\/orders\/(\d+)$/;
const REFUNDS = /^\/wc\/v3\/orders\/(\d+)\/refunds$/;
const REFUND = /^\/wc\/v3\/orders\/(\d+)\/refunds\/(\d+)$/;
const WEBHOOKS = /^\/wc\/v3\/webhooks$/;
const WEBHOOK = /^\/wc\/v3\/webhooks\/(\d+)$/;

const [first, second] = [(call: Call) => call.ids[0] ?? 0, (call: Call) => call.ids[1] ?? 0];

const ROUTES: readonly Route[] = [
  { ...route("GET", /^\/$/, "getIndex", "view", (call) => siteIndex(call.shop)), needsKey: false },
  route("GET", /^\/wc\/v3\/system_status$/, "getSystemStatus", "list", (call) => systemStatus(call.shop)),
  route("GET", PRODUCTS, "listProduct", "list", (call) => listProducts(call.shop, call.request)),
  route("POST", PRODUCTS, "createProduct", "create", (call) => createOne(call.shop, call.body(), null, call.operation)),
  route("POST", /^\/wc\/v3\/products\/batch$/, "batchProduct", "batch", (call) => batchItems(call.shop, call.body(), null, call.operation)),
  route("GET", PRODUCT, "getProduct", "view", (call) => getItem(call.shop, first(call), null)),
  route("PUT", PRODUCT, "updateProduct", "edit", (call) => updateOne(call.shop, first(call), null, call.body(), call.operation)),
  route("DELETE", PRODUCT, "deleteProduct", "delete", (call) => deleteOne(call.shop, first(call), null, call.force)),
  route("GET", VARIATIONS, "listProductVariation", "list", (call) => listVariations(call.shop, call.request, first(call))),
  route("POST", VARIATIONS, "createProductVariation", "create", (call) => createOne(call.shop, call.body(), first(call), call.operation)),
  route("POST", /^\/wc\/v3\/products\/(\d+)\/variations\/batch$/, "batchProductVariation", "batch", (call) =>
    batchItems(call.shop, call.body(), first(call), call.operation),
  ),
  route("GET", VARIATION, "getProductVariation", "view", (call) => getItem(call.shop, second(call), first(call))),
  route("PUT", VARIATION, "updateProductVariation", "edit", (call) =>
    updateOne(call.shop, second(call), first(call), call.body(), call.operation),
  ),
  route("DELETE", VARIATION, "deleteProductVariation", "delete", (call) => deleteOne(call.shop, second(call), first(call), call.force)),
  route("GET", ORDERS, "listOrder", "list", (call) => listOrders(call.shop, call.request)),
  route("POST", ORDERS, "createOrder", "create", (call) => postOrder(call.shop, call.body())),
  route("POST", /^\/wc\/v3\/orders\/batch$/, "batchOrder", "batch", (call) => batchOrders(call.shop, call.body())),
  route("GET", ORDER, "getOrder", "view", (call) => getOrder(call.shop, first(call))),
  route("PUT", ORDER, "updateOrder", "edit", (call) => putOrder(call.shop, first(call), call.body())),
  route("DELETE", ORDER, "deleteOrder", "delete", (call) => deleteOrder(call.shop, first(call), call.force)),
  route("GET", REFUNDS, "listOrderRefund", "list", (call) => listRefunds(call.shop, call.request, first(call))),
  route("POST", REFUNDS, "createOrderRefund", "create", (call) => postRefund(call.shop, first(call), call.body())),
  route("GET", REFUND, "getOrderRefund", "view", (call) => getRefund(call.shop, first(call), second(call))),
  route("GET", WEBHOOKS, "listWebhook", "list", (call) => listHooks(call.shop, call.request)),
  route("POST", WEBHOOKS, "createWebhook", "create", (call) => postHook(call.shop, call.body())),
  route("POST", /^\/wc\/v3\/webhooks\/batch$/, "batchWebhook", "batch", (call) => batchHooks(call.shop, call.body())),
  route("GET", WEBHOOK, "getWebhook", "view", (call) => getHook(call.shop, first(call))),
  route("PUT", WEBHOOK, "updateWebhook", "edit", (call) => putHook(call.shop, first(call), call.body())),
  route("DELETE", WEBHOOK, "deleteWebhook", "delete", (call) => deleteHook(call.shop, first(call), call.force)),
];

/** `path` is the REST route, e.g. /wc/v3/products/12. POST and PATCH on one item mean the same as PUT. */
export function findRoute(method: string, path: string): { route: Route; ids: number[] } | null {
  const single = /\/(products|variations|orders|webhooks)\/\d+$/.test(path);
  const meant = method === "PATCH" || (method === "POST" && single) ? "PUT" : method;
  for (const one of ROUTES) {
    const match = one.method === meant ? one.path.exec(path) : null;
    if (match) return { route: one, ids: match.slice(1).map(Number) };
  }
  return null;
}

const MAY_NOT: Record<Route["verb"], [string, string]> = {
  list: ["woocommerce_rest_cannot_view", "Sorry, you cannot list resources."],
  view: ["woocommerce_rest_cannot_view", "Sorry, you cannot view this resource."],
  create: ["woocommerce_rest_cannot_create", "Sorry, you are not allowed to create resources."],
  edit: ["woocommerce_rest_cannot_edit", "Sorry, you are not allowed to edit this resource."],
  delete: ["woocommerce_rest_cannot_delete", "Sorry, you are not allowed to delete this resource."],
  batch: ["woocommerce_rest_cannot_batch", "Sorry, you are not allowed to batch manipulate this resource."],
};

export function mayNot(verb: Route["verb"]): RestError {
  const [code, message] = MAY_NOT[verb];
  return new RestError(401, code, message);
}
