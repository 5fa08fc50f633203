/** A shop alone on a bench: no server, a clock that stands still, every delivery and journal line in the hand. For tests only. */
import { createHmac } from "node:crypto";
import { NO_FAULTS } from "../faults.ts";
import type { AccountNo, Faults, OutgoingDelivery, SimResponse, SimulatorHost, WorldSeed } from "../simulator.ts";
import { createWoocommerceSimulator } from "./simulator.ts";

const ORIGIN = "http://127.0.0.1:4010";
const START = Date.UTC(2026, 10, 23, 13, 0, 0);

export type Answer = { status: number; headers: Record<string, string>; body: unknown };
export type Sent = { url: string; topic: string; headers: Record<string, string>; body: string; answer: (status: number | null) => void };

export function openShop(items = 6, account: AccountNo = 1) {
  let nowMs = START;
  let lastId = 100;
  let nonce = 0;
  let faults: Faults = NO_FAULTS;
  const journal: { sku: string; from: number; to: number; by: string; call: string | null }[] = [];
  /** Queued and not yet sent; `send()` sends what waits. */
  const queue: OutgoingDelivery[] = [];
  const host: SimulatorHost = {
    now: () => new Date(nowMs),
    random: () => 0.5,
    nextId: () => ++lastId,
    faults: () => faults,
    strikes: (_account, fault) => faults.api[fault] === 1,
    journal: ({ sku, from, to, by, call }) => journal.push({ sku, from, to, by, call }),
    countCall: () => {},
    deliver: (_account, delivery) => queue.push(delivery),
    origin: () => ORIGIN,
    buyer: () => {
      const mark = "BUYERMARK";
      return { name: `${mark} Doe`, email: `${mark}@example.com`, phone: mark, street: mark, city: mark, zip: mark, note: mark };
    },
    touched: () => {},
  };
  const simulator = createWoocommerceSimulator(host);
  const world: WorldSeed = {
    seed: 1,
    simple: Array.from({ length: items }, (_, index) => ({
      sku: `S-${index + 1}`,
      title: `Good ${index + 1}`,
      quantity: 10,
      priceMinor: 500,
      account,
    })),
    composites: [],
  };
  simulator.reset(world);
  const keys = simulator.credentials(account).credentials as { consumerKey: string; consumerSecret: string };

  /** One request, as the HTTP server would hand it over. */
  async function raw(
    method: string,
    path: string,
    query: URLSearchParams,
    more: { headers?: Record<string, string>; body?: string; rawQuery?: string } = {},
  ): Promise<Answer> {
    const request = {
      ...{ method, path: `/shop-${account}${path}`, query, rawQuery: more.rawQuery ?? query.toString() },
      ...{ headers: more.headers ?? {}, body: Buffer.from(more.body ?? "") },
    };
    const answer: SimResponse = await simulator.handle(request);
    const text = String(answer.body ?? "");
    const isJson = answer.headers?.["content-type"]?.startsWith("application/json");
    return { status: answer.status, headers: answer.headers ?? {}, body: isJson ? JSON.parse(text) : text };
  }

  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

  function sign(
    method: string,
    path: string,
    params: Record<string, string>,
    how: { secret?: string; hash?: "sha1" | "sha256"; atMs?: number; nonce?: string } = {},
  ) {
    const all: Record<string, string> = {
      ...params,
      oauth_consumer_key: keys.consumerKey,
      oauth_nonce: how.nonce ?? `nonce-${++nonce}`,
      oauth_signature_method: how.hash === "sha1" ? "HMAC-SHA1" : "HMAC-SHA256",
      oauth_timestamp: String(Math.floor((how.atMs ?? nowMs) / 1000)),
      oauth_version: "1.0",
    };
    const pairs = Object.entries(all)
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .sort()
      .join("&");
    const base = `${method}&${encode(`${ORIGIN}/woocommerce/shop-${account}${path}`)}&${encode(pairs)}`;
    const signature = createHmac(how.hash ?? "sha256", `${how.secret ?? keys.consumerSecret}&`)
      .update(base)
      .digest("base64");
    return new URLSearchParams({ ...all, oauth_signature: signature });
  }

  return {
    simulator,
    keys,
    journal,
    queue,
    raw,
    sign,
    address: `${ORIGIN}/woocommerce/shop-${account}`,
    setFaults(change: { webhooks?: Partial<Faults["webhooks"]>; api?: Partial<Faults["api"]> }) {
      faults = { ...NO_FAULTS, webhooks: { ...NO_FAULTS.webhooks, ...change.webhooks }, api: { ...NO_FAULTS.api, ...change.api } };
    },
    advance: (ms: number) => {
      nowMs += ms;
    },
    /** A signed call below /wc/v3/. */
    async call(method: string, endpoint: string, body?: unknown, params: Record<string, string> = {}): Promise<Answer> {
      const path = `/wp-json/wc/v3/${endpoint}`;
      return raw(method, path, sign(method, path, params), body === undefined ? {} : { body: JSON.stringify(body) });
    },
    /** Sends what waits, as the core does; the receiver's answer is given per delivery. */
    send(): Sent[] {
      return queue.splice(0).map((delivery) => ({
        url: delivery.url,
        topic: delivery.topic,
        headers: { ...delivery.headers, ...delivery.sign(delivery.body, "good") },
        body: delivery.body,
        answer: (status) => delivery.onOutcome?.(status),
      }));
    },
    shown(sku: string): number {
      const found = simulator.state(account).listings.find((one) => one.sku === sku);
      if (!found) throw new Error(`the shop lists no ${sku}`);
      return found.quantity;
    },
    idOf(sku: string): number {
      return Number(simulator.state(account).listings.find((one) => one.sku === sku)?.id);
    },
  };
}
