/**
 * The platforms' own addresses as the sandbox serves them: https://api.ebay.com/x stands at {origin}/ebay/api.ebay.com/x. The
 * demo and the tests hand this to the guarded HTTP client, so that connectors use the real addresses and nothing else.
 */
import type { ChannelName } from "./simulator.ts";

const HOSTS: Record<string, ChannelName> = {
  "api.ebay.com": "ebay",
  "apiz.ebay.com": "ebay",
  "auth.ebay.com": "ebay",
  "openapi.etsy.com": "etsy",
  "api.etsy.com": "etsy",
  "www.etsy.com": "etsy",
};

/** Which simulated platform answers for this host; null for any other (WooCommerce shops are ordinary addresses). */
export function channelOfHost(host: string): ChannelName | null {
  if (host.endsWith(".myshopify.com")) return "shopify";
  return HOSTS[host] ?? null;
}

/** `origin` without a final slash. Addresses of no known platform come back unchanged. */
export function toSandbox(origin: string, url: string): string {
  const target = new URL(url);
  const channel = channelOfHost(target.hostname);
  return channel ? `${origin}/${channel}/${target.hostname}${target.pathname}${target.search}` : url;
}
