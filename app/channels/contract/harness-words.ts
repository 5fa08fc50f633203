/**
 * What the shared contract suite asks of a test bed. `makeHarness` in app/testing/channel-harness.ts builds one from a connector
 * and its simulator; this room knows only the words, since connectors and their suite never import the sandbox.
 */
import type { Channel, ChannelContext, PlatformLimits, RawDelivery, VerifyKeys, WriteGate } from "../port.ts";

/** How a platform differs where the contract allows it. */
export type ContractTraits = {
  /** Status with which an unverified delivery is refused. */
  refusalStatus: number;
  /** Orders can be edited after they were placed. */
  editsOrders: boolean;
  /** Refunds say how many units of which line, and whether they went back on the shelf. */
  refundsNameUnits: boolean;
  /** A cancelled order may leave its units out of stock. */
  cancelsWithoutRestock: boolean;
  /** The seeded shop has at least one listing without a number. */
  hasUntracked: boolean;
  /** Access tokens run out and can be refreshed. */
  tokensExpire: boolean;
  /** A refusal for too many calls always says when to come back. */
  throttleTells: boolean;
  /** Answers carry how many calls are left. */
  tellsLimits: boolean;
  /** Lists say how many entries there are in all, so that a page cut short can be noticed. */
  listsAreCounted: boolean;
  /** The platform pushes something when a number is changed by hand. */
  pushesHandEdits: boolean;
  /** It can be asked which webhooks it holds for our door, and gives up on a door that fails for long. */
  tellsWebhooks: boolean;
  /** A delivery topic that speaks of orders, and one of stock where it exists. */
  orderTopic: string;
};

export type ContractLine = { sku: string; quantity: number };
export type ShownListing = { id: string; sku: string; quantity: number; active: boolean };
export type JournalLine = { n: number; sku: string; from: number; to: number; by: "api" | "order" | "hand"; call: string | null };

/** Partial orders for the sandbox's faults; what is left out is off. Rates 0 to 1. */
export type FaultOrder = {
  webhooks?: Partial<Record<"drop" | "duplicate" | "delayMs" | "shuffle", number>>;
  api?: Partial<
    Record<
      | "error5xx"
      | "timeout"
      | "lostReply"
      | "throttle"
      | "latencyMs"
      | "orderLagMs"
      | "staleReadMs"
      | "emptyPage"
      | "truncatePage"
      | "html200",
      number
    >
  >;
  tokens?: "ok" | "expire" | "revoke";
};

/** The outside world's hand, acting at once. Throws where the platform has no such thing. */
export type ContractWorld = {
  /** Simple goods of the account under test, each with at least 12 units; numbers as seeded. */
  goods: { sku: string; title: string; quantity: number; priceMinor: number }[];
  sell(lines: ContractLine[], at?: Date): string;
  cancel(orderId: string, how?: { restock?: boolean }): void;
  refund(orderId: string, lines: ContractLine[], how?: { restock?: boolean }): void;
  fulfil(orderId: string): void;
  edit(orderId: string, lines: ContractLine[]): void;
  setByHand(sku: string, quantity: number): void;
  addListing(listing: { sku: string; title: string; quantity: number; price: number }): void;
  removeListing(sku: string): void;
  /** An empty order ends all faults. */
  faults(order?: FaultOrder): void;
  listings(): ShownListing[];
  /** What the channel shows for this SKU (the first listing with it). */
  shown(sku: string): ShownListing;
  /** Changes of shown numbers since the last reset. */
  journal(): JournalLine[];
};

/** What happened on the wire and at the gate, in order. */
export type TrailEntry =
  | { kind: "gate"; keys: string[]; readAt: Date[] }
  /** `sentAt`: just before it went out; `headers`: the answer's. */
  | { kind: "call"; operation: string; changes: boolean; sentAt: Date; status: number | null; headers: Record<string, string> };

export type ContractHarness = {
  /** The connector; what it returns or throws is searched for buyers' data and secrets (see `problems`). */
  channel: Channel;
  traits: ContractTraits;
  readonly context: ChannelContext;
  /** A connection to another account of the same platform, with credentials of its own. */
  contextOf(account: 1 | 2 | 3): ChannelContext;
  /** What the connector told of the platform's limits since the reset. */
  limits: PlatformLimits[];
  /** Clock of sandbox and connector alike. */
  clock: { now(): Date; advance(ms: number): void };
  world: ContractWorld;
  /** No call waits longer than this, whatever the connector asks for. */
  callTimeoutMs: number;
  trail: TrailEntry[];
  /** Lets everything through and writes it down. */
  gate: WriteGate;
  /** Requests that the platform's document refuses, and leaked buyers' data or secrets; must stay empty. */
  problems: string[];
  /** How often the platform's raw answers and deliveries held invented buyer data since the reset. */
  buyerSightings(): number;
  /** A fresh world, fresh credentials, no faults, no door. */
  reset(how?: { seed?: number; items?: number }): Promise<void>;
  /** Subscribes our door at the platform; only then do deliveries come. */
  openDoor(): Promise<void>;
  /** What our door answers every delivery from now on, as if it were broken; null ends it. */
  doorAnswers(status: number | null): void;
  /** The address that openDoor registers. */
  readonly doorUrl: string;
  /** What verify() needs; after openDoor also the connection's secret. */
  verifyKeys(): VerifyKeys;
  /** Waits until every queued delivery has arrived and hands over what came since the last call. */
  arrived(): Promise<RawDelivery[]>;
  /** A delivery signed as ordered, with any body. */
  forge(what: { topic: string; body: string; sign: "good" | "bad" | "none" | "otherKey"; headers?: Record<string, string> }): RawDelivery;
  /** The platform's own questions to a door, and what it must be answered. */
  handshakes(): { delivery: RawDelivery; status: number; bodyHolds: string }[];
  stop(): Promise<void>;
};
