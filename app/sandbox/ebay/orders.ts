/** The order book of one seller: buying, cancelling, refunding, shipping, and the feed of changes that getOrders serves. */
import { ControlRefusal, type OrderRequest, type SimulatorHost } from "../simulator.ts";
import type { Place, Shop } from "./shop.ts";
import type { OrderLine, OrderVersion, SimOrder } from "./shop-state.ts";

type FeedEntry = { at: number; order: SimOrder; version: OrderVersion };

export class OrderBook {
  private readonly host: SimulatorHost;
  private readonly shop: Shop;
  private readonly byId = new Map<string, SimOrder>();
  /** Every version of every order by its modification time; only the newest visible version of an order counts. */
  private readonly feed: FeedEntry[] = [];

  constructor(host: SimulatorHost, shop: Shop) {
    this.host = host;
    this.shop = shop;
    for (const order of shop.state.orders) {
      this.byId.set(order.orderId, order);
      for (const version of order.versions) this.enter(order, version);
    }
  }

  get(orderId: string): SimOrder | undefined {
    return this.byId.get(orderId);
  }

  /** As the feed shows it now; undefined while it lags behind. */
  visible(order: SimOrder, lagMs: number): OrderVersion | undefined {
    if (lagMs <= 0) return order.versions.at(-1);
    const bound = this.host.now().getTime() - lagMs;
    return order.versions.findLast((version) => Date.parse(version.recordedAt) <= bound);
  }

  /** Orders whose visible version was modified in the window, oldest modification first. */
  modifiedBetween(from: number, to: number, lagMs: number): { order: SimOrder; version: OrderVersion }[] {
    const found = [];
    for (let index = this.firstAtOrAfter(from); index < this.feed.length && this.feed[index]!.at <= to; index++) {
      const { order, version } = this.feed[index]!;
      if (this.visible(order, lagMs) === version) found.push({ order, version });
    }
    return found;
  }

  all(): SimOrder[] {
    return this.shop.state.orders;
  }

  /** eBay lowers the numbers at commit-to-buy, before any feed shows the order. */
  place({ lines, at }: OrderRequest): SimOrder {
    const places = this.choosePlaces(lines);
    const now = this.host.now().toISOString();
    const createdAt = at === undefined ? now : new Date(at).toISOString();
    const order: SimOrder = {
      orderId: this.newOrderId(),
      createdAt,
      buyer: this.host.buyer(),
      lines: lines.map((line, index) => this.newLine(places[index]!, line.quantity)),
      versions: [{ at: createdAt, recordedAt: now, payment: "PAID", cancelledAt: null, fulfilled: false, refunds: [] }],
    };
    lines.forEach((line, index) => {
      this.shop.sell(places[index]!, line.quantity);
    });
    this.shop.state.orders.push(order);
    this.byId.set(order.orderId, order);
    this.enter(order, order.versions[0]!);
    this.host.touched();
    return order;
  }

  /** `restock`: eBay gives the quantity back where the listing still runs. */
  cancel(order: SimOrder, restock: boolean): void {
    const latest = this.latest(order);
    if (latest.cancelledAt) throw new ControlRefusal(409, "the order is cancelled already");
    if (latest.fulfilled) throw new ControlRefusal(409, "the order is shipped: eBay cancels no more");
    const at = this.host.now().toISOString();
    const refunds = order.lines.map((line) => ({
      lineItemId: line.lineItemId,
      units: line.quantity,
      amountMinor: line.quantity * line.unitPriceMinor,
      at,
      refundId: `5${this.host.nextId()}`,
    }));
    this.amend(order, { cancelledAt: at, payment: "FULLY_REFUNDED", refunds });
    if (!restock) return;
    for (const line of order.lines) {
      const place = this.placeOfLine(line);
      if (place) this.shop.sell(place, -line.quantity);
    }
  }

  /** Money back, no word of units. Where the goods return, the seller raises the number by hand. No lines means all. */
  refund(order: SimOrder, how: { lines: { sku: string; quantity: number }[]; restock: boolean }): void {
    const latest = this.latest(order);
    const left = (line: OrderLine) => line.quantity - refundedUnits(latest, line);
    const wanted = how.lines.length ? how.lines : order.lines.map((line) => ({ sku: line.sku, quantity: left(line) }));
    const at = this.host.now().toISOString();
    const chosen = wanted.map(({ sku, quantity }) => {
      const line = order.lines.find((candidate) => candidate.sku === sku);
      if (!line) throw new ControlRefusal(404, `order ${order.orderId} holds no SKU ${sku}`);
      if (quantity > left(line)) throw new ControlRefusal(409, `only ${left(line)} of ${sku} can still be refunded`);
      return { line, quantity };
    });
    const refunds = [
      ...latest.refunds,
      ...chosen.map(({ line, quantity }) => ({
        lineItemId: line.lineItemId,
        units: quantity,
        amountMinor: quantity * line.unitPriceMinor,
        at,
        refundId: `5${this.host.nextId()}`,
      })),
    ];
    const all = order.lines.every((line) => refundedUnits({ ...latest, refunds }, line) >= line.quantity);
    this.amend(order, { refunds, payment: all ? "FULLY_REFUNDED" : "PARTIALLY_REFUNDED" });
    if (!how.restock) return;
    for (const { line, quantity } of chosen) {
      const place = this.placeOfLine(line);
      if (place && quantity > 0) this.shop.setShown(place, this.shop.shown(place.unit) + quantity, { by: "hand", call: null });
    }
  }

  fulfil(order: SimOrder): void {
    const latest = this.latest(order);
    if (latest.cancelledAt) throw new ControlRefusal(409, "the order is cancelled");
    if (latest.fulfilled) throw new ControlRefusal(409, "the order is shipped already");
    this.amend(order, { fulfilled: true });
  }

  private latest(order: SimOrder): OrderVersion {
    return order.versions.at(-1)!;
  }

  private amend(order: SimOrder, change: Partial<OrderVersion>): void {
    const at = this.host.now().toISOString();
    const version = { ...this.latest(order), ...change, at, recordedAt: at };
    order.versions.push(version);
    this.enter(order, version);
    this.host.touched();
  }

  private choosePlaces(lines: OrderRequest["lines"]): Place[] {
    const wanted = new Map<string, number>();
    for (const { sku, quantity } of lines) wanted.set(sku, (wanted.get(sku) ?? 0) + quantity);
    for (const [sku, quantity] of wanted) {
      const shown = this.shop.shown(this.shop.placeOf(sku).unit);
      if (shown < quantity) throw new ControlRefusal(409, `eBay shows ${shown} of ${sku}, ${quantity} wanted`);
    }
    return lines.map(({ sku }) => this.shop.placeOf(sku));
  }

  private newLine({ listing, unit }: Place, quantity: number): OrderLine {
    return {
      lineItemId: String(10_000_000_000_000 + this.host.nextId()),
      itemId: listing.itemId,
      variationId: unit.variationId,
      sku: unit.sku,
      title: listing.title,
      specifics: unit.specifics,
      quantity,
      unitPriceMinor: unit.priceMinor,
    };
  }

  private placeOfLine(line: OrderLine): Place | undefined {
    return this.shop.placesOf(line.sku).find((place) => place.listing.itemId === line.itemId);
  }

  private newOrderId(): string {
    const digits = String(this.host.nextId()).padStart(10, "0");
    return `14-${digits.slice(0, 5)}-${digits.slice(5)}`;
  }

  private enter(order: SimOrder, version: OrderVersion): void {
    const at = Date.parse(version.at);
    const last = this.feed.at(-1);
    if (!last || last.at <= at) this.feed.push({ at, order, version });
    else this.feed.splice(this.firstAtOrAfter(at + 1), 0, { at, order, version });
  }

  private firstAtOrAfter(at: number): number {
    let low = 0;
    let high = this.feed.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.feed[middle]!.at < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export function refundedUnits(version: OrderVersion, line: OrderLine): number {
  return version.refunds.reduce((sum, refund) => (refund.lineItemId === line.lineItemId ? sum + refund.units : sum), 0);
}
