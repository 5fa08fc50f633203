/**
 * Whether a shop's WordPress will call an address at all. It takes any address into a webhook and then, without a word, never sends to
 * private hosts other than its own, nor to unusual ports (contracts/woocommerce-observed.md, Webhooks). Orders are then found by asking.
 */
const USUAL_PORTS = ["", "80", "443", "8080"];
const PRIVATE_V4 = /^(127|10)\.|^0\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\./;

/** "host": a private address; "port": a port that WordPress does not call; null: it may be called. */
export function doorRefusedBy(shopAddress: string, doorUrl: string): "host" | "port" | null {
  const [shop, door] = [new URL(shopAddress), new URL(doorUrl)];
  const ownHost = shop.hostname === door.hostname;
  if (door.hostname.startsWith("[")) return "host";
  if (!ownHost && (door.hostname === "localhost" || PRIVATE_V4.test(door.hostname))) return "host";
  return USUAL_PORTS.includes(door.port) || (ownHost && shop.port === door.port) ? null : "port";
}
