/**
 * The life of one try to connect an account. looking: the worker asks the address who it is · ready: the shop is known, the seller
 * may go there · waiting: the one-time state is out · received: the keys came, unused · proving: the worker tries the keys.
 */
export const ATTEMPT_STATES = ["looking", "ready", "waiting", "received", "proving", "connected", "failed", "expired"] as const;
export type AttemptState = (typeof ATTEMPT_STATES)[number];

/** pasted: keys typed by hand. handed-over: the shop sends them after the seller approved there. */
export type AttemptWay = "pasted" | "handed-over";

/** How long a one-time state lives, how long arrived keys wait for the seller's yes, and how long keys that failed may be tried again. */
export const ATTEMPT_LIVES_MS = 10 * 60_000;
