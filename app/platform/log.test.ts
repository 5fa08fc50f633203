import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLogger, type Logger, withLogFields } from "./log.server.ts";
import { scrubText, scrubUrl } from "./scrub.ts";

/** Invented, in the shapes that the platforms use. Joined from parts, so that no scanner takes them for real ones. */
const PLANTED: Record<string, string> = {
  "Shopify access token": ["shpat", "0123456789abcdef0123456789abcdef"].join("_"),
  "Shopify refresh token": ["shprt", "ZkQ2eWJ0d3F4eHh5eno"].join("_"),
  "Shopify secret": ["shpss", "89abcdef0123456789abcdef01234567"].join("_"),
  "session token": "eyJhbGciOiJIUzI1NiJ9.eyJkZXN0IjoiaHR0cHM6Ly9hLm15c2hvcGlmeS5jb20ifQ.c2lnbmF0dXJlLXNpZ25hdHVyZQ",
  "eBay user token": "v^1.1#i^1#f^0#r^1#p^3#I^3#t^Ul4xMF85OjQ5RTk0",
  "eBay client secret": "PRD-8c0123456789-abcd-4321-9f00-1234",
  "Etsy token": "87654321.O1zLuwveeKjpIqCQFfmR-PaMMpBmagH6DljRAkK9qt05OtRKiANJOyZlMx3WQ_o2",
  "WooCommerce key": ["ck", "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678"].join("_"),
  "WooCommerce secret": ["cs", "f1e2d3c4b5a60718293a4b5c6d7e8f9012345678"].join("_"),
  "webhook secret": ["whsec", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"].join("_"),
  "unknown random word": "Zm9vYmFyMTIzNDU2Nzg5MGFiY2RlZmdoaWpr",
  "hex key": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
  "mail address": "jane.doe+shop@example.co.uk",
  "mail address in a query": "jane.doe%40example.com",
};

function captured(): { log: Logger; lines: () => string; rows: () => Record<string, unknown>[] } {
  const written: string[] = [];
  const log = createLogger({ level: "debug", role: "web", write: (line) => written.push(line) });
  return { log, lines: () => written.join(""), rows: () => written.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe("log", () => {
  it("writes one JSON line per step", () => {
    const { log, rows } = captured();
    log.info("delivery recorded", { channel: "etsy", ms: 3, batch: [1, 2], at: new Date(0), big: 10n, none: undefined });
    log.warn("slow");
    expect(rows()).toHaveLength(2);
    expect(rows()[0]).toMatchObject({
      level: "info",
      role: "web",
      step: "delivery recorded",
      channel: "etsy",
      ms: 3,
      batch: [1, 2],
      at: "1970-01-01T00:00:00.000Z",
      big: "10",
    });
    expect(rows()[0]?.time).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it("carries seller, connection and correlation through awaiting, without mixing two at once", async () => {
    const { log, rows } = captured();
    const one = (id: string) =>
      withLogFields({ correlationId: id }, async () => {
        await Promise.resolve();
        await withLogFields({ connectionId: `c-${id}` }, async () => {
          await new Promise((resolve) => setImmediate(resolve));
          log.info("inner");
        });
        log.info("outer");
      });
    await Promise.all([one("1"), one("2")]);
    log.info("outside");
    const seen = rows().map(({ step, correlationId, connectionId }) => [step, correlationId, connectionId]);
    expect(seen).toContainEqual(["inner", "1", "c-1"]);
    expect(seen).toContainEqual(["inner", "2", "c-2"]);
    expect(seen).toContainEqual(["outer", "1", undefined]);
    expect(seen).toContainEqual(["outside", undefined, undefined]);
  });

  it("keeps ids, so that a line can be found again", () => {
    const { log, lines } = captured();
    const id = "0199b0d2-7b1c-7a53-8d1e-3f2a4b5c6d7e";
    withLogFields({ sellerId: id }, () => log.info("ring", { connectionId: id }));
    expect(lines().split(id)).toHaveLength(3);
  });

  describe.each(Object.entries(PLANTED))("a planted %s", (_name, secret) => {
    const places: Record<string, (log: Logger) => void> = {
      "in a step": (log) => log.info(`called with ${secret}`),
      "in a detail": (log) => log.info("x", { note: `it said ${secret}, then stopped` }),
      "under a telling name": (log) => log.info("x", { accessToken: secret, nested: { "x-api-key": secret, email: secret } }),
      "as a name": (log) => log.info("x", { [secret]: 1 }),
      "deep in a list": (log) => log.info("x", { a: [{ b: [secret] }] }),
      "in an error": (log) => log.error("x", { error: new Error(`refused ${secret}`, { cause: new Error(secret) }) }),
      "on an error's request": (log) =>
        log.error("x", { error: Object.assign(new Error("refused"), { config: { headers: { Authorization: `Bearer ${secret}` } } }) }),
      "in a header": (log) => log.info("x", { note: `Authorization: Bearer ${secret}` }),
      "in a Basic login": (log) => log.info("x", { note: `Basic ${Buffer.from(secret).toString("base64")}` }),
      "in a payload": (log) =>
        log.info("x", { body: secret, rawBody: Buffer.from(secret), payload: { a: secret }, headers: { a: secret } }),
      "in an address": (log) =>
        log.info("x", {
          url: `https://shop.example/callback?code=${encodeURIComponent(secret)}&page=2`,
          other: new URL(`https://u:${encodeURIComponent(secret)}@h.example/`),
        }),
      "in a library's words": (log) => log.info("x", { note: `{"refresh_token":"${secret}"} consumer_secret=${secret}&page=1` }),
    };
    it.each(Object.keys(places))("%s does not come out", (place) => {
      const { log, lines } = captured();
      places[place]?.(log);
      expect(lines()).not.toBe("");
      for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")]) expect(lines()).not.toContain(form);
    });
  });

  it("shows of an error what helps: name, words, code, place and cause", () => {
    const { log, rows } = captured();
    const error = Object.assign(new TypeError("connect failed", { cause: new Error("no route") }), { code: "ECONNREFUSED" });
    log.error("x", { error });
    expect(rows()[0]?.error).toMatchObject({
      name: "TypeError",
      message: "connect failed",
      code: "ECONNREFUSED",
      cause: { message: "no route" },
    });
    expect(inspect(rows()[0]?.error)).toContain("log.test.ts");
  });

  it("stays short and finite, whatever it is given", () => {
    const { log, lines } = captured();
    const ring: Record<string, unknown> = { text: "y", many: Array.from({ length: 5_000 }, (_, n) => n), long: "word ".repeat(10_000) };
    ring.self = ring;
    log.info("x", ring);
    expect(lines().length).toBeLessThan(3_000);
  });
});

describe("scrubbed addresses", () => {
  it.each([
    [
      "https://app.example/app?shop=a.myshopify.com&id_token=abc.def&embedded=1",
      "https://app.example/app?shop=[hidden]&id_token=[hidden]&embedded=1",
    ],
    [
      "https://shop.example/wp-json/wc/v3/orders?consumer_key=x&consumer_secret=y&per_page=20",
      "https://shop.example/wp-json/wc/v3/orders?consumer_key=[hidden]&consumer_secret=[hidden]&per_page=20",
    ],
    ["https://u:pw@h.example:8443/a#id_token=x", "https://h.example:8443/a"],
    ["/app?code=123&page=2", "/app?code=[hidden]&page=2"],
    ["https://h.example/reset/eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.c2ln", "https://h.example/reset/[hidden]"],
    ["http://[", "[hidden]"],
  ])("%s becomes %s", (address, scrubbed) => {
    expect(scrubUrl(address)).toBe(scrubbed);
  });

  it("finds in any surroundings what it finds alone", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(PLANTED)),
        fc.lorem(),
        fc.constantFrom(" ", "\n", '"', "(", ": "),
        (secret, words, border) => {
          expect(scrubText(`${words}${border}${secret}${border}${words}`)).not.toContain(secret);
        },
      ),
    );
  });

  it("leaves ordinary words alone", () => {
    const words = "drain-woocommerce took 12 ms for 3 of 40 numbers (state: live) at app/jobs/start-workers.server.ts:12";
    expect(scrubText(words)).toBe(words);
  });
});
