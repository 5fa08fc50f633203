/** The page on which a seller lets the application in: choose one of the sandbox's sellers, and back with a code. */
import { ACCOUNTS, type AccountNo, type SimRequest, type SimResponse } from "../simulator.ts";
import { APP_KEYS, GRANTED_SCOPES } from "./tokens.ts";

export type ConsentDesk = {
  newCode: (account: AccountNo, scopes: string[]) => string;
  /** The address that stands beside the RuName at eBay, for agreeing and declining alike; null where nobody has entered one. */
  comeBack: string | null;
};

/** GET /oauth2/authorize on auth.ebay.com; null: not this page. */
export function consentPage(request: SimRequest, { newCode, comeBack }: ConsentDesk): SimResponse | null {
  if (request.path !== "/auth.ebay.com/oauth2/authorize") return null;
  const { query } = request;
  const known =
    query.get("client_id") === APP_KEYS.clientId && query.get("redirect_uri") === APP_KEYS.ruName && query.get("response_type") === "code";
  if (!known) return page(400, "unauthorized_client: the application or its RuName is not known.");
  if (comeBack === null) return page(400, "No address stands beside this RuName.");
  const back = (fields: Record<string, string>): SimResponse => {
    const to = new URL(comeBack);
    for (const [name, value] of Object.entries({ ...fields, state: query.get("state") ?? "" })) to.searchParams.set(name, value);
    return { status: 302, headers: { location: to.toString() } };
  };
  const scopes = (query.get("scope") ?? "").split(" ").filter(Boolean);
  // A keyset that lacks one scope is refused the whole consent (contracts/ebay.md 13.1).
  if (scopes.length === 0 || scopes.some((scope) => !GRANTED_SCOPES.includes(scope))) return back({ error: "invalid_scope" });
  if (query.get("choice") === "decline")
    return back({ error: "access_denied", error_description: "The user has denied access to the application." });
  const chosen = ACCOUNTS.find((account) => String(account) === query.get("choice"));
  if (chosen) return back({ code: newCode(chosen, scopes), expires_in: "299" });
  const choice = (value: string, words: string) => {
    const again = new URLSearchParams(query);
    again.set("choice", value);
    return `<p><a href="?${again.toString().replaceAll("&", "&amp;")}">${words}</a></p>`;
  };
  const choices = [
    ...ACCOUNTS.map((account) => choice(String(account), `Agree as sandbox-seller-${account}`)),
    choice("decline", "Decline"),
  ];
  return page(
    200,
    `<h1>eBay (sandbox)</h1><p>InventorySync wants to see your listings and orders and to change quantities.</p>${choices.join("")}`,
  );
}

function page(status: number, content: string): SimResponse {
  return {
    status,
    headers: { "content-type": "text/html; charset=utf-8" },
    body: `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>eBay sandbox</title>${content}`,
  };
}
