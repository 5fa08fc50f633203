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

export type ChannelState = "blind" | "paused" | "observe" | "leaving" | "disconnected" | "behind" | "needs-you" | "in-step";

const CHANNEL_LOOKS: Record<ChannelState, Look> = {
  "in-step": LOOKS["in-step"],
  behind: LOOKS.sending,
  "needs-you": LOOKS["needs-you"],
  blind: LOOKS["cant-see"],
  paused: LOOKS.paused,
  observe: LOOKS.watching,
  leaving: LOOKS.waiting,
  disconnected: {},
};

/** `late`: what was being sent has been waiting longer than usual. */
export function ChannelStateBadge(props: { state: ChannelState; late?: boolean }) {
  const { channels, numbers } = useTexts();
  if (props.late && props.state === "behind") return <Badge {...LOOKS.waiting}>{numbers.status.waiting}</Badge>;
  return <Badge {...CHANNEL_LOOKS[props.state]}>{channels.state[props.state]}</Badge>;
}
