import { createHash, randomBytes } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { openShop, type SimulatedShop } from "./simulated-shop.ts";

let shop: SimulatedShop;
afterEach(() => shop.stop());

describe("keys and tokens", () => {
  it("KEYSTRING:SECRET is checked: missing 401, the bare keystring of before 2026 403, wrong 403", async () => {
    shop = await openShop();
    const statusWith = async (key: string) => (await shop.get("/users/me", { "x-api-key": key })).status;
    expect((await shop.get("/users/me")).status).toBe(200);
    expect(await statusWith("")).toBe(401);
    expect(await statusWith(shop.app.keystring)).toBe(403);
    expect(await statusWith(`${shop.app.keystring}:wrong`)).toBe(403);
  });

  it("errors are one text without a code", async () => {
    shop = await openShop();
    const answer = await shop.get("/users/me", { authorization: "Bearer 1.nobody" });
    expect(answer.status).toBe(401);
    expect(Object.keys(answer.body)).toEqual(["error"]);
  });

  it("an access token lives an hour, another seller's shop is closed to it, an unknown one is not there", async () => {
    shop = await openShop();
    const other = (shop.simulator.credentials(3).account as { externalId: string }).externalId;
    expect((await shop.get(`/shops/${other}`)).status).toBe(403);
    expect((await shop.get("/shops/999999999")).status).toBe(404);
    shop.advance(3_600_000);
    expect((await shop.get("/users/me")).status).toBe(401);
  });

  it("what an owner alone may see is empty for others: SKUs in a foreign inventory", async () => {
    shop = await openShop();
    const foreign = shop.simulator.state(3).listings[0]!;
    const { body } = await shop.get(`/listings/${foreign.id}/inventory`);
    expect((body.products as { sku: string }[]).map((product) => product.sku)).toEqual([""]);
  });
});

describe("authorization with PKCE", () => {
  const verifier = randomBytes(32).toString("base64url");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const redirect = "https://app.example/callback";

  async function consent(scope = "shops_r listings_r"): Promise<string> {
    const query = new URLSearchParams({
      response_type: "code",
      client_id: shop.app.keystring,
      redirect_uri: redirect,
      scope,
      state: "s1",
      code_challenge: challenge,
      code_challenge_method: "S256",
    });
    const page = await shop.ask(`www.etsy.com/oauth/connect?${query}`, {});
    const link = /href="[^"]*\/etsy\/([^"]+)"/.exec(await page.text())![1]!.replaceAll("&amp;", "&");
    const back = new URL((await shop.ask(link, {})).headers.get("location")!);
    expect(back.searchParams.get("state")).toBe("s1");
    return back.searchParams.get("code")!;
  }

  async function exchange(fields: Record<string, string>) {
    const answer = await shop.ask("api.etsy.com/v3/public/oauth/token", { method: "POST", body: new URLSearchParams(fields) });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }
  const codeFields = (code: string) => ({
    grant_type: "authorization_code",
    client_id: shop.app.keystring,
    redirect_uri: redirect,
    code,
    code_verifier: verifier,
  });

  it("gives tokens for the right verifier, once, with the scopes that were granted", async () => {
    shop = await openShop();
    const code = await consent();
    const { status, body } = await exchange(codeFields(code));
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3600 });
    expect(body.access_token).toMatch(/^\d+\.[\w-]+$/);
    expect((await exchange(codeFields(code))).body.error).toBe("invalid_grant");
    const bearer = { authorization: `Bearer ${String(body.access_token)}` };
    expect((await shop.get("/users/me", bearer)).status).toBe(200);
    const id = shop.simulator.state(1).listings[0]!.id;
    expect((await shop.send("PUT", `/listings/${id}/inventory`, {}, bearer)).status).toBe(403);
  });

  it("refuses another verifier, another redirect address, and challenges that are not S256", async () => {
    shop = await openShop();
    expect((await exchange({ ...codeFields(await consent()), code_verifier: "x".repeat(43) })).body.error).toBe("invalid_grant");
    expect((await exchange({ ...codeFields(await consent()), redirect_uri: "https://evil.example/" })).body.error).toBe("invalid_grant");
    const plain = new URLSearchParams({ response_type: "code", client_id: shop.app.keystring, redirect_uri: redirect, state: "s" });
    expect((await shop.ask(`www.etsy.com/oauth/connect?${plain}`, {})).status).toBe(400);
  });

  it("rotates refresh tokens: a used one is dead, the new pair works, and survives a restart of the sandbox", async () => {
    shop = await openShop();
    const refresh = (token: string) => exchange({ grant_type: "refresh_token", client_id: shop.app.keystring, refresh_token: token });
    const first = await refresh(shop.tokens.refreshToken);
    expect(first.status).toBe(200);
    expect((await refresh(shop.tokens.refreshToken)).body.error).toBe("invalid_grant");
    shop.simulator.load(JSON.parse(JSON.stringify(shop.simulator.save())));
    expect((await refresh(shop.tokens.refreshToken)).body.error).toBe("invalid_grant");
    expect((await refresh(String(first.body.refresh_token))).status).toBe(200);
  });
});

describe("quota", () => {
  it("calls a second: headers count down, then 429 without any of them, and the next second is free", async () => {
    shop = await openShop(1, { perSecond: 3 });
    shop.advance(1_000 - (Date.now() % 1_000));
    const answers = [];
    for (let count = 0; count < 4; count++) answers.push(await shop.get("/openapi-ping"));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 429]);
    expect(answers[0]?.headers.get("x-remaining-this-second")).toBe("2");
    const names = [...answers[3]!.headers.keys()].filter((name) => name.startsWith("x-") || name === "retry-after");
    expect(names).toEqual([]);
    shop.advance(1_000);
    expect((await shop.get("/openapi-ping")).status).toBe(200);
  });

  it("calls a day: a sliding day in buckets, so the quota comes back piece by piece", async () => {
    shop = await openShop(1, { perDay: 4 });
    expect((await shop.get("/openapi-ping")).status).toBe(200);
    shop.advance(3 * 3_600_000);
    for (let count = 0; count < 3; count++) expect((await shop.get("/openapi-ping")).status).toBe(200);
    const refused = await shop.get("/openapi-ping");
    expect([refused.status, refused.body.error]).toEqual([429, expect.stringContaining("per day")]);
    // 22 hours later only the first call has left the window.
    shop.advance(22 * 3_600_000);
    expect((await shop.get("/openapi-ping")).status).toBe(200);
    expect((await shop.get("/openapi-ping")).status).toBe(429);
  });
});
