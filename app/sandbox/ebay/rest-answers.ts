/** eBay's REST answers and error bodies. */
import type { SimResponse } from "../simulator.ts";

export type RestProblem = {
  errorId: number;
  domain: string;
  category: "REQUEST" | "APPLICATION" | "BUSINESS";
  message: string;
  longMessage?: string;
  subdomain?: string;
  parameters?: { name: string; value: string }[];
};

/** Thrown by a handler to answer with an error body. */
export class RestRefusal extends Error {
  readonly status: number;
  readonly problem: RestProblem;
  constructor(status: number, problem: RestProblem) {
    super(problem.message);
    this.status = status;
    this.problem = problem;
  }
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): SimResponse {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}

export function noContent(): SimResponse {
  return { status: 204 };
}

export function refused(status: number, problem: RestProblem): SimResponse {
  return json(status, { errors: [problem] });
}

export const INVALID_TOKEN: RestProblem = {
  errorId: 1001,
  domain: "OAuth",
  category: "REQUEST",
  message: "Invalid access token",
  longMessage: "Invalid access token. Check the value of the Authorization HTTP request header.",
};

export const MISSING_TOKEN: RestProblem = {
  errorId: 1002,
  domain: "OAuth",
  category: "REQUEST",
  message: "Missing access token",
  longMessage: "Access token is missing in the Authorization HTTP request header.",
};

export const NO_SCOPE: RestProblem = {
  errorId: 1100,
  domain: "ACCESS",
  category: "REQUEST",
  message: "Access denied",
  longMessage: "Insufficient permissions to fulfill the request.",
};

export const TOO_MANY: RestProblem = {
  errorId: 2001,
  domain: "ACCESS",
  category: "REQUEST",
  message: "Too many requests.",
  longMessage: "The request limit has been reached for the resource.",
};

export function systemError(domain: string): RestProblem {
  const errorId = domain === "API_FULFILLMENT" ? 30500 : domain === "API_NOTIFICATION" ? 195000 : 25001;
  return { errorId, domain, subdomain: "Selling", category: "APPLICATION", message: "A system error has occurred." };
}

/** Reads a JSON body as eBay insists: the right content type and an object. */
export function readJsonBody(headers: Record<string, string>, body: Buffer, domain: string): Record<string, unknown> {
  const invalid = (what: string) =>
    new RestRefusal(400, {
      errorId: 25709,
      domain,
      category: "REQUEST",
      message: `Invalid value for ${what}.`,
      parameters: [{ name: "fieldName", value: what }],
    });
  if (!/^application\/json\b/i.test(headers["content-type"] ?? "")) throw invalid("header Content-Type");
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as Record<string, unknown>;
  } catch {
    // Falls through to the same refusal as a body that is no object.
  }
  throw invalid("request body");
}
