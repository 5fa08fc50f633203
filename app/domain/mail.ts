/** The mails there are: each kind with what its words are filled with. Never a buyer's datum, never a secret. */
export type MailContent =
  /** Lowerings that no order explains wait for a yes (domain/brake). */
  | { kind: "held"; data: { holdId: string; reason: string; lowered: number; base: number; zeroed: number } }
  /** Something that cannot wait until somebody looks; `text` is the alert's own. */
  | { kind: "alert"; data: { alert: string; text: string; connectionId: string | null } }
  /** A platform had stopped its deliveries; `text` says which and what was done. */
  | { kind: "webhooks"; data: { connectionId: string; name: string; text: string } }
  /** A channel's access ends at `endsAt` (ISO 8601); `text` says what to do. */
  | { kind: "token-ends"; data: { connectionId: string; name: string; text: string; endsAt: string } }
  /** Somebody wants to move this account elsewhere; it goes at `dueAt` (ISO 8601) if nobody keeps it. */
  | { kind: "move-asked"; data: { moveId: string; connectionId: string; channel: string; account: string; askedAt: string; dueAt: string } }
  | { kind: "move-done"; data: { channel: string; account: string; connectionId: string } }
  /** How a move ended for the one who asked for it. */
  | { kind: "move-ended"; data: { channel: string; account: string; outcome: MoveOutcome } };

export type MoveOutcome = "moved" | "kept" | "dead" | "busy" | "support";

export type MailKind = MailContent["kind"];

/** What is read, without any markup: the greeting and the ways out are the layout's. */
export type MailWords = {
  subject: string;
  /** Whole sentences, one paragraph each. */
  paragraphs: string[];
  /** Where to go on: a page below the front ("/channels/..."). */
  action: { label: string; path: string };
};

/** Waits before the tries that follow, in seconds; after the last one it is given up. */
const WAITS_S = [60, 300, 900, 3_600, 4 * 3_600, 8 * 3_600, 12 * 3_600] as const;

/** Milliseconds until the next try of a mail that was tried that many times; null = given up. */
export function nextTryMs(tries: number): number | null {
  const wait = WAITS_S[tries - 1];
  return wait === undefined ? null : wait * 1_000;
}
