/** eBay's signature on notifications: ECDSA with SHA-1 over the body, keys by id, all of it in one base64 header. */
import { createSign, generateKeyPairSync } from "node:crypto";
import type { SignHow } from "../simulator.ts";

export type SigningKey = { kid: string; privatePem: string; publicPem: string };

export function newSigningKey(kid: string): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return { kid, privatePem: privateKey, publicPem: publicKey };
}

/** The public_key endpoint's answer: the PEM stands in one line. */
export function publicKeyView(key: SigningKey) {
  return { key: key.publicPem.replaceAll("\n", ""), algorithm: "ECDSA", digest: "SHA1" };
}

export function signBody(key: SigningKey, body: string, how: SignHow): Record<string, string> {
  if (how === "none") return {};
  const privatePem = how === "otherKey" ? newSigningKey(key.kid).privatePem : key.privatePem;
  const signed = how === "bad" ? `${body} ` : body;
  const signature = createSign("sha1").update(signed).sign(privatePem, "base64");
  const header = JSON.stringify({ alg: "ecdsa", kid: key.kid, signature, digest: "SHA1" });
  return { "x-ebay-signature": Buffer.from(header).toString("base64") };
}
