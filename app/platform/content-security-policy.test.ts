import { describe, expect, it } from "vitest";
import { contentSecurityPolicy, type PolicyOptions } from "./content-security-policy.ts";

const PRODUCTION: PolicyOptions = { production: true, simulatedAdmin: null, hotReload: false };
const DEMO: PolicyOptions = { production: false, simulatedAdmin: "http://127.0.0.1:4010", hotReload: false };

function directives(path: string, given: string | null = null, options = PRODUCTION): Record<string, string> {
  const parts = contentSecurityPolicy(path, "N0nce", given, options).split("; ");
  return Object.fromEntries(parts.map((part) => [part.split(" ")[0], part.slice(part.indexOf(" ") + 1)]));
}

describe("content security policy", () => {
  it("runs only our own scripts and those of this very page", () => {
    expect(directives("/portal")["script-src"]).toBe("'self' 'nonce-N0nce'");
    expect(directives("/appliances")["script-src"]).toBe("'self' 'nonce-N0nce'");
    expect(directives("/app/items")["script-src"]).toBe("'self' 'nonce-N0nce' https://cdn.shopify.com");
  });

  it("lets nobody frame a page outside Shopify admin", () => {
    expect(directives("/portal")["frame-ancestors"]).toBe("'none'");
    expect(directives("/")["frame-ancestors"]).toBe("'none'");
  });

  it("takes over which shop may frame the embedded front", () => {
    const given = "frame-ancestors https://a.myshopify.com https://admin.shopify.com;";
    expect(directives("/app", given)["frame-ancestors"]).toBe("https://a.myshopify.com https://admin.shopify.com");
    expect(directives("/app")["frame-ancestors"]).toBe("https://admin.shopify.com https://*.myshopify.com");
  });

  it("knows the demo's simulated admin only where it is told of it, and once", () => {
    expect(directives("/app", null, DEMO)["frame-ancestors"]).toMatch(/ http:\/\/127\.0\.0\.1:4010$/);
    expect(
      directives("/app", "frame-ancestors http://127.0.0.1:4010 https://a.myshopify.com", DEMO)["frame-ancestors"]?.match(/4010/g),
    ).toHaveLength(1);
    expect(directives("/app", null, DEMO)["script-src"]).toContain("http://127.0.0.1:4010");
    expect(directives("/portal", null, DEMO)["script-src"]).not.toContain("4010");
    expect(contentSecurityPolicy("/app", "n", null, PRODUCTION)).not.toMatch(/127\.0\.0\.1|localhost|ws:/);
  });

  it("opens inline scripts for Shopify's exit page alone, without a nonce that would switch them off again", () => {
    expect(directives("/auth/exit-iframe")["script-src"]).toBe("'unsafe-inline' https://cdn.shopify.com");
    expect(directives("/auth/login")["script-src"]).not.toContain("unsafe-inline");
  });

  it("names hot reload's socket only in development", () => {
    expect(directives("/portal", null, { ...DEMO, hotReload: true })["connect-src"]).toBe("'self' ws:");
    expect(directives("/portal", null, DEMO)["connect-src"]).toBe("'self'");
  });
});
