/** One running simulator with a token, for the tests of this folder. */
import type { AccountNo, OutgoingDelivery } from "../simulator.ts";
import { type Sandbox, startSandbox } from "../start-sandbox.ts";
import { createEtsySimulator, type EtsySimulator } from "./simulator.ts";
import type { EtsyOptions } from "./world.ts";

export type Answer = { status: number; headers: Headers; body: Record<string, unknown> };

export type SimulatedShop = {
  sandbox: Sandbox;
  simulator: EtsySimulator;
  shopId: string;
  app: { keystring: string; sharedSecret: string; webhookSecret: string };
  tokens: { accessToken: string; refreshToken: string };
  /** Everything that was queued for delivery, nothing of it sent. */
  queued: OutgoingDelivery[];
  advance(ms: number): void;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  send(method: "PUT" | "PATCH" | "POST", path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Any address of the simulated Etsy, host included. */
  ask(address: string, init: RequestInit): Promise<Response>;
  listingId(sku: string): string;
  shown(sku: string): { quantity: number; active: boolean };
  stop(): Promise<void>;
};

export async function openShop(account: AccountNo = 1, options: Partial<EtsyOptions> = {}): Promise<SimulatedShop> {
  let skewMs = 0;
  const queued: OutgoingDelivery[] = [];
  const sandbox = await startSandbox({
    port: 0,
    now: () => new Date(Date.now() + skewMs),
    simulators: {
      etsy: (host) => createEtsySimulator({ ...host, deliver: (_account, delivery) => queued.push(delivery) }, options),
    },
  });
  const simulator = sandbox.simulators.etsy as EtsySimulator;
  simulator.setDoor?.("http://127.0.0.1:1/webhooks/etsy");
  const given = simulator.credentials(account) as {
    app: SimulatedShop["app"];
    account: { externalId: string };
    credentials: SimulatedShop["tokens"];
  };
  const { app, credentials: tokens } = given;
  const ask = (address: string, init: RequestInit) => fetch(`${sandbox.origin}/etsy/${address}`, { redirect: "manual", ...init });
  const call = async (path: string, init: RequestInit): Promise<Answer> => {
    const headers = {
      "x-api-key": `${app.keystring}:${app.sharedSecret}`,
      authorization: `Bearer ${tokens.accessToken}`,
      ...(init.headers as Record<string, string>),
    };
    const answer = await ask(`openapi.etsy.com/v3/application${path}`, { ...init, headers });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
  };
  return {
    sandbox,
    simulator,
    shopId: given.account.externalId,
    app,
    tokens,
    queued,
    advance(ms) {
      skewMs += ms;
    },
    get: (path, headers = {}) => call(path, { method: "GET", headers }),
    send: (method, path, body, headers = {}) => {
      const form = body instanceof URLSearchParams;
      const type = form ? "application/x-www-form-urlencoded" : "application/json";
      return call(path, { method, body: form ? body.toString() : JSON.stringify(body), headers: { "content-type": type, ...headers } });
    },
    ask,
    listingId: (sku) => simulator.state(account).listings.find((listing) => listing.sku === sku)?.id ?? "0",
    shown(sku) {
      const found = simulator.state(account).listings.find((listing) => listing.sku === sku);
      if (!found) throw new Error(`no listing shows ${sku}`);
      return { quantity: found.quantity, active: found.active };
    },
    stop: () => sandbox.stop(),
  };
}
