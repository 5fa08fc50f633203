import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ConfigProblems, databaseUrl, type Mode, type ProcessRole, readConfig } from "./env.server.ts";
import { VARIABLES } from "./env-variables.ts";

const KEY = Buffer.from(Array.from({ length: 32 }, (_, n) => n * 7)).toString("base64");
const OTHER_KEY = Buffer.from(Array.from({ length: 32 }, (_, n) => 255 - n)).toString("base64");

const PRODUCTION: Record<string, string> = {
  APP_URL: "https://inventory.example.com",
  DATABASE_URL_INTAKE: "postgresql://inventorysync_intake:pw1@db.example.com:5432/app",
  DATABASE_URL_WEB: "postgresql://inventorysync_web:pw2@db.example.com:5432/app",
  DATABASE_URL_WORKER: "postgresql://inventorysync_worker:pw3@db.example.com:5432/app",
  RESEND_API_KEY: "re_test",
  MAIL_FROM: "InventorySync <alerts@example.com>",
  DATABASE_URL_ERASURE: "postgresql://inventorysync_erasure:pw4@db.example.com:5432/app",
  REDIS_URL: "rediss://:pw5@redis.example.com:6379",
  ENCRYPTION_KEYS: `2026a:${KEY}`,
};

function problemsOf(env: Record<string, string | undefined>, mode: Mode = "production", role?: ProcessRole): readonly string[] {
  try {
    readConfig(env, mode, role);
    return [];
  } catch (error) {
    if (error instanceof ConfigProblems) return error.problems;
    throw error;
  }
}
const named = (problems: readonly string[]) => problems.map((problem) => problem.split(" ")[0]);
const without = (...names: string[]) => Object.fromEntries(Object.entries(PRODUCTION).filter(([name]) => !names.includes(name)));

describe("configuration", () => {
  it("takes a complete production environment", () => {
    const config = readConfig(PRODUCTION, "production");
    expect(config).toMatchObject({
      mode: "production",
      appUrl: "https://inventory.example.com",
      port: 3000,
      host: "0.0.0.0",
      allowLoopback: false,
      trustedProxies: 1,
    });
    expect(config.encryptionKeys.map(({ id, key }) => [id, key.length])).toEqual([["2026a", 32]]);
    expect(databaseUrl(config, "web")).toBe(PRODUCTION.DATABASE_URL_WEB);
  });

  it("names everything that is missing at once and says where to get it", () => {
    const problems = problemsOf({}, "production");
    expect(named(problems).sort()).toEqual([
      "APP_URL",
      "DATABASE_URL_ERASURE",
      "DATABASE_URL_INTAKE",
      "DATABASE_URL_WEB",
      "DATABASE_URL_WORKER",
      "ENCRYPTION_KEYS",
      "MAIL_FROM",
      "REDIS_URL",
      "RESEND_API_KEY",
    ]);
    for (const problem of problems) expect(problem).toMatch(/^\w+ is missing: .{20,}\.$/);
  });

  it("asks each process only for the roles it uses", () => {
    expect(problemsOf(without("DATABASE_URL_WORKER", "DATABASE_URL_ERASURE"), "production", "web")).toEqual([]);
    expect(named(problemsOf(without("DATABASE_URL_WORKER"), "production", "worker"))).toEqual(["DATABASE_URL_WORKER"]);
    const web = readConfig(without("DATABASE_URL_WORKER"), "production", "web");
    expect(() => databaseUrl(web, "worker")).toThrow(/DATABASE_URL_WORKER is missing/);
  });

  it.each([
    ["APP_URL", "http://inventory.example.com", /https/],
    ["APP_URL", "https://localhost", /internet/],
    ["APP_URL", "https://127.0.0.1", /internet/],
    ["APP_URL", "https://192.168.1.5", /internet/],
    ["APP_URL", "https://inventory.example.com/path", /bare address/],
    ["APP_URL", "inventory.example.com", /no web address/],
    ["DATABASE_URL_WEB", "postgresql://inventorysync_web:pw@127.0.0.1:5432/app", /this machine itself/],
    ["DATABASE_URL_WEB", "postgresql://inventorysync_web:pw@localhost/app", /this machine itself/],
    ["DATABASE_URL_WEB", "mysql://inventorysync_web:pw@db.example.com/app", /postgresql:/],
    ["REDIS_URL", "redis://[::1]:6379", /this machine itself/],
    ["REDIS_URL", "http://redis.example.com", /rediss:/],
    ["ENCRYPTION_KEYS", "2026a:short", /32 bytes/],
    ["ENCRYPTION_KEYS", `a:${KEY},a:${OTHER_KEY}`, /one id to two keys/],
    ["ENCRYPTION_KEYS", `a:${Buffer.alloc(32, 7).toString("base64")}`, /not random/],
    ["PORT", "70000", /port/],
    ["METRICS_TOKEN", "short", /16 characters/],
    ["LOG_LEVEL", "loud", /none of/],
    ["CRASH_AT", "write-before-send:1", /development only/],
  ])("refuses %s=%s in production", (name, value, words) => {
    const problems = problemsOf({ ...PRODUCTION, [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(words);
    expect(problems[0]).toContain(name);
  });

  it("never repeats a value: it may be a secret in the wrong place", () => {
    const secret = "shpat_0123456789abcdef";
    const env = Object.fromEntries(Object.keys(VARIABLES).map((name) => [name, secret]));
    expect(problemsOf(env).length).toBeGreaterThan(5);
    expect(problemsOf(env).join("\n")).not.toContain(secret);
  });

  it("allows a sidecar on this machine only when told so", () => {
    const env = { ...PRODUCTION, DATABASE_URL_WEB: "postgresql://inventorysync_web:pw@127.0.0.1:6432/app" };
    expect(problemsOf(env)).toHaveLength(1);
    expect(problemsOf({ ...env, LOOPBACK_SERVICES: "allow" })).toEqual([]);
    expect(problemsOf({ ...env, LOOPBACK_SERVICES: "allow", APP_URL: "https://127.0.0.1" })).toHaveLength(1);
  });

  it("refuses one login for two roles", () => {
    const env = { ...PRODUCTION, DATABASE_URL_WEB: "postgresql://inventorysync_worker:pw@db.example.com/app" };
    expect(problemsOf(env)[0]).toMatch(/DATABASE_URL_WORKER has the same login as DATABASE_URL_WEB/);
  });

  it("is not swayed by NODE_ENV, neither way", () => {
    expect(named(problemsOf({ NODE_ENV: "development" }, "production"))).toContain("REDIS_URL");
    expect(readConfig({ NODE_ENV: "production" }, "test").allowLoopback).toBe(true);
  });

  it("has a channel on with all of its keys, off with none, and refuses half", () => {
    const off = readConfig(PRODUCTION, "production");
    expect(off.appKeys).toEqual({ shopify: null, ebay: null, etsy: null, woocommerce: {} });
    expect(off.off.join("\n")).toMatch(/Shopify is off.*SHOPIFY_API_KEY.*\neBay is off.*\nEtsy is off/);

    expect(named(problemsOf({ ...PRODUCTION, SHOPIFY_API_KEY: "k", EBAY_CLIENT_ID: "c" }))).toEqual([
      "SHOPIFY_API_SECRET",
      "EBAY_CLIENT_SECRET",
      "EBAY_DEV_ID",
      "EBAY_RU_NAME",
      "EBAY_VERIFICATION_TOKEN",
    ]);

    const on = readConfig(
      { ...PRODUCTION, SHOPIFY_API_KEY: "k", SHOPIFY_API_SECRET: "s", ETSY_KEYSTRING: "e", ETSY_SHARED_SECRET: "t" },
      "production",
    );
    expect(on.appKeys.shopify).toEqual({ apiKey: "k", apiSecret: "s", previousApiSecret: null, appStoreUrl: null });
    // A key of which nothing is said counts as the smaller kind.
    expect(on.appKeys.etsy).toEqual({ keystring: "e", sharedSecret: "t", webhookSecret: null, access: "personal" });
    expect(on.off.join("\n")).toMatch(/Etsy's webhooks are off/);
  });

  it("takes spaces and emptiness for nothing", () => {
    expect(named(problemsOf({ ...PRODUCTION, REDIS_URL: "  ", PORT: "" }))).toEqual(["REDIS_URL"]);
  });

  it("lets the demo listen on this machine only, and the queue live in PostgreSQL", () => {
    const env = {
      ...PRODUCTION,
      APP_URL: undefined,
      REDIS_URL: undefined,
      QUEUE_DATABASE_URL: "postgresql://inventorysync_queue:x@127.0.0.1:5/a",
      PORT: "4444",
    };
    expect(readConfig(env, "demo")).toMatchObject({
      appUrl: "http://127.0.0.1:4444",
      host: "127.0.0.1",
      queue: { redisUrl: null, databaseUrl: env.QUEUE_DATABASE_URL },
    });
    expect(named(problemsOf({ ...env, QUEUE_DATABASE_URL: undefined }, "demo"))).toEqual(["QUEUE_DATABASE_URL"]);
  });

  it("reads exactly the variables that .env.example explains", () => {
    const example = readFileSync(new URL("../../.env.example", import.meta.url), "utf8");
    const explained = [...example.matchAll(/^([A-Z_]+)=(.*)$/gm)];
    expect(explained.map(([, name]) => name).sort()).toEqual(Object.keys(VARIABLES).sort());
    expect(explained.filter(([, , value]) => value !== "")).toEqual([]);
  });
});
