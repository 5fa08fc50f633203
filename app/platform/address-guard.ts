import ipaddr from "ipaddr.js";

/** "public": the open internet. "loopback": this machine. "closed": private, link-local, multicast, mapped or otherwise not for us. */
export type AddressKind = "public" | "loopback" | "closed";

const GLOBAL_UNICAST_V6 = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * What an IP address leads to. Everything that can carry a private IPv4 address inside (mapped, NAT64, 6to4, Teredo, the old
 * compatible form) counts as closed, and so does text that is no address.
 */
export function addressKind(address: string): AddressKind {
  if (!ipaddr.isValid(address)) return "closed";
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range === "loopback") return "loopback";
  if (range !== "unicast") return "closed";
  // The library calls ::/96 unicast; only 2000::/3 is routed (RFC 4291).
  if (parsed instanceof ipaddr.IPv6 && !parsed.match(GLOBAL_UNICAST_V6)) return "closed";
  return "public";
}

/** The address in a URL's host, where it is one ("[::1]" without its brackets); null for a name. */
export function literalAddress(hostname: string): string | null {
  const bare = hostname.startsWith("[") && hostname.endsWith("]") ? hostname.slice(1, -1) : hostname;
  return ipaddr.isValid(bare) ? bare : null;
}
