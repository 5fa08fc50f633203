import { mostRenewalCost } from "#app/domain/renewal-fee.ts";
import { renewalMoney } from "../renewal-money.ts";
import { useTexts } from "../texts/texts.tsx";

type Renewals = { connectionId: string; listings: number; capMinor: number | null; spentMinor: number };

/** What sending these rows may cost at Etsy, and how much of it the month's limit still allows; nothing where nothing is renewed. */
export function RenewalCost(props: { renewals: Renewals[] }) {
  const words = useTexts().preview.renewal;
  return props.renewals.map(({ connectionId, listings, capMinor, spentMinor }) => (
    <p key={connectionId}>
      {words({
        n: listings,
        most: renewalMoney(mostRenewalCost(listings)),
        left: renewalMoney(Math.max(0, (capMinor ?? 0) - spentMinor)),
      })}
    </p>
  ));
}
