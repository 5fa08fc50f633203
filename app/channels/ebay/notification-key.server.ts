/** Fetches a signing key of eBay's notifications, for VerifyKeys.fetchPublicKey. eBay asks to keep it for about an hour. */
import { z } from "zod";
import type { JsonObject } from "#app/domain/channel-words.ts";
import type { ChannelContext } from "../port.ts";
import { API, readBody, sendRest } from "./rest-client.ts";
import { applicationToken, type TokenContext } from "./tokens.ts";

const keyShape = z.object({ key: z.string(), algorithm: z.string().optional(), digest: z.string().optional() });

/** null: eBay knows no such key. Throws ChannelError when eBay cannot be asked. Two calls: an application token, then the key. */
export async function fetchNotificationKey(context: TokenContext, keyId: string): Promise<JsonObject | null> {
  const token = await applicationToken(context);
  const call = {
    operation: "getPublicKey",
    method: "GET" as const,
    url: `${API}/commerce/notification/v1/public_key/${encodeURIComponent(keyId)}`,
    token,
    accept: [400, 404],
  };
  const answer = await sendRest(context as ChannelContext, call);
  return answer.status === 200 ? readBody(call, answer, keyShape) : null;
}
