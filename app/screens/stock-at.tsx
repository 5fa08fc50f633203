import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Link, useLoaderData, useSearchParams } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import { requireSeller, webContext } from "#app/front.server.ts";
import { DownloadFile } from "#app/ui/download-file.tsx";
import { useFormat } from "#app/ui/format.tsx";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { Pager, SearchField } from "#app/ui/list-tools.tsx";
import { ChooseMoment } from "#app/ui/restore/choose-moment.tsx";
import { StockThen } from "#app/ui/restore/stock-then.tsx";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { readStockAtQuery, stockAtView } from "#app/views/stock-at.server.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction = () => [{ title: `${en.stockAt.title} · ${en.frame.product}` }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const query = readStockAtQuery(new URL(request.url).searchParams);
  return { ...(await stockAtView(webContext(context).house, front.seller.id, query)), search: query.search };
}

export default function StockAt() {
  const view = useLoaderData<typeof loader>();
  const texts = useTexts();
  const words = texts.stockAt;
  const front = useFront();
  const format = useFormat();
  const [params] = useSearchParams();
  const { at, total } = view;
  const place = new URLSearchParams({
    ...(at && { at: at.toISOString() }),
    ...(view.item && { item: view.item.id }),
    ...(view.connectionId && { channel: view.connectionId }),
  });
  return (
    <Screen title={words.title} back={{ label: texts.activity.title, url: front.to("/activity") }} wide>
      <BlockStack gap="400">
        <Card>
          <BlockStack gap="300">
            {at && total ? (
              <Text as="h2" variant="headingMd">
                {words.total({
                  ...{ at: format.full(at), n: total.items, items: format.number(total.items) },
                  ...{ onHand: format.number(total.onHand), available: format.number(total.available) },
                })}
              </Text>
            ) : (
              <p>{words.lead}</p>
            )}
            <ChooseMoment view={view} at={words.at} look={words.show} />
          </BlockStack>
        </Card>
        {at && (
          <Card padding="0">
            <div className="toolbar">
              <SearchField label={texts.preview.search} keep={["at", "item", "channel"]} />
              <DownloadFile url={front.to(`/activity/stock-at.csv?${params}`)} name="stock.csv" label={words.file} />
              <Link className="chip" to={front.to(`/activity/restore?${place}`)}>
                {words.restore}
              </Link>
            </div>
            {view.rows.length > 0 ? (
              <StockThen rows={view.rows} at={at} />
            ) : (
              <p className="toolbar quiet">{view.search === "" ? words.before : words.noMatch}</p>
            )}
            <Pager previousPage={view.previousPage} nextPage={view.nextPage} />
          </Card>
        )}
      </BlockStack>
    </Screen>
  );
}
