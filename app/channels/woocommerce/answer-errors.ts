/** The one place where an answer of a shop, or of the host, firewall or cache in front of it, becomes a ChannelError. */
import type { Json, JsonObject } from "#app/domain/channel-words.ts";
import type { HttpAnswer } from "#app/platform/http.ts";
import { ChannelError } from "../errors.ts";

/** The body as JSON; undefined where it is none: a maintenance page, a firewall's page, a PHP notice before the JSON. */
export function jsonOf(answer: HttpAnswer): Json | undefined {
  try {
    return JSON.parse(answer.text.replace(/^\uFEFF/, "")) as Json;
  } catch {
    return undefined;
  }
}

export type Translated = { ok: true; body: Json } | { ok: false; error: ChannelError };

/** `changes`: the call may have changed something, so an answer from in front of the shop leaves the outcome open. */
export function translate(answer: HttpAnswer, changes: boolean, now: Date): Translated {
  const body = jsonOf(answer);
  if (answer.status >= 200 && answer.status < 300) {
    if (body !== undefined) return { ok: true, body };
    return fail(answer, now, changes ? "outcome-unknown" : "unavailable", "The shop answered with a page instead of data.", "not-json");
  }
  const said = errorBody(body);
  return said ? wooError(answer, said, changes, now) : hostError(answer, changes, now);
}

type Said = { code: string; message: string };

function errorBody(body: Json | undefined): Said | null {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return null;
  const { code, message } = body as JsonObject;
  return typeof code === "string" ? { code, message: typeof message === "string" ? message : "" } : null;
}

function fail(answer: HttpAnswer, now: Date, kind: ChannelError["kind"], message: string, code: string, text?: string): Translated {
  const retryAfterMs = retryAfter(answer.headers["retry-after"], now);
  const more = { status: answer.status, code, ...(text === undefined ? {} : { text }) };
  return { ok: false, error: new ChannelError(kind, message, retryAfterMs === null ? more : { ...more, retryAfterMs }) };
}

/** The shop itself has spoken, in its `{code, message, data}`. */
function wooError(answer: HttpAnswer, { code, message }: Said, changes: boolean, now: Date): Translated {
  const as = (kind: ChannelError["kind"], words: string) => fail(answer, now, kind, words, code, message);
  if (answer.status === 401) {
    if (/(read|write) permissions/.test(message)) return as("forbidden", "The shop's key may not do this; it needs read and write rights.");
    if (/timestamp|nonce/i.test(message)) return as("unavailable", "The shop's clock and ours disagree by more than 15 minutes.");
    return as("auth-revoked", "The shop no longer accepts our key.");
  }
  if (answer.status === 403) return as("forbidden", "The user behind the shop's key may not do this.");
  // The plugin is switched off or the address has changed: that says nothing of any product.
  if (code === "rest_no_route") return as("unavailable", "The shop's WooCommerce interface is not there.");
  if (answer.status === 404 || code.endsWith("_invalid_id")) return as("not-found", "The shop does not know this id.");
  if (answer.status === 429) return as("rate-limited", "The shop asks us to slow down.");
  if (answer.status >= 500) return as(changes ? "outcome-unknown" : "unavailable", "The shop had an internal error.");
  return as("rejected", "The shop refused the request.");
}

/** Somebody in front of the shop has spoken. */
function hostError(answer: HttpAnswer, changes: boolean, now: Date): Translated {
  const { status } = answer;
  const as = (kind: ChannelError["kind"], words: string) => fail(answer, now, kind, words, "not-json");
  if (status === 429) return as("rate-limited", "The shop's host asks us to slow down.");
  if (status === 403) {
    const told = answer.headers["retry-after"] !== undefined;
    return as(told ? "rate-limited" : "unavailable", "A firewall in front of the shop turned us away.");
  }
  if (status === 401) return as("forbidden", "The shop's host asks for a password of its own.");
  if (status >= 300 && status < 400) return as("unavailable", "The shop sends us on to another address.");
  if (status >= 500) return as(changes ? "outcome-unknown" : "unavailable", "The shop is not available.");
  return as("unavailable", "The shop's interface could not be found at its address.");
}

/** Seconds or a date; milliseconds from now. */
function retryAfter(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}
