import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { type AddressInfo, connect } from "node:net";
import express from "express";
import { afterEach, describe, expect, it } from "vitest";
import { logFields, silentLogger } from "#app/platform/log.server.ts";
import type { Receive } from "./delivery-door.server.ts";
import { createMachineDoors } from "./machine-doors.server.ts";

type Received = { sender: string; connectionId: string | null; delivery: Parameters<Receive>[1]; correlationId: string | undefined };

const CONNECTION = "0199b0d2-7b1c-7a53-8d1e-3f2a4b5c6d7e";
const AT = new Date("2026-11-23T12:00:00.000Z");
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** The doors on a port, with a flow that remembers what it was handed. */
async function openDoors(answer: () => Awaited<ReturnType<Receive>> = () => ({ status: 200, headers: {}, body: "" })) {
  const received: Received[] = [];
  const observed: [string, number][] = [];
  const errors: string[] = [];
  let ids = 0;
  const app = express();
  app.use(
    "/webhooks",
    createMachineDoors({
      receive: async (sender, delivery, connectionId) => {
        received.push({ sender, connectionId, delivery, correlationId: logFields().correlationId });
        return answer();
      },
      log: { ...silentLogger, error: (step) => errors.push(step) },
      now: () => AT,
      newId: () => `id-${++ids}`,
      observe: (sender, status) => observed.push([sender, status]),
    }),
  );
  app.use((error: { status?: number }, _req: express.Request, res: express.Response, _next: express.NextFunction) => {
    res.status(error.status ?? 500).end();
  });
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  stops.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/webhooks`, port, received, observed, errors };
}

describe("machine doors", () => {
  it.each([
    ["/shopify", "shopify", null],
    ["/ebay", "ebay", null],
    ["/etsy", "etsy", null],
    [`/woocommerce/${CONNECTION}`, "woocommerce", CONNECTION],
    [`/woocommerce/${CONNECTION.toUpperCase()}`, "woocommerce", CONNECTION],
  ])("%s hands the very bytes, headers and query on", async (path, sender, connectionId) => {
    const doors = await openDoors();
    // Not JSON, not even UTF-8: the signature is over bytes, whatever they are.
    const body = new Uint8Array([0x7b, 0x00, 0xff, 0xfe, 0xd8, 0x0a]);
    const answer = await fetch(`${doors.url}${path}?a=1&b=%00&a=2`, {
      method: "POST",
      body,
      headers: { "X-Topic": "t", "content-type": "application/json" },
    });
    expect(answer.status).toBe(200);
    const [one] = doors.received;
    expect(one).toMatchObject({ sender, connectionId, correlationId: "id-1" });
    expect(one?.delivery).toMatchObject({
      method: "POST",
      path: `/webhooks${path}?a=1&b=%00&a=2`,
      query: { a: "2", b: "\u0000" },
      receivedAt: AT,
    });
    expect(one?.delivery.headers["x-topic"]).toBe("t");
    expect(Buffer.from(one?.delivery.rawBody ?? [])).toEqual(Buffer.from(body));
    expect(doors.observed).toEqual([[sender, 200]]);
  });

  it.each(["application/x-www-form-urlencoded", "text/plain", "application/json", "image/png", "nonsense", ""])(
    "reads a body of type %j raw",
    async (type) => {
      const doors = await openDoors();
      await new Promise<void>((resolve, reject) => {
        const call = httpRequest(`${doors.url}/shopify`, { method: "POST", headers: type ? { "content-type": type } : {} }, (res) => {
          res.resume().on("end", resolve);
        });
        call.on("error", reject);
        call.end("webhook_id=7");
      });
      expect(Buffer.from(doors.received[0]?.delivery.rawBody ?? []).toString()).toBe("webhook_id=7");
    },
  );

  it("takes a delivery of HTTP/1.0, as WooCommerce sends it", async () => {
    const doors = await openDoors();
    const socket = connect(doors.port, "127.0.0.1");
    socket.write(`POST /webhooks/woocommerce/${CONNECTION} HTTP/1.0\r\nContent-Length: 4\r\n\r\nbody`);
    let text = "";
    for await (const chunk of socket) text += chunk;
    expect(text).toMatch(/^HTTP\/1\.[01] 200 /);
    expect(doors.received).toHaveLength(1);
  });

  it("gives the flow's answer as it is, eBay's challenge by GET included", async () => {
    const doors = await openDoors(() => ({
      status: 200,
      headers: { "content-type": "application/json" },
      body: '{"challengeResponse":"ab"}',
    }));
    const answer = await fetch(`${doors.url}/ebay?challenge_code=c0de`);
    expect(await answer.json()).toEqual({ challengeResponse: "ab" });
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(doors.received[0]?.delivery).toMatchObject({ method: "GET", query: { challenge_code: "c0de" } });
    expect(doors.received[0]?.delivery.rawBody).toHaveLength(0);
  });

  it.each([401, 403, 404, 412, 202])("keeps the platform's own code %i", async (status) => {
    const doors = await openDoors(() => ({ status, headers: {}, body: "" }));
    expect((await fetch(`${doors.url}/shopify`, { method: "POST", body: "x" })).status).toBe(status);
  });

  it("refuses a body beyond 2 MiB and takes one of exactly that", async () => {
    const doors = await openDoors();
    const limit = 2 * 1024 * 1024;
    expect((await fetch(`${doors.url}/shopify`, { method: "POST", body: Buffer.alloc(limit) })).status).toBe(200);
    expect((await fetch(`${doors.url}/shopify`, { method: "POST", body: Buffer.alloc(limit + 1) })).status).toBe(413);
    expect(doors.received).toHaveLength(1);
  });

  it.each([
    ["GET", "/shopify", 405],
    ["PUT", "/etsy", 405],
    ["DELETE", "/ebay", 405],
    ["POST", "/woocommerce/not-a-connection", 404],
    ["POST", "/woocommerce/%00", 404],
    ["POST", "/woocommerce/%E0%A4%A", 400],
    ["POST", "/woocommerce/", 404],
    ["POST", "/unknown", 404],
    ["POST", "/", 404],
  ])("%s %s is answered %i without asking anybody", async (method, path, status) => {
    const doors = await openDoors();
    const answer = await fetch(`${doors.url}${path}`, { method, ...(method === "GET" ? {} : { body: "x" }) });
    expect([answer.status, doors.received]).toEqual([status, []]);
  });

  it("says 503 with Retry-After when nothing could be recorded, so that the sender comes again", async () => {
    const doors = await openDoors(() => {
      throw new Error("the database is away");
    });
    const answer = await fetch(`${doors.url}/shopify`, { method: "POST", body: "x" });
    expect([answer.status, answer.headers.get("retry-after"), doors.errors]).toEqual([503, "5", ["a delivery could not be recorded"]]);
    expect(doors.observed).toEqual([["shopify", 503]]);
  });

  it("refuses packed bodies, whose signature would be over something else", async () => {
    const doors = await openDoors();
    const answer = await fetch(`${doors.url}/shopify`, { method: "POST", body: "x", headers: { "content-encoding": "gzip" } });
    expect([answer.status, doors.received]).toEqual([415, []]);
  });
});
