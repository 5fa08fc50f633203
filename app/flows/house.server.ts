/**
 * Everything a flow may use, handed in by the entry that composes it (web, worker, demo, tests). Nothing here is global:
 * two houses may stand in one process.
 */
import type { AppKeys, Channel } from "#app/channels/port.ts";
import type { BudgetLimits } from "#app/data/call-budget.server.ts";
import type { Database } from "#app/data/database.server.ts";
import type { Erasure } from "#app/data/erasure.server.ts";
import type { Intake } from "#app/data/intake.server.ts";
import type { ChannelName, JsonObject } from "#app/domain/channel-words.ts";
import type { Doorbell } from "#app/jobs/doorbell.ts";
import type { HttpAnswer, HttpRequest } from "#app/platform/http.ts";
import type { Logger } from "#app/platform/log.server.ts";
import type { Keyring } from "#app/platform/sealing.server.ts";
import type { MailSender } from "#app/services/mail-sender.ts";

export type House = {
  db: Database;
  /** Only where deliveries come in (web). */
  intake: Intake | null;
  /** Only where shops' data is erased (worker). */
  erasure: Erasure | null;
  log: Logger;
  now: () => Date;
  newId: () => string;
  doorbell: Doorbell;
  channels: Record<ChannelName, Channel>;
  /** Keys of our own app per platform; null = the channel is off. WooCommerce needs none. */
  appKeys: Record<ChannelName, AppKeys | null>;
  http: (request: HttpRequest) => Promise<HttpAnswer>;
  keyring: Keyring;
  /** Who carries our mail; null where this process sends none. */
  mail: MailSender | null;
  /** Public address of this installation, without a final slash. */
  appUrl: string;
  /** Where a browser finds a platform's page: unchanged, but in the demo and in tests, whose platforms are simulated. */
  platformPage: (url: string) => string;
  /** What every newly connected account's settings begin with: empty, but in the demo and in tests, whose platforms keep nothing back. */
  connectionSettings: JsonObject;
  pace: Pace;
  /** Call budgets other than the platforms' defaults (the demo's raised quotas, tests). */
  limits: Partial<Record<ChannelName, BudgetLimits>> | null;
  /** Waits; injected so that tests need no real time. */
  pause: (ms: number) => Promise<void>;
  /** Tells live pages of a seller to look again. */
  announce: (sellerId: string, what: string) => void;
  /** A platform's public key by its id (eBay), fetched within a small budget and remembered. */
  publicKey: (channel: ChannelName, keyId: string) => Promise<JsonObject | null>;
  /** Named crash points of our own code, armed in development (CRASH_AT=name:n); does nothing otherwise. */
  crashPoint: (name: string) => void;
};

/** Timings of our own, not of a platform. */
export type Pace = {
  /** Between two polls of a busy connection, and of one that is quiet or whose deliveries are proven to come (milliseconds). */
  pollMs: number;
  quietPollMs: number;
  sweepMs: number;
  /** Every shown number is looked at within this time where the call budget allows. */
  scanMs: number;
  /** Most numbers of one look; a large shop's slice of a round is larger, and the next look goes on where this one stopped. */
  lookAtOnce: number;
  leaseMs: number;
  leaseRenewMs: number;
  /** Least lease left before a call. */
  leaseMarginMs: number;
  callTimeoutMs: number;
  /** One drain's time slice. */
  sliceMs: number;
  /** An unanswered write may land this much later. */
  lateWriteMs: number;
  maxTries: number;
  /** Until a channel's next check of orders; null = in the seller's night. */
  checkAfterMs: number | null;
  /** Between two looks at what a platform says of our webhooks. */
  watchMs: number;
  /** Listings that deliveries name within this time are read together. */
  namedLookMs: number;
};

export const PACE: Pace = {
  pollMs: 60_000,
  quietPollMs: 900_000,
  sweepMs: 15_000,
  scanMs: 900_000,
  lookAtOnce: 500,
  leaseMs: 12_000,
  leaseRenewMs: 3_000,
  leaseMarginMs: 4_000,
  callTimeoutMs: 10_000,
  sliceMs: 5_000,
  lateWriteMs: 30_000,
  maxTries: 5,
  checkAfterMs: null,
  watchMs: 3_600_000,
  namedLookMs: 5_000,
};
