/** Rotating refresh tokens: what keeps the chain and what breaks it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ChannelBed, makeHarness } from "#app/testing/channel-harness.ts";
import type { ChannelContext } from "../port.ts";
import { etsy } from "./connector.server.ts";

const HOUR_MS = 3_600_000;

let bed: ChannelBed;

beforeAll(async () => {
  bed = await makeHarness(etsy);
}, 60_000);
afterAll(() => bed.stop());
beforeEach(() => bed.reset());

const refresh = (context: ChannelContext) => bed.channel.refresh!(context);

describe("refresh", () => {
  it("replaces both tokens and says how long they live", async () => {
    const { credentials, expiresAt, refreshExpiresAt } = await refresh(bed.context);
    expect(credentials.accessToken).not.toBe(bed.context.credentials.accessToken);
    expect(credentials.refreshToken).not.toBe(bed.context.credentials.refreshToken);
    const now = bed.clock.now().getTime();
    expect(Math.abs(expiresAt!.getTime() - now - HOUR_MS)).toBeLessThan(5_000);
    expect(Math.abs(refreshExpiresAt!.getTime() - now - 90 * 24 * HOUR_MS)).toBeLessThan(5_000);
    await expect(bed.channel.identify({ ...bed.context, credentials })).resolves.toMatchObject({
      externalId: bed.context.account.externalId,
    });
  });

  it("with a refresh token that was used before is refused for good: two at once lose the chain", async () => {
    const outcomes = await Promise.allSettled([refresh(bed.context), refresh(bed.context)]);
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled").length).toBe(1);
    await expect(refresh(bed.context)).rejects.toMatchObject({ kind: "auth-revoked" });
  });

  it("whose answer is lost leaves the outcome unknown, and the old token is dead", async () => {
    bed.world.faults({ api: { lostReply: 1 } });
    await expect(refresh(bed.context)).rejects.toMatchObject({ kind: "outcome-unknown" });
    bed.world.faults();
    await expect(refresh(bed.context)).rejects.toMatchObject({ kind: "auth-revoked" });
  });

  it("after 90 days without use is too late", async () => {
    bed.clock.advance(91 * 24 * HOUR_MS);
    await expect(refresh(bed.context)).rejects.toMatchObject({ kind: "auth-revoked" });
  });

  it("without a stored refresh token asks nobody", async () => {
    const context = { ...bed.context, credentials: { accessToken: "1.x" } };
    await expect(refresh(context)).rejects.toMatchObject({ kind: "auth-revoked" });
    expect(bed.trail).toEqual([]);
  });

  it("keeps its tokens out of every error", async () => {
    bed.world.faults({ tokens: "revoke" });
    const error = await refresh(bed.context).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ kind: "auth-revoked", platform: { code: "invalid_grant" } });
    expect(bed.problems).toEqual([]);
  });
});

describe("a key or token that Etsy does not take", () => {
  it("the bare keystring of before 2026 is forbidden", async () => {
    const http: ChannelContext["http"] = (call) =>
      bed.context.http({ ...call, headers: { ...call.headers, "x-api-key": String(bed.context.app.keystring) } });
    await expect(bed.channel.identify({ ...bed.context, http })).rejects.toMatchObject({ kind: "forbidden", platform: { status: 403 } });
    bed.problems.length = 0;
  });

  it("an access token past its hour is expired", async () => {
    bed.clock.advance(HOUR_MS + 1_000);
    await expect(bed.channel.identify(bed.context)).rejects.toMatchObject({ kind: "auth-expired" });
  });

  it("missing configuration is ours to mend", async () => {
    await expect(bed.channel.identify({ ...bed.context, app: {} })).rejects.toMatchObject({ kind: "unsupported" });
  });
});
