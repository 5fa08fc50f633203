/**
 * Every GraphQL document that we send to Shopify, for Admin API 2026-10. documents.test.ts holds each against the official
 * schema, the scopes of shopify.app.toml, and the two rules that the schema does not know: @idempotent on the stock mutations
 * and changeFromQuantity in every row. None asks for a buyer's datum.
 */
export const SHOP_BASICS = `query ShopBasics {
  shop { id name myshopifyDomain currencyCode ianaTimezone plan { publicDisplayName partnerDevelopment } }
  currentAppInstallation { accessScopes { handle } }
}`;

export const LOCATIONS = `query Locations($first: Int!, $after: String) {
  locations(first: $first, after: $after, includeInactive: true, includeLegacy: true) {
    nodes { id name isActive isFulfillmentService }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** Flags of the place travel with each level, so that a connection without chosen places needs no second call. */
const LEVELS = `nodes {
            location { id isActive isFulfillmentService }
            quantities(names: ["available"]) { name quantity }
          }
          pageInfo { hasNextPage endCursor }`;

export const VARIANTS_PAGE = `query VariantsPage($first: Int!, $after: String, $query: String, $levels: Int!) {
  shop { currencyCode }
  productVariantsCount(limit: null) { count precision }
  productVariants(first: $first, after: $after, query: $query, sortKey: ID) {
    nodes {
      id
      sku
      barcode
      title
      price
      inventoryPolicy
      product { id title status }
      inventoryItem {
        id
        tracked
        inventoryLevels(first: $levels) {
          ${LEVELS}
        }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

export const INVENTORY_ITEMS = `query InventoryItems($ids: [ID!]!, $levels: Int!) {
  nodes(ids: $ids) {
    ... on InventoryItem {
      id
      tracked
      variants(first: 1) { nodes { product { status } } }
      inventoryLevels(first: $levels) {
          ${LEVELS}
      }
    }
  }
}`;

/** For the rare item that is stocked at more places than one page of levels holds. */
export const ITEM_LEVELS = `query ItemLevels($id: ID!, $after: String) {
  inventoryItem(id: $id) {
    id
    inventoryLevels(first: 250, after: $after) {
          ${LEVELS}
    }
  }
}`;

export const SET_QUANTITIES = `mutation SetQuantities($input: InventorySetQuantitiesInput!, $idempotencyKey: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $idempotencyKey) {
    inventoryAdjustmentGroup {
      changes(quantityNames: ["available"]) {
        name
        quantityAfterChange
        item { id tracked variants(first: 1) { nodes { product { status } } } }
        location { id }
      }
    }
    userErrors { code field message }
  }
}`;

/** Without a number: at a place where it stands already this changes nothing, at a new one it begins at zero. */
export const ACTIVATE_INVENTORY = `mutation ActivateInventory($inventoryItemId: ID!, $locationId: ID!, $idempotencyKey: String!) {
  inventoryActivate(inventoryItemId: $inventoryItemId, locationId: $locationId) @idempotent(key: $idempotencyKey) {
    inventoryLevel { id }
    userErrors { field message }
  }
}`;

export const TRACK_ITEM = `mutation TrackInventoryItem($id: ID!) {
  inventoryItemUpdate(id: $id, input: { tracked: true }) {
    inventoryItem { id tracked }
    userErrors { field message }
  }
}`;

const ORDER_HEAD = `id
      name
      createdAt
      updatedAt
      cancelledAt
      currencyCode
      displayFinancialStatus
      displayFulfillmentStatus`;

const ORDER_LINE = `id
          sku
          name
          quantity
          currentQuantity
          unfulfilledQuantity
          originalUnitPriceSet { shopMoney { amount currencyCode } }
          variant { id inventoryItem { tracked } }`;

const REFUND_ROW = "quantity restockType restocked lineItem { id }";

/** What most orders need fits here; longer ones say so by hasNextPage (or a full list of refunds) and are read on by id. */
const ORDER_FIELDS = `${ORDER_HEAD}
      lineItems(first: 8) {
        nodes {
          ${ORDER_LINE}
        }
        pageInfo { hasNextPage endCursor }
      }
      refunds(first: 2) {
        id
        refundLineItems(first: 6) { nodes { ${REFUND_ROW} } pageInfo { hasNextPage endCursor } }
      }`;

export const ORDERS_PAGE = `query OrdersPage($first: Int!, $after: String, $query: String!) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes {
      ${ORDER_FIELDS}
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

export const ORDERS_BY_ID = `query OrdersById($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Order {
      ${ORDER_FIELDS}
    }
  }
}`;

export const ORDER_LINES = `query OrderLines($id: ID!, $after: String) {
  order(id: $id) {
    id
    lineItems(first: 150, after: $after) {
        nodes {
          ${ORDER_LINE}
        }
        pageInfo { hasNextPage endCursor }
      }
  }
}`;

export const ORDER_REFUNDS = `query OrderRefunds($id: ID!) {
  order(id: $id) { id refunds(first: 250) { id } }
}`;

export const REFUND_ROWS = `query RefundRows($id: ID!, $after: String) {
  node(id: $id) {
    ... on Refund {
      id
      refundLineItems(first: 250, after: $after) { nodes { ${REFUND_ROW} } pageInfo { hasNextPage endCursor } }
    }
  }
}`;

/** How many refunds ORDER_FIELDS asks for: a list without pages, so a full one may be longer. */
export const REFUNDS_IN_PAGE = 2;

export const DOCUMENTS = {
  SHOP_BASICS,
  LOCATIONS,
  VARIANTS_PAGE,
  INVENTORY_ITEMS,
  ITEM_LEVELS,
  SET_QUANTITIES,
  ACTIVATE_INVENTORY,
  TRACK_ITEM,
  ORDERS_PAGE,
  ORDERS_BY_ID,
  ORDER_LINES,
  ORDER_REFUNDS,
  REFUND_ROWS,
} as const;
