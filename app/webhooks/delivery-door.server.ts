import type { RequestHandler } from "express";
import express from "express";
import type { receiveDelivery } from "#app/flows/receive-delivery.server.ts";
import type { Logger } from "#app/platform/log.server.ts";
import { withLogFields } from "#app/platform/log.server.ts";

/** What the flow takes and gives; the room of channels stays behind it. */
type Delivery = Parameters<typeof receiveDelivery>[2];
export type Sender = Parameters<typeof receiveDelivery>[1];
export type Receive = (sender: Sender, delivery: Delivery, connectionId: string | null) => ReturnType<typeof receiveDelivery>;

export type DoorOptions = {
  receive: Receive;
  log: Logger;
  now: () => Date;
  newId: () => string;
  /** Told of each answer: how long the door took, and what it said. */
  observe: (sender: Sender, status: number, seconds: number) => void;
};

const MAX_BODY_BYTES = 2 * 1024 * 1024;

/**
 * Reads the body as the bytes that were signed, whatever Content-Type says. Packed bodies are refused: the signature is over
 * what was sent, and none of our senders packs.
 */
export const rawBody: RequestHandler = express.raw({ type: () => true, limit: MAX_BODY_BYTES, inflate: false });

/**
 * Hands a request on to the flow and its answer back. 5xx is said only when we could not record: the sender then tries again.
 */
export function deliveryDoor(
  sender: Sender,
  options: DoorOptions,
  connectionOf: (params: Record<string, string>) => string | null,
): RequestHandler {
  return async (req, res) => {
    const startedAt = performance.now();
    const correlationId = options.newId();
    res.setHeader("Cache-Control", "no-store");
    await withLogFields({ correlationId }, async () => {
      try {
        const answer = await options.receive(sender, deliveryFrom(req, options.now()), connectionOf(req.params));
        for (const [name, value] of Object.entries(answer.headers)) res.setHeader(name, value);
        res.status(answer.status).end(answer.body);
      } catch (error) {
        options.log.error("a delivery could not be recorded", { channel: sender, error });
        res.status(503).setHeader("Retry-After", "5").end();
      }
    });
    options.observe(sender, res.statusCode, (performance.now() - startedAt) / 1_000);
  };
}

function deliveryFrom(req: Parameters<RequestHandler>[0], receivedAt: Date): Delivery {
  const queryAt = req.originalUrl.indexOf("?");
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(req.headers)) headers[name] = Array.isArray(value) ? value.join(", ") : (value ?? "");
  return {
    method: req.method,
    path: req.originalUrl,
    query: queryAt < 0 ? {} : Object.fromEntries(new URLSearchParams(req.originalUrl.slice(queryAt))),
    headers,
    // Without a body express leaves an empty object of its own here.
    rawBody: Buffer.isBuffer(req.body) ? req.body : new Uint8Array(),
    receivedAt,
  };
}
