import { Badge, BlockStack, Card, InlineGrid, Text } from "@shopify/polaris";
import type { ChannelName } from "#app/domain/channel-words.ts";
import { ChannelLabel } from "../channel-badge.tsx";
import { useFormat } from "../format.tsx";
import { moneyText } from "../money.ts";
import { useTexts } from "../texts/texts.tsx";

export type CompetingOrder = {
  orderId: string;
  channel: ChannelName;
  shop: string;
  number: string;
  role: string;
  status: string;
  paid: boolean;
  placedAt: Date;
  learnedAt: Date;
  units: number;
  left: number;
  unitPriceMinor: number | null;
  currency: string | null;
  penalty: number;
};

/** The orders side by side, and which one to keep with the reason. */
export function OrderCards(props: { orders: CompetingOrder[]; advice: { orderId: string; reason: string } | null }) {
  return (
    <InlineGrid columns={{ xs: 1, md: Math.min(3, Math.max(1, props.orders.length)) }} gap="400">
      {props.orders.map((order) => (
        <OrderCard key={order.orderId} order={order} reason={props.advice?.orderId === order.orderId ? props.advice.reason : null} />
      ))}
    </InlineGrid>
  );
}

function OrderCard(props: { order: CompetingOrder; reason: string | null }) {
  const { order, reason } = props;
  const { oversell, frame } = useTexts();
  const words = oversell.orders;
  const format = useFormat();
  const { unitPriceMinor: price, currency } = order;
  const state = `${words.status[order.status] ?? order.status}, ${order.paid ? words.paid : words.unpaid}`;
  const facts: [string, string][] = [
    [words.placed, `${format.clock(order.placedAt)}`],
    [
      words.known,
      words.after({ time: frame.lag.ms({ n: format.seconds(Math.max(0, order.learnedAt.getTime() - order.placedAt.getTime())) }) }),
    ],
    [words.units, format.number(order.units)],
    [words.price, price === null || currency === null ? words.unknownPrice : moneyText(price, currency)],
    [words.state, state],
    [words.penalty, oversell.penalty[order.penalty] ?? ""],
  ];
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h3" variant="headingSm">
          <ChannelLabel channel={order.channel} shop={order.shop} /> · {order.number}
        </Text>
        {reason && (
          <p>
            <Badge tone="success">{words.keep}</Badge> {oversell.advice[reason]}
          </p>
        )}
        {order.left < order.units && <p>{words.gaveBack}</p>}
        <dl className="facts">
          {facts.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd suppressHydrationWarning>{value}</dd>
            </div>
          ))}
        </dl>
      </BlockStack>
    </Card>
  );
}
