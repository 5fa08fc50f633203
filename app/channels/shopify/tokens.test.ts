import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ChannelBed, makeHarness } from "#app/testing/channel-harness.ts";
import type { ChannelError } from "../errors.ts";
import type { ChannelContext } from "../port.ts";
import { shopify } from "./connector.server.ts";

let bed: ChannelBed;
beforeAll(async () => {
  bed = await makeHarness(shopify);
}, 60_000);
afterAll(() => bed.stop());
beforeEach(() => bed.reset());

const DAY = 86_400_000;
const refresh = (context: ChannelContext = bed.context) => shopify.refresh!(context);
const kindOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "no error",
    (error: ChannelError) => error.kind,
  );
const withAnswer = (status: number, text: string): ChannelContext => ({
  ...bed.context,
  http: async () => ({ status, headers: {}, text }),
});

describe("Shopify's expiring tokens", () => {
  it("trap: an access token lives an hour, and the refreshed pair tells both ends", async () => {
    const fresh = await refresh();
    expect(Math.round((fresh.expiresAt!.getTime() - bed.clock.now().getTime()) / 60_000)).toBe(60);
    expect(Math.round((fresh.refreshExpiresAt!.getTime() - bed.clock.now().getTime()) / DAY)).toBe(90);
    expect(fresh.credentials.refreshToken).not.toBe(bed.context.credentials.refreshToken);
  });

  it("trap: a lost refresh answer may be asked again until the replacement is used", async () => {
    bed.world.faults({ api: { lostReply: 1 } });
    expect(await kindOf(refresh())).toBe("outcome-unknown");
    bed.world.faults();
    const second = await refresh();
    const context = { ...bed.context, credentials: second.credentials };
    expect((await shopify.identify(context)).externalId).toBe(bed.context.account.externalId);
    expect(await kindOf(refresh())).toBe("auth-revoked");
  });

  it("trap: a shop idle for ninety days must be opened again by its owner", async () => {
    bed.clock.advance(91 * DAY);
    expect(await kindOf(refresh())).toBe("auth-revoked");
  });

  it("trap: an answer without expires_in does not make a token that is never renewed", async () => {
    const fresh = await refresh(withAnswer(200, '{"access_token":"shpat_x","refresh_token":"shprt_x","scope":"read_orders"}'));
    expect(fresh.expiresAt?.getTime()).toBe(fresh.expiresAt && Date.parse(String(fresh.credentials.expiresAt)));
    expect(fresh.expiresAt!.getTime()).toBeGreaterThan(bed.clock.now().getTime());
  });

  it.each([400, 401, 403])("trap: Shopify refuses a dead refresh token with %i, and each means revoked", async (status) => {
    expect(await kindOf(refresh(withAnswer(status, '{"error":"invalid_grant"}')))).toBe("auth-revoked");
  });

  it.each([
    [429, "rate-limited"],
    [503, "unavailable"],
    [200, "unavailable"],
  ])("a %i without a token is no verdict on the connection", async (status, kind) => {
    expect(await kindOf(refresh(withAnswer(status, "<html></html>")))).toBe(kind);
  });

  it("a connection without a refresh token says what to do, and sends nothing", async () => {
    const context = { ...bed.context, credentials: { accessToken: "x" }, http: () => Promise.reject(new Error("was called")) };
    expect(await kindOf(refresh(context))).toBe("auth-revoked");
  });

  it.each(["evil.example", "shop.myshopify.com.evil.example", "a b.myshopify.com", "", null])(
    "trap: a token never goes to %s",
    async (address) => {
      const context = { ...bed.context, account: { ...bed.context.account, address }, http: () => Promise.reject(new Error("was called")) };
      expect(await kindOf(refresh(context))).toBe("rejected");
      expect(await kindOf(shopify.identify(context))).toBe("rejected");
    },
  );
});
