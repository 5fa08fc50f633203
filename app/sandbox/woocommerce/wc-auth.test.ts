import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { openShop } from "./shop-under-test.ts";

const COOKIE = { cookie: "wordpress_logged_in=merchant" };
let server: Server | null = null;

afterEach(() => {
  server?.close();
  server = null;
});

/** Our side of the hand-over: takes what the shop posts and answers with this status. */
async function callback(status: number) {
  const got: { headers: Record<string, unknown>; body: string }[] = [];
  const listening = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      got.push({ headers: request.headers, body });
      response.writeHead(status).end();
    });
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  const { port } = listening.address() as AddressInfo;
  const query = new URLSearchParams({
    app_name: "InventorySync",
    scope: "read_write",
    user_id: "state-42",
    return_url: "https://app.example.com/back?tab=shops",
    callback_url: `http://127.0.0.1:${port}/keys`,
  });
  return { got, query };
}

const approveLink = (page: unknown) => new URL(/class="approve" href="([^"]+)"/.exec(String(page))![1]!.replaceAll("&#38;", "&"));

describe("the hand-over of a key", () => {
  it("asks to log in, then to approve; the key is posted before the merchant is sent back, and works", async () => {
    const shop = openShop();
    const { got, query } = await callback(200);
    const loggedOut = await shop.raw("GET", "/wc-auth/v1/authorize", query);
    expect(loggedOut).toMatchObject({ status: 302 });
    expect(loggedOut.headers.location).toContain("/wc-auth/v1/login/?");
    const page = await shop.raw("GET", "/wc-auth/v1/authorize/", query, { headers: COOKIE });
    const link = approveLink(page.body);
    const done = await shop.raw("GET", "/wc-auth/v1/access_granted/", link.searchParams, { headers: COOKIE });
    expect(done).toMatchObject({ status: 302, headers: { location: "https://app.example.com/back?tab=shops&success=1&user_id=state-42" } });
    expect(got[0]!.headers["content-type"]).toBe("application/json;charset=UTF-8");
    const given = JSON.parse(got[0]!.body) as { consumer_key: string; consumer_secret: string; user_id: string; key_permissions: string };
    expect(given).toMatchObject({ user_id: "state-42", key_permissions: "read_write" });
    const answer = await shop.raw(
      "GET",
      "/wp-json/wc/v3/products",
      new URLSearchParams({ consumer_key: given.consumer_key, consumer_secret: given.consumer_secret }),
      {
        headers: { "x-forwarded-proto": "https" },
      },
    );
    expect(answer.status).toBe(200);
  });

  it("a callback that fails destroys the key, and nobody is sent back", async () => {
    const shop = openShop();
    const { got, query } = await callback(500);
    const page = await shop.raw("GET", "/wc-auth/v1/authorize", query, { headers: COOKIE });
    const done = await shop.raw("GET", "/wc-auth/v1/access_granted/", approveLink(page.body).searchParams, { headers: COOKIE });
    expect(done.status).toBe(401);
    expect(String(done.body)).toContain("unable to send the consumer data");
    const given = JSON.parse(got[0]!.body) as { consumer_key: string; consumer_secret: string };
    const query2 = new URLSearchParams({ consumer_key: given.consumer_key, consumer_secret: given.consumer_secret });
    expect((await shop.raw("GET", "/wp-json/wc/v3/products", query2, { headers: { "x-forwarded-proto": "https" } })).status).toBe(401);
  });

  it("denial leads back with success=0; missing, wrong and unsafe parameters are pages with 401", async () => {
    const shop = openShop();
    const { query } = await callback(200);
    const page = await shop.raw("GET", "/wc-auth/v1/authorize", query, { headers: COOKIE });
    expect(String(page.body)).toContain("success=0");
    const said = async (change: Record<string, string | null>) => {
      const changed = new URLSearchParams(query);
      for (const [name, value] of Object.entries(change)) value === null ? changed.delete(name) : changed.set(name, value);
      const answer = await shop.raw("GET", "/wc-auth/v1/authorize", changed, { headers: COOKIE });
      expect(answer.status).toBe(401);
      return String(answer.body);
    };
    expect(await said({ user_id: null })).toContain("Missing parameter user_id.");
    expect(await said({ scope: "bogus" })).toContain("Invalid scope bogus.");
    expect(await said({ callback_url: "http://app.example.com/keys" })).toContain("needs to be over SSL");
  });

  it("an approval cannot be made up without having seen the page", async () => {
    const shop = openShop();
    const { got, query } = await callback(200);
    query.set("wc_auth_nonce", "0000000000");
    expect((await shop.raw("GET", "/wc-auth/v1/access_granted/", query, { headers: COOKIE })).status).toBe(401);
    expect(got).toEqual([]);
  });
});
