/** eBay's JSON APIs: one call, one typed answer, and every refusal in the house's words. */
import { z } from "zod";
import type { Json } from "#app/domain/channel-words.ts";
import type { HttpAnswer } from "#app/platform/http.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext } from "../port.ts";
import { readCredentials } from "./keys.ts";

export const API = "https://api.ebay.com";
const TIMEOUT_MS = 10_000;

export type RestCall = {
  /** eBay's name of the operation. */
  operation: string;
  method: "GET" | "POST" | "PUT" | "DELETE";
  url: string;
  body?: Json;
  /** A changing call that eBay answered oddly may have been carried out. */
  changes?: boolean;
  /** Default: the seller's access token. */
  token?: string;
  /** Statuses that the caller reads itself. */
  accept?: number[];
};

const errorShape = z.object({
  errorId: z.number().or(z.string()).optional(),
  category: z.string().optional(),
  message: z.string().optional(),
  longMessage: z.string().optional(),
});
export type RestError = z.infer<typeof errorShape>;
const errorsShape = z.object({ errors: z.array(errorShape).min(1) });

export async function sendRest(context: ChannelContext, call: RestCall): Promise<HttpAnswer> {
  const answer = await context.http({
    operation: call.operation,
    method: call.method,
    url: call.url,
    timeoutMs: TIMEOUT_MS,
    headers: {
      authorization: `Bearer ${call.token ?? readCredentials(context.credentials).accessToken}`,
      accept: "application/json",
      // HTTP libraries fill in "*", which the Inventory API refuses.
      "accept-language": "en-US",
      ...(call.body === undefined ? {} : { "content-type": "application/json", "content-language": "en-US" }),
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  });
  if (answer.status < 300 || call.accept?.includes(answer.status)) return answer;
  throw refusal(call, answer);
}

/** Sends and reads; what the shape does not name is dropped here, buyers' data among it. */
export async function callRest<T>(context: ChannelContext, call: RestCall, shape: z.ZodType<T>): Promise<T> {
  return readBody(call, await sendRest(context, call), shape);
}

export function readBody<T>(call: Pick<RestCall, "operation" | "changes">, answer: HttpAnswer, shape: z.ZodType<T>): T {
  const body = parseJson(answer.text);
  const read = body === undefined ? undefined : shape.safeParse(body);
  if (read?.success) return read.data;
  // A web page with status 200, or fields that eBay never promised: no number may be taken from it.
  throw new ChannelError(call.changes ? "outcome-unknown" : "unavailable", `eBay answered ${call.operation} with something unreadable`, {
    status: answer.status,
  });
}

export function errorsOf(text: string): RestError[] {
  const read = errorsShape.safeParse(parseJson(text));
  return read.success ? read.data.errors : [];
}

/** Milliseconds from a Retry-After header of seconds, which eBay does not promise; undefined where it says nothing. */
export function retryAfter(headers: Record<string, string>): number | undefined {
  const seconds = headers["retry-after"];
  return seconds !== undefined && /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}

function refusal(call: RestCall, { status, text, headers }: HttpAnswer): ChannelError {
  const [first] = errorsOf(text);
  const pause = retryAfter(headers);
  const more = {
    status,
    ...(first?.errorId === undefined ? {} : { code: String(first.errorId) }),
    ...(first?.message === undefined ? {} : { text: first.message }),
    ...(pause === undefined ? {} : { retryAfterMs: pause }),
  };
  if (status === 401) return new ChannelError("auth-expired", "eBay no longer takes this access token", more);
  if (status === 403) return new ChannelError("forbidden", `eBay does not allow ${call.operation}`, more);
  if (status === 404) return new ChannelError("not-found", `eBay knows nothing of what ${call.operation} asked for`, more);
  if (status === 429) return new ChannelError("rate-limited", "eBay's call limit is reached", more);
  // eBay's own rule: category APPLICATION is its fault and may be tried again, the others are ours.
  if (status >= 500 || first?.category === "APPLICATION") {
    return new ChannelError(call.changes ? "outcome-unknown" : "unavailable", `eBay could not carry out ${call.operation}`, more);
  }
  return new ChannelError("rejected", `eBay refused ${call.operation}`, more);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
