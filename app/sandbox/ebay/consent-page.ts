/** The page on which a seller lets the application in: choose one of the sandbox's sellers, and back with a code. */
import { ACCOUNTS, type AccountNo, type SimRequest, type SimResponse } from "../simulator.ts";
import { APP_KEYS } from "./tokens.ts";

/**
 * GET /oauth2/authorize on auth.ebay.com. At eBay the address to come back to is stored with the RuName; here the application names
 * it in `accept`. null: not this page.
 */
export function consentPage(request: SimRequest, newCode: (account: AccountNo) => string): SimResponse | null {
  if (request.path !== "/auth.ebay.com/oauth2/authorize") return null;
  const { query } = request;
  const accept = query.get("accept") ?? "";
  const known =
    query.get("client_id") === APP_KEYS.clientId && query.get("redirect_uri") === APP_KEYS.ruName && query.get("response_type") === "code";
  if (!known) return page(400, "unauthorized_client: the application or its RuName is not known.");
  const chosen = ACCOUNTS.find((account) => String(account) === query.get("account"));
  if (chosen && URL.canParse(accept)) {
    const back = new URL(accept);
    back.searchParams.set("code", newCode(chosen));
    back.searchParams.set("state", query.get("state") ?? "");
    back.searchParams.set("expires_in", "299");
    return { status: 302, headers: { location: back.toString() } };
  }
  const choices = ACCOUNTS.map((account) => {
    const again = new URLSearchParams(query);
    again.set("account", String(account));
    return `<p><a href="?${again.toString().replaceAll("&", "&amp;")}">Agree as sandbox-seller-${account}</a></p>`;
  });
  return page(
    200,
    `<h1>eBay (sandbox)</h1><p>InventorySync wants to see your listings and orders and to change quantities.</p>${choices.join("")}`,
  );
}

function page(status: number, content: string): SimResponse {
  return {
    status,
    headers: { "content-type": "text/html; charset=utf-8" },
    body: `<!doctype html><meta charset="utf-8"><title>eBay sandbox</title>${content}`,
  };
}
