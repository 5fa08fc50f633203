import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack, Card, InlineGrid, Text } from "@shopify/polaris";
import { openPlan } from "#app/flows/open-plan.server.ts";
import { retryNow } from "#app/flows/retry-number.server.ts";
import { refusal, requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { useFormat } from "#app/ui/format.tsx";
import { ItemTags } from "#app/ui/item/item-tags.tsx";
import { Movements } from "#app/ui/item/movements.tsx";
import { WhereShown } from "#app/ui/item/where-shown.tsx";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { FirstShown } from "#app/ui/restore/first-shown.tsx";
import { EditStock } from "#app/ui/stock/edit-stock.tsx";
import { useUndoKey } from "#app/ui/stock/undo-key.ts";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { itemView } from "#app/views/item.server.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.title ?? en.inventory.title} · ${en.frame.product}` }];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const cursor = new URL(request.url).searchParams.get("page");
  const item = await itemView(webContext(context).house, front.seller.id, { itemId: params.itemId ?? "", cursor });
  if (!item) throw refusal(404, "not-found");
  return item;
}

/** "Try now" for one number, and what leads to a look at rows; changes of stock have an address of their own. */
export async function action({ request, context, params }: ActionFunctionArgs): Promise<{ retried: boolean } | Response> {
  const front = await requireMayChange(request, context);
  const { house } = webContext(context);
  const { itemId = "" } = params;
  const who = { sellerId: front.seller.id, actorKey: front.actorKey };
  const form = await request.formData();
  switch (form.get("do")) {
    case "put-back":
    case "follow-rules": {
      if ((await itemView(house, front.seller.id, { itemId, cursor: null })) === null) throw refusal(404, "not-found");
      const plan = { act: String(form.get("do")), connectionId: null, itemIds: [itemId], undoes: null };
      return front.redirect(`/changes/${await openPlan(house, { ...who, kind: "first-shown", plan })}`);
    }
    default:
      await retryNow(house, { sellerId: front.seller.id, quantityId: String(form.get("quantityId")) });
      return { retried: true };
  }
}

export default function Item() {
  const item = useLoaderData<typeof loader>();
  const { inventory, numbers } = useTexts();
  const words = inventory.item;
  const front = useFront();
  const format = useFormat();
  useUndoKey();
  const levels = [
    [inventory.columns.onHand, item.onHand],
    [inventory.columns.reserved, item.reserved],
    [inventory.columns.available, item.available],
  ] as const;
  return (
    <Screen title={item.title} back={{ label: inventory.title, url: front.to("/inventory") }}>
      <InlineGrid columns={{ xs: 1, md: "2fr 1fr" }} gap="400" alignItems="start">
        <BlockStack gap="400">
          <Card>
            <BlockStack gap="300">
              <Text as="h2" variant="headingMd">
                {words.levels}
              </Text>
              <p className="quiet">{item.sku}</p>
              <dl className="metrics">
                {levels.map(([label, value]) => (
                  <div key={label}>
                    <dt>{label}</dt>
                    <dd>{numbers.units({ n: value, text: format.number(value) })}</dd>
                  </div>
                ))}
              </dl>
              <EditStock key={item.movements[0]?.id} item={item} onDone={() => {}} />
            </BlockStack>
          </Card>
          <Card>
            <Movements itemId={item.id} movements={item.movements} previousPage={item.previousPage} nextPage={item.nextPage} />
          </Card>
          <Card>
            <ItemTags itemId={item.id} tags={item.tags} known={item.knownTags} />
          </Card>
        </BlockStack>
        <BlockStack gap="400">
          <Card>
            <WhereShown numbers={item.numbers} rules={item.rules} />
          </Card>
          {item.firstShown.kept + item.firstShown.back > 0 && (
            <Card>
              <FirstShown {...item.firstShown} />
            </Card>
          )}
        </BlockStack>
      </InlineGrid>
    </Screen>
  );
}
