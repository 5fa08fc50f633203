/**
 * One call of the Trading API. The library builds the envelope; the bytes go through the context's own HTTP, and the answer is
 * read here, because the library turns refusals into error objects that carry the bearer token.
 */
import eBayApi from "ebay-api";
import type { HttpAnswer } from "#app/platform/http.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext } from "../port.ts";
import { readAppKeys, readCredentials } from "./keys.ts";
import { retryAfter } from "./rest-client.ts";
import { nodesOf, parseXml, textOf, type XmlNode } from "./xml.ts";

export const TRADING_VERSION = "1477";
const ENDPOINT = "https://api.ebay.com/ws/api.dll";
const TIMEOUT_MS = 10_000;
/** The library sends the application's keys along; with an OAuth token eBay needs none of them. */
const UNSENT_HEADERS = ["x-ebay-api-cert-name", "x-ebay-api-app-name", "x-ebay-api-dev-name"];

export type TradingError = { code: string; text: string; system: boolean; parameters: string[] };
export type TradingAnswer = { failed: boolean; node: XmlNode; errors: TradingError[]; warnings: TradingError[] };
/** Each has a day's quota of its own. */
export const TRADING_CALLS = ["GetItem", "GetMyeBaySelling", "GetSellerList", "GetUserPreferences", "ReviseInventoryStatus"] as const;
export type TradingCall = (typeof TRADING_CALLS)[number];

/**
 * Answers also when eBay says Failure, with what it says. Throws ChannelError for what concerns the whole call: token, consent,
 * quota, eBay's own troubles. A changing call that was answered oddly throws "outcome-unknown".
 */
export async function callTrading(context: ChannelContext, name: TradingCall, fields: Record<string, unknown>): Promise<TradingAnswer> {
  const changes = name === "ReviseInventoryStatus";
  const unclear = (why: string, status: number) =>
    new ChannelError(changes ? "outcome-unknown" : "unavailable", `eBay ${why} ${name}`, { status });
  const answer = await send(context, name, fields);
  if (answer.status === 429) throw limitReached(answer);
  if (answer.status === 401) throw new ChannelError("auth-expired", "eBay no longer takes this access token", { status: 401 });
  if (answer.status >= 300) throw unclear("could not carry out", answer.status);
  const node = parseXml(answer.text, `${name}Response`);
  const ack = node && textOf(node, "Ack");
  if (!node || !ack) throw unclear("gave an unreadable answer to", answer.status);
  const errors = nodesOf(node, "Errors").map(readError);
  const read: TradingAnswer = {
    failed: ack === "Failure" || ack === "PartialFailure",
    node,
    // Warnings and errors share one list, warnings often first.
    errors: errors.filter((error) => !error.warning),
    warnings: errors.filter((error) => error.warning),
  };
  for (const error of read.errors) throwIfWholeCall(error, changes, name);
  return read;
}

/** For calls whose failure cannot be anybody's but ours. */
export function requireSuccess(answer: TradingAnswer, name: TradingCall): XmlNode {
  if (!answer.failed) return answer.node;
  const [first] = answer.errors;
  throw new ChannelError("rejected", `eBay refused ${name}`, first ? { code: first.code, text: first.text } : {});
}

async function send(context: ChannelContext, name: TradingCall, fields: Record<string, unknown>): Promise<HttpAnswer> {
  const { clientId, clientSecret } = readAppKeys(context.app);
  const post = (url: string, body: string, config: { headers: Record<string, string | number | undefined> }) => {
    if (url !== ENDPOINT) throw new ChannelError("unsupported", "the eBay library tried an address that we did not ask for");
    return context
      .http({ operation: name, method: "POST", url, headers: sentHeaders(config.headers), body, timeoutMs: TIMEOUT_MS })
      .then((data) => ({ data }));
  };
  const library = new eBayApi(
    { appId: clientId, certId: clientSecret, sandbox: false, siteId: siteIdOf(context), autoRefreshToken: false },
    { post } as unknown as ConstructorParameters<typeof eBayApi>[1],
  );
  library.OAuth2.setCredentials(readCredentials(context.credentials).accessToken);
  const answer: unknown = await library.trading[name](fields as never, {
    raw: true,
    headers: { "X-EBAY-API-COMPATIBILITY-LEVEL": TRADING_VERSION },
  });
  return answer as HttpAnswer;
}

function sentHeaders(headers: Record<string, string | number | undefined>): Record<string, string> {
  const kept = Object.entries(headers).filter(([name, value]) => value !== undefined && !UNSENT_HEADERS.includes(name.toLowerCase()));
  return Object.fromEntries(kept.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** eBay's number of the site on which the seller registered; 0 = ebay.com. */
function siteIdOf(context: ChannelContext): number {
  const { siteId } = context.settings;
  return typeof siteId === "number" && Number.isInteger(siteId) ? siteId : 0;
}

function readError(node: XmlNode): TradingError & { warning: boolean } {
  return {
    code: textOf(node, "ErrorCode")?.trim() ?? "",
    text: textOf(node, "LongMessage") || textOf(node, "ShortMessage") || "",
    warning: textOf(node, "SeverityCode") === "Warning",
    system: textOf(node, "ErrorClassification") === "SystemError",
    parameters: nodesOf(node, "ErrorParameters").map((parameter) => textOf(parameter, "Value") ?? ""),
  };
}

function throwIfWholeCall(error: TradingError, changes: boolean, name: TradingCall): void {
  const more = { code: error.code, text: error.text };
  switch (error.code) {
    // Token missing, invalid, hard expired, IAF invalid, IAF expired: one refresh may help.
    case "930":
    case "931":
    case "932":
    case "21916984":
    case "21917053":
      throw new ChannelError("auth-expired", "eBay no longer takes this access token", more);
    case "21916013":
      throw new ChannelError("auth-revoked", "the seller took back the consent given to eBay", more);
    case "841":
      throw new ChannelError("forbidden", "eBay has suspended this seller account", more);
    case "518":
      throw new ChannelError("rate-limited", `eBay's daily limit for ${name} is spent`, more);
    default:
      if (error.system || ["10007", "16100", "248"].includes(error.code)) {
        throw new ChannelError(changes ? "outcome-unknown" : "unavailable", `eBay could not carry out ${name}`, more);
      }
  }
}

function limitReached(answer: HttpAnswer): ChannelError {
  const pause = retryAfter(answer.headers);
  return new ChannelError("rate-limited", "eBay's call limit is reached", {
    status: 429,
    ...(pause === undefined ? {} : { retryAfterMs: pause }),
  });
}
