/** Orders as GraphQL objects. The buyer is in them, as on the platform; an app that asks for it gets it. */

import { locationNode, type Node, productNode, type View, variantNode } from "./catalog-nodes.ts";
import { listConnection, type PageArguments } from "./connections.ts";
import { type FulfilmentState, gid, money, type OrderLineState, type OrderState, type RefundState, stamp } from "./shop-state.ts";

export function orderNode(view: View, order: OrderState): Node {
  const { buyer } = order;
  const totals = moneyBag(
    view,
    order.lines.reduce((sum, line) => sum + line.priceMinor * line.current, 0),
  );
  return {
    __typename: "Order",
    id: gid("Order", order.id),
    legacyResourceId: String(order.id),
    name: `#${order.number}`,
    createdAt: stamp(order.createdAt),
    processedAt: stamp(order.createdAt),
    updatedAt: stamp(order.updatedAt),
    cancelledAt: order.cancelledAt === null ? null : stamp(order.cancelledAt),
    cancelReason: order.cancelledAt === null ? null : "CUSTOMER",
    closedAt: order.closedAt === null ? null : stamp(order.closedAt),
    closed: order.closedAt !== null,
    confirmed: true,
    test: false,
    edited: order.edited,
    currencyCode: view.shop.currency,
    sourceName: "web",
    sourceIdentifier: null,
    displayFinancialStatus: financialStatus(order),
    displayFulfillmentStatus: fulfilmentStatus(order),
    currentTotalPriceSet: totals,
    totalPriceSet: totals,
    email: buyer.email,
    phone: buyer.phone,
    note: buyer.note,
    clientIp: "203.0.113.7",
    customer: () => customerNode(order),
    shippingAddress: () => addressNode(order),
    billingAddress: () => addressNode(order),
    displayAddress: () => addressNode(order),
    lineItems: (page: PageArguments) => listConnection(order.lines, page, (line) => lineNode(view, line)),
    refunds: ({ first }: { first?: number | null }) =>
      order.refunds.slice(0, first ?? undefined).map((each) => refundNode(view, order, each)),
    fulfillments: ({ first }: { first?: number | null }) =>
      order.fulfilments.slice(0, first ?? undefined).map((each) => fulfilmentNode(view, order, each)),
  };
}

function financialStatus(order: OrderState): string {
  if (order.refunds.length === 0) return "PAID";
  return order.lines.every((line) => line.current === 0) ? "REFUNDED" : "PARTIALLY_REFUNDED";
}

function fulfilmentStatus(order: OrderState): string {
  if (order.fulfilments.length === 0) return "UNFULFILLED";
  return order.lines.some((line) => line.current > line.fulfilled) ? "PARTIALLY_FULFILLED" : "FULFILLED";
}

function lineNode(view: View, line: OrderLineState): Node {
  const variant = view.shop.variants.get(line.variantId);
  const product = view.shop.products.get(line.productId);
  return {
    __typename: "LineItem",
    id: gid("LineItem", line.id),
    sku: line.sku,
    name: line.title,
    title: line.title,
    variantTitle: null,
    quantity: line.quantity,
    currentQuantity: line.current,
    refundableQuantity: line.current,
    unfulfilledQuantity: line.current - line.fulfilled,
    nonFulfillableQuantity: line.quantity - line.current,
    requiresShipping: true,
    restockable: true,
    originalUnitPriceSet: moneyBag(view, line.priceMinor),
    discountedUnitPriceSet: moneyBag(view, line.priceMinor),
    discountedUnitPriceAfterAllDiscountsSet: moneyBag(view, line.priceMinor),
    // A deleted product leaves its order lines behind without their variant.
    variant: variant ? () => variantNode(view, variant) : null,
    product: product ? () => productNode(view, product) : null,
  };
}

function refundNode(view: View, order: OrderState, refund: RefundState): Node {
  return {
    __typename: "Refund",
    id: gid("Refund", refund.id),
    legacyResourceId: String(refund.id),
    createdAt: stamp(refund.at),
    updatedAt: stamp(refund.at),
    processedAt: stamp(refund.at),
    note: order.buyer.note,
    order: () => orderNode(view, order),
    refundLineItems: (page: PageArguments) =>
      listConnection(refund.lines, page, (row) => {
        const location = view.shop.locations.find((place) => place.id === row.locationId);
        return {
          __typename: "RefundLineItem",
          id: gid("RefundLineItem", row.id),
          quantity: row.quantity,
          restockType: row.restock,
          restocked: row.restock !== "NO_RESTOCK",
          location: location ? locationNode(view, location) : null,
          lineItem: () => lineNode(view, order.lines.find((line) => line.id === row.lineId)!),
        };
      }),
  };
}

function fulfilmentNode(view: View, order: OrderState, fulfilment: FulfilmentState): Node {
  const location = view.shop.locations.find((place) => place.id === fulfilment.locationId);
  return {
    __typename: "Fulfillment",
    id: gid("Fulfillment", fulfilment.id),
    status: "SUCCESS",
    createdAt: stamp(fulfilment.at),
    updatedAt: stamp(fulfilment.at),
    location: location ? locationNode(view, location) : null,
    fulfillmentLineItems: (page: PageArguments) =>
      listConnection(fulfilment.lines, page, (row) => ({
        __typename: "FulfillmentLineItem",
        id: gid("FulfillmentLineItem", row.id),
        quantity: row.quantity,
        lineItem: () => lineNode(view, order.lines.find((line) => line.id === row.lineId)!),
      })),
  };
}

function moneyBag(view: View, minor: number): Node {
  const amount = { __typename: "MoneyV2", amount: money(minor), currencyCode: view.shop.currency };
  return { __typename: "MoneyBag", shopMoney: amount, presentmentMoney: amount };
}

function customerNode({ id, buyer }: OrderState): Node {
  const [first = "", ...last] = buyer.name.split(" ");
  return {
    __typename: "Customer",
    id: gid("Customer", id + 1),
    displayName: buyer.name,
    firstName: first,
    lastName: last.join(" "),
    note: buyer.note,
    defaultEmailAddress: { __typename: "CustomerEmailAddress", emailAddress: buyer.email },
    defaultPhoneNumber: { __typename: "CustomerPhoneNumber", phoneNumber: buyer.phone },
  };
}

function addressNode({ id, buyer }: OrderState): Node {
  const [first = "", ...last] = buyer.name.split(" ");
  return {
    __typename: "MailingAddress",
    id: gid("MailingAddress", id + 2),
    name: buyer.name,
    firstName: first,
    lastName: last.join(" "),
    company: `${buyer.name} & Co`,
    phone: buyer.phone,
    address1: buyer.street,
    address2: null,
    city: buyer.city,
    zip: buyer.zip,
    country: "Germany",
    countryCodeV2: "DE",
  };
}
