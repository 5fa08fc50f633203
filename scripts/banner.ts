import { join } from "node:path";
import { addressOf } from "./demo-processes.ts";
import type { Settings } from "./settings.ts";

/** What to open and what to try first. `shopName` is seller A's shop in the simulated Shopify admin. */
export function banner(settings: Settings, shopName: string): string {
  const app = addressOf(settings.port);
  const outside = addressOf(settings.sandboxPort);
  const shops = [
    ["Shopify", "shopify"],
    ["eBay", "ebay"],
    ["Etsy", "etsy"],
    ["WooCommerce", "woocommerce"],
  ].map(([name, channel]) => `    ${name?.padEnd(18)} ${outside}/shop/${channel}`);
  return [
    "",
    "InventorySync runs. Everything outside it is simulated on this machine, with larger daily quotas than the real platforms have.",
    "",
    `  Portal               ${app}/portal`,
    `  Inside Shopify admin ${outside}/shopify/admin/store/${shopName}`,
    `  Mail that was sent   ${app}/demo/mail`,
    "  Shops, to buy in",
    ...shops,
    "",
    `Try first: open a shop, buy something, and watch the other three follow. Then ask the portal why a number is what it is.`,
    `Data and logs: ${settings.dataDir} (${join(settings.dataDir, "log")}). Ctrl-C stops everything; npm run demo:reset starts over.`,
    "",
  ].join("\n");
}
