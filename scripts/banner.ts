import { join } from "node:path";
import type { Settings } from "./settings.ts";

/** What to open and what to try first. */
export function banner(settings: Settings): string {
  const app = `http://127.0.0.1:${settings.port}`;
  const outside = `http://127.0.0.1:${settings.sandboxPort}`;
  const shops = [
    ["Shopify", "shopify"],
    ["eBay", "ebay"],
    ["Etsy", "etsy"],
    ["WooCommerce", "woocommerce"],
  ].map(([name, channel]) => `    ${name?.padEnd(18)} ${outside}/shop/${channel}`);
  return [
    "",
    "InventorySync runs. Everything outside it is simulated on this machine.",
    "",
    `  Portal               ${app}/portal`,
    `  Inside Shopify admin ${outside}/shopify/admin/store/anna-a`,
    `  Mail that was sent   ${app}/dev/mail`,
    "  Shops, to buy in",
    ...shops,
    "",
    `Try first: open a shop, buy something, and watch the other three follow. Then ask the portal why a number is what it is.`,
    `Data and logs: ${settings.dataDir} (${join(settings.dataDir, "log")}). Ctrl-C stops everything; npm run demo:reset starts over.`,
    "",
  ].join("\n");
}
