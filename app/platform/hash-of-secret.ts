import { createHash } from "node:crypto";

/** How a long random secret is stored to be recognised again (SHA-256, base64url): who reads it can use it for nothing. Not for passwords. */
export function hashOfSecret(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
