/** One GraphQL call to the Admin API: sends it, tells the budget what it cost, and turns every refusal into a ChannelError. */
import type { HttpAnswer } from "#app/platform/http.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext } from "../port.ts";
import { isText, shopOrigin } from "./shop-settings.ts";

export const API_VERSION = "2026-10";
const TIMEOUT_MS = 10_000;

type ThrottleStatus = { maximumAvailable?: unknown; currentlyAvailable?: unknown; restoreRate?: unknown };
type GraphqlError = { message?: unknown; extensions?: { code?: unknown } };
type GraphqlAnswer = {
  data?: unknown;
  errors?: GraphqlError[] | string | object;
  extensions?: { cost?: { requestedQueryCost?: unknown; throttleStatus?: ThrottleStatus } };
};

export type AdminCall = {
  /** The root field, which is what Shopify calls the operation. */
  operation: string;
  document: string;
  variables: Record<string, unknown>;
  /** A changing call whose answer is unusable may have been carried out. */
  changes?: boolean;
};

/** Answers `data`. Whatever it throws is a ChannelError; "outcome-unknown" only for changing calls. */
export async function callAdmin<T>(context: ChannelContext, call: AdminCall): Promise<T> {
  const { accessToken } = context.credentials;
  if (!isText(accessToken)) throw new ChannelError("auth-expired", "Shopify: the connection holds no access token");
  const answer = await context.http({
    operation: call.operation,
    method: "POST",
    url: `${shopOrigin(context)}/admin/api/${API_VERSION}/graphql.json`,
    headers: { "content-type": "application/json", accept: "application/json", "x-shopify-access-token": accessToken },
    body: JSON.stringify({ query: call.document, variables: call.variables }),
    timeoutMs: TIMEOUT_MS,
  });
  if (answer.status !== 200) throw refusalOf(answer, call);
  const parsed = parseAnswer(answer.text);
  if (!parsed) throw unusable(call, `${call.operation} was not answered with JSON`, answer.status);
  noteLimits(context, parsed);
  if (parsed.errors !== undefined) throw graphqlErrorOf(parsed, call);
  if (typeof parsed.data !== "object" || parsed.data === null) throw unusable(call, `${call.operation} was answered without data`, 200);
  return parsed.data as T;
}

function parseAnswer(text: string): GraphqlAnswer | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? parsed : null;
  } catch {
    // An error page with status 200 is an answer that the caller has to judge.
    return null;
  }
}

function refusalOf({ status, headers }: HttpAnswer, call: AdminCall): ChannelError {
  const retryAfterMs = secondsToMs(headers["retry-after"]);
  if (status === 401) return new ChannelError("auth-expired", "Shopify refused the access token", { status });
  if (status === 402 || status === 403 || status === 423) {
    return new ChannelError("forbidden", "Shopify does not let the app into this shop (frozen, locked or not allowed)", { status });
  }
  if (status === 404) return new ChannelError("not-found", "Shopify knows no such shop", { status });
  if (status === 429 || status === 430) {
    return new ChannelError("rate-limited", "Shopify wants fewer calls", { status, retryAfterMs: retryAfterMs ?? 2_000 });
  }
  if (status >= 500) return unusable(call, `Shopify answered ${call.operation} with ${status}`, status, retryAfterMs);
  return new ChannelError("rejected", `Shopify answered ${call.operation} with ${status}`, { status });
}

function graphqlErrorOf({ errors, extensions }: GraphqlAnswer, call: AdminCall): ChannelError {
  const first: GraphqlError = Array.isArray(errors) ? (errors[0] ?? {}) : { message: typeof errors === "string" ? errors : undefined };
  const code = typeof first.extensions?.code === "string" ? first.extensions.code : undefined;
  const text = typeof first.message === "string" ? first.message : undefined;
  const details = { status: 200, ...(code === undefined ? {} : { code }), ...(text === undefined ? {} : { text }) };
  switch (code) {
    case "THROTTLED":
      return new ChannelError("rate-limited", "Shopify's points are spent", { ...details, retryAfterMs: pointsBackInMs(extensions?.cost) });
    case "ACCESS_DENIED":
      return new ChannelError("forbidden", `Shopify denies access to ${call.operation}`, details);
    case "SHOP_INACTIVE":
      return new ChannelError("forbidden", "The Shopify shop is not active", details);
    case "INTERNAL_SERVER_ERROR":
    case "TIMEOUT":
      return unusable(call, `Shopify failed inside ${call.operation}`, 200);
    default:
      return new ChannelError("rejected", `Shopify does not take ${call.operation} as it was sent`, details);
  }
}

/** A read is simply repeated; a change may stand already. */
function unusable(call: AdminCall, message: string, status: number, retryAfterMs: number | null = null): ChannelError {
  const more = { status, ...(retryAfterMs === null ? {} : { retryAfterMs }) };
  return call.changes ? new ChannelError("outcome-unknown", message, { status }) : new ChannelError("unavailable", message, more);
}

function noteLimits(context: ChannelContext, { extensions }: GraphqlAnswer): void {
  const status = extensions?.cost?.throttleStatus;
  if (!status) return;
  const number = (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? value : undefined);
  context.observeLimits({
    remaining: number(status.currentlyAvailable),
    capacity: number(status.maximumAvailable),
    restorePerSecond: number(status.restoreRate),
  });
}

/** Time until the points asked for are back; a second where Shopify does not say. */
function pointsBackInMs(cost: { requestedQueryCost?: unknown; throttleStatus?: ThrottleStatus } | undefined): number {
  const wanted = Number(cost?.requestedQueryCost);
  const there = Number(cost?.throttleStatus?.currentlyAvailable);
  const rate = Number(cost?.throttleStatus?.restoreRate);
  if (!Number.isFinite(wanted) || !Number.isFinite(there) || !(rate > 0)) return 1_000;
  return Math.max(100, Math.ceil(((wanted - there) / rate) * 1000));
}

function secondsToMs(header: string | undefined): number | null {
  const seconds = Number(header);
  return header !== undefined && Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds * 1000) : null;
}
