/** Receipts on the wire (schema ShopReceipt): full of the buyer, in every field where Etsy has one. */
import { propertyView } from "./listing-view.ts";
import { money } from "./money.ts";
import type { Receipt, Shop, Transaction } from "./shop-state.ts";

export function receiptView(shop: Shop, receipt: Receipt) {
  const { buyer } = receipt;
  const total = receipt.transactions.reduce((sum, line) => sum + line.priceMinor * line.quantity, 0);
  return {
    receipt_id: receipt.id,
    receipt_type: 0,
    seller_user_id: shop.userId,
    seller_email: `${shop.name.toLowerCase()}@seller.invalid`,
    buyer_user_id: receipt.buyerUserId,
    buyer_email: buyer.email,
    name: buyer.name,
    first_line: buyer.street,
    second_line: `${buyer.street}, second floor`,
    city: buyer.city,
    state: buyer.city,
    zip: buyer.zip,
    status: receipt.status,
    formatted_address: `${buyer.name}\n${buyer.street}\n${buyer.zip} ${buyer.city}`,
    country_iso: "US",
    payment_method: "cc",
    payment_email: buyer.email,
    message_from_seller: `Thank you, ${buyer.name}`,
    message_from_buyer: buyer.note,
    message_from_payment: `paid by ${buyer.email}`,
    is_paid: receipt.paid,
    is_shipped: receipt.shipped,
    create_timestamp: receipt.createdAt,
    created_timestamp: receipt.createdAt,
    update_timestamp: receipt.updatedAt,
    updated_timestamp: receipt.updatedAt,
    is_gift: true,
    gift_message: `With love: ${buyer.note}`,
    gift_sender: buyer.name,
    grandtotal: money(total, shop.currency),
    subtotal: money(total, shop.currency),
    total_price: money(total, shop.currency),
    total_shipping_cost: money(0, shop.currency),
    total_tax_cost: money(0, shop.currency),
    total_vat_cost: money(0, shop.currency),
    discount_amt: money(0, shop.currency),
    gift_wrap_price: money(0, shop.currency),
    shipments: receipt.shipped
      ? [
          {
            receipt_shipping_id: receipt.id + 1,
            shipment_notification_timestamp: receipt.updatedAt,
            carrier_name: "usps",
            tracking_code: `${buyer.zip}-9400`,
          },
        ]
      : [],
    transactions: receipt.transactions.map((line) => transactionView(shop, receipt, line)),
    refunds: receipt.refunds.map((refund) => ({
      amount: money(refund.amountMinor, shop.currency),
      created_timestamp: refund.at,
      reason: "Buyer changed their mind",
      note_from_issuer: `refunded to ${buyer.name}`,
      status: "completed",
    })),
  };
}

function transactionView(shop: Shop, receipt: Receipt, line: Transaction) {
  return {
    transaction_id: line.id,
    title: line.title,
    description: `${line.title}, made by hand.`,
    seller_user_id: shop.userId,
    buyer_user_id: receipt.buyerUserId,
    create_timestamp: receipt.createdAt,
    created_timestamp: receipt.createdAt,
    paid_timestamp: receipt.paid ? receipt.createdAt : null,
    shipped_timestamp: line.shippedAt,
    quantity: line.quantity,
    listing_image_id: null,
    receipt_id: receipt.id,
    is_digital: false,
    file_data: "",
    listing_id: line.listingId,
    transaction_type: "listing",
    product_id: line.productId,
    sku: line.sku,
    price: money(line.priceMinor, shop.currency),
    shipping_cost: money(0, shop.currency),
    variations: [
      ...line.values.map((value) => ({
        property_id: value.propertyId,
        value_id: value.valueIds[0] ?? null,
        formatted_name: value.propertyName,
        formatted_value: value.values.join(", "),
        question_id: null,
      })),
      // What the buyer typed into the personalization box stands among the variations.
      { property_id: 54, value_id: null, formatted_name: "Personalization", formatted_value: receipt.buyer.note, question_id: 1 },
    ],
    product_data: line.values.map(propertyView),
    shipping_profile_id: null,
    min_processing_days: 1,
    max_processing_days: 3,
    shipping_method: null,
    shipping_upgrade: null,
    expected_ship_date: receipt.createdAt + 3 * 24 * 3600,
    buyer_coupon: 0,
    shop_coupon: 0,
  };
}
