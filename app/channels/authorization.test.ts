/** What we ask sellers for on the platforms' consent pages, held against the platforms' own documents. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { officialScopes, operationsOf } from "#app/testing/official-scopes.ts";
import { SCOPES as EBAY_SCOPES } from "./ebay/authorization.ts";
import { ebay } from "./ebay/connector.server.ts";
import { SCOPES as ETSY_SCOPES } from "./etsy/authorization.ts";
import { etsy } from "./etsy/connector.server.ts";

const BASE = "https://api.ebay.com/oauth/api_scope";
const asked = { ebay: EBAY_SCOPES, etsy: ETSY_SCOPES };
const request = { state: "s", challenge: createHash("sha256").update("v").digest("base64url"), callbackUrl: "https://app.example.com/cb" };

describe.each(["ebay", "etsy"] as const)("the scopes asked for at %s", (platform) => {
  const official = officialScopes(platform);
  const wanted = operationsOf(platform).flatMap((operation) => {
    const scopes = official.get(operation) ?? [];
    return scopes.length > 0 ? [{ operation, scopes }] : [];
  });

  it("suffice for every operation that the connector calls", () => {
    expect(wanted.length).toBeGreaterThan(6);
    const refused = wanted.filter(({ scopes }) => !scopes.some((scope) => asked[platform].includes(scope)));
    expect(refused).toEqual([]);
  });

  it("are each needed by some operation", () => {
    const idle = asked[platform].filter((scope) => !wanted.some(({ scopes }) => scopes.includes(scope)));
    expect(idle).toEqual([]);
  });

  it("grant no writing where reading is enough", () => {
    const readOnly = wanted.filter(({ scopes }) => scopes.some((scope) => scope.endsWith(".readonly")));
    const writable = asked[platform].filter((scope) => scope !== BASE && !/(readonly|_r|subscription)$/.test(scope));
    for (const scope of writable) {
      const writes = wanted.filter(({ scopes }) => scopes.includes(scope) && !readOnly.some((one) => one.scopes === scopes));
      expect([scope, writes.length > 0]).toEqual([scope, true]);
    }
  });
});

describe("the way to the platform's page", () => {
  it("eBay: the RuName stands where others want the address", () => {
    const app = { clientId: "id", clientSecret: "cs", ruName: "Our-Ru-Name" };
    const page = new URL(ebay.authorization?.page({ app, ...request }) ?? "");
    expect(page.origin + page.pathname).toBe("https://auth.ebay.com/oauth2/authorize");
    expect(Object.fromEntries(page.searchParams)).toEqual({
      ...{ client_id: "id", redirect_uri: "Our-Ru-Name", response_type: "code", state: "s" },
      scope: EBAY_SCOPES.join(" "),
    });
    expect(page.href).not.toContain("cs");
  });

  it("Etsy: PKCE by S256, the registered address, and never the shared secret", () => {
    const app = { keystring: "key", sharedSecret: "shh-secret" };
    const page = new URL(etsy.authorization?.page({ app, ...request }) ?? "");
    expect(page.origin + page.pathname).toBe("https://www.etsy.com/oauth/connect");
    expect(Object.fromEntries(page.searchParams)).toEqual({
      ...{ response_type: "code", client_id: "key", redirect_uri: request.callbackUrl, scope: ETSY_SCOPES.join(" "), state: "s" },
      ...{ code_challenge: request.challenge, code_challenge_method: "S256" },
    });
    expect(page.href).not.toContain("shh-secret");
  });

  it("counts an Etsy key of which nothing is said as a personal one: five shops; a missing webhook secret breaks nothing", () => {
    const app = { keystring: "key", sharedSecret: "shh", webhookSecret: null };
    const most = (more: Record<string, string>) => etsy.authorization?.mostAccounts({ ...app, ...more });
    expect([most({}), most({ access: "personal" }), most({ access: "nonsense" }), most({ access: "commercial" })]).toEqual([5, 5, 5, null]);
  });
});
