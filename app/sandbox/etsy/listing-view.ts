/** Listings and inventories as Etsy writes them on the wire (schemas ShopListing and ListingInventory of its document). */
import { money } from "./money.ts";
import type { Listing, Product, PropertyValue, Shop } from "./shop-state.ts";
import { totalQuantity } from "./shown.ts";

export function listingView(shop: Shop, listing: Listing) {
  const cheapest = Math.min(...listing.products.map((product) => product.priceMinor));
  return {
    listing_id: listing.id,
    user_id: shop.userId,
    shop_id: shop.shopId,
    title: listing.title,
    description: `${listing.title}, made by hand.`,
    rich_description: null,
    state: listing.state,
    creation_timestamp: listing.createdAt,
    created_timestamp: listing.createdAt,
    ending_timestamp: listing.endsAt,
    original_creation_timestamp: listing.createdAt,
    last_modified_timestamp: listing.updatedAt,
    updated_timestamp: listing.updatedAt,
    state_timestamp: listing.stateSince,
    quantity: totalQuantity(listing),
    shop_section_id: null,
    featured_rank: -1,
    url: `https://www.etsy.com/listing/${listing.id}`,
    num_favorers: 0,
    non_taxable: false,
    is_taxable: true,
    is_customizable: false,
    is_personalizable: true,
    listing_type: listing.type,
    tags: [],
    materials: [],
    shipping_profile_id: listing.type === "physical" ? shop.readinessStates[0]! + 1 : null,
    return_policy_id: null,
    processing_min: 1,
    processing_max: 3,
    who_made: "i_did",
    when_made: "made_to_order",
    is_supply: false,
    item_weight: null,
    item_weight_unit: null,
    item_length: null,
    item_width: null,
    item_height: null,
    item_dimensions_unit: null,
    is_private: false,
    style: [],
    file_data: listing.type === "download" ? "pattern.pdf" : "",
    has_variations: listing.products.some((product) => product.values.length > 0),
    should_auto_renew: true,
    language: "en-US",
    price: money(cheapest, shop.currency),
    taxonomy_id: 1,
    readiness_state_id: null,
    suggested_title: null,
  };
}

/** `own`: SKUs are shown to the owner only; others get empty strings. */
export function inventoryView(shop: Shop, listing: Listing, own: boolean) {
  return {
    products: listing.products.map((product) => productView(shop, product, own)),
    price_on_property: listing.on.price,
    quantity_on_property: listing.on.quantity,
    sku_on_property: listing.on.sku,
    readiness_state_on_property: listing.on.readiness,
  };
}

function productView(shop: Shop, product: Product, own: boolean) {
  return {
    product_id: product.productId,
    sku: own ? product.sku : "",
    is_deleted: false,
    offerings: [
      {
        offering_id: product.offeringId,
        quantity: product.quantity,
        is_enabled: product.enabled,
        is_deleted: false,
        price: money(product.priceMinor, shop.currency),
        readiness_state_id: product.readinessStateId,
      },
    ],
    property_values: product.values.map(propertyView),
  };
}

export function propertyView(value: PropertyValue) {
  return {
    property_id: value.propertyId,
    property_name: value.propertyName,
    scale_id: value.scaleId,
    scale_name: value.scaleId === null ? null : "US/Canada",
    value_ids: value.valueIds,
    values: value.values,
  };
}

export function shopView(shop: Shop) {
  return {
    shop_id: shop.shopId,
    user_id: shop.userId,
    shop_name: shop.name,
    create_date: shop.createdAt,
    created_timestamp: shop.createdAt,
    title: `${shop.name}, things made by hand`,
    announcement: null,
    currency_code: shop.currency,
    is_vacation: false,
    vacation_message: null,
    update_date: shop.createdAt,
    updated_timestamp: shop.createdAt,
    listing_active_count: shop.byState.active.size,
    digital_listing_count: 0,
    login_name: shop.name.toLowerCase(),
    url: `https://www.etsy.com/shop/${shop.name}`,
    num_favorers: 0,
    languages: ["en-US"],
    transaction_sold_count: shop.receipts.size,
    is_shop_us_based: true,
  };
}
