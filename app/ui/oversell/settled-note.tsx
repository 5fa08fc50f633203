import { BlockStack, Text } from "@shopify/polaris";
import { useChannelName } from "../channel-badge.tsx";
import { useFormat } from "../format.tsx";
import { moneyText } from "../money.ts";
import { useTexts } from "../texts/texts.tsx";

type Settled = {
  at: Date;
  decision: string;
  by: string | null;
  orderNumber: string | null;
  orderChannel: string | null;
  costMinor: number | null;
  costCurrency: string | null;
  note: string | null;
};

/** How it ended, by whom and at what cost. */
export function SettledNote(props: { settled: Settled }) {
  const { settled } = props;
  const { oversell } = useTexts();
  const words = oversell.settled;
  const format = useFormat();
  const name = useChannelName();
  const told = { who: settled.by ?? oversell.someone, at: format.relative(settled.at) };
  const order = `${name(settled.orderChannel)} ${settled.orderNumber ?? ""}`.trim();
  const sentence = (): string => {
    switch (settled.decision) {
      case "cancelled":
        return words.cancelled({ ...told, order });
      case "found":
        return words.found(told);
      case "bought":
        return words.bought(told);
      case "cancelled-there":
        return words.cancelledThere({ order, at: told.at });
      case "covered":
        return words.covered({ at: told.at });
      default:
        return words.other(told);
    }
  };
  return (
    <BlockStack gap="200">
      <Text as="h2" variant="headingMd">
        {words.title}
      </Text>
      <p suppressHydrationWarning>
        {sentence()}{" "}
        {settled.costMinor !== null &&
          settled.costCurrency !== null &&
          words.cost({ amount: moneyText(settled.costMinor, settled.costCurrency) })}
      </p>
      {settled.note && <p className="quiet">{settled.note}</p>}
    </BlockStack>
  );
}
