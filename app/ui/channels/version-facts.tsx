import type { ReactNode } from "react";
import { ACCESS_STEPS, daysLeft, dueStep, VERSION_STEPS } from "#app/domain/countdown.ts";
import type { WatchState } from "#app/domain/webhook-health.ts";
import { useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";

type Connected = {
  now: Date;
  apiVersion: { version: string; endsOn: string | null };
  watch: { state: WatchState | null; registered: boolean; since: Date | null; problem: string | null };
  doorRefused: "host" | "port" | null;
  tokenUntil: Date | null;
  /** Whether using the connection prolongs it. */
  tokenRenews: boolean;
  deliveries: { receivedAt: Date }[];
};

/** What the connection rests on: webhooks, token, the platform's API version. */
export function useVersionFacts(): (channel: Connected) => { label: string; value: ReactNode }[] {
  const words = useTexts().channels.facts;
  const format = useFormat();
  return ({ now, apiVersion, watch, doorRefused, tokenUntil, tokenRenews, deliveries }) => [
    { label: words.webhooks, value: <WebhookState watch={watch} refused={doorRefused} last={deliveries[0]?.receivedAt ?? null} /> },
    { label: words.token, value: access(now, tokenUntil, tokenRenews) },
    { label: words.version, value: version(now, apiVersion) },
  ];

  function access(now: Date, until: Date | null, renews: boolean): ReactNode {
    if (!until) return renews ? words.tokenKept : words.tokenNone;
    const at = format.day(until);
    if (renews) return words.tokenRenews({ at });
    if (dueStep(until, now, ACCESS_STEPS) === null) return at;
    return <strong>{words.tokenEnds({ at, n: Math.max(0, daysLeft(until, now)) })}</strong>;
  }

  function version(now: Date, { version: name, endsOn }: Connected["apiVersion"]): ReactNode {
    if (!endsOn) return name;
    const at = format.day(new Date(`${endsOn}T12:00:00Z`));
    const ends = new Date(endsOn);
    const left = daysLeft(ends, now);
    if (left <= 0) return <strong>{words.versionEnded({ version: name, at })}</strong>;
    if (dueStep(ends, now, VERSION_STEPS) === null) return words.versionEnds({ version: name, at });
    return <strong>{words.versionEndsSoon({ version: name, at, n: left })}</strong>;
  }
}

function WebhookState(props: { watch: Connected["watch"]; refused: Connected["doorRefused"]; last: Date | null }) {
  const words = useTexts().channels.facts;
  const format = useFormat();
  const { state, since, problem, registered } = props.watch;
  const at = since ? format.relative(since) : null;
  switch (state) {
    case "broken":
      return (
        <strong suppressHydrationWarning>
          {words.webhooksBroken({ at })}
          {problem && ` ${problem}`}
        </strong>
      );
    case "silent":
      return <strong suppressHydrationWarning>{words.webhooksSilent({ at })}</strong>;
    case "mended":
      return <span suppressHydrationWarning>{words.webhooksMended}</span>;
    case "well":
    case null:
      if (props.last) return <span suppressHydrationWarning>{words.webhooksSeen({ at: format.relative(props.last) })}</span>;
      if (props.refused) return <>{words.webhooksRefused[props.refused]}</>;
      return <>{registered ? words.webhooksSet : words.webhooksNone}</>;
    default:
      return state satisfies never;
  }
}
