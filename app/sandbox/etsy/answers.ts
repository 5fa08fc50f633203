import type { SimResponse } from "../simulator.ts";

/** Thrown by a rule, answered by the front door: Etsy's errors are a status and one text, without a code. */
export class EtsyRefusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): SimResponse {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}

export function errorAnswer(status: number, text: string): SimResponse {
  return json(status, { error: text });
}

/** What a broken proxy in front of the platform says: success by its status, nonsense by its body. */
export function htmlAnswer(): SimResponse {
  const body = "<!doctype html><html><head><title>Etsy</title></head><body><h1>We will be right back</h1></body></html>";
  return { status: 200, headers: { "content-type": "text/html; charset=utf-8" }, body };
}
