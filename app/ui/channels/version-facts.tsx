import type { ReactNode } from "react";
import { Moment, useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";

type Connected = {
  apiVersion: { version: string; endsOn: string | null };
  webhooks: { key: string; value: string }[];
  tokenUntil: Date | null;
  deliveries: { receivedAt: Date }[];
};

/** What the connection rests on: webhooks, token, the platform's API version. */
export function useVersionFacts(): (channel: Connected) => { label: string; value: ReactNode }[] {
  const words = useTexts().channels.facts;
  const format = useFormat();
  return ({ apiVersion, webhooks, tokenUntil, deliveries }) => [
    { label: words.webhooks, value: <WebhookState webhooks={webhooks} last={deliveries[0]?.receivedAt ?? null} /> },
    { label: words.token, value: tokenUntil ? format.day(tokenUntil) : words.tokenNone },
    {
      label: words.version,
      value: apiVersion.endsOn
        ? words.versionEnds({ version: apiVersion.version, at: format.day(new Date(`${apiVersion.endsOn}T12:00:00Z`)) })
        : apiVersion.version,
    },
  ];
}

function WebhookState(props: { webhooks: { key: string; value: string }[]; last: Date | null }) {
  const words = useTexts().channels.facts;
  if (props.webhooks.length === 0 && !props.last) return <>{words.webhooksNone}</>;
  return (
    <>
      {props.webhooks.map((fact) => `${fact.key} ${fact.value}`).join(", ")} <Moment at={props.last} />
    </>
  );
}
