import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Card } from "@shopify/polaris";
import { turnDown, wishLinks } from "#app/flows/decide-links.server.ts";
import { refusal, requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { useChannelName } from "#app/ui/channel-badge.tsx";
import { useFormat } from "#app/ui/format.tsx";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { Choice, Pager, SearchField, Views } from "#app/ui/list-tools.tsx";
import { HinderedTable } from "#app/ui/matching/hindered-table.tsx";
import { type LinksDid, ProposedLinks } from "#app/ui/matching/proposed-links.tsx";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { COUNT_LIMIT } from "#app/views/inventory-query.ts";
import { allProposed, matchingView, readMatchingQuery } from "#app/views/matching.server.ts";
import { MATCHING_TABS } from "#app/views/matching-tabs.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction = () => [{ title: `${en.matching.title} · ${en.frame.product}` }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const query = readMatchingQuery(new URL(request.url).searchParams);
  return { ...(await matchingView(webContext(context).house, front.seller.id, query)), query };
}

export async function action({ request, context }: ActionFunctionArgs): Promise<LinksDid | Response> {
  const front = await requireMayChange(request, context);
  const { house } = webContext(context);
  const who = { sellerId: front.seller.id, actorKey: front.actorKey };
  const form = await request.formData();
  const listingIds = form.getAll("id").map(String);
  const count = form.get("count") === "yes";
  switch (form.get("do")) {
    case "accept":
      return answer(front.redirect, await wishLinks(house, who, { listingIds, count }));
    case "accept-all": {
      const query = readMatchingQuery(new URL(request.url).searchParams);
      const all = await allProposed(house, front.seller.id, query);
      // Asked for by the view and its count: where that moved, the seller looks again.
      if (all.length !== Number(form.get("n")) || all.length === 0) return { did: "moved" };
      return answer(front.redirect, await wishLinks(house, who, { listingIds: all, count }));
    }
    case "refuse":
      return { did: "refused", listings: await turnDown(house, who, { listingIds, to: "refused" }) };
    case "again":
      return { did: "proposed", listings: await turnDown(house, who, { listingIds, to: "proposed" }) };
    default:
      throw refusal(400, "not-found");
  }
}

function answer(redirect: (path: string) => Response, wished: Awaited<ReturnType<typeof wishLinks>>): LinksDid | Response {
  switch (wished.outcome) {
    case "linked":
      return { did: "linked", listings: wished.listings };
    case "plan":
      return redirect(`/changes/${wished.previewId}`);
    default: {
      const never: never = wished;
      return never;
    }
  }
}

export default function Matching() {
  const view = useLoaderData<typeof loader>();
  const { query, counts } = view;
  const texts = useTexts();
  const words = texts.matching;
  const front = useFront();
  const format = useFormat();
  const name = useChannelName();
  const narrowed = query.search !== "" || query.connectionId !== null;
  return (
    <Screen title={words.title} back={{ label: texts.inventory.title, url: front.to("/inventory") }} wide>
      <Card padding="0">
        <div className="toolbar">
          <Views
            label={words.tabsLabel}
            name="tab"
            plain="proposed"
            chosen={query.tab}
            choices={MATCHING_TABS.map((tab) => ({
              value: tab,
              label: words.tab({ name: words.tabs[tab], n: format.atMost(counts[tab], COUNT_LIMIT) }),
            }))}
          />
          <SearchField label={texts.preview.search} keep={["tab", "channel"]} />
          {view.channels.length > 1 && (
            <Choice
              label={words.columns.channel}
              name="channel"
              chosen={query.connectionId ?? ""}
              keep={["tab", "q"]}
              choices={[
                { value: "", label: texts.activity.allChannels },
                ...view.channels.map((c) => ({ value: c.id, label: name(c.channel, c.name) })),
              ]}
            />
          )}
        </div>
        <p className="toolbar quiet">{words.about[query.tab]}</p>
        {query.tab === "proposed" ? (
          <ProposedLinks rows={view.rows} all={narrowed || counts.proposed > COUNT_LIMIT ? null : counts.proposed} />
        ) : (
          <HinderedTable rows={view.rows} tab={query.tab} />
        )}
        {view.rows.length === 0 && <p className="toolbar quiet">{narrowed ? words.noMatch : words.none[query.tab]}</p>}
        <Pager previousPage={view.previousPage} nextPage={view.nextPage} />
      </Card>
    </Screen>
  );
}
