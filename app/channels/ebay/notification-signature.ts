/** eBay's proof on a notification: ECDSA over the body, the key named by an id that eBay itself answers for. */
import { createPublicKey, type KeyObject, verify as verifySignature } from "node:crypto";
import { z } from "zod";
import type { JsonObject } from "#app/domain/channel-words.ts";

const headerShape = z.object({ kid: z.string().regex(/^[\w-]{1,100}$/), signature: z.string().min(1).max(1_000) });
const keyShape = z.object({ key: z.string().min(1).max(4_000), digest: z.string().optional() });
const DIGESTS: Record<string, string> = { SHA1: "sha1", SHA256: "sha256" };

export type SignatureHeader = z.infer<typeof headerShape>;

/** The x-ebay-signature header: base64 of JSON. null: none, or nonsense. */
export function readSignatureHeader(header: string | undefined): SignatureHeader | null {
  if (!header || header.length > 4_000) return null;
  try {
    const read = headerShape.safeParse(JSON.parse(Buffer.from(header, "base64").toString("utf8")));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

/** `answer`: what public_key said about the key id; its digest counts, SHA-1 where it names none. */
export function isSignedBy(answer: JsonObject, { signature }: SignatureHeader, rawBody: Uint8Array): boolean {
  const read = keyShape.safeParse(answer);
  if (!read.success) return false;
  const key = toKey(read.data.key);
  const digest = DIGESTS[(read.data.digest ?? "SHA1").toUpperCase().replace("-", "")];
  if (!key || !digest) return false;
  const bytes = Buffer.from(signature, "base64");
  if (verifySignature(digest, rawBody, key, bytes)) return true;
  // eBay's own sample signs the compact form of the body; a proxy may have spaced it out.
  const compact = compactJson(rawBody);
  return compact !== null && verifySignature(digest, Buffer.from(compact, "utf8"), key, bytes);
}

/** The key comes as a PEM in one line. Only elliptic curves are taken. */
function toKey(oneLine: string): KeyObject | null {
  const body = oneLine.replace(/-----(BEGIN|END) PUBLIC KEY-----/g, "").replace(/\s/g, "");
  try {
    const key = createPublicKey({ key: Buffer.from(body, "base64"), format: "der", type: "spki" });
    return key.asymmetricKeyType === "ec" ? key : null;
  } catch {
    return null;
  }
}

function compactJson(rawBody: Uint8Array): string | null {
  try {
    return JSON.stringify(JSON.parse(Buffer.from(rawBody).toString("utf8")));
  } catch {
    return null;
  }
}
