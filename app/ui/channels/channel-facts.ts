import type { ChannelName } from "#app/domain/channel-words.ts";
import type { UnseenKind } from "#app/domain/sight.ts";
import type { ChannelState } from "../status-badge.tsx";

/** What the pieces that speak about a channel's health need to know. */
export type ChannelFacts = {
  id: string;
  channel: ChannelName;
  name: string;
  state: ChannelState;
  pausedAt: Date | null;
  blindSince: Date | null;
  blindReason: string | null;
  unseenKind?: UnseenKind | null;
  unseenSince?: Date | null;
  numbers: number;
  outOfStep: number;
  toDecide: number;
  tooHigh: number;
  unlinked: number;
  lastSeenAt: Date | null;
  lastOrderAt: Date | null;
  lastConfirmedAt: Date | null;
  usualLagMs: number | null;
  waitingSince: Date | null;
  quietUntil: Date | null;
  callsLeftToday: number | null;
  callsPerDay: number | null;
  importing: { done: number; total: number | null } | null;
  feedFailure: string | null;
};
