/** A shop lives at an address that its owner types, and makes its keys itself: what people type, copy and paste is read here. */
import type { OwnAddress } from "../port.ts";
import { findSite, siteName } from "./find-site.ts";
import { approvalAddress, readHandOver } from "./key-hand-over.ts";
import { tidyAddress } from "./settings.ts";

/** From here on a copied address names a page of WordPress itself and no longer the shop. */
const INSIDE_WORDPRESS = /\/(wp-admin|wp-login\.php|wp-json|wp-content|wc-auth|index\.php)(\/.*)?$/i;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?(\/|$)/i;
const MOST_CHARACTERS = 300;

/** With or without https, with a page of the admin behind it: the base address. Null where it names no web site. */
export function readAddress(typed: string): string | null {
  const plain = typed.trim();
  if (plain === "" || plain.length > MOST_CHARACTERS || /\s/.test(plain)) return null;
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(plain) ? "" : LOOPBACK.test(plain) ? "http://" : "https://";
  if (!URL.canParse(scheme + plain)) return null;
  const url = new URL(scheme + plain);
  if (!["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "") return null;
  url.hostname = url.hostname.replace(/\.$/, "");
  if (!/[.:]/.test(url.hostname) && url.hostname !== "localhost") return null;
  url.pathname = url.pathname.replace(INSIDE_WORDPRESS, "");
  return tidyAddress(url);
}

/** Keys as WooCommerce makes them (contracts/woocommerce.md 2); spaces around them come from copying. */
function readKeys(key: string, secret: string) {
  const consumerKey = key.trim();
  const consumerSecret = secret.trim();
  return /^ck_\w{20,100}$/.test(consumerKey) && /^cs_\w{20,100}$/.test(consumerSecret) ? { consumerKey, consumerSecret } : null;
}

export const ownAddress: OwnAddress = {
  readAddress,
  readKeys,
  async findShop(context) {
    const site = await findSite(context);
    return { address: site.address, name: siteName(site) };
  },
  approvalAddress,
  readHandOver(rawBody) {
    const given = readHandOver(rawBody);
    return given && { state: given.state, credentials: given.key };
  },
};
