import { Badge, type BadgeProps } from "@shopify/polaris";
import type { NumberStatus } from "#app/domain/number-status.ts";
import { useTexts } from "./texts/texts.tsx";

type Look = Pick<BadgeProps, "tone" | "progress">;

/** One look per word (screens.md 2); the word carries the meaning, the tone only repeats it. */
const LOOKS: Record<NumberStatus, Look> = {
  "in-step": { tone: "success", progress: "complete" },
  sending: { tone: "info", progress: "partiallyComplete" },
  waiting: { tone: "attention", progress: "incomplete" },
  paused: { tone: "attention" },
  watching: { tone: "read-only" },
  held: { tone: "warning" },
  "needs-you": { tone: "warning" },
  refused: { tone: "critical" },
  "cant-see": { tone: "critical" },
  "not-linked": {},
  ignored: {},
  "not-compared": {},
};

/** Left out for "in step" in tables: sameness is folded, exceptions show. */
export function StatusBadge(props: { status: NumberStatus; quietWhenInStep?: boolean }) {
  const words = useTexts().numbers.status;
  if (props.quietWhenInStep && props.status === "in-step") return null;
  return <Badge {...LOOKS[props.status]}>{words[props.status]}</Badge>;
}

export type ChannelState = "blind" | "paused" | "observe" | "leaving" | "disconnected" | "behind" | "in-step";

const CHANNEL_LOOKS: Record<ChannelState, Look> = {
  "in-step": LOOKS["in-step"],
  behind: LOOKS.sending,
  blind: LOOKS["cant-see"],
  paused: LOOKS.paused,
  observe: LOOKS.watching,
  leaving: LOOKS.waiting,
  disconnected: {},
};

export function ChannelStateBadge(props: { state: ChannelState }) {
  const words = useTexts().channels.state;
  return <Badge {...CHANNEL_LOOKS[props.state]}>{words[props.state]}</Badge>;
}
