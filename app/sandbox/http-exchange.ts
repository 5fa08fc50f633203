/** Between node:http and the words of the sandbox. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { ControlRefusal, type SimRequest, type SimResponse } from "./simulator.ts";

const MOST_BYTES = 32 * 1024 * 1024;

export async function readRequest(incoming: IncomingMessage): Promise<SimRequest> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new ControlRefusal(413, "the body is too large");
    chunks.push(chunk);
  }
  // Kept as text: new URL() would rewrite paths that the platforms sign or compare byte by byte.
  const address = incoming.url ?? "/";
  const mark = address.indexOf("?");
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = Array.isArray(value) ? value.join(", ") : (value ?? "");
  return {
    method: incoming.method ?? "GET",
    path: mark < 0 ? address : address.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? "" : address.slice(mark + 1)),
    rawQuery: mark < 0 ? "" : address.slice(mark + 1),
    headers,
    body: Buffer.concat(chunks),
  };
}

/** null leaves the caller without an answer; the connection stays open until one side gives up. */
export function writeAnswer(outgoing: ServerResponse, answer: SimResponse | null): void {
  if (answer === null) return;
  if (answer.hangUp) {
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(answer.status, answer.headers);
  outgoing.end(answer.body ?? "");
}

export function jsonAnswer(status: number, body: unknown): SimResponse {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
    body: JSON.stringify(body),
  };
}

export function htmlAnswer(status: number, body: string): SimResponse {
  return { status, headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" }, body };
}
