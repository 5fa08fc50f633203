/** Tokens die, keys change, doors are marked down; and a second start meets the same world. */
import { createVerify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { openBench } from "./test-bench.ts";
import { APP_KEYS } from "./tokens.ts";

const HOURS_2 = 7_200_000;
const ITEMS = "/sell/inventory/v1/inventory_item";
const KEY = "/commerce/notification/v1/public_key";

describe("access", () => {
  it("an access token dies after 7200 s; the refresh answer carries no new refresh token", async () => {
    const bench = openBench();
    const { accessToken, refreshToken } = bench.simulator.credentials(1).credentials as { accessToken: string; refreshToken: string };
    expect((await bench.rest("GET", ITEMS, { token: accessToken })).status).toBe(200);
    bench.clock.advance(HOURS_2);
    const late = await bench.rest("GET", ITEMS, { token: accessToken });
    expect([late.status, late.body]).toMatchObject([401, { errors: [{ errorId: 1001, domain: "OAuth" }] }]);
    const { status, body } = await bench.token({ grant_type: "refresh_token", refresh_token: refreshToken });
    expect([status, Object.keys(body).sort()]).toEqual([200, ["access_token", "expires_in", "token_type"]]);
    expect((await bench.rest("GET", ITEMS, { token: String(body.access_token) })).status).toBe(200);
  });

  it("eighteen months are absolute, however often the access token was refreshed", async () => {
    const bench = openBench();
    const { refreshToken } = bench.simulator.credentials(1).credentials as { refreshToken: string };
    bench.clock.advance(47_303_000_000);
    expect((await bench.token({ grant_type: "refresh_token", refresh_token: refreshToken })).status).toBe(200);
    bench.clock.advance(2_000_000);
    expect(await bench.token({ grant_type: "refresh_token", refresh_token: refreshToken })).toMatchObject({
      status: 400,
      body: { error: "invalid_grant" },
    });
  });

  it("wrong keys, unknown scopes and used codes are refused", async () => {
    const bench = openBench();
    const code = bench.simulator.newConsentCode(1);
    const grant = { grant_type: "authorization_code", code, redirect_uri: APP_KEYS.ruName };
    expect((await bench.token({ ...grant, redirect_uri: "https://example.invalid/callback" })).status).toBe(400);
    expect((await bench.token(grant)).body).toMatchObject({ expires_in: 7200, refresh_token_expires_in: 47304000 });
    expect((await bench.token(grant)).body.error).toBe("invalid_grant");
    expect((await bench.token({ grant_type: "client_credentials" }, "wrong:keys")).status).toBe(401);
    const scope = "https://api.ebay.com/oauth/api_scope/sell.cancellation";
    expect((await bench.token({ grant_type: "client_credentials", scope })).body.error).toBe("invalid_scope");
  });

  it("signing keys belong to the application: a seller's token gets none", async () => {
    const bench = openBench();
    const kid = bench.simulator.rotateSigningKey();
    const { body } = await bench.token({ grant_type: "client_credentials", scope: "https://api.ebay.com/oauth/api_scope" });
    const token = String(body.access_token);
    expect((await bench.rest("GET", `${KEY}/${kid}`)).status).toBe(403);
    const answer = await bench.rest("GET", `${KEY}/${kid}`, { token });
    expect(answer.body).toMatchObject({ algorithm: "ECDSA", digest: "SHA1" });
    expect((answer.body as { key: string }).key).not.toContain("\n");
    expect((await bench.rest("GET", `${KEY}/nobody`, { token })).status).toBe(404);
  });

  it("one signed message per sold line, tried three times at most", async () => {
    const bench = openBench();
    bench.simulator.setDoor!("http://127.0.0.1:1/webhooks/ebay");
    const { id } = bench.simulator.placeOrder(1, {
      lines: [
        { sku: "G1-4", quantity: 2 },
        { sku: "G1-9", quantity: 1 },
      ],
    });
    expect(bench.deliveries).toHaveLength(2);
    const [first, second] = bench.deliveries;
    expect(first!.retryAfterMs).toHaveLength(2);
    const message = JSON.parse(first!.body) as { notification: { notificationId: string; data: unknown } };
    const { externalId } = bench.simulator.credentials(1).account as { externalId: string };
    expect(message.notification.data).toMatchObject({
      user: { userId: externalId },
      order: { orderId: id, orderLineItems: [{ quantity: 2 }] },
    });
    expect(second!.body).not.toContain(message.notification.notificationId);
    expect(first!.body).not.toContain("BUYERMARK");

    const header = JSON.parse(Buffer.from(first!.sign(first!.body, "good")["x-ebay-signature"]!, "base64").toString()) as {
      kid: string;
      signature: string;
    };
    const { body } = await bench.token({ grant_type: "client_credentials", scope: "https://api.ebay.com/oauth/api_scope" });
    const { key } = (await bench.rest("GET", `${KEY}/${header.kid}`, { token: String(body.access_token) })).body as { key: string };
    const pem = key.replace("-----BEGIN PUBLIC KEY-----", "$&\n").replace("-----END PUBLIC KEY-----", "\n$&");
    expect(createVerify("sha1").update(first!.body).verify(pem, header.signature, "base64")).toBe(true);
  });

  it("without a door nothing is sent, and forging needs one", () => {
    const bench = openBench();
    bench.simulator.placeOrder(1, { lines: [{ sku: "G1-4", quantity: 1 }] });
    expect(bench.deliveries).toEqual([]);
    expect(() => bench.simulator.forge(1, { topic: "ORDER_CONFIRMATION", headers: {}, body: "{}", sign: "good" })).toThrow("no door");
  });

  it("a second start meets the same world, tokens and keys included", async () => {
    const first = openBench();
    const { refreshToken } = first.simulator.credentials(1).credentials as { refreshToken: string };
    const { id } = first.simulator.placeOrder(1, { lines: [{ sku: "G1-9", quantity: 4 }] });
    const kid = first.simulator.rotateSigningKey();
    const second = openBench();
    second.simulator.load(JSON.parse(JSON.stringify(first.simulator.save())));
    expect(second.simulator.state(1)).toEqual(first.simulator.state(1));
    second.simulator.cancelOrder(1, id, { restock: true });
    expect(second.shown("G1-9")!.quantity).toBe(20);
    expect((await second.token({ grant_type: "refresh_token", refresh_token: refreshToken })).status).toBe(200);
    const { body } = await second.token({ grant_type: "client_credentials" });
    expect((await second.rest("GET", `${KEY}/${kid}`, { token: String(body.access_token) })).status).toBe(200);
  });

  it("a hundred thousand goods stand up quickly and page quickly", async () => {
    const many = Array.from({ length: 100_000 }, (_, index) => ({
      sku: `S${index}`,
      title: `Thing ${index}`,
      quantity: 12,
      priceMinor: 500,
      account: 1 as const,
    }));
    const started = performance.now();
    const bench = openBench({}, many);
    const built = performance.now();
    for (let page = 400; page < 420; page++) await bench.rest("GET", `${ITEMS}?limit=25&offset=${page}`);
    for (let count = 0; count < 200; count++) bench.simulator.placeOrder(1, { lines: [{ sku: `S${count * 400}`, quantity: 1 }] });
    const ended = performance.now();
    expect(built - started).toBeLessThan(5_000);
    expect(ended - built).toBeLessThan(1_000);
  });
});
