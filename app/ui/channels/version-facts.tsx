import type { ReactNode } from "react";
import { useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";

type Connected = {
  apiVersion: { version: string; endsOn: string | null };
  webhooksRegistered: boolean;
  doorRefused: "host" | "port" | null;
  tokenUntil: Date | null;
  deliveries: { receivedAt: Date }[];
};

/** What the connection rests on: webhooks, token, the platform's API version. */
export function useVersionFacts(): (channel: Connected) => { label: string; value: ReactNode }[] {
  const words = useTexts().channels.facts;
  const format = useFormat();
  return ({ apiVersion, webhooksRegistered, doorRefused, tokenUntil, deliveries }) => [
    {
      label: words.webhooks,
      value: <WebhookState registered={webhooksRegistered} refused={doorRefused} last={deliveries[0]?.receivedAt ?? null} />,
    },
    { label: words.token, value: tokenUntil ? format.day(tokenUntil) : words.tokenNone },
    {
      label: words.version,
      value: apiVersion.endsOn
        ? words.versionEnds({ version: apiVersion.version, at: format.day(new Date(`${apiVersion.endsOn}T12:00:00Z`)) })
        : apiVersion.version,
    },
  ];
}

function WebhookState(props: { registered: boolean; refused: Connected["doorRefused"]; last: Date | null }) {
  const words = useTexts().channels.facts;
  const format = useFormat();
  if (props.last) return <span suppressHydrationWarning>{words.webhooksSeen({ at: format.relative(props.last) })}</span>;
  if (props.refused) return <>{words.webhooksRefused[props.refused]}</>;
  return <>{props.registered ? words.webhooksSet : words.webhooksNone}</>;
}
