/** The seller's consent at eBay: authorization code with a RuName, which stands for the addresses that eBay's portal holds. */
import type { Authorization } from "../port.ts";
import { readAppKeys } from "./keys.ts";
import { BASE_SCOPE, exchangeCode } from "./tokens.ts";

const CONSENT_PAGE = "https://auth.ebay.com/oauth2/authorize";

/**
 * As little as our calls need by eBay's own documents (authorization.test.ts): the base scope for Trading, writing stock, reading
 * orders, whose account it is, being told of orders. A keyset that lacks one of them is refused the whole consent.
 */
export const SCOPES = [
  BASE_SCOPE,
  `${BASE_SCOPE}/sell.inventory`,
  `${BASE_SCOPE}/sell.fulfillment.readonly`,
  `${BASE_SCOPE}/commerce.identity.readonly`,
  `${BASE_SCOPE}/commerce.notification.subscription`,
];

export const authorization: Authorization = {
  page({ app, state }) {
    const { clientId, ruName } = readAppKeys(app);
    const query = { client_id: clientId, redirect_uri: ruName, response_type: "code", scope: SCOPES.join(" "), state };
    return `${CONSENT_PAGE}?${new URLSearchParams(query)}`;
  },
  exchange: (context, { code }) => exchangeCode(context, code),
  mostAccounts: () => null,
};
