import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { BlockStack, Card, EmptySearchResult, EmptyState } from "@shopify/polaris";
import { useCallback, useState } from "react";
import { requireSeller, webContext } from "#app/front.server.ts";
import { useChannelName } from "#app/ui/channel-badge.tsx";
import { useFormat } from "#app/ui/format.tsx";
import type { Opened } from "#app/ui/inventory/inventory-data.ts";
import { ItemTable } from "#app/ui/inventory/item-table.tsx";
import { StockPanel } from "#app/ui/inventory/stock-panel.tsx";
import { UnlinkedTable } from "#app/ui/inventory/unlinked-table.tsx";
import { saysPhone, useIsPhone } from "#app/ui/is-phone.ts";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { Choice, Pager, SearchField, Views } from "#app/ui/list-tools.tsx";
import { useUndoKey } from "#app/ui/stock/undo-key.ts";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { inventoryView, readInventoryQuery } from "#app/views/inventory.server.ts";
import { COUNT_LIMIT, INVENTORY_SORTS, INVENTORY_TABS } from "#app/views/inventory-query.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction = () => [{ title: `${en.inventory.title} · ${en.frame.product}` }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const query = readInventoryQuery(new URL(request.url).searchParams);
  const view = await inventoryView(webContext(context).house, front.seller.id, query);
  return { ...view, query, phone: saysPhone(request.headers) };
}

export default function Inventory() {
  const data = useLoaderData<typeof loader>();
  const { query, counts, channels } = data;
  const texts = useTexts();
  const words = texts.inventory;
  const front = useFront();
  const format = useFormat();
  const name = useChannelName();
  const phone = useIsPhone(data.phone);
  const [opened, setOpened] = useState<Opened | null>(null);
  const close = useCallback(() => setOpened(null), []);
  useUndoKey();
  const importing = channels.filter((c) => c.importing);
  return (
    <Screen title={words.title} secondary={[{ label: texts.matching.link, url: front.to("/inventory/matching") }]} wide>
      <Card padding="0">
        <div className="toolbar">
          <Views
            label={words.tabsLabel}
            name="tab"
            plain="all"
            chosen={query.tab}
            choices={INVENTORY_TABS.map((tab) => ({
              value: tab,
              label: words.tab({ name: words.tabs[tab], n: format.atMost(counts[tab], COUNT_LIMIT) }),
            }))}
          />
          <SearchField label={words.search} keep={["tab", "sort"]} />
          {query.tab !== "not-linked" && (
            <Choice
              label={words.sort}
              name="sort"
              chosen={query.sort}
              keep={["tab", "q"]}
              choices={INVENTORY_SORTS.map((sort) => ({ value: sort, label: words.sorts[sort] }))}
            />
          )}
        </div>
        {importing.map((c) => (
          <p key={c.connectionId} className="toolbar quiet">
            {words.importing({ channel: name(c.channel) })}
          </p>
        ))}
        <Rows {...{ data, phone, onOpen: setOpened }} />
        <Pager previousPage={data.previousPage} nextPage={data.nextPage} />
      </Card>
      <StockPanel opened={opened} rows={data.rows} onClose={close} />
    </Screen>
  );
}

function Rows(props: { data: ReturnType<typeof useLoaderData<typeof loader>>; phone: boolean; onOpen: (opened: Opened) => void }) {
  const { data, phone, onOpen } = props;
  const words = useTexts().inventory;
  const front = useFront();
  const { tab, search } = data.query;
  if (data.listings.length > 0) return <UnlinkedTable listings={data.listings} />;
  if (data.rows.length > 0) return <ItemTable rows={data.rows} channels={data.channels} phone={phone} onOpen={onOpen} />;
  if (search !== "") {
    return (
      <div className="toolbar" style={{ justifyContent: "center" }}>
        <BlockStack gap="300" inlineAlign="center">
          <EmptySearchResult title={words.noMatch.title} description={words.noMatch.body} />
          <Link className="chip" to="?">
            {words.clear}
          </Link>
        </BlockStack>
      </div>
    );
  }
  if (tab !== "all") return <p className="toolbar quiet">{words.calm[tab]}</p>;
  return (
    <EmptyState heading={words.empty.title} image="" action={{ content: words.empty.action, url: front.to("/channels") }}>
      <p>{words.empty.body}</p>
    </EmptyState>
  );
}
