/** The facts that were stored with a case, as the page needs them. They are our own JSON; what is missing stays null. */
import { OVERSELL_CAUSES, type OversellCause } from "#app/domain/oversell-cause.ts";

export type CauseView = {
  cause: OversellCause;
  betweenMs: number | null;
  learnedAfterMs: number | null;
  knownForMs: number | null;
  /** Since when the channel could not be seen or was not written to, and why. */
  noWriting: { why: string; since: Date } | null;
  unseenSince: Date | null;
  /** The platform's words where it refused, ours where no further try was made. */
  refusedText: string | null;
  waitingText: string | null;
  raised: { from: number; to: number; seenAt: Date } | null;
  known: { quantity: number; at: Date } | null;
  lowered: { at: Date; units: number; by: string; note: string | null } | null;
};

export function causeView(cause: string, facts: unknown): CauseView {
  const all = object(facts);
  const shown = object(all.shown);
  const noWriting = object(shown.noWriting);
  const raised = object(shown.raised);
  const known = object(shown.known);
  const lowered = object(all.lowered);
  const writes = Array.isArray(shown.writes) ? shown.writes.map(object) : [];
  const refused = writes.findLast((w) => w.outcome === "rejected" || w.outcome === "not-found");
  const since = moment(noWriting.since);
  const [seenAt, knownAt, loweredAt] = [moment(raised.seenAt), moment(known.at), moment(lowered.at)];
  return {
    cause: OVERSELL_CAUSES.find((c) => c === cause) ?? "unknown",
    ...{ betweenMs: figure(all.betweenMs), learnedAfterMs: figure(all.learnedAfterMs), knownForMs: figure(all.knownForMs) },
    noWriting: since && { why: String(noWriting.why), since },
    unseenSince: moment(object(all.earlier).unseenSince),
    ...{ refusedText: text(refused?.note), waitingText: text(shown.waitingText) },
    raised: seenAt && { from: figure(raised.from) ?? 0, to: figure(raised.to) ?? 0, seenAt },
    known: knownAt && { quantity: figure(known.quantity) ?? 0, at: knownAt },
    lowered: loweredAt && { at: loweredAt, units: figure(lowered.units) ?? 0, by: String(lowered.by), note: text(lowered.note) },
  };
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {};
}
const figure = (value: unknown): number | null => (typeof value === "number" ? value : null);
const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
function moment(value: unknown): Date | null {
  return typeof value === "string" && !Number.isNaN(Date.parse(value)) ? new Date(value) : null;
}
