import express from "express";
import type { Logger } from "#app/platform/log.server.ts";
import { withLogFields } from "#app/platform/log.server.ts";

export type AuthorizationDoorOptions = {
  /** The flow: takes the channel and the query, answers where the browser goes on; null where the state is over. */
  receive: (channel: string, query: Record<string, unknown>) => Promise<string | null>;
  log: Logger;
  newId: () => string;
};

/** A page of ours that says so and links nothing. */
const OVER = "/connect/returned?over";
const BROKEN = "/connect/returned?broken";

/**
 * Where a platform sends the seller's browser back (GET /connect/callback/:channel). The address holds the one-time state and the
 * code, so it is logged nowhere, kept nowhere and sent on to nobody.
 */
export function createAuthorizationDoor(options: AuthorizationDoorOptions): express.Router {
  const doors = express.Router({ strict: false });
  doors.all("/callback/:channel", async (req, res) => {
    res.setHeader("Cache-Control", "no-store");
    res.setHeader("Referrer-Policy", "no-referrer");
    // Express answers HEAD by GET's handler; a preview of the link would then end the state.
    if (req.method !== "GET") return void res.setHeader("Allow", "GET").status(405).end();
    await withLogFields({ correlationId: options.newId() }, async () => {
      try {
        res.redirect(302, (await options.receive(req.params.channel, req.query)) ?? OVER);
      } catch (error) {
        options.log.error("a callback could not be taken", { error });
        res.redirect(302, BROKEN);
      }
    });
  });
  return doors;
}
