import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Link, useFetcher, useLoaderData } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import type { ChannelName } from "#app/domain/channel-words.ts";
import { setCancelPenalty } from "#app/flows/set-cancel-penalty.server.ts";
import { refusal, requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { useChannelName } from "#app/ui/channel-badge.tsx";
import { Moment } from "#app/ui/format.tsx";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { Pager, Views } from "#app/ui/list-tools.tsx";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { oversellsView } from "#app/views/oversells.server.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction = () => [{ title: `${en.oversell.listTitle} · ${en.frame.product}` }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const asked = new URL(request.url).searchParams;
  return oversellsView(webContext(context).house, front.seller.id, {
    settled: asked.get("state") === "settled",
    cursor: asked.get("page"),
  });
}

export async function action({ request, context }: ActionFunctionArgs): Promise<{ saved: true }> {
  const front = await requireMayChange(request, context);
  const form = await request.formData();
  const wish = { connectionId: String(form.get("connectionId")), penalty: Number(form.get("penalty")) };
  const who = { sellerId: front.seller.id, actorKey: front.actorKey };
  if (!(await setCancelPenalty(webContext(context).house, { ...who, ...wish }))) throw refusal(404, "not-found");
  return { saved: true };
}

export default function Oversells() {
  const view = useLoaderData<typeof loader>();
  const { oversell: words, activity } = useTexts();
  const front = useFront();
  const name = useChannelName();
  const causes = view.causes.map(({ cause, n }) => `${n} × ${words.causeName[cause] ?? cause}`).join(", ");
  const all = view.causes.reduce((sum, c) => sum + c.n, 0);
  return (
    <Screen title={words.listTitle} back={{ label: activity.title, url: front.to("/activity") }}>
      <BlockStack gap="400">
        <Card padding="0">
          <div className="toolbar">
            <Views
              label={words.viewsLabel}
              name="state"
              plain="open"
              chosen={view.settled ? "settled" : "open"}
              choices={[
                { value: "open", label: `${words.views.open} ${view.open}` },
                { value: "settled", label: words.views.settled },
              ]}
            />
          </div>
          {all > 0 && <p className="toolbar quiet">{words.summary({ n: all, causes })}</p>}
          {view.rows.length === 0 && <p className="toolbar">{view.settled ? words.noneSettled : words.none}</p>}
          <ul className="plain-list">
            {view.rows.map((row) => (
              <li key={row.id} className="need toolbar">
                <span>
                  <Link to={front.to(`/activity/oversells/${row.id}`)}>{row.title}</Link>{" "}
                  {words.row({ n: row.missing, channels: row.channels.map((c) => name(c)).join(", ") })}{" "}
                  <span className="quiet">
                    · {words.causeName[row.cause] ?? row.cause} · <Moment at={row.openedAt} />
                  </span>
                </span>
              </li>
            ))}
          </ul>
          <Pager previousPage={view.previousPage} nextPage={view.nextPage} />
        </Card>
        <Card>
          <BlockStack gap="300">
            <Text as="h2" variant="headingMd">
              {words.penaltyTitle}
            </Text>
            <p className="quiet">{words.penaltyIntro}</p>
            {view.connections.map((connection) => (
              <PenaltyChoice key={connection.id} connection={connection} />
            ))}
          </BlockStack>
        </Card>
      </BlockStack>
    </Screen>
  );
}

/** One fact, saved as soon as it is chosen. */
function PenaltyChoice(props: { connection: { id: string; channel: ChannelName; name: string; penalty: number } }) {
  const { connection } = props;
  const words = useTexts().oversell;
  const front = useFront();
  const name = useChannelName();
  const fetcher = useFetcher<typeof action>();
  return (
    <label className="field">
      {name(connection.channel, connection.name)}
      <select
        defaultValue={connection.penalty}
        disabled={!front.mayChange}
        onChange={(event) => fetcher.submit({ connectionId: connection.id, penalty: event.target.value }, { method: "post" })}
      >
        {words.penaltyChoice.map((label, weight) => (
          <option key={label} value={weight}>
            {label}
          </option>
        ))}
      </select>
      <span role="status" className="quiet">
        {fetcher.data?.saved && fetcher.state === "idle" && words.penaltySaved}
      </span>
    </label>
  );
}
