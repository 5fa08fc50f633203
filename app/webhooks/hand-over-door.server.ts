import type { RequestHandler } from "express";
import express from "express";
import type { Logger } from "#app/platform/log.server.ts";
import { withLogFields } from "#app/platform/log.server.ts";

export type HandOverDoorOptions = {
  /** The flow: takes what stands in the address and the body as text, answers the HTTP status. */
  receive: (channel: string, state: string, rawBody: string) => Promise<number>;
  log: Logger;
  newId: () => string;
};

/** Two keys and a state: a kilobyte is plenty, and everybody may knock here. */
const MAX_BODY_BYTES = 8 * 1024;

/**
 * Where a shop's server hands its keys over (POST /connect/:channel/:state). The address holds the one-time state, so it is
 * logged nowhere. Everything but that POST goes on to the pages.
 */
export function createHandOverDoor(options: HandOverDoorOptions): express.Router {
  const doors = express.Router({ strict: false });
  const body: RequestHandler = express.raw({ type: () => true, limit: MAX_BODY_BYTES, inflate: false });
  doors.post("/:channel/:state", body, async (req, res) => {
    res.setHeader("Cache-Control", "no-store");
    await withLogFields({ correlationId: options.newId() }, async () => {
      try {
        const text = Buffer.isBuffer(req.body) ? req.body.toString("utf8") : "";
        res.status(await options.receive(String(req.params.channel), String(req.params.state), text)).end();
      } catch (error) {
        options.log.error("a hand-over could not be taken", { error });
        res.status(503).end();
      }
    });
  });
  return doors;
}
