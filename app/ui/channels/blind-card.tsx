import { useFetcher } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import { useEffect, useState } from "react";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useToast } from "../kit/kit.tsx";
import { useTexts } from "../texts/texts.tsx";

type Sight = { unseen: { since: Date } | null; inForce: number; policy: { units: number; lastUnit: boolean } };
type Effect = { shared: number; lowered: number; units: number; zeroed: number; switchedOff: number };
export type BlindAnswer = {
  did: "blind";
  /** "number": what was typed is none; "changed": more would show 0 than was shown. */
  wrong: "number" | "changed" | null;
  saved: boolean;
  /** What the choice in the form would do now. */
  effect: (Effect & { ofUnits: number; ofLastUnit: boolean }) | null;
};

/** The choice of what others hold back, with its effect before it is saved. */
export function BlindCard({ sight, name }: { sight: Sight; name: string }) {
  const words = useTexts().sight.blind;
  const front = useFront();
  const format = useFormat();
  const toast = useToast();
  const fetcher = useFetcher<BlindAnswer>();
  const [units, setUnits] = useState(String(sight.policy.units));
  const [lastUnit, setLastUnit] = useState(sight.policy.lastUnit);
  const answer = fetcher.data;
  useEffect(() => {
    if (answer?.saved) toast({ text: words.saved });
  }, [answer, toast, words]);
  const busy = !front.mayChange || fetcher.state !== "idle";
  // An effect holds for the choice it was worked out for, and for no other.
  const effect =
    answer?.effect && String(answer.effect.ofUnits) === units.trim() && answer.effect.ofLastUnit === lastUnit ? answer.effect : null;
  return (
    <div id="when-unseen">
      <Card>
        <BlockStack gap="200">
          <Text as="h2" variant="headingMd">
            {words.title({ name })}
          </Text>
          <p className="quiet">{words.about({ name })}</p>
          {sight.unseen && (
            <p suppressHydrationWarning>
              {sight.inForce === 0
                ? words.nowNone
                : words.now({ n: sight.inForce, units: format.number(sight.inForce), at: format.clock(sight.unseen.since) })}
            </p>
          )}
          <fetcher.Form method="post" className="connect-form" noValidate>
            <label className="field">
              {words.units}
              <input
                name="units"
                inputMode="numeric"
                autoComplete="off"
                value={units}
                onChange={(event) => setUnits(event.currentTarget.value)}
                aria-invalid={answer?.wrong === "number"}
                aria-describedby="blind-problem"
              />
            </label>
            <label>
              <input
                type="checkbox"
                name="lastUnit"
                value="yes"
                checked={lastUnit}
                onChange={(event) => setLastUnit(event.currentTarget.checked)}
              />{" "}
              {words.lastUnit}
            </label>
            <p className="quiet">{words.keepsLast}</p>
            <p id="blind-problem" role="alert" className="field-error">
              {answer?.wrong === "number" ? words.wrong : answer?.wrong === "changed" ? words.changed : ""}
            </p>
            <div aria-live="polite">{effect && <EffectWords effect={effect} />}</div>
            <input type="hidden" name="shownZeroes" value={effect?.zeroed ?? ""} />
            <div className="acts">
              <button type="submit" className="act" name="do" value="blind-effect" disabled={busy}>
                {words.look}
              </button>
              {effect && (
                <button type="submit" className="act" name="do" value="blind-policy" disabled={busy}>
                  {words.save}
                </button>
              )}
            </div>
          </fetcher.Form>
        </BlockStack>
      </Card>
    </div>
  );
}

function EffectWords({ effect }: { effect: Effect }) {
  const words = useTexts().sight.blind;
  const format = useFormat();
  const said = (n: number) => ({ n, text: format.number(n) });
  if (effect.lowered === 0) return <p>{words.effectNone}</p>;
  return (
    <p>
      {words.effect({ lowered: format.number(effect.lowered), ...said(effect.shared), units: format.number(effect.units) })}{" "}
      {effect.zeroed === 0 ? words.noZeroes : words.zeroes(said(effect.zeroed))}{" "}
      {effect.switchedOff > 0 && words.switchedOff(said(effect.switchedOff))}
    </p>
  );
}
