import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { makeHarness } from "#app/testing/channel-harness.ts";
import { woocommerce } from "./connector.server.ts";
import { approvalAddress, readHandOver } from "./key-hand-over.ts";

const CK = `ck_${"0a".repeat(20)}`;
const CS = `cs_${"0b".repeat(20)}`;
const body = (more: Record<string, unknown> = {}) =>
  JSON.stringify({ key_id: 3, user_id: "state", consumer_key: CK, consumer_secret: CS, key_permissions: "read_write", ...more });

describe("the hand-over of a key", () => {
  it("sends the merchant to the shop's own page, in its sub-folder, with everything it demands", () => {
    const url = new URL(
      approvalAddress({
        shop: "https://shop.example.com/store/",
        appName: "InventorySync",
        state: "s 1",
        returnUrl: "https://a/b?c=d",
        callbackUrl: "https://a/keys",
      }),
    );
    expect(url.origin + url.pathname).toBe("https://shop.example.com/store/wc-auth/v1/authorize");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      app_name: "InventorySync",
      scope: "read_write",
      user_id: "s 1",
      return_url: "https://a/b?c=d",
      callback_url: "https://a/keys",
    });
  });

  it("reads what the shop posts, and whether the key may write", () => {
    expect(readHandOver(body())).toEqual({ state: "state", key: { consumerKey: CK, consumerSecret: CS }, mayWrite: true });
    expect(readHandOver(body({ key_permissions: "read", user_id: 42 }))).toMatchObject({ state: "42", mayWrite: false });
  });

  it.each(["", "[]", "null", "{}", body({ consumer_key: "x" }), body({ consumer_secret: null }), body({ user_id: "a\u0000" })])(
    "takes nothing else: %s",
    (odd) => {
      expect(readHandOver(odd)).toBeNull();
    },
  );

  it("from our link over the merchant's approval to a key that opens the shop", async () => {
    const bed = await makeHarness(woocommerce);
    const posted: string[] = [];
    const door = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      request.on("end", () => {
        posted.push(text);
        response.writeHead(200).end();
      });
    });
    await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
    try {
      await bed.reset();
      const callbackUrl = `http://127.0.0.1:${(door.address() as AddressInfo).port}/keys`;
      const link = approvalAddress({
        shop: bed.context.account.address!,
        appName: "InventorySync",
        state: "s-1",
        returnUrl: "https://a/b",
        callbackUrl,
      });
      const page = await fetch(link, { headers: { cookie: "wordpress_logged_in=merchant" } });
      const approve = /class="approve" href="([^"]+)"/.exec(await page.text())![1]!.replaceAll("&#38;", "&");
      const done = await fetch(approve, { headers: { cookie: "wordpress_logged_in=merchant" }, redirect: "manual" });
      expect(done.headers.get("location")).toBe("https://a/b?success=1&user_id=s-1");
      const given = readHandOver(posted[0]!)!;
      expect(given).toMatchObject({ state: "s-1", mayWrite: true });
      expect((await woocommerce.identify({ ...bed.context, credentials: given.key })).externalId).toBe(bed.context.account.externalId);
    } finally {
      door.close();
      await bed.stop();
    }
  });
});
