import type { ServerResponse } from "node:http";
import { contentSecurityPolicy, type PolicyOptions } from "./content-security-policy.ts";

const YEAR_S = 31_536_000;

/**
 * Gives an answer the headers that keep a browser careful. The policy is written at the last moment, when whatever was set
 * further in (shopify-app-remix names who may frame us) is known, so that one policy stands there and not two.
 */
export function guardAnswer(
  response: ServerResponse,
  about: { path: string; nonce: string; requestId: string; policy: PolicyOptions },
): void {
  const { path, nonce, requestId, policy } = about;
  response.setHeader("X-Request-Id", requestId);
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Referrer-Policy", "strict-origin-when-cross-origin");
  response.setHeader("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()");
  if (policy.production) response.setHeader("Strict-Transport-Security", `max-age=${YEAR_S}`);

  const writeHead = response.writeHead;
  response.writeHead = function guarded(this: ServerResponse, ...args: unknown[]): ServerResponse {
    const given = response.getHeader("Content-Security-Policy");
    const text = Array.isArray(given) ? given.join("; ") : given === undefined ? null : String(given);
    const policyText = contentSecurityPolicy(path, nonce, text, policy);
    response.setHeader("Content-Security-Policy", policyText);
    if (policyText.includes("frame-ancestors 'none'")) response.setHeader("X-Frame-Options", "DENY");
    return Reflect.apply(writeHead, response, args) as ServerResponse;
  } as ServerResponse["writeHead"];
}
