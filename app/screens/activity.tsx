import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { BlockStack, Card, EmptySearchResult } from "@shopify/polaris";
import { requireSeller, webContext } from "#app/front.server.ts";
import { ChainPanel, RecordList } from "#app/ui/activity/record-list.tsx";
import { useChannelName } from "#app/ui/channel-badge.tsx";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { Choice, Pager, SearchField, Views } from "#app/ui/list-tools.tsx";
import { useUndoKey } from "#app/ui/stock/undo-key.ts";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { activityView, readActivityQuery } from "#app/views/activity.server.ts";
import { ACTIVITY_KINDS } from "#app/views/activity-kinds.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction = () => [{ title: `${en.activity.title} · ${en.frame.product}` }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const query = readActivityQuery(new URL(request.url).searchParams);
  return { ...(await activityView(webContext(context).house, front.seller.id, query)), query };
}

export default function Activity() {
  const { rows, chain, channels, query, nextPage, previousPage } = useLoaderData<typeof loader>();
  const { activity: words, inventory, oversell, restore, stockAt } = useTexts();
  const front = useFront();
  useUndoKey();
  const name = useChannelName();
  const narrowed = query.search !== "" || query.kind !== "all" || query.channelId !== null;
  return (
    <Screen title={words.title} wide>
      <div className="with-panel" data-open={chain ? true : undefined}>
        <Card padding="0">
          <div className="toolbar">
            <Views
              label={words.kindsLabel}
              name="kind"
              plain="all"
              chosen={query.kind}
              choices={ACTIVITY_KINDS.map((kind) => ({ value: kind, label: words.kinds[kind] }))}
            />
            <Choice
              label={words.channel}
              name="channel"
              chosen={query.channelId ?? ""}
              keep={["kind", "q"]}
              choices={[{ value: "", label: words.allChannels }, ...channels.map((c) => ({ value: c.id, label: name(c.channel, c.name) }))]}
            />
            <SearchField label={words.search} keep={["kind", "channel"]} />
            <Link className="chip" to={front.to("/activity/oversells")}>
              {oversell.listTitle}
            </Link>
            <Link className="chip" to={front.to("/activity/restore")}>
              {restore.link}
            </Link>
            <Link className="chip" to={front.to("/activity/stock-at")}>
              {stockAt.link}
            </Link>
          </div>
          {rows.length > 0 && <RecordList rows={rows} chain={query.chain} />}
          {rows.length === 0 && (
            <div className="toolbar" style={{ justifyContent: "center" }}>
              <BlockStack gap="300" inlineAlign="center">
                <EmptySearchResult
                  title={narrowed ? words.noMatch.title : words.none.title}
                  description={narrowed ? words.noMatch.body : words.none.body}
                />
                {narrowed && (
                  <Link className="chip" to="?">
                    {inventory.clear}
                  </Link>
                )}
              </BlockStack>
            </div>
          )}
          <Pager previousPage={previousPage} nextPage={nextPage} />
        </Card>
        {chain && (
          <aside aria-label={words.chain.title}>
            <Card padding="0">
              <ChainPanel chain={chain} />
            </Card>
          </aside>
        )}
      </div>
    </Screen>
  );
}
