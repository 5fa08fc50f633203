import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDemoSignIn } from "./sign-in.server.ts";

let at = Date.parse("2026-11-23T12:00:00Z");
const signIn = createDemoSignIn({ secret: "s3cret", now: () => at });
let server: Server;
let origin = "";

beforeAll(async () => {
  const app = express();
  signIn.mount(app);
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

const post = (path: string, body: Record<string, string>, from: string | null = origin) =>
  fetch(`${origin}${path}`, { method: "POST", redirect: "manual", headers: from ? { origin: from } : {}, body: new URLSearchParams(body) });
const who = (cookie: string) => signIn.login.whoIs(new Request(`${origin}/portal`, { headers: { cookie } }));
const cookieOf = (answer: Response) => answer.headers.get("set-cookie")?.split(";")[0] ?? "";

describe("the demo's sign-in", () => {
  it("offers both sellers and one who may only look, in a page without script", async () => {
    const page = await (await fetch(`${origin}/demo/sign-in?back=/portal/inventory`)).text();
    for (const person of ["demo-anna", "demo-ben", "demo-clara"]) expect(page).toContain(`value="${person}"`);
    expect(page).toContain('value="/portal/inventory"');
    expect(page).not.toContain("<script");
  });

  it("signs in with an HttpOnly, SameSite cookie and goes back to where one came from", async () => {
    const answer = await post("/demo/sign-in", { person: "demo-clara", back: "/portal/channels" });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/portal/channels"]);
    expect(answer.headers.get("set-cookie")).toMatch(/HttpOnly.*SameSite=Lax/);
    expect(await who(cookieOf(answer))).toMatchObject({ externalUserId: "demo-clara" });
  });

  it("gives each sign-in a session of its own, also of the same person in the same moment", async () => {
    const sessions = await Promise.all(
      [1, 2].map(async () => (await who(cookieOf(await post("/demo/sign-in", { person: "demo-anna" }))))?.sessionId),
    );
    expect(new Set(sessions).size).toBe(2);
  });

  it("believes no cookie that was changed, signed by another, or has run out", async () => {
    const cookie = cookieOf(await post("/demo/sign-in", { person: "demo-ben" }));
    expect(await who(cookie.replace("demo-ben", "demo-anna"))).toBeNull();
    expect(await who(`${cookie}x`)).toBeNull();
    expect(await who("")).toBeNull();
    const other = createDemoSignIn({ secret: "other", now: () => at });
    expect(await other.login.whoIs(new Request(`${origin}/portal`, { headers: { cookie } }))).toBeNull();
    at += 13 * 3_600_000;
    expect(await who(cookie)).toBeNull();
  });

  it.each(["https://evil.example/portal", "//evil.example", "/portalx", "javascript:alert(1)", "/portal\\@evil"])(
    "never leads to %s",
    async (back) => {
      expect((await post("/demo/sign-in", { person: "demo-anna", back })).headers.get("location")).toBe("/portal");
      expect(await (await fetch(`${origin}/demo/sign-in?back=${encodeURIComponent(back)}`)).text()).not.toContain("evil");
    },
  );

  it("takes no form from another page, and signs out by form only", async () => {
    expect((await post("/demo/sign-in", { person: "demo-anna" }, "https://evil.example")).status).toBe(403);
    expect((await post("/demo/sign-in", { person: "demo-anna" }, null)).status).toBe(403);
    expect((await post("/demo/sign-in", { person: "somebody" })).status).toBe(400);
    expect((await post("/demo/sign-out", {}, "https://evil.example")).status).toBe(403);
    const out = await post("/demo/sign-out", {});
    expect([out.status, out.headers.get("location")]).toEqual([303, "/demo/sign-in"]);
    expect(out.headers.get("set-cookie")).toContain("Expires=Thu, 01 Jan 1970");
  });
});
