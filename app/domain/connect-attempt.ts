/**
 * The life of one try to connect an account. looking: the worker asks the address who it is · ready: the shop is known, the seller
 * may go there · waiting: the one-time state is out · exchanging: the worker turns the platform's code into tokens · received: keys
 * or tokens came, unused · proving: the worker tries them.
 */
export const ATTEMPT_STATES = [
  "looking",
  "ready",
  "waiting",
  "exchanging",
  "received",
  "proving",
  "connected",
  "failed",
  "expired",
] as const;
export type AttemptState = (typeof ATTEMPT_STATES)[number];

/**
 * pasted: keys typed by hand. handed-over: the shop sends them after the seller approved there. granted: the seller agrees at the
 * platform, whose callback brings a code in his browser.
 */
export type AttemptWay = "pasted" | "handed-over" | "granted";

/** Tries of an hour, begun or gone on with: of one session, and of one seller whatever the session. */
export const MOST_TRIES = { session: 20, seller: 60 };
export const TRIES_WITHIN_MS = 3_600_000;

/** How long a one-time state lives, how long arrived keys wait for the seller's yes, and how long keys that failed may be tried again. */
export const ATTEMPT_LIVES_MS = 10 * 60_000;
