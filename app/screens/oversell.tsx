import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Form, Link, useActionData, useLoaderData } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import { closeOversell, SETTLEMENTS } from "#app/flows/close-oversell.server.ts";
import { wishLastUnit } from "#app/flows/wish-rules.server.ts";
import { refusal, requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { useChannelName } from "#app/ui/channel-badge.tsx";
import { useFormat } from "#app/ui/format.tsx";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { minorOf } from "#app/ui/money.ts";
import { CauseText } from "#app/ui/oversell/cause-text.tsx";
import { ChainList } from "#app/ui/oversell/chain-list.tsx";
import { OrderCards } from "#app/ui/oversell/order-cards.tsx";
import { SettleForm } from "#app/ui/oversell/settle-form.tsx";
import { SettledNote } from "#app/ui/oversell/settled-note.tsx";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { type OversellView, oversellView } from "#app/views/oversell.server.ts";
import { reportingCurrency } from "#app/views/reporting-currency.server.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction = () => [{ title: `${en.oversell.listTitle} · ${en.frame.product}` }];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const { house } = webContext(context);
  const view = await oversellView(house, front.seller.id, params.caseId ?? "");
  if (view === null) throw refusal(404, "not-found");
  return { ...view, currency: await reportingCurrency(house, front.seller.id) };
}

const NOTE = 300;

export async function action({ request, context, params }: ActionFunctionArgs): Promise<Response | { problem: string }> {
  const front = await requireMayChange(request, context);
  const { house } = webContext(context);
  const who = { sellerId: front.seller.id, actorKey: front.actorKey };
  const caseId = params.caseId ?? "";
  const view = await oversellView(house, who.sellerId, caseId);
  if (view === null) throw refusal(404, "not-found");
  const form = await request.formData();
  const words = en.oversell;
  switch (form.get("do")) {
    case "settle": {
      const [kind, orderId] = String(form.get("did")).split(":");
      const did = SETTLEMENTS.find((s) => s === kind);
      if (did === undefined) throw refusal(400, "not-found");
      const typed = String(form.get("cost") ?? "").trim();
      const currency = await reportingCurrency(house, who.sellerId);
      const minor = typed === "" ? null : minorOf(typed, currency);
      if (typed !== "" && minor === null) return { problem: words.settle.badCost };
      const cost = minor === null ? null : { minor, currency };
      const note = String(form.get("note") ?? "").slice(0, NOTE) || null;
      const answer = await closeOversell(house, { ...who, caseId, did, orderId: orderId ?? null, cost, note });
      if (answer === "which-order") return { problem: words.settle.chooseOrder };
      return answer === "gone" ? { problem: words.settle.gone } : front.redirect(`/activity/oversells/${caseId}`);
    }
    case "keep-on": {
      const title = words.prevent.ruleTitle({ title: view.item.title }).slice(0, 100);
      const connectionId = String(form.get("connectionId"));
      const previewId = await wishLastUnit(house, who, { itemId: view.item.id, connectionId, units: 1, title });
      return previewId === null ? { problem: words.prevent.gone } : front.redirect(`/changes/${previewId}`);
    }
    default:
      throw refusal(400, "not-found");
  }
}

export default function Oversell() {
  const view = useLoaderData<typeof loader>();
  const { oversell: words, frame } = useTexts();
  const front = useFront();
  const format = useFormat();
  const sku = { title: view.item.title, sku: view.item.sku };
  const rival = view.orders.find((o) => view.advice !== null && o.orderId !== view.advice.orderId && o.left > 0);
  return (
    <Screen title={words.title({ title: view.item.title })} back={{ label: words.listTitle, url: front.to("/activity/oversells") }}>
      <BlockStack gap="400">
        <Card>
          <BlockStack gap="200">
            <p className="verdict">
              {view.kind === "below-zero" ? words.verdict.missing({ n: view.missing, ...sku }) : words.verdict.hidden(sku)}
            </p>
            <p className="quiet">
              {view.foundAfterMs !== null && words.verdict.found({ time: frame.lag.ms({ n: format.seconds(view.foundAfterMs) }) })}{" "}
              {view.settled === null && view.item.available < 0 && words.verdict.zero}{" "}
              <Link to={front.to(`/inventory/items/${view.item.id}`)}>{view.item.sku}</Link>
            </p>
          </BlockStack>
        </Card>
        {view.settled && (
          <Card>
            <SettledNote settled={view.settled} />
          </Card>
        )}
        <BlockStack gap="300">
          <Text as="h2" variant="headingMd">
            {words.orders.title}
          </Text>
          <OrderCards orders={view.orders} advice={view.advice} />
        </BlockStack>
        {view.settled === null && (
          <Card>
            <Elsewhere places={view.elsewhere} />
          </Card>
        )}
        {view.settled === null && (
          <Card>
            <SettleForm orders={view.orders} title={view.item.title} adviceAgainst={rival?.orderId ?? null} currency={view.currency} />
          </Card>
        )}
        <Card>
          <BlockStack gap="300">
            <Text as="h2" variant="headingMd">
              {words.cause.title}
            </Text>
            <CauseText cause={view.cause} orders={view.orders} />
            <details>
              <summary>{words.chain.title}</summary>
              <ChainList chain={view.chain} />
            </details>
          </BlockStack>
        </Card>
        <Card>
          <Prevent keepers={view.keepers} casesOfItem={view.casesOfItem} />
        </Card>
      </BlockStack>
    </Screen>
  );
}

function Elsewhere(props: { places: OversellView["elsewhere"] }) {
  const words = useTexts().oversell.elsewhere;
  const name = useChannelName();
  return (
    <BlockStack gap="200">
      <Text as="h2" variant="headingMd">
        {words.title}
      </Text>
      {props.places.length === 0 && <p className="quiet">{words.none}</p>}
      {props.places.map((place) => (
        <p key={`${place.channel}-${place.place}`}>{words.line({ n: place.units, place: place.place, channel: name(place.channel) })}</p>
      ))}
    </BlockStack>
  );
}

/** One click to a rule, shown before it stands. */
function Prevent(props: { keepers: OversellView["keepers"]; casesOfItem: number }) {
  const words = useTexts().oversell.prevent;
  const front = useFront();
  const name = useChannelName();
  const answer = useActionData<typeof action>();
  const twins = (channel: string) => props.keepers.filter((k) => k.channel === channel).length > 1;
  return (
    <BlockStack gap="300">
      <Text as="h2" variant="headingMd">
        {words.title}
      </Text>
      <p className="quiet">{words.intro({ n: props.casesOfItem })}</p>
      <Form method="post" className="acts">
        <input type="hidden" name="do" value="keep-on" />
        <Link className="chip" to={front.to("/analytics/exposure")}>
          {words.buffer}
        </Link>
        {props.keepers.map((keeper) => (
          <button key={keeper.id} type="submit" name="connectionId" value={keeper.id} className="chip" disabled={!front.mayChange}>
            {words.keepOn({ channel: name(keeper.channel, twins(keeper.channel) ? keeper.name : null) })}
          </button>
        ))}
      </Form>
      {answer && "problem" in answer && (
        <p className="field-error" role="alert">
          {answer.problem}
        </p>
      )}
    </BlockStack>
  );
}
