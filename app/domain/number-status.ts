/**
 * What a seller reads about one shown number: one word out of a closed list. The first reason that applies wins, the most
 * final first; "in-step" is said only where the channel has proved it.
 */
export const NUMBER_STATUSES = [
  "in-step",
  "sending",
  "waiting",
  "paused",
  "watching",
  "held",
  "needs-you",
  "refused",
  "cant-see",
  "not-linked",
  "ignored",
  "not-compared",
] as const;
export type NumberStatus = (typeof NUMBER_STATUSES)[number];

export type NumberFacts = {
  linkState: string;
  goLive: string;
  lifecycle: string;
  /** The whole account, this connection, or a rule stopped writing. */
  stopped: boolean;
  blind: boolean;
  held: boolean;
  /** An open outside edit of this number waits for the seller. */
  editOpen: boolean;
  /** State at the channel: active, sold-out, ended ... */
  state: string;
  offByUs: boolean;
  target: number | null;
  confirmed: number | null;
  dirty: boolean;
  attempts: number;
  failureKind: string | null;
  raisesStopped: boolean;
  /** The next attempt lies ahead (back-off, a platform's limit). */
  waits: boolean;
};

/** Failures that no retry cures: somebody must act. */
const REFUSED = new Set(["rejected", "forbidden", "not-found", "unsupported"]);
const COMPARED = new Set(["active", "sold-out"]);

export function numberStatus(n: NumberFacts): NumberStatus {
  if (n.goLive === "ignored") return "ignored";
  if (n.linkState !== "linked") return "not-linked";
  if (n.lifecycle === "observe" || n.goLive === "watching") return "watching";
  if (!COMPARED.has(n.state) && !n.offByUs) return "not-compared";
  if (n.blind) return "cant-see";
  if (n.editOpen) return "needs-you";
  if (n.held) return "held";
  if (n.stopped || n.goLive === "paused" || n.lifecycle !== "live") return "paused";
  if (n.failureKind !== null && REFUSED.has(n.failureKind)) return "refused";
  if (n.raisesStopped) return "needs-you";
  if (n.dirty || n.target !== n.confirmed) return n.waits || n.attempts > 0 ? "waiting" : "sending";
  return "in-step";
}
