/**
 * Takes secrets and people out of text that may reach a log or an error report. It works by the look of a value, so that it
 * also finds what nobody thought of naming. Better one harmless word too many than one token.
 */
const HIDDEN = "[hidden]";

/** Query parameters whose values say nothing of anybody; all others are hidden. */
const HARMLESS_PARAMETERS = new Set([
  "page",
  "per_page",
  "limit",
  "offset",
  "status",
  "order",
  "orderby",
  "sort",
  "embedded",
  "locale",
  "topic",
]);
const HARMLESS_VALUE = /^[A-Za-z0-9_.,-]{0,40}$/;

const URL_IN_TEXT = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>`\\]+/gi;
const PARAMETER_IN_TEXT =
  /\b(token|id_token|hmac|signature|secret|password|api[-_]?key|client_(?:id|secret)|(?:access|refresh)_token|consumer_(?:key|secret)|oauth_\w+)(["']?\s*[=:]\s*["']?)([^\s&"',;}]{3,})/gi;
/** As words of a sentence these are harmless ("state: live"); as parameters they open a door. */
const FLOW_PARAMETER_IN_TEXT = /\b(code|state|session|nonce)(=)([^\s&"',;}]{3,})/gi;
const LOGIN_IN_TEXT = /\b(bearer|basic|oauth)\s+[A-Za-z0-9+/=._~^#-]{6,}/gi;
const MAIL_ADDRESS = /[\p{L}\p{N}._%+'-]+(?:@|%40)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
const KNOWN_TOKENS = [
  /\bshp[a-z]{1,4}_[A-Za-z0-9]{8,}/g, // Shopify
  /\bv(?:\^|%5E)1(?:\.|%2E)1[^\s"'&]{8,}/gi, // eBay user and refresh tokens
  /\b(?:PRD|SBX)-[0-9a-f]{6,}(?:-[0-9a-f]{4,})*/gi, // eBay client secret
  /\b\d{4,}\.[A-Za-z0-9_-]{20,}/g, // Etsy: user id, dot, token
  /\bc[ks]_[0-9a-f]{16,}/gi, // WooCommerce
  /\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{6,}/g,
  /\bwhsec_[A-Za-z0-9+/=]{6,}/g,
  /\bre_[A-Za-z0-9_]{12,}/g,
  /\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?/g, // JSON web tokens
];
const LONG_WORD = /[A-Za-z0-9+_=~-]{32,}/g;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An address without login, fragment and the values of its query, except those known to be harmless. */
export function scrubUrl(address: string): string {
  let url: URL;
  try {
    url = new URL(address, "relative://");
  } catch {
    return HIDDEN;
  }
  const query = [...url.searchParams].map(([name, value]) => {
    const open = HARMLESS_PARAMETERS.has(name.toLowerCase()) && HARMLESS_VALUE.test(value);
    return `${encodeURIComponent(name.slice(0, 40))}=${open ? value : HIDDEN}`;
  });
  const origin = url.protocol === "relative:" ? "" : `${url.protocol}//${url.host}`;
  return `${origin}${hideValues(url.pathname)}${query.length > 0 ? `?${query.join("&")}` : ""}`;
}

/** Every pattern above contains one of these; what has none is written as it is, which spares a busy door most of the work. */
const SUSPICIOUS =
  /[@%=^]|:\/\/|[A-Za-z0-9+_~-]{20}|shp|bearer|basic|oauth|eyJ|c[ks]_|[srp]k_|whsec|re_|PRD-|SBX-|token|secret|password|key|hmac|signature|client_/i;

/** The same text with every token, key, login, mail address and telling part of an address hidden. */
export function scrubText(text: string): string {
  if (UUID.test(text) || !SUSPICIOUS.test(text)) return text;
  let result = text.replace(URL_IN_TEXT, scrubUrl);
  for (const pattern of [PARAMETER_IN_TEXT, FLOW_PARAMETER_IN_TEXT]) {
    result = result.replace(pattern, (_all, name: string, between: string) => `${name}${between}${HIDDEN}`);
  }
  return hideValues(result);
}

function hideValues(text: string): string {
  let result = text.replace(LOGIN_IN_TEXT, (_all, scheme: string) => `${scheme} ${HIDDEN}`).replace(MAIL_ADDRESS, HIDDEN);
  for (const pattern of KNOWN_TOKENS) result = result.replace(pattern, HIDDEN);
  return result.replace(LONG_WORD, (word) => (looksRandom(word) ? HIDDEN : word));
}

/** Long words of our own (file names, step names) have no mixture of cases and digits; keys and hashes have. */
function looksRandom(word: string): boolean {
  if (UUID.test(word)) return false;
  if (/^[0-9a-f]{32,}$/i.test(word)) return true;
  return /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word);
}
