/** For the core's own tests: a sandbox of plain platforms with a clock and timers that a test moves by hand. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { createPlainSimulator } from "./plain-simulator.ts";
import { type SandboxOptions, startSandbox } from "./start-sandbox.ts";
import type { Timers } from "./timers.ts";

/** Timers that run only when told to; `pass` runs what falls due, in order of time. */
export function handTimers(): Timers & { pass(ms: number): void } {
  let now = 0;
  let waiting: { at: number; run: () => void }[] = [];
  return {
    after(ms, run) {
      const entry = { at: now + ms, run };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((one) => one !== entry);
      };
    },
    pass(ms) {
      now += ms;
      for (;;) {
        const due = waiting.filter((one) => one.at <= now).sort((a, b) => a.at - b.at)[0];
        if (!due) return;
        waiting = waiting.filter((one) => one !== due);
        due.run();
      }
    },
  };
}

export async function openPlainSandbox(options: Partial<SandboxOptions> = {}) {
  const sandbox = await startSandbox({
    port: 0,
    simulators: { shopify: createPlainSimulator("shopify", [5_000]), ebay: createPlainSimulator("ebay") },
    ...options,
  });
  const call = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(sandbox.origin + path, init);
    return { status: answer.status, body: (await answer.json()) as never };
  };
  const post = (path: string, body: unknown = {}) =>
    call(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const token = (account: 1 | 2 | 3 = 1) => String(sandbox.simulators.shopify!.credentials(account).credentials.accessToken);
  /** A platform call of the app. */
  const api = (path: string, init: RequestInit = {}) =>
    fetch(`${sandbox.origin}/shopify${path}`, { headers: { authorization: `Bearer ${token()}` }, ...init });
  return { ...sandbox, call, post, api, token };
}

/** A small app that takes webhooks: keeps their bodies, answers the next status of its list (then 200). */
export async function openDoor(statuses: number[] = []) {
  const bodies: string[] = [];
  const headers: IncomingMessage["headers"][] = [];
  const paths: string[] = [];
  const server = createServer((incoming, outgoing) => {
    let body = "";
    incoming.setEncoding("utf8");
    incoming.on("data", (chunk: string) => {
      body += chunk;
    });
    incoming.on("end", () => {
      bodies.push(body);
      headers.push(incoming.headers);
      paths.push(incoming.url ?? "");
      outgoing.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    bodies,
    headers,
    paths,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
