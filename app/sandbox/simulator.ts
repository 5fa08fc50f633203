/**
 * What the sandbox's core and a channel's simulator owe each other. The core owns the address, the control API, faults, the
 * journal, delivery of webhooks and persistence; a simulator owns one platform's rules and state.
 */
export const CHANNELS = ["shopify", "ebay", "etsy", "woocommerce"] as const;
export type ChannelName = (typeof CHANNELS)[number];
export type AccountNo = 1 | 2 | 3;
export const ACCOUNTS: readonly AccountNo[] = [1, 2, 3];

/** The neutral world from which each simulator builds its accounts. The same seed gives the same world (ids may differ between resets). */
export type WorldSeed = {
  seed: number;
  /** Simple SKUs: on all four channels, equal numbers, account 1 and (own SKUs, prefix B-) account 3. Account 2 is small. */
  simple: SeedItem[];
  /** Packs and bundles: on at most three channels, with the number that their components allow. */
  composites: SeedComposite[];
  /** What packs and bundles are made of: lies in the cupboard, is sold nowhere singly. No simulator lists it. */
  hidden?: SeedItem[];
};
export type SeedItem = { sku: string; title: string; quantity: number; priceMinor: number; account: AccountNo };
export type SeedComposite = SeedItem & {
  kind: "pack" | "bundle";
  channels: ChannelName[];
  /** What the seed tells the product (nothing can infer it): components by SKU. Components themselves are in `simple` or hidden (`listed: false`). */
  components: { sku: string; units: number }[];
};

export type SimRequest = {
  method: string;
  /** Path below /{channel}, with leading slash, without query. */
  path: string;
  query: URLSearchParams;
  /** The query as it was written, where somebody reads it so (WooCommerce before 11.1). */
  rawQuery?: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
};
export type SimResponse = {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer /** Cut the connection instead of answering. */;
  hangUp?: boolean;
};

export type Faults = {
  webhooks: { drop: number; duplicate: number; delayMs: number; shuffle: number };
  api: {
    error5xx: number;
    timeout: number;
    lostReply: number;
    throttle: number;
    latencyMs: number;
    orderLagMs: number;
    staleReadMs: number;
    emptyPage: number;
    truncatePage: number;
    html200: number;
  };
  tokens: "ok" | "expire" | "revoke";
};

/** What the core hands to each simulator. Everything random goes through `random`, everything timed through `now`. */
export type SimulatorHost = {
  now(): Date;
  /** 0 <= x < 1, seeded. */
  random(): number;
  /** A fresh id number, unique in this sandbox's life (also across resets). */
  nextId(): number;
  faults(account: AccountNo): Faults;
  /** True with the given fault's rate; the simulator answers in its platform's own way. */
  strikes(account: AccountNo, fault: "throttle" | "emptyPage" | "truncatePage" | "html200" | "error5xx"): boolean;
  /** Record each change of a shown number at the moment it happens. `call` names the platform operation when by = "api". */
  journal(change: { account: AccountNo; sku: string; from: number; to: number; by: "api" | "order" | "hand"; call: string | null }): void;
  /** Count a call under the platform's operation name; `changes` = it may change something (lostReply, latency). */
  countCall(account: AccountNo, operation: string, rejected: boolean): void;
  /** Queue a signed webhook; the core applies drop, duplicate, delay, shuffle, retries per `retry`, and counts. */
  deliver(account: AccountNo, delivery: OutgoingDelivery): void;
  /** The base address of the sandbox, e.g. http://127.0.0.1:4010 */
  origin(): string;
  /** Invented buyer data with recognisable strings (each contains "BUYERMARK"). */
  buyer(): { name: string; email: string; phone: string; street: string; city: string; zip: string; note: string };
  /** Tell the core that state changed (it persists soon). */
  touched(): void;
};

export type OutgoingDelivery = {
  url: string;
  topic: string;
  headers: Record<string, string>;
  body: string;
  /** Milliseconds before each further try; [] = none (WooCommerce). */
  retryAfterMs: number[];
  /** Signs at the moment of sending, returns the headers to add. */
  sign(body: string, how: SignHow): Record<string, string>;
  /** How long the platform waits for the answer; default 5 s. */
  timeoutMs?: number;
  /** Told each outcome (WooCommerce counts failures, Shopify deletes subscriptions). */
  onOutcome?(status: number | null): void;
};
export type SignHow = "good" | "bad" | "none" | "otherKey";

export type OrderRequest = { lines: { sku: string; quantity: number }[]; at?: string };

/** A refusal with the status and words that the control API shall answer. */
export class ControlRefusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export type ChannelState = {
  listings: { id: string; sku: string; quantity: number; active: boolean }[];
  orders: { id: string; status: string; lines: { sku: string; quantity: number }[] }[];
};

/** One platform. Control methods throw ControlRefusal; they change state at once, journal it, and queue the webhooks the platform would send. */
export interface Simulator {
  readonly channel: ChannelName;
  /** Operation name, account and whether it changes anything, before it is carried out (for faults and counting); null = unknown path. */
  inspect(request: SimRequest): { operation: string; account: AccountNo | null; changes: boolean } | null;
  handle(request: SimRequest): Promise<SimResponse>;
  /** The platform's own way to say 5xx, 429 or "token expired/revoked" for this request. */
  refusal(request: SimRequest, why: "error5xx" | "throttle" | "expired" | "revoked"): SimResponse;
  reset(world: WorldSeed): void;
  state(account: AccountNo): ChannelState;
  placeOrder(account: AccountNo, order: OrderRequest): { id: string };
  cancelOrder(account: AccountNo, id: string, how: { restock: boolean }): void;
  refundOrder(account: AccountNo, id: string, how: { lines: { sku: string; quantity: number }[]; restock: boolean }): void;
  fulfilOrder(account: AccountNo, id: string): void;
  editOrder(account: AccountNo, id: string, how: { lines: { sku: string; quantity: number }[] }): void;
  setStock(account: AccountNo, change: { sku: string; quantity: number }): void;
  addListing(account: AccountNo, listing: { sku: string; title: string; quantity: number; price: number }): { id: string };
  removeListing(account: AccountNo, sku: string): void;
  /** What the demo's connect needs: app keys and the credentials a finished authorization would have given. */
  credentials(account: AccountNo): { app: Record<string, unknown>; account: Record<string, unknown>; credentials: Record<string, unknown> };
  /** A delivery as this platform would send it, for POST /control/:channel/deliver. */
  forge(
    account: AccountNo,
    what: { topic: string; headers: Record<string, string>; body: string; sign: SignHow },
  ): { url: string; headers: Record<string, string>; body: string };
  /** Where the platform sends its webhooks, where that is app-wide (Shopify, eBay, Etsy); set by the demo or a test. */
  setDoor?(url: string): void;
  save(): unknown;
  load(state: unknown): void;
}
