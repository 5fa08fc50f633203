/** The connector's HTTP in a test: platform addresses lead to the sandbox, failures are told apart as port.ts says. */
import type { TrailEntry } from "#app/channels/contract/harness-words.ts";
import { ChannelError } from "#app/channels/errors.ts";
import type { ChannelContext } from "#app/channels/port.ts";
import { toSandbox } from "#app/sandbox/platform-hosts.ts";
import { CHANNELS, type SimRequest, type Simulator } from "#app/sandbox/simulator.ts";
import { checkRequest } from "../openapi-check.ts";

export function createExchange(options: {
  origin: string;
  now: () => Date;
  longestMs: () => number;
  inspect: (request: SimRequest) => ReturnType<Simulator["inspect"]>;
  problems: string[];
  trail: TrailEntry[];
  seeBuyer: (text: string) => void;
}): ChannelContext["http"] {
  return async (call) => {
    const headers = Object.fromEntries(Object.entries(call.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
    const body = call.body === undefined ? undefined : Buffer.from(call.body);
    const checked = { method: call.method, url: call.url, headers };
    options.problems.push(...(await checkRequest(body ? { ...checked, body: body.toString("utf8") } : checked)));
    if (!(call.timeoutMs > 0 && call.timeoutMs <= 10_000))
      options.problems.push(`${call.operation}: timeoutMs ${call.timeoutMs} is not within 10 s`);
    const url = toSandbox(options.origin, call.url);
    if (!url.startsWith(`${options.origin}/`))
      throw new Error(`a connector called ${new URL(call.url).hostname}, which the sandbox does not simulate`);

    const entry: TrailEntry = {
      kind: "call",
      operation: call.operation,
      changes: options.inspect(asSeenInside(url, call.method, headers, body))?.changes ?? false,
      sentAt: options.now(),
      status: null,
      headers: {},
    };
    options.trail.push(entry);
    let answer: Response;
    let text: string;
    try {
      answer = await fetch(url, {
        method: call.method,
        headers,
        redirect: "manual",
        signal: AbortSignal.timeout(Math.min(call.timeoutMs, options.longestMs())),
        ...(body ? { body } : {}),
      });
      text = await answer.text();
    } catch (error) {
      const refused = (error as { cause?: { code?: string } }).cause?.code === "ECONNREFUSED";
      throw refused
        ? new ChannelError("unavailable", "could not connect")
        : new ChannelError("outcome-unknown", "sent, but no answer came");
    }
    options.seeBuyer(text);
    entry.status = answer.status;
    entry.headers = Object.fromEntries(answer.headers);
    return { status: answer.status, headers: entry.headers, text };
  };
}

/** The request as the simulator gets it: the path below its channel. */
function asSeenInside(address: string, method: string, headers: Record<string, string>, body: Buffer | undefined): SimRequest {
  const url = new URL(address);
  const channel = CHANNELS.find((name) => url.pathname.startsWith(`/${name}/`)) ?? "";
  return {
    method,
    path: url.pathname.slice(channel.length + 1),
    query: url.searchParams,
    headers: { host: url.host, ...headers },
    body: body ?? Buffer.alloc(0),
  };
}
