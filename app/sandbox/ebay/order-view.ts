/** An order as the Fulfillment API writes it, buyer's data in every field where eBay has it. */
import type { OrderLine, OrderVersion, ShopState, SimOrder } from "./shop-state.ts";

const CURRENCY = "USD";

export function money(minor: number): { value: string; currency: string } {
  return { value: (minor / 100).toFixed(2), currency: CURRENCY };
}

/** `single`: the answer of getOrder, which alone fills cancelRequests. */
export function orderView(state: ShopState, order: SimOrder, version: OrderVersion, single: boolean) {
  const { buyer } = order;
  const total = order.lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
  const refunded = version.refunds.reduce((sum, refund) => sum + refund.amountMinor, 0);
  const address = {
    addressLine1: buyer.street,
    addressLine2: buyer.street,
    city: buyer.city,
    stateOrProvince: buyer.city,
    county: buyer.city,
    postalCode: buyer.zip,
    countryCode: "US",
  };
  const contact = {
    fullName: buyer.name,
    companyName: buyer.name,
    email: buyer.email,
    primaryPhone: { phoneNumber: buyer.phone },
    contactAddress: address,
  };
  return {
    orderId: order.orderId,
    creationDate: order.createdAt,
    lastModifiedDate: version.at,
    orderFulfillmentStatus: version.fulfilled ? "FULFILLED" : "NOT_STARTED",
    orderPaymentStatus: version.payment,
    sellerId: state.username,
    buyer: {
      username: buyer.name,
      taxAddress: { city: buyer.city, stateOrProvince: buyer.city, postalCode: buyer.zip, countryCode: "US" },
      taxIdentifier: { taxpayerId: buyer.zip, taxIdentifierType: "CODICE_FISCALE", issuingCountry: "IT" },
      buyerRegistrationAddress: contact,
    },
    buyerCheckoutNotes: buyer.note,
    cancelStatus: cancelStatus(order, version, single),
    pricingSummary: { priceSubtotal: money(total), deliveryCost: money(0), total: money(total) },
    paymentSummary: {
      totalDueSeller: money(total - refunded),
      payments: [
        {
          paymentMethod: "EBAY",
          paymentReferenceId: `P${order.orderId}`,
          paymentDate: order.createdAt,
          amount: money(total),
          paymentStatus: "PAID",
        },
      ],
      refunds: version.refunds.map((refund) => ({
        refundId: refund.refundId,
        refundDate: refund.at,
        amount: money(refund.amountMinor),
        refundStatus: "REFUNDED",
      })),
    },
    fulfillmentStartInstructions: [
      {
        fulfillmentInstructionsType: "SHIP_TO",
        minEstimatedDeliveryDate: order.createdAt,
        maxEstimatedDeliveryDate: order.createdAt,
        finalDestinationAddress: address,
        shippingStep: { shipTo: contact, shippingCarrierCode: "USPS", shippingServiceCode: "USPSPriority" },
      },
    ],
    fulfillmentHrefs: [],
    salesRecordReference: order.orderId.slice(-4),
    lineItems: order.lines.map((line) => lineView(line, order, version)),
    totalFeeBasisAmount: money(total),
  };
}

function lineView(line: OrderLine, order: SimOrder, version: OrderVersion) {
  const cost = line.quantity * line.unitPriceMinor;
  return {
    lineItemId: line.lineItemId,
    legacyItemId: line.itemId,
    ...(line.variationId === null ? {} : { legacyVariationId: line.variationId, variationAspects: line.specifics }),
    // A line without a SKU leaves the field out.
    ...(line.sku === "" ? {} : { sku: line.sku }),
    title: line.title,
    quantity: line.quantity,
    soldFormat: "FIXED_PRICE",
    listingMarketplaceId: "EBAY_US",
    purchaseMarketplaceId: "EBAY_US",
    lineItemFulfillmentStatus: version.fulfilled ? "FULFILLED" : "NOT_STARTED",
    lineItemCost: money(cost),
    total: money(cost),
    deliveryCost: { shippingCost: money(0) },
    appliedPromotions: [],
    taxes: [],
    properties: { buyerProtection: true },
    giftDetails: { message: order.buyer.note, recipientEmail: order.buyer.email, senderName: order.buyer.name },
    lineItemFulfillmentInstructions: { guaranteedDelivery: false },
    refunds: version.refunds
      .filter((refund) => refund.lineItemId === line.lineItemId && refund.amountMinor > 0)
      .map((refund) => ({ refundId: refund.refundId, refundDate: refund.at, amount: money(refund.amountMinor) })),
  };
}

/** getOrders always leaves cancelRequests empty, whatever happened. */
function cancelStatus(order: SimOrder, version: OrderVersion, single: boolean) {
  if (!version.cancelledAt) return { cancelState: "NONE_REQUESTED", cancelRequests: [] };
  const request = {
    cancelRequestId: `C${order.orderId}`,
    cancelInitiator: "Buyer",
    cancelReason: order.buyer.note,
    cancelRequestState: "COMPLETED",
    cancelRequestedDate: version.cancelledAt,
    cancelCompletedDate: version.cancelledAt,
  };
  return { cancelState: "CANCELED", cancelledDate: version.cancelledAt, cancelRequests: single ? [request] : [] };
}
