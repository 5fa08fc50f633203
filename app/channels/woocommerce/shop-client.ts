/**
 * Calls a shop through the official client, whose signing and addresses we keep and whose transport we replace: every byte goes
 * through `context.http`, so that the guard, the budget and the time limit hold (docs/decisions/woocommerce-client.md).
 */
import WooCommerceModule from "@woocommerce/woocommerce-rest-api";
import type { Json, JsonObject } from "#app/domain/channel-words.ts";
import type { HttpAnswer } from "#app/platform/http.ts";
import type { ChannelContext } from "../port.ts";
import { translate } from "./answer-errors.ts";
import { addressOf, factsOf, keyOf, type ShopFacts } from "./settings.ts";

/** The package is CommonJS: depending on the loader its class is the default export or one level deeper. */
const WooCommerceRestApi = ((WooCommerceModule as unknown as { default?: unknown }).default ??
  WooCommerceModule) as typeof WooCommerceModule;

export type ShopCall = {
  /** As the API description names it: listProduct, batchProduct ... */
  operation: string;
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below /wc/v3/, without leading slash. */
  endpoint: string;
  params?: Record<string, string>;
  body?: JsonObject;
};

export type ShopAnswer = {
  body: Json;
  headers: Record<string, string>;
  /** When the question was sent; earlier by its age where a cache in front of the shop answered from memory. */
  sentAt: Date;
};

const TIMEOUT_MS = 10_000;

/**
 * Before 11.1 WooCommerce looks at a key only where the request's address holds "wp-json/wc/" as it stands, slashes unescaped
 * (class-wc-rest-authentication.php). With plain permalinks no route does, so an argument that nobody reads carries it.
 */
const MARK = "_via";

/** Throws ChannelError for everything but a success with JSON in it. */
export async function callShop(context: ChannelContext, call: ShopCall, facts: ShopFacts = factsOf(context.settings)): Promise<ShopAnswer> {
  const sentAt = context.now();
  const answer = await send(context, call, facts);
  const translated = translate(answer, call.method !== "GET", context.now());
  if (!translated.ok) {
    const { kind, retryAfterMs } = translated.error;
    if (kind === "rate-limited" && retryAfterMs !== null) context.observeLimits({ retryAfterMs });
    throw translated.error;
  }
  const ageSeconds = Number(answer.headers.age ?? 0);
  const ageMs = Number.isFinite(ageSeconds) && ageSeconds > 0 ? ageSeconds * 1000 : 0;
  return { body: translated.body, headers: answer.headers, sentAt: new Date(sentAt.getTime() - ageMs) };
}

/** What of axios' request the transport below needs. */
type Outgoing = {
  url: string;
  params?: Record<string, unknown>;
  auth?: { username: string; password: string };
  data?: string;
};

async function send(context: ChannelContext, call: ShopCall, facts: ShopFacts): Promise<HttpAnswer> {
  const transport = async (outgoing: Outgoing) => {
    const answer = await context.http({
      operation: call.operation,
      method: call.method,
      url: fullAddress(outgoing, { signedAs: facts.signedAs, sentTo: addressOf(context) }),
      headers: headersFor(outgoing),
      timeoutMs: TIMEOUT_MS,
      ...(outgoing.data === undefined || outgoing.data === null ? {} : { body: outgoing.data }),
    });
    // Resolved whatever the status: axios' own errors would carry the secret.
    return { data: answer, status: answer.status, statusText: "", headers: answer.headers, config: outgoing };
  };
  const asIs = [(data: unknown) => data];
  const client = new WooCommerceRestApi({
    url: facts.signedAs ?? addressOf(context),
    ...keyOf(context.credentials),
    // Not "/?rest_route=": a shop that checks a signature takes the final slash off its own address, but not off ours.
    wpAPIPrefix: facts.permalinks === "plain" ? "index.php?rest_route=" : "wp-json",
    version: "wc/v3",
    queryStringAuth: facts.auth === "query",
    axiosConfig: { adapter: transport, transformRequest: asIs, transformResponse: asIs },
  });
  signByOurClock(client, context);
  // Page caches that keep /wp-json answers would give old stock: no two reads have the same address.
  const params: Record<string, string> = { ...call.params };
  if (call.method === "GET") params._ = context.newKey();
  if (facts.permalinks === "plain") params[MARK] = "wp-json/wc/v3";
  const { data } = (await request(client, call, params)) as { data: HttpAnswer };
  return data;
}

function request(client: InstanceType<typeof WooCommerceRestApi>, call: ShopCall, params: Record<string, string>): Promise<unknown> {
  switch (call.method) {
    case "GET":
      return client.get(call.endpoint, params);
    case "POST":
      return client.post(call.endpoint, call.body ?? {}, params);
    case "PUT":
      return client.put(call.endpoint, call.body ?? {}, params);
    case "DELETE":
      return client.delete(call.endpoint, params);
    default:
      return call.method satisfies never;
  }
}

/** The signature (plain http only) carries a time and a nonce; both come from the context like all times and keys here. */
function signByOurClock(client: InstanceType<typeof WooCommerceRestApi>, context: ChannelContext): void {
  const signing = client as unknown as { _getOAuth: () => object };
  const original = signing._getOAuth.bind(client);
  const nonce = context.newKey().replaceAll("-", "");
  const seconds = Math.floor(context.now().getTime() / 1000);
  signing._getOAuth = () => Object.assign(original(), { getNonce: () => nonce, getTimeStamp: () => seconds });
}

/**
 * Signed requests name each parameter twice (in the address and beside it); once is enough. What a shop knows itself by is what is
 * signed, which need not be the address that leads to it.
 */
function fullAddress({ url, params }: Outgoing, { signedAs, sentTo }: { signedAs: string | null; sentTo: string }): string {
  const full = new URL(signedAs === null ? url : sentTo + url.slice(signedAs.length));
  for (const [name, value] of Object.entries(params ?? {})) full.searchParams.set(name, String(value));
  return full.toString().replace(`${MARK}=wp-json%2Fwc%2F`, `${MARK}=wp-json/wc/`);
}

function headersFor({ auth, data }: Outgoing): Record<string, string> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (data) headers["content-type"] = "application/json;charset=utf-8";
  if (auth) headers.authorization = `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString("base64")}`;
  return headers;
}
