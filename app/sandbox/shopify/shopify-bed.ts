/** For the simulator's own tests: a sandbox with Shopify alone, a clock moved by hand, and an app that calls and is called. */

import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { AccountNo } from "../simulator.ts";
import { startSandbox } from "../start-sandbox.ts";
import type { Quota } from "./graphql-door.ts";
import { createShopifySimulator } from "./simulator.ts";

export type AnswerBody = {
  data?: unknown;
  errors?: { message: string; extensions?: { code?: string } }[];
  extensions?: { cost: { requestedQueryCost: number; actualQueryCost: number | null; throttleStatus: object } };
  access_token?: string;
  expires_in?: number;
  refresh_token?: string;
  refresh_token_expires_in?: number;
};
export type Answer = { status: number; headers: Headers; body: AnswerBody };
export type Delivered = { topic: string; headers: IncomingHttpHeaders; raw: string };

export async function openShopify(options: { items?: number; quota?: Quota; dataDir?: string } = {}) {
  let skewMs = 0;
  const now = () => new Date(Date.now() + skewMs);
  const sandbox = await startSandbox({
    port: 0,
    now,
    items: options.items ?? 12,
    ...(options.dataDir ? { dataDir: options.dataDir } : {}),
    simulators: { shopify: (host) => createShopifySimulator(host, options.quota) },
  });
  const simulator = () => sandbox.simulators.shopify!;
  const delivered: Delivered[] = [];
  const app = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      delivered.push({
        topic: String(incoming.headers["x-shopify-topic"]),
        headers: incoming.headers,
        raw: Buffer.concat(chunks).toString("utf8"),
      });
      outgoing.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  const appOrigin = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;

  const connect = (account: AccountNo = 1) => {
    const given = simulator().credentials(account);
    const domain = String(given.account.address);
    const base = `${sandbox.origin}/shopify/${domain}/admin`;
    const post = async (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
      const init = { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
      const answer = await fetch(base + path, init);
      return { status: answer.status, headers: answer.headers, body: (await answer.json()) as AnswerBody };
    };
    const token = String(given.credentials.accessToken);
    return {
      domain,
      token,
      app: given.app as { clientId: string; clientSecret: string },
      refreshToken: String(given.credentials.refreshToken),
      post,
      ask: (query: string, variables: Record<string, unknown> = {}, access = token) =>
        post("/api/2026-10/graphql.json", { query, variables }, { "x-shopify-access-token": access }),
    };
  };

  return {
    sandbox,
    simulator,
    connect,
    appOrigin,
    openDoor: () => simulator().setDoor?.(`${appOrigin}/webhooks/shopify`),
    /** What was delivered since the last call. */
    async arrived(): Promise<Delivered[]> {
      await sandbox.settled();
      return delivered.splice(0);
    },
    advance(ms: number) {
      skewMs += ms;
    },
    async stop() {
      await sandbox.stop();
      app.closeAllConnections();
      await new Promise((resolve) => app.close(resolve));
    },
  };
}
