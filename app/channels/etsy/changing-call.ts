import { ChannelError } from "../errors.ts";
import type { ChannelContext, WriteResult } from "../port.ts";
import { call, type EtsyCall, failureOf, parseJson } from "./client.ts";

/** What all the keys carried by one changing call have in common when it did not succeed. */
export type Failure = DistributiveOmit<Exclude<WriteResult, { outcome: "confirmed" }>, "key">;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** `body` is the parsed JSON of a 2xx answer. */
export type Changed = { ok: true; body: unknown; sentAt: Date } | { ok: false; failure: Failure; status: number | null };

/** Makes a call that changes something and says what became of it; never throws a ChannelError. */
export async function makeChange(context: ChannelContext, wanted: EtsyCall): Promise<Changed> {
  try {
    const { answer, sentAt } = await call(context, wanted);
    if (answer.status >= 200 && answer.status < 300) return { ok: true, body: parseJson(answer.text), sentAt };
    return { ok: false, failure: failureFrom(failureOf(context, wanted.operation, answer), true), status: answer.status };
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    return { ok: false, failure: failureFrom(error, false), status: null };
  }
}

/** `answered`: Etsy said so itself; otherwise the words come from our own side of the wire. */
function failureFrom(error: ChannelError, answered: boolean): Failure {
  switch (error.kind) {
    case "conflict":
      return { outcome: "conflict", reading: null };
    case "not-found":
      return { outcome: "not-found" };
    case "outcome-unknown":
      return { outcome: "unknown", reason: error.message };
    case "unavailable":
      // An error 500 may come after the change was made; a connection that was never made cannot have changed anything.
      return answered ? { outcome: "unknown", reason: error.message } : { outcome: "not-sent", reason: error.message };
    case "forbidden":
      return { outcome: "rejected", code: codeOf(error), text: error.platform.text || error.message, who: "seller" };
    case "rejected":
    case "unsupported":
      return { outcome: "rejected", code: codeOf(error), text: error.platform.text || error.message, who: "us" };
    case "rate-limited":
    case "auth-expired":
    case "auth-revoked":
      return { outcome: "not-sent", reason: error.message };
    default:
      return error.kind satisfies never;
  }
}

/** Etsy has no error codes; the status is all there is. */
const codeOf = (error: ChannelError): string | null => (error.platform.status === null ? null : String(error.platform.status));
