/** Proves a shop's key by calls to the shop itself: that it reads, that it may write, and what steers later calls. */
import type { Json, JsonObject } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { AccountIdentity, ChannelContext } from "../port.ts";
import { asObject, findSite, siteName, text } from "./find-site.ts";
import { isUnknownSorting } from "./order-feed.ts";
import { addressOf, factsOf, type ShopFacts } from "./settings.ts";
import { callShop, type ShopAnswer } from "./shop-client.ts";

export async function identify(context: ChannelContext): Promise<AccountIdentity> {
  const site = await findSite(context);
  const there: ChannelContext = { ...context, account: { ...context.account, address: site.address } };
  const proven = await proveKey(there, {
    ...factsOf(context.settings),
    permalinks: site.permalinks,
    signedAs: site.signedAs,
    ordersOrderBy: "modified",
  });
  const status = await systemStatus(there, proven.facts);
  const storeVersion = text(asObject(status.environment).version);
  refuseTooOld(storeVersion);
  await proveWriting(there, proven.facts);
  const settings = asObject(status.settings);
  const currency = text(settings.currency) ?? proven.currency;
  return {
    externalId: site.address,
    name: siteName(site),
    address: site.address,
    currency,
    facts: {
      ...proven.facts,
      currency,
      timeZone: text(site.index.timezone_string),
      storeVersion,
      separateOrderTables: typeof settings.HPOS_enabled === "boolean" ? settings.HPOS_enabled : null,
      plainHttp: site.address.startsWith("http:"),
    },
  };
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

/** Asked for as a whole, the shop first calls two sites on the internet, up to ten seconds each; these fields alone it simply knows. */
const STATUS_FIELDS = "environment.version,settings.currency,settings.HPOS_enabled";

/** Only an administrator's key may read it; without it less is known, that is all. */
async function systemStatus(context: ChannelContext, facts: ShopFacts): Promise<JsonObject> {
  const params = { _fields: STATUS_FIELDS };
  try {
    return asObject(
      (await callShop(context, { operation: "getSystemStatus", method: "GET", endpoint: "system_status", params }, facts)).body,
    );
  } catch (error) {
    const nothingKnown = ["forbidden", "auth-revoked", "not-found", "unavailable", "outcome-unknown"];
    if (error instanceof ChannelError && nothingKnown.includes(error.kind)) return {};
    throw error;
  }
}

/**
 * A read-only key is found out here rather than at the first sale. The shop judges a key before it looks at the body, and an
 * empty batch changes nothing (both observed); an empty answer is a list.
 */
async function proveWriting(context: ChannelContext, facts: ShopFacts): Promise<void> {
  await callShop(context, { operation: "batchProduct", method: "POST", endpoint: "products/batch", body: {} }, facts);
}

/** Without `modified_after` (WooCommerce 5.8) every look at the orders would read all of them. */
const LEAST_VERSION = [5, 8] as const;

function refuseTooOld(version: string | null): void {
  const found = /^(\d+)\.(\d+)/.exec(version ?? "");
  if (!found) return;
  const [major, minor] = [Number(found[1]), Number(found[2])];
  if (major > LEAST_VERSION[0] || (major === LEAST_VERSION[0] && minor >= LEAST_VERSION[1])) return;
  throw new ChannelError("unsupported", `This shop runs WooCommerce ${version}; at least ${LEAST_VERSION.join(".")} is needed.`, {
    code: "too-old",
  });
}
