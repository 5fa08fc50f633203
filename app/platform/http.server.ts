import { lookup as systemLookup } from "node:dns/promises";
import http from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";
import type { AddressKind } from "./address-guard.ts";
import { addressKind, literalAddress } from "./address-guard.ts";
import type { Http, HttpAnswer, HttpRequest } from "./http.ts";
import { HttpFailure } from "./http.ts";
import { readAnswer } from "./read-answer.server.ts";

export type ResolvedAddress = { address: string; family: number };

export type HttpOptions = {
  /** The development switch: this machine may be called, also without TLS. Never in production. */
  allowLoopback: boolean;
  userAgent: string;
  /** The demo's only: where a call to a platform's host really goes. What it returns is guarded like any other address. */
  mapHost?: (url: URL) => URL;
  /** All addresses of a name; the system's resolver by default. */
  resolve?: (hostname: string) => Promise<ResolvedAddress[]>;
  /** Certificates to trust besides the system's (PEM); for tests. */
  ca?: string;
};

const DEFAULT_MAX_BYTES = 10 * 1024 * 1024;
/** Longer than a burst, shorter than what servers commonly keep an idle connection for. */
const IDLE_SOCKET_MS = 15_000;
const SOCKETS_PER_HOST = 32;
/** Set from the body and the address here; a caller's own would desynchronise the exchange. */
const OWN_HEADERS = new Set(["host", "connection", "content-length", "transfer-encoding", "expect", "upgrade"]);

/**
 * The one way out of the house. A name is resolved first and the connection goes to what was resolved, so that a second answer
 * of the resolver cannot lead elsewhere; every new connection is checked anew. Redirects are answers, never followed.
 */
export function createHttp(options: HttpOptions): Http {
  const resolve = options.resolve ?? ((hostname: string) => systemLookup(hostname, { all: true, order: "verbatim" }));
  const lookupFor = (allowed: readonly AddressKind[]) => guardedLookup(resolve, allowed);
  const idle = { keepAlive: true, timeout: IDLE_SOCKET_MS, maxSockets: SOCKETS_PER_HOST };
  const secureKinds: AddressKind[] = options.allowLoopback ? ["public", "loopback"] : ["public"];
  const routes: Record<"http:" | "https:", Route> = {
    "http:": {
      kinds: ["loopback"],
      agent: new http.Agent({ ...idle, lookup: lookupFor(["loopback"]) }),
      fresh: new http.Agent({ lookup: lookupFor(["loopback"]) }),
      start: http.request,
      sentOn: "connect",
    },
    "https:": {
      kinds: secureKinds,
      agent: new https.Agent({ ...idle, ca: options.ca, lookup: lookupFor(secureKinds) }),
      fresh: new https.Agent({ ca: options.ca, lookup: lookupFor(secureKinds) }),
      start: https.request,
      sentOn: "secureConnect",
    },
  };

  return async (request) => {
    const url = options.mapHost ? options.mapHost(parseUrl(request.url)) : parseUrl(request.url);
    const plain = url.protocol === "http:";
    if (!plain && url.protocol !== "https:") throw new HttpFailure("refused-address", `${url.protocol} is not a way out`);
    if (plain && !options.allowLoopback) throw new HttpFailure("refused-address", `${url.host} was to be called without TLS`);
    if (url.username || url.password) throw new HttpFailure("refused-address", `the address of ${url.host} carries a login`);
    const route = routes[plain ? "http:" : "https:"];
    const literal = literalAddress(url.hostname);
    if (literal && !route.kinds.includes(addressKind(literal)))
      throw new HttpFailure("refused-address", `${url.host} is not a public address`);

    const endsAt = performance.now() + request.timeoutMs;
    const headers = headersOf(request, options.userAgent);
    try {
      return await exchange(request, url, headers, route, route.agent, request.timeoutMs);
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error;
      return await exchange(request, url, headers, route, route.fresh, endsAt - performance.now());
    }
  };
}

type Route = {
  kinds: readonly AddressKind[];
  agent: http.Agent;
  /** Makes a new connection for each call. */
  fresh: http.Agent;
  start: typeof http.request;
  /** From this event of a new connection on, bytes of ours may have left. */
  sentOn: "connect" | "secureConnect";
};

/** A kept connection that the server had closed already. Only reading calls are repeated on a new one. */
class StaleConnection extends Error {}

function exchange(request: HttpRequest, url: URL, headers: Record<string, string>, route: Route, agent: http.Agent, timeoutMs: number) {
  const target = `${request.method} ${url.host}`;
  return new Promise<HttpAnswer>((resolve, reject) => {
    if (request.signal?.aborted) return reject(new HttpFailure("not-sent", `${target}: given up before it was sent`));
    let sent = false;
    let answered = false;
    const call = startCall(route, url, { method: request.method, headers, agent });
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", onAbort);
      finish();
    };
    const fail = (failure: Error) =>
      settle(() => {
        reject(failure);
        call.destroy();
      });
    const lost = (why: string) => fail(new HttpFailure(sent ? "no-answer" : "not-sent", `${target}: ${why}`));
    const onAbort = () => lost("given up");
    const timer = setTimeout(() => lost(`nothing came back within ${request.timeoutMs} ms`), Math.max(0, timeoutMs));
    request.signal?.addEventListener("abort", onAbort, { once: true });

    call.on("socket", (socket) => {
      if (call.reusedSocket) sent = true;
      else socket.once(route.sentOn, () => (sent = true));
    });
    call.on("error", (error: NodeJS.ErrnoException) => {
      if (error instanceof HttpFailure) return fail(error);
      const closedUnderUs = call.reusedSocket && !answered && (error.code === "ECONNRESET" || error.code === "EPIPE");
      if (closedUnderUs && request.method === "GET") return fail(new StaleConnection());
      lost(error.code ?? error.message);
    });
    call.on("response", (response) => {
      answered = true;
      readAnswer(response, request.maxBytes ?? DEFAULT_MAX_BYTES).then(
        (answer) => settle(() => resolve(answer)),
        (error: Error) => fail(error instanceof HttpFailure ? error : new HttpFailure("no-answer", `${target}: ${error.message}`)),
      );
    });
    call.end(request.body);
  });
}

/** A header that HTTP cannot carry (a line break in a token) is refused by Node in words that quote it: those stay here. */
function startCall(route: Route, url: URL, options: http.RequestOptions): http.ClientRequest {
  try {
    return route.start(url, options);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new HttpFailure("not-sent", `${options.method} ${url.host}: the request cannot be written (${code})`);
  }
}

function guardedLookup(resolve: NonNullable<HttpOptions["resolve"]>, allowed: readonly AddressKind[]): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname).then(
      (found) => {
        // One closed address among open ones is the mark of a rebinding name, so it spoils the whole answer.
        const refused = found.length === 0 || found.some(({ address }) => !allowed.includes(addressKind(address)));
        if (refused) return done(new HttpFailure("refused-address", `${hostname} does not lead to a public address`), []);
        if (options.all) return done(null, found);
        done(null, found[0]!.address, found[0]!.family);
      },
      (error: NodeJS.ErrnoException) =>
        done(new HttpFailure("not-sent", `${hostname} cannot be resolved (${error.code ?? "unknown"})`), []),
    );
  };
}

function parseUrl(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new HttpFailure("refused-address", "the address is no URL");
  }
}

function headersOf(request: HttpRequest, userAgent: string): Record<string, string> {
  const headers: Record<string, string> = { "user-agent": userAgent, "accept-encoding": "gzip, br" };
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    const key = name.toLowerCase();
    if (!OWN_HEADERS.has(key)) headers[key] = value;
  }
  if (request.body !== undefined) headers["content-length"] = String(Buffer.byteLength(request.body));
  return headers;
}
