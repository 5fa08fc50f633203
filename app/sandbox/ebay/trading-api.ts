/** POST /ws/api.dll: the headers, the token, the quota, then one of the calls that are simulated. */
import type { SimRequest, SimResponse, SimulatorHost } from "../simulator.ts";
import type { Ground } from "./rest-api.ts";
import type { CallIdentity } from "./routes.ts";
import { getItem, getMyeBaySelling, getSellerList, getUserPreferences } from "./trading-read.ts";
import { reviseInventoryStatus } from "./trading-revise.ts";
import { ackOf, readCall, type TradingError, TradingRefusal, tradingAnswer } from "./trading-xml.ts";

const TOKEN_MISSING: TradingError = { code: "930", short: "eBay auth token is missing." };
const TOKEN_INVALID: TradingError = { code: "21916984", short: "Invalid IAF token.", long: "IAF token supplied is invalid." };
const TOKEN_EXPIRED: TradingError = { code: "21917053", short: "Expired IAF token.", long: "IAF token supplied is expired." };
const CONSENT_REVOKED: TradingError = { code: "21916013", short: "The user revoked the consent." };
const QUOTA_SPENT: TradingError = { code: "518", short: "Call usage limit has been reached." };
const INTERNAL: TradingError = { code: "10007", short: "Internal error to the application.", classification: "SystemError" };

export function answerTrading(ground: Ground, request: SimRequest, call: CallIdentity): SimResponse {
  const { host, tokens } = ground;
  const owner = tokens.ownerOf(call.token);
  const answer = (content: string, errors: TradingError[]) => {
    // Failures come as HTTP 200, so that the front door cannot count them.
    if (owner?.account) host.countCall(owner.account, call.operation, ackOf(errors) === "Failure");
    return tradingAnswer(call.operation, host.now(), content, errors);
  };
  try {
    const { content, errors } = carryOut(ground, request, call);
    return answer(content, errors);
  } catch (problem) {
    if (problem instanceof TradingRefusal) return answer("", [problem.error]);
    throw problem;
  }
}

function carryOut(
  { host, tokens, calls, limits, accountOf }: Ground,
  request: SimRequest,
  call: CallIdentity,
): { content: string; errors: TradingError[] } {
  checkHeaders(request);
  if (call.token === "") throw new TradingRefusal(TOKEN_MISSING);
  const account = tokens.ownerOf(call.token)?.account ?? null;
  if (account === null) throw new TradingRefusal(TOKEN_INVALID);
  if (tokens.verdict(call.token) === "expired") throw new TradingRefusal(TOKEN_EXPIRED);
  if (!calls.allow("trading", call.operation, account)) throw new TradingRefusal(QUOTA_SPENT);
  const fields = readCall(call.operation, request.body);
  const { shop } = accountOf(account);
  const read = (content: string) => ({ content, errors: [] });
  switch (call.operation) {
    case "GetItem":
      return read(getItem(host, shop, fields));
    case "GetMyeBaySelling":
      return read(getMyeBaySelling(host, shop, fields));
    case "GetSellerList":
      return read(getSellerList(host, shop, fields));
    case "GetUserPreferences":
      return read(getUserPreferences(shop, fields));
    case "ReviseInventoryStatus":
      return reviseInventoryStatus(shop, fields, limits.revisionsPerListingPerDay);
    default:
      throw new TradingRefusal({
        code: "2",
        short: "Unsupported API call.",
        long: `The API call "${call.operation}" is invalid or not supported in this release.`,
      });
  }
}

function checkHeaders(request: SimRequest): void {
  const missing = (header: string) =>
    new TradingRefusal({ code: "10012", short: "Invalid value.", long: `Header ${header} is missing or invalid.` });
  if (request.method !== "POST" || !/xml/.test(request.headers["content-type"] ?? "")) throw missing("Content-Type");
  if (!request.headers["x-ebay-api-call-name"]) throw missing("X-EBAY-API-CALL-NAME");
  if (!/^\d{1,3}$/.test(request.headers["x-ebay-api-siteid"] ?? "")) throw missing("X-EBAY-API-SITEID");
  if (!/^\d{3,4}$/.test(request.headers["x-ebay-api-compatibility-level"] ?? "")) throw missing("X-EBAY-API-COMPATIBILITY-LEVEL");
}

/** Half of its inner errors eBay reports as a web server would, the other half inside a proper answer. */
export function refuseTrading(host: SimulatorHost, operation: string, why: "error5xx" | "throttle" | "expired" | "revoked"): SimResponse {
  const fail = (error: TradingError) => tradingAnswer(operation, host.now(), "", [error]);
  switch (why) {
    case "error5xx":
      return host.random() < 0.5
        ? fail(INTERNAL)
        : { status: 503, headers: { "content-type": "text/html" }, body: "<html><body>Service Unavailable</body></html>" };
    case "throttle":
      return fail(QUOTA_SPENT);
    case "expired":
      return fail(TOKEN_EXPIRED);
    case "revoked":
      return fail(CONSENT_REVOKED);
    default:
      return why satisfies never;
  }
}
