/** The words of one outgoing HTTP call; the guarded implementation stands in http.server.ts. */
export type HttpRequest = {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** The whole exchange, connection included. */
  timeoutMs: number;
  /** Answers above this are cut off and refused. Default 10 MiB. */
  maxBytes?: number;
  signal?: AbortSignal;
};

export type HttpAnswer = {
  status: number;
  /** Names in lower case; repeated headers joined by ", ". */
  headers: Record<string, string>;
  text: string;
};

/** One outgoing call: resolves with any status, rejects with HttpFailure and nothing else. */
export type Http = (request: HttpRequest) => Promise<HttpAnswer>;

/**
 * "not-sent": the connection was never made, nothing can have arrived. "no-answer": it was sent and may have been carried out.
 * "refused-address": the guard said no (private range, plain http, redirect to another origin).
 * "too-large": sent and carried out, but the answer was more than we were willing to read.
 */
export type HttpFailureKind = "not-sent" | "no-answer" | "refused-address" | "too-large";

export class HttpFailure extends Error {
  override readonly name = "HttpFailure";
  readonly kind: HttpFailureKind;
  constructor(kind: HttpFailureKind, message: string) {
    super(message);
    this.kind = kind;
  }

  /** By name: the pages' bundle and the process that calls it each load their own copy of this class. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "HttpFailure";
  }
}
