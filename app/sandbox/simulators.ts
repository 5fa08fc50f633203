/** Where each channel's simulator stands; loaded only when wanted, so that a test of one platform never loads another. */
import type { SimulatorFactory } from "./channel-desk.ts";
import { CHANNELS, type ChannelName } from "./simulator.ts";

const LOAD: Record<ChannelName, () => Promise<SimulatorFactory>> = {
  shopify: async () => (await import("./shopify/simulator.ts")).createShopifySimulator,
  ebay: async () => (await import("./ebay/simulator.ts")).createEbaySimulator,
  etsy: async () => (await import("./etsy/simulator.ts")).createEtsySimulator,
  woocommerce: async () => (await import("./woocommerce/simulator.ts")).createWoocommerceSimulator,
};

export async function loadSimulators(names: readonly ChannelName[] = CHANNELS): Promise<Partial<Record<ChannelName, SimulatorFactory>>> {
  const loaded = await Promise.all(names.map(async (name) => [name, await LOAD[name]()] as const));
  return Object.fromEntries(loaded);
}
