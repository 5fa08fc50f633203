/** Decides who answers: control API, a simulated platform, or a page for people. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { answerControl, type Controlled, findDesk } from "./control.ts";
import { passFrontDoor } from "./front-door.ts";
import { jsonAnswer, readRequest, writeAnswer } from "./http-exchange.ts";
import { answerIndex, answerShop } from "./shop-routes.ts";
import { CHANNELS, ControlRefusal, type SimRequest, type SimResponse } from "./simulator.ts";

export async function routeRequest(
  sandbox: Controlled,
  origin: () => string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  let answer: SimResponse | null;
  try {
    answer = await findAnswer(sandbox, origin(), await readRequest(incoming));
  } catch (error) {
    // The caller went away while still sending: nobody is left to answer.
    if (incoming.destroyed && !incoming.complete) return;
    if (error instanceof ControlRefusal) answer = jsonAnswer(error.status, { error: error.message });
    else {
      console.error("sandbox: a request broke", error);
      answer = jsonAnswer(500, { error: "the sandbox itself broke; its log says how" });
    }
  }
  writeAnswer(outgoing, answer);
}

async function findAnswer(sandbox: Controlled, origin: string, request: SimRequest): Promise<SimResponse | null> {
  const [, room = ""] = request.path.split("/", 2);
  const below = { ...request, path: request.path.slice(room.length + 1) || "/" };
  if (room === "control") {
    refuseForeign(request, origin);
    const { status, body } = await answerControl(sandbox, below);
    return jsonAnswer(status, body);
  }
  if ((CHANNELS as readonly string[]).includes(room)) return passFrontDoor(findDesk(sandbox, room), below);
  if (room === "shop") {
    if (request.method !== "GET") refuseForeign(request, origin);
    return answerShop(sandbox, below);
  }
  if (room === "" && request.method === "GET") return answerIndex(sandbox);
  throw new ControlRefusal(404, `nothing stands at ${request.path}`);
}

/** A page in the visitor's browser must not steer the sandbox: neither from a foreign origin nor under a foreign name for loopback. */
export function refuseForeign(request: SimRequest, origin: string): void {
  const { port } = new URL(origin);
  const names = ["127.0.0.1", "localhost", "[::1]"].map((name) => `${name}:${port}`);
  if (!names.includes(request.headers.host ?? "")) throw new ControlRefusal(403, "the control API answers only under a loopback address");
  const from = request.headers.origin;
  if (from !== undefined && !names.some((name) => from === `http://${name}`))
    throw new ControlRefusal(403, "the control API refuses other origins");
}
