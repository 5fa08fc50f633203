/**
 * The demo's login: a choice of invented people instead of a password. It is composed only by the demo's own entries, so a
 * production build does not contain it.
 */
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import type { Express, Request as ExpressRequest, Response as ExpressResponse } from "express";
import express from "express";
import type { PortalLogin } from "#app/portal.server.ts";
import { signInPage } from "./sign-in-page.ts";

/** The people of the demo world; the seed makes their accounts under the same ids. */
export const DEMO_PEOPLE = [
  { externalUserId: "demo-anna", name: "Anna (seller A)", shop: "Seller A", about: "Four channels, live and in step." },
  { externalUserId: "demo-ben", name: "Ben (seller A, may only look)", shop: "Seller A", about: "Sees everything, changes nothing." },
  { externalUserId: "demo-clara", name: "Clara (seller B)", shop: "Seller B", about: "Watching only: nothing is written yet." },
] as const;

const COOKIE = "inventorysync_demo";
const LIVES_MS = 12 * 3_600_000;

export type DemoSignIn = { login: PortalLogin; mount: (app: Express) => void };

/** `secret` signs the cookie; `now` in milliseconds. */
export function createDemoSignIn(options: { secret: string; now: () => number }): DemoSignIn {
  const { secret, now } = options;
  const sign = (text: string) => createHmac("sha256", secret).update(text).digest("base64url");

  function open(cookie: string): { externalUserId: string; sessionId: string } | null {
    const [person, until, sessionId, signature] = cookie.split(".");
    if (!person || !until || !sessionId || !signature) return null;
    const good = Buffer.from(sign(`${person}.${until}.${sessionId}`));
    const given = Buffer.from(signature);
    if (good.length !== given.length || !timingSafeEqual(good, given)) return null;
    const known = Number(until) > now() && DEMO_PEOPLE.some((p) => p.externalUserId === person);
    return known ? { externalUserId: person, sessionId } : null;
  }

  const login: PortalLogin = {
    signInPath: "/demo/sign-in",
    signOutPath: "/demo/sign-out",
    whoIs: async (request) => open(cookieOf(request.headers.get("cookie") ?? "", COOKIE)),
  };

  function enter(req: ExpressRequest, res: ExpressResponse): void {
    if (!fromHere(req)) return void res.status(403).send("This form was not sent from our own page.");
    const person = DEMO_PEOPLE.find((p) => p.externalUserId === req.body?.person);
    if (!person) return void res.status(400).send("Choose one of the people shown.");
    const value = `${person.externalUserId}.${now() + LIVES_MS}.${randomUUID()}`;
    res.cookie(COOKIE, `${value}.${sign(value)}`, { httpOnly: true, sameSite: "lax", path: "/", maxAge: LIVES_MS });
    res.redirect(303, safeBack(req.body?.back));
  }

  return {
    login,
    mount(app) {
      app.get(login.signInPath, (req, res) => {
        res
          .set("Cache-Control", "no-store")
          .type("html")
          .send(signInPage(DEMO_PEOPLE, safeBack(req.query.back)));
      });
      app.post(login.signInPath, express.urlencoded({ extended: false, limit: "4kb" }), enter);
      app.post(login.signOutPath, (req, res) => {
        if (!fromHere(req)) return void res.status(403).send("This form was not sent from our own page.");
        res.clearCookie(COOKIE, { path: "/" }).redirect(303, login.signInPath);
      });
    },
  };
}

function fromHere(req: ExpressRequest): boolean {
  const origin = req.get("origin");
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === req.get("host");
}

/** Only a path of the portal; anything else could lead the person off this site. */
function safeBack(back: unknown): string {
  return typeof back === "string" && /^\/portal(?:[/?][\w\-./?=&%]*)?$/.test(back) ? back : "/portal";
}

function cookieOf(header: string, name: string): string {
  const found = header.split(";").find((part) => part.trim().startsWith(`${name}=`));
  return found ? decodeURIComponent(found.trim().slice(name.length + 1)) : "";
}
