/** The seller's consent at Etsy: authorization code with PKCE, which Etsy demands of every application. */
import type { Authorization } from "../port.ts";
import { readApp } from "./credentials.ts";
import { exchangeCode } from "./tokens.ts";

const CONSENT_PAGE = "https://www.etsy.com/oauth/connect";

/** As little as our calls need by Etsy's own document (authorization.test.ts). */
export const SCOPES = ["shops_r", "listings_r", "listings_w", "transactions_r"];

/** Etsy's limit for personal access (contracts/etsy.md 1); commercial access has none. */
const PERSONAL_SHOPS = 5;

export const authorization: Authorization = {
  page({ app, state, challenge, callbackUrl }) {
    const query = new URLSearchParams({
      ...{ response_type: "code", client_id: readApp({ app }).keystring, redirect_uri: callbackUrl, scope: SCOPES.join(" "), state },
      ...{ code_challenge: challenge, code_challenge_method: "S256" },
    });
    return `${CONSENT_PAGE}?${query}`;
  },
  exchange: exchangeCode,
  mostAccounts: (app) => (readApp({ app }).access === "commercial" ? null : PERSONAL_SHOPS),
};
