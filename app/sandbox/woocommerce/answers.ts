/** How the shop answers: JSON, its error shape, lists with their paging headers. */
import type { SimResponse } from "../simulator.ts";
import type { Json } from "./render.ts";

/** Thrown inside a handler; becomes the platform's error answer, or one item's error in a batch. */
export class RestError extends Error {
  readonly status: number;
  readonly code: string;
  readonly data: unknown;
  constructor(status: number, code: string, message: string, data?: unknown) {
    super(message);
    this.status = status;
    this.code = code;
    this.data = data === undefined ? { status } : data;
  }
  body(): Json {
    return { code: this.code, message: this.message, data: this.data };
  }
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): SimResponse {
  return { status, headers: { "content-type": "application/json; charset=UTF-8", ...headers }, body: JSON.stringify(body) };
}

export function html(status: number, title: string, text: string, headers: Record<string, string> = {}): SimResponse {
  const page = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1>${text}</body></html>`;
  return { status, headers: { "content-type": "text/html; charset=UTF-8", ...headers }, body: page };
}

/** 400 rest_invalid_param in the shape WordPress gives it: a message and details per parameter. */
export function invalidParam(name: string, message: string, code: string | null = null): RestError {
  return new RestError(400, "rest_invalid_param", `Invalid parameter(s): ${name}`, {
    status: 400,
    params: { [name]: message },
    details: code ? { [name]: { code, message, data: null } } : {},
  });
}

export function missingParam(name: string): RestError {
  return new RestError(400, "rest_missing_callback_param", `Missing parameter(s): ${name}`, { status: 400, params: [name] });
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
