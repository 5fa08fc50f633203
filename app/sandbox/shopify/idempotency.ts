/**
 * @idempotent as the platform demands it at run time since 2026-04 (the schema marks it nowhere as required): without it the
 * mutation fails; a repeat with the same key and values gets the first answer again and changes nothing.
 */
import { GraphQLError, type GraphQLResolveInfo, getDirectiveValues } from "graphql";
import { adminSchema } from "./schema.ts";
import type { ShopState } from "./shop-state.ts";

/** Shopify keeps keys for a documented time that the contract does not know; a day is on the safe side for a test. */
const KEPT_MS = 24 * 3_600_000;

export type UserError = { __typename: string; code?: string | null; field: string[] | null; message: string };
export type Payload = { __typename: string; userErrors: UserError[] } & Record<string, unknown>;

/** `refuse` builds the payload that carries one of the platform's IDEMPOTENCY_ codes. */
export function onceOnly(
  shop: ShopState,
  now: Date,
  info: GraphQLResolveInfo,
  values: unknown,
  refuse: (code: string, message: string) => Payload,
  carryOut: () => Payload,
): Payload {
  const directive = adminSchema().schema.getDirective("idempotent");
  const given = directive && info.fieldNodes[0] ? getDirectiveValues(directive, info.fieldNodes[0], info.variableValues) : undefined;
  const key = typeof given?.key === "string" ? given.key.trim() : "";
  if (key === "") {
    throw new GraphQLError("The @idempotent directive with a key is required for this mutation but was not provided.", {
      extensions: { code: "BAD_REQUEST" },
    });
  }
  const at = now.getTime();
  const fingerprint = JSON.stringify([info.fieldName, values]);
  const known = shop.attempts.get(key);
  if (known && at - known.at < KEPT_MS) {
    if (known.fingerprint !== fingerprint) {
      return refuse("IDEMPOTENCY_KEY_PARAMETER_MISMATCH", "The same idempotency key cannot be used with different operation parameters.");
    }
    if (known.failed) {
      return refuse(
        "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED",
        "A previous request with this idempotency key failed. Retry with a new idempotency key.",
      );
    }
    return known.answer as Payload;
  }
  const answer = carryOut();
  shop.attempts.set(key, { at, fingerprint, answer, failed: answer.userErrors.length > 0 });
  for (const [old, attempt] of shop.attempts) {
    if (at - attempt.at < KEPT_MS) break;
    shop.attempts.delete(old);
  }
  return answer;
}
