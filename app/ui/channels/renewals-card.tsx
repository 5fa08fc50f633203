import { useFetcher } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import { useEffect } from "react";
import { mostRenewalCost, RENEWAL_FEE } from "#app/domain/renewal-fee.ts";
import { useFront } from "../kit/front-context.tsx";
import { useToast } from "../kit/kit.tsx";
import { renewalMoney } from "../renewal-money.ts";
import { useTexts } from "../texts/texts.tsx";

type Renewals = { capMinor: number | null; spentMinor: number; waiting: number };
export type RenewalsAnswer = { did: "renewals"; allowed: boolean; wrong: "amount" | "agree" | null };

/** Etsy's renewals: what was spent, what the next batch may cost, and the seller's consent with its monthly limit. */
export function RenewalsCard({ renewals }: { renewals: Renewals }) {
  const words = useTexts().limits.renewals;
  const front = useFront();
  const toast = useToast();
  const fetcher = useFetcher<RenewalsAnswer>();
  const answer = fetcher.data;
  useEffect(() => {
    if (answer?.wrong === null) toast({ text: answer.allowed ? words.allowed : words.withdrawn });
  }, [answer, toast, words]);
  const busy = !front.mayChange || fetcher.state !== "idle";
  const { capMinor, spentMinor, waiting } = renewals;
  const fee = renewalMoney(RENEWAL_FEE.amountMinor);
  return (
    <div id="renewals">
      <Card>
        <BlockStack gap="200">
          <Text as="h2" variant="headingMd">
            {words.title}
          </Text>
          <p className="quiet">{words.about({ fee })}</p>
          <p>{capMinor === null ? words.off : words.spent({ spent: renewalMoney(spentMinor), cap: renewalMoney(capMinor) })}</p>
          <p>{words.next({ n: waiting, most: renewalMoney(mostRenewalCost(waiting)) })}</p>
          <fetcher.Form method="post" className="connect-form" noValidate>
            <input type="hidden" name="do" value="renewals" />
            <label className="field">
              {words.cap}
              <input
                name="cap"
                inputMode="decimal"
                autoComplete="off"
                defaultValue={capMinor === null ? "" : (capMinor / 100).toFixed(2)}
                aria-invalid={answer?.wrong === "amount"}
                aria-describedby="renewals-problem"
              />
            </label>
            <label>
              <input type="checkbox" name="agree" value="yes" aria-invalid={answer?.wrong === "agree"} /> {words.agree({ fee })}
            </label>
            <p id="renewals-problem" role="alert" className="field-error">
              {answer?.wrong === "amount" ? words.capBad : answer?.wrong === "agree" ? words.mustAgree : ""}
            </p>
            <div className="acts">
              <button type="submit" className="act" disabled={busy}>
                {capMinor === null ? words.allow : words.change}
              </button>
              {capMinor !== null && (
                <button type="submit" className="act" name="withdraw" value="yes" disabled={busy}>
                  {words.withdraw}
                </button>
              )}
            </div>
          </fetcher.Form>
        </BlockStack>
      </Card>
    </div>
  );
}
