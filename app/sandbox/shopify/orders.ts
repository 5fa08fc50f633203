/**
 * What happens to orders in a shop: placed, edited, fulfilled, refunded, cancelled; each moves the stock states as Shopify
 * does (contracts: shopify 3): placing moves available to committed, fulfilling takes committed off, restocking gives back.
 */
import { ControlRefusal, type OrderRequest, type SimulatorHost } from "../simulator.ts";
import type {
  FulfilmentState,
  ItemState,
  LevelState,
  OrderLineState,
  OrderState,
  RefundState,
  RestockType,
  ShopState,
} from "./shop-state.ts";
import { type Cause, ownLevels, type StockBooks, shownQuantity, variantBySku } from "./stock.ts";
import { orderBody, orderEditedBody, refundBody } from "./webhook-bodies.ts";
import type { Topic, WebhookDesk } from "./webhooks.ts";
import { freshId } from "./world.ts";

const SALE: Cause = { by: "order", call: null };

export type Wish = { sku: string; quantity: number };
export type OrderDesk = {
  place(shop: ShopState, order: OrderRequest): { id: string };
  cancel(shop: ShopState, id: string, restock: boolean): void;
  refund(shop: ShopState, id: string, lines: Wish[], restock: boolean): void;
  fulfil(shop: ShopState, id: string): void;
  /** Sets the units of the named SKUs; others stay. */
  edit(shop: ShopState, id: string, lines: Wish[]): void;
};

export function openOrderDesk(host: SimulatorHost, books: StockBooks, webhooks: WebhookDesk): OrderDesk {
  const changed = (shop: ShopState, order: OrderState, topics: Topic[]) => {
    const last = shop.orderUpdates.at(-1)?.at ?? 0;
    order.updatedAt = Math.max(host.now().getTime(), last);
    shop.orderUpdates.push({ at: order.updatedAt, orderId: order.id });
    for (const topic of topics) webhooks.send(shop, topic, orderBody(shop, order));
    host.touched();
  };

  const giveBack = (shop: ShopState, line: OrderLineState, units: number, restock: RestockType): number | null => {
    const item = itemOf(shop, line);
    let left = units;
    let location: number | null = null;
    if (restock === "RETURN") {
      const level = item && (levelAt(item, line.allocations[0]?.locationId) ?? ownLevels(shop, item)[0]);
      if (item && level && item.tracked) books.shift(shop, item, level, { available: units }, SALE);
      return level?.locationId ?? null;
    }
    for (const part of line.allocations) {
      const here = Math.min(left, part.units);
      if (here === 0) continue;
      part.units -= here;
      left -= here;
      location = part.locationId;
      const level = item && levelAt(item, part.locationId);
      if (!item?.tracked || !level) continue;
      books.shift(shop, item, level, restock === "CANCEL" ? { available: here, committed: -here } : { committed: -here }, SALE);
    }
    return restock === "CANCEL" ? location : null;
  };

  /** Restocked units are taken from the unshipped first; units that are not restocked from the shipped (shopify-api-ruby issue 667). */
  const refundLine = (shop: ShopState, line: OrderLineState, units: number, restock: boolean): RefundState["lines"] => {
    const unshipped = Math.max(0, line.current - line.fulfilled);
    const shipped = restock ? units - Math.min(units, unshipped) : Math.min(units, line.fulfilled);
    const open = units - shipped;
    const rows: RefundState["lines"] = [];
    const row = (quantity: number, type: RestockType, locationId: number | null) =>
      rows.push({ id: freshId(host), lineId: line.id, quantity, restock: type, locationId });
    if (open > 0) row(open, restock ? "CANCEL" : "NO_RESTOCK", giveBack(shop, line, open, restock ? "CANCEL" : "NO_RESTOCK"));
    if (shipped > 0) row(shipped, restock ? "RETURN" : "NO_RESTOCK", restock ? giveBack(shop, line, shipped, "RETURN") : null);
    line.current -= units;
    line.fulfilled -= shipped;
    return rows;
  };

  const bookRefund = (order: OrderState, lines: RefundState["lines"]): RefundState => {
    const refund = { id: freshId(host), at: host.now().getTime(), lines };
    order.refunds.push(refund);
    return refund;
  };

  return {
    place(shop, { lines, at }) {
      const wanted = lines.map((line) => ({ ...line, variant: variantBySku(shop, line.sku) }));
      const sums = new Map<string, number>();
      for (const { sku, quantity, variant } of wanted) {
        if (!variant) throw new ControlRefusal(404, `Shopify lists no ${sku}`);
        const item = shop.items.get(variant.itemId)!;
        const sum = (sums.get(sku) ?? 0) + quantity;
        sums.set(sku, sum);
        if (item.tracked && variant.policy === "DENY" && shownQuantity(shop, item) < sum) {
          throw new ControlRefusal(409, `Shopify shows ${shownQuantity(shop, item)} of ${sku}, ${sum} are wanted`);
        }
      }
      const order: OrderState = {
        id: freshId(host),
        number: shop.nextOrderNumber++,
        createdAt: at ? Date.parse(at) : host.now().getTime(),
        updatedAt: 0,
        cancelledAt: null,
        closedAt: null,
        lines: wanted.map(({ variant, quantity }) => ({
          id: freshId(host),
          variantId: variant!.id,
          productId: variant!.productId,
          sku: variant!.sku,
          title: shop.products.get(variant!.productId)?.title ?? "",
          priceMinor: variant!.priceMinor,
          quantity,
          current: quantity,
          fulfilled: 0,
          allocations: [],
        })),
        refunds: [],
        fulfilments: [],
        edited: false,
        buyer: host.buyer(),
      };
      shop.orders.set(order.id, order);
      for (const line of order.lines) allocate(shop, books, line, line.quantity);
      changed(shop, order, ["orders/create"]);
      return { id: String(order.id) };
    },

    cancel(shop, id, restock) {
      const order = openOrder(shop, id);
      if (order.lines.some((line) => line.fulfilled > 0))
        throw new ControlRefusal(422, "an order with fulfilled lines cannot be cancelled");
      const rows = order.lines.flatMap((line) => refundLine(shop, line, line.current, restock));
      const refund = rows.length > 0 ? bookRefund(order, rows) : null;
      order.cancelledAt = order.closedAt = host.now().getTime();
      changed(shop, order, ["orders/cancelled", "orders/updated"]);
      if (refund) webhooks.send(shop, "refunds/create", refundBody(order, refund));
    },

    refund(shop, id, lines, restock) {
      const order = openOrder(shop, id);
      const chosen = lines.map(({ sku, quantity }) => {
        const line = order.lines.find((each) => each.sku === sku && each.current >= quantity);
        if (!line) throw new ControlRefusal(422, `the order has no ${quantity} units of ${sku} left to refund`);
        return { line, quantity };
      });
      const rows = chosen.flatMap(({ line, quantity }) => refundLine(shop, line, quantity, restock));
      const refund = bookRefund(order, rows);
      changed(shop, order, ["orders/updated"]);
      webhooks.send(shop, "refunds/create", refundBody(order, refund));
    },

    fulfil(shop, id) {
      const order = openOrder(shop, id);
      const places = new Map<number, FulfilmentState["lines"]>();
      for (const line of order.lines) {
        const item = itemOf(shop, line);
        for (const part of line.allocations) {
          if (part.units === 0) continue;
          const level = item && levelAt(item, part.locationId);
          if (item?.tracked && level) books.shift(shop, item, level, { committed: -part.units }, SALE);
          places.set(part.locationId, [
            ...(places.get(part.locationId) ?? []),
            { id: freshId(host), lineId: line.id, quantity: part.units },
          ]);
          line.fulfilled += part.units;
          part.units = 0;
        }
      }
      if (places.size === 0) throw new ControlRefusal(422, "nothing of this order is left to fulfil");
      const at = host.now().getTime();
      for (const [locationId, shipped] of places) order.fulfilments.push({ id: freshId(host), at, locationId, lines: shipped });
      order.closedAt = at;
      changed(shop, order, ["orders/updated"]);
    },

    edit(shop, id, lines) {
      const order = openOrder(shop, id);
      const edit = { id: freshId(host), at: host.now().getTime(), additions: [] as object[], removals: [] as object[] };
      for (const { sku, quantity } of lines) {
        const line = order.lines.find((each) => each.sku === sku) ?? emptyLine(host, shop, order, sku);
        const delta = quantity - line.current;
        if (quantity < line.fulfilled) throw new ControlRefusal(422, `${line.fulfilled} units of ${sku} are fulfilled already`);
        if (delta > 0) {
          const item = itemOf(shop, line);
          const variant = shop.variants.get(line.variantId);
          if (item?.tracked && variant?.policy === "DENY" && shownQuantity(shop, item) < delta) {
            throw new ControlRefusal(409, `Shopify shows too few of ${sku}`);
          }
          line.quantity += delta;
          line.current += delta;
          allocate(shop, books, line, delta);
          edit.additions.push({ id: line.id, delta });
        } else if (delta < 0) {
          // An edit leaves no refund line behind: only the current quantity tells that units were taken out and restocked.
          giveBack(shop, line, -delta, "CANCEL");
          line.current = quantity;
          edit.removals.push({ id: line.id, delta: -delta });
        }
      }
      order.edited = true;
      changed(shop, order, ["orders/updated"]);
      webhooks.send(shop, "orders/edited", orderEditedBody(order, edit));
    },
  };
}

/** Whole from one place where one has enough, else place after place; what nobody has is owed by the first. */
function allocate(shop: ShopState, books: StockBooks, line: OrderLineState, units: number): void {
  const item = itemOf(shop, line);
  const levels = item ? ownLevels(shop, item) : [];
  const first = levels[0];
  const take = (level: LevelState | undefined, wanted: number) => {
    if (wanted === 0) return;
    const locationId = level?.locationId ?? shop.locations[0]!.id;
    const part = line.allocations.find((each) => each.locationId === locationId);
    if (part) part.units += wanted;
    else line.allocations.push({ locationId, units: wanted });
    if (item?.tracked && level) books.shift(shop, item, level, { available: -wanted, committed: wanted }, SALE);
  };
  const whole = levels.find((level) => level.available >= units);
  if (whole) {
    take(whole, units);
    return;
  }
  let left = units;
  for (const level of levels) {
    const here = Math.min(left, Math.max(0, level.available));
    take(level, here);
    left -= here;
  }
  take(first, left);
}

function emptyLine(host: SimulatorHost, shop: ShopState, order: OrderState, sku: string): OrderLineState {
  const variant = variantBySku(shop, sku);
  if (!variant) throw new ControlRefusal(404, `Shopify lists no ${sku}`);
  const title = shop.products.get(variant.productId)?.title ?? "";
  const { id: variantId, productId, priceMinor } = variant;
  const line = { id: freshId(host), variantId, productId, sku, title, priceMinor, quantity: 0, current: 0, fulfilled: 0, allocations: [] };
  order.lines.push(line);
  return line;
}

function openOrder(shop: ShopState, id: string): OrderState {
  const order = shop.orders.get(Number(id));
  if (!order) throw new ControlRefusal(404, `Shopify has no order ${id}`);
  if (order.cancelledAt !== null) throw new ControlRefusal(422, "the order is cancelled");
  return order;
}

const itemOf = (shop: ShopState, line: OrderLineState): ItemState | undefined => {
  const variant = shop.variants.get(line.variantId);
  return variant && shop.items.get(variant.itemId);
};

const levelAt = (item: ItemState, locationId: number | undefined): LevelState | undefined =>
  item.levels.find((level) => level.locationId === locationId);
