import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { Card } from "@shopify/polaris";
import { lazy, Suspense, useCallback, useState } from "react";
import { openPlan } from "#app/flows/open-plan.server.ts";
import { refusal, requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { useChannelName } from "#app/ui/channel-badge.tsx";
import { useFormat } from "#app/ui/format.tsx";
import type { Opened } from "#app/ui/inventory/inventory-data.ts";
import { ItemTable } from "#app/ui/inventory/item-table.tsx";
import { saysPhone, useIsPhone } from "#app/ui/is-phone.ts";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { Choice, Pager, SearchField, Views } from "#app/ui/list-tools.tsx";
import { useUndoKey } from "#app/ui/stock/undo-key.ts";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { UUID } from "#app/views/cursor.ts";
import { inventoryView, readInventoryQuery } from "#app/views/inventory.server.ts";
import { COUNT_LIMIT, INVENTORY_SORTS, INVENTORY_TABS } from "#app/views/inventory-query.ts";

/** These come with the first number that is opened, the first row that is picked, or a list without items: who only looks does not wait for them. */
const NoItems = lazy(async () => ({ default: (await import("#app/ui/inventory/no-items.tsx")).NoItems }));
const UnlinkedTable = lazy(async () => ({ default: (await import("#app/ui/inventory/unlinked-table.tsx")).UnlinkedTable }));
const BulkBar = lazy(async () => ({ default: (await import("#app/ui/inventory/bulk-bar.tsx")).BulkBar }));
const StockPanel = lazy(async () => ({ default: (await import("#app/ui/inventory/stock-panel.tsx")).StockPanel }));

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction = () => [{ title: `${en.inventory.title} · ${en.frame.product}` }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const query = readInventoryQuery(new URL(request.url).searchParams);
  const view = await inventoryView(webContext(context).house, front.seller.id, query);
  return { ...view, query, phone: saysPhone(request.headers) };
}

/** What the chosen items' channels showed before us: the rows first. */
export async function action({ request, context }: ActionFunctionArgs): Promise<Response> {
  const front = await requireMayChange(request, context);
  const form = await request.formData();
  const itemIds = form.getAll("itemId").map(String);
  if (form.get("do") !== "put-back" || itemIds.length === 0 || !itemIds.every((id) => UUID.test(id))) throw refusal(400, "not-found");
  const plan = { act: "put-back", connectionId: null, itemIds, undoes: null };
  const wish = { sellerId: front.seller.id, actorKey: front.actorKey, kind: "first-shown", plan } as const;
  return front.redirect(`/changes/${await openPlan(webContext(context).house, wish)}`);
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
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const choose = useCallback((id: string) => setChosen((was) => was.symmetricDifference(new Set([id]))), []);
  const clear = useCallback(() => setChosen(new Set()), []);
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
          <Link className="chip" to={front.to("/inventory/file")}>
            {texts.stockFile.link}
          </Link>
        </div>
        {importing.map((c) => (
          <p key={c.connectionId} className="toolbar quiet">
            {words.importing({ channel: name(c.channel) })}
          </p>
        ))}
        <Rows {...{ data, phone, chosen, onOpen: setOpened, onChoose: choose }} />
        <Pager previousPage={data.previousPage} nextPage={data.nextPage} />
        {chosen.size > 0 && (
          <Suspense fallback={null}>
            <BulkBar itemIds={[...chosen]} known={data.tags} onClear={clear} />
          </Suspense>
        )}
      </Card>
      {opened && (
        <Suspense fallback={null}>
          <StockPanel opened={opened} rows={data.rows} onClose={close} />
        </Suspense>
      )}
    </Screen>
  );
}

type RowsProps = {
  data: ReturnType<typeof useLoaderData<typeof loader>>;
  phone: boolean;
  chosen: ReadonlySet<string>;
  onOpen: (opened: Opened) => void;
  onChoose: (itemId: string) => void;
};

function Rows(props: RowsProps) {
  const { data, phone, ...acts } = props;
  const words = useTexts().inventory;
  const { tab, search } = data.query;
  if (data.listings.length > 0)
    return (
      <Suspense>
        <UnlinkedTable listings={data.listings} />
      </Suspense>
    );
  if (data.rows.length > 0) return <ItemTable rows={data.rows} channels={data.channels} phone={phone} {...acts} />;
  if (search === "" && tab !== "all") return <p className="toolbar quiet">{words.calm[tab]}</p>;
  return (
    <Suspense>
      <NoItems searched={search !== ""} />
    </Suspense>
  );
}
