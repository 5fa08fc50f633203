/**
 * Finds a shop's final address and interface. Redirects are followed once and carry no key; a redirect to another host is not
 * followed at all.
 */
import type { Json, JsonObject } from "#app/domain/channel-words.ts";
import type { HttpAnswer } from "#app/platform/http.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext } from "../port.ts";
import { jsonOf, translate } from "./answer-errors.ts";
import { addressOf, type ShopFacts, tidyAddress } from "./settings.ts";

export type Site = { address: string; permalinks: ShopFacts["permalinks"]; signedAs: string | null; index: JsonObject };

const MOST_FOLDERS = 4;

/** The site's index needs no key; it tells whether routes are addresses or travel in the query, and whether WooCommerce is there. */
export async function findSite(context: ChannelContext): Promise<Site> {
  const folders = foldersOf(addressOf(context));
  for (;;) {
    const address = folders.shift();
    if (address === undefined) throw new ChannelError("unsupported", "This address leads nowhere.", { code: "no-wordpress" });
    try {
      return await underOwnName(context, await siteAt(context, address));
    } catch (error) {
      const mayStandAbove = error instanceof ChannelError && error.platform.code === "no-wordpress";
      if (!mayStandAbove || folders.length === 0) throw error;
    }
  }
}

/**
 * A shop answers under several addresses (with and without www, below any of its pages), so where it can be reached under the name it
 * gives itself, that one counts: the same shop must not be connected twice. A name on another host is believed on plain http
 * alone, which leads nowhere but to this machine; keys never go to a host that the seller did not name.
 */
async function underOwnName(context: ChannelContext, site: Found): Promise<Site> {
  const own = ownName(site);
  if (own === null || own === site.address) return { ...site, signedAs: null };
  const there = await siteAt(context, own).catch((error: unknown) => {
    if (error instanceof ChannelError) return null;
    throw error;
  });
  if (there !== null && there.address === own && ownName(there) === own) return { ...there, signedAs: null };
  return { ...site, signedAs: site.address.startsWith("http:") ? own : null };
}

function ownName({ address, index }: Found): string | null {
  const home = text(index.home);
  if (home === null || !URL.canParse(home)) return null;
  const [named, known] = [new URL(home), new URL(address)];
  if (named.protocol !== known.protocol) return null;
  const sameHost = bareHost(named) === bareHost(known) && named.port === known.port;
  return sameHost || known.protocol === "http:" ? tidyAddress(named) : null;
}

function bareHost(url: URL): string {
  return url.hostname.toLowerCase().replace(/^www\./, "");
}

/** People copy the address of a page of their shop: what stands in the folders above it is tried too. */
function foldersOf(address: string): string[] {
  const { origin, pathname } = new URL(address);
  const steps = pathname.split("/").filter(Boolean).slice(0, MOST_FOLDERS);
  return Array.from({ length: steps.length + 1 }, (_, n) => [origin, ...steps.slice(0, steps.length - n)].join("/"));
}

type Found = Omit<Site, "signedAs">;

async function siteAt(context: ChannelContext, typed: string): Promise<Found> {
  const first = await readIndex(context, `${typed}/wp-json/`);
  const address = redirectedTo(typed, first) ?? typed;
  const pretty = address === typed ? first : await readIndex(context, `${address}/wp-json/`);
  const isPretty = indexOf(pretty) !== null;
  const answer = isPretty ? pretty : await readIndex(context, `${address}/?rest_route=/`);
  const index = indexOf(answer);
  if (index) {
    if (hasNamespace(index, "wc/v3")) return { address, permalinks: isPretty ? "pretty" : "plain", index };
    if (hasNamespace(index, "wc/v2") || hasNamespace(index, "wc/v1")) {
      throw new ChannelError("unsupported", "This shop's WooCommerce is too old: its interface wc/v3 is missing.", { code: "too-old" });
    }
    throw new ChannelError("unsupported", "This site runs WordPress, but WooCommerce's interface (wc/v3) is not there.", {
      code: "no-woocommerce",
    });
  }
  const translated = translate(answer, false, context.now());
  // A page where data should be, or nothing at all: somebody answers here, but not WordPress.
  if (translated.ok || answer.status === 200 || answer.status === 404) {
    const kind = translated.ok ? "unsupported" : translated.error.kind;
    throw new ChannelError(kind, "There is no WordPress site with a REST interface at this address.", {
      code: "no-wordpress",
      status: answer.status,
    });
  }
  throw translated.error;
}

function readIndex(context: ChannelContext, url: string): Promise<HttpAnswer> {
  return context.http({ operation: "getIndex", method: "GET", url, headers: { accept: "application/json" }, timeoutMs: 10_000 });
}

function indexOf(answer: HttpAnswer): JsonObject | null {
  if (answer.status !== 200) return null;
  const body = asObject(jsonOf(answer) ?? null);
  return Array.isArray(body.namespaces) ? body : null;
}

function hasNamespace(index: JsonObject, name: string): boolean {
  return Array.isArray(index.namespaces) && index.namespaces.includes(name);
}

/** With or without www, http or https: the same shop. Throws "rejected" where another host is named. */
function redirectedTo(typed: string, answer: HttpAnswer): string | null {
  const { location } = answer.headers;
  if (![301, 302, 307, 308].includes(answer.status) || location === undefined || !URL.canParse(location, typed)) return null;
  const target = new URL(location, typed);
  const safer = target.protocol === "https:" || target.protocol === new URL(typed).protocol;
  if (bareHost(target) !== bareHost(new URL(typed)) || !safer) {
    throw new ChannelError("rejected", `This shop sends its visitors on to ${target.host}. Connect that address instead.`, {
      code: "other-host",
      text: target.host,
    });
  }
  target.pathname = target.pathname.replace(/\/wp-json\/?$/, "");
  target.search = "";
  return tidyAddress(target);
}

/** The name that the site gives itself, else its host. */
export function siteName(site: Site): string {
  return text(site.index.name) ?? new URL(site.address).host;
}

export function asObject(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

export function text(value: Json | undefined): string | null {
  return typeof value === "string" && value !== "" ? value.replaceAll("\0", "").toWellFormed().slice(0, 200) : null;
}
