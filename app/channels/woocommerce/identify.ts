/**
 * Finds the shop's final address and interface, and proves the key by a call. Redirects are followed once and without the key; a
 * redirect to another host is not followed at all.
 */
import type { Json, JsonObject } from "#app/domain/channel-words.ts";
import type { HttpAnswer } from "#app/platform/http.ts";
import { ChannelError } from "../errors.ts";
import type { AccountIdentity, ChannelContext } from "../port.ts";
import { jsonOf, translate } from "./answer-errors.ts";
import { isUnknownSorting } from "./order-feed.ts";
import { addressOf, factsOf, type ShopFacts, tidyAddress } from "./settings.ts";
import { callShop, type ShopAnswer } from "./shop-client.ts";

type Site = { address: string; permalinks: ShopFacts["permalinks"]; index: JsonObject };

export async function identify(context: ChannelContext): Promise<AccountIdentity> {
  const site = await findSite(context);
  const there: ChannelContext = { ...context, account: { ...context.account, address: site.address } };
  const proven = await proveKey(there, { ...factsOf(context.settings), permalinks: site.permalinks, ordersOrderBy: "modified" });
  const status = await systemStatus(there, proven.facts);
  const settings = asObject(status.settings);
  const currency = text(settings.currency) ?? proven.currency;
  return {
    externalId: site.address,
    name: text(site.index.name) ?? new URL(site.address).host,
    address: site.address,
    currency,
    facts: {
      ...proven.facts,
      currency,
      timeZone: text(site.index.timezone_string),
      storeVersion: text(asObject(status.environment).version),
      separateOrderTables: typeof settings.HPOS_enabled === "boolean" ? settings.HPOS_enabled : null,
      plainHttp: site.address.startsWith("http:"),
    },
  };
}

/** The site's index needs no key; it tells whether routes are addresses or travel in the query, and whether WooCommerce is there. */
async function findSite(context: ChannelContext): Promise<Site> {
  const typed = addressOf(context);
  const first = await readIndex(context, `${typed}/wp-json/`);
  const address = redirectedTo(typed, first) ?? typed;
  const pretty = address === typed ? first : await readIndex(context, `${address}/wp-json/`);
  const isPretty = indexOf(pretty) !== null;
  const answer = isPretty ? pretty : await readIndex(context, `${address}/?rest_route=/`);
  const index = indexOf(answer);
  if (index) {
    if (hasWoo(index)) return { address, permalinks: isPretty ? "pretty" : "plain", index };
    throw new ChannelError("unsupported", "This site runs WordPress, but WooCommerce's interface (wc/v3) is not there.");
  }
  const translated = translate(answer, false, context.now());
  if (!translated.ok) throw translated.error;
  throw new ChannelError("unsupported", "There is no WordPress site with a REST interface at this address.");
}

function readIndex(context: ChannelContext, url: string): Promise<HttpAnswer> {
  return context.http({ operation: "getIndex", method: "GET", url, headers: { accept: "application/json" }, timeoutMs: 10_000 });
}

function indexOf(answer: HttpAnswer): JsonObject | null {
  if (answer.status !== 200) return null;
  const body = asObject(jsonOf(answer) ?? null);
  return Array.isArray(body.namespaces) ? body : null;
}

function hasWoo(index: JsonObject): boolean {
  return Array.isArray(index.namespaces) && index.namespaces.includes("wc/v3");
}

/** With or without www, http or https: the same shop. Throws "rejected" where another host is named. */
function redirectedTo(typed: string, answer: HttpAnswer): string | null {
  const { location } = answer.headers;
  if (![301, 302, 307, 308].includes(answer.status) || location === undefined || !URL.canParse(location, typed)) return null;
  const target = new URL(location, typed);
  const bare = (host: string) => host.toLowerCase().replace(/^www\./, "");
  const safer = target.protocol === "https:" || target.protocol === new URL(typed).protocol;
  if (bare(target.hostname) !== bare(new URL(typed).hostname) || !safer) {
    throw new ChannelError("rejected", `This shop sends its visitors on to ${target.host}. Connect that address instead.`);
  }
  target.pathname = target.pathname.replace(/\/wp-json\/?$/, "");
  target.search = "";
  return tidyAddress(target);
}

/** One call to the orders: proves the key, and shows whether the host strips the header and whether orders can be sorted. */
async function proveKey(context: ChannelContext, facts: ShopFacts): Promise<{ facts: ShopFacts; currency: string | null }> {
  const attempt = (how: ShopFacts): Promise<ShopAnswer> =>
    callShop(
      context,
      { operation: "listOrder", method: "GET", endpoint: "orders", params: { per_page: "1", orderby: how.ordersOrderBy } },
      how,
    );
  try {
    const answer = await attempt(facts);
    return { facts, currency: currencyIn(answer.body) };
  } catch (error) {
    if (isUnknownSorting(error)) return proveKey(context, { ...facts, ordersOrderBy: "id" });
    const overTls = addressOf(context).startsWith("https:");
    if (overTls && facts.auth === "header" && error instanceof ChannelError && error.kind === "auth-revoked") {
      return proveKey(context, { ...facts, auth: "query" });
    }
    throw error;
  }
}

function currencyIn(orders: Json): string | null {
  return Array.isArray(orders) ? text(asObject(orders[0] ?? null).currency) : null;
}

/** Only an administrator's key may read it; without it less is known, that is all. */
async function systemStatus(context: ChannelContext, facts: ShopFacts): Promise<JsonObject> {
  try {
    return asObject((await callShop(context, { operation: "getSystemStatus", method: "GET", endpoint: "system_status" }, facts)).body);
  } catch (error) {
    if (error instanceof ChannelError && ["forbidden", "auth-revoked", "not-found", "unavailable"].includes(error.kind)) return {};
    throw error;
  }
}

function asObject(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

function text(value: Json | undefined): string | null {
  return typeof value === "string" && value !== "" ? value.replaceAll("\0", "").toWellFormed().slice(0, 200) : null;
}
