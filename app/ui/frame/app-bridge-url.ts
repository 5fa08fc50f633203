/** Shopify asks that its script is loaded from its own address (contracts/shopify.md 10). */
export const APP_BRIDGE_URL = "https://cdn.shopify.com/shopifycloud/app-bridge.js";
