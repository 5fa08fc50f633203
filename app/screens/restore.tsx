import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Form, Link, useLoaderData, useNavigation } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import { RESTORE_GROUPS } from "#app/domain/taking-back.ts";
import { openPlan } from "#app/flows/open-plan.server.ts";
import { refusal, requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { ChooseMoment } from "#app/ui/restore/choose-moment.tsx";
import { SinceThen } from "#app/ui/restore/since-then.tsx";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { readRestoreQuery, restoreView } from "#app/views/restore.server.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction = () => [{ title: `${en.restore.title} · ${en.frame.product}` }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  return restoreView(webContext(context).house, front.seller.id, readRestoreQuery(new URL(request.url).searchParams));
}

/** Opens the row-by-row look; nothing changes before that is approved. */
export async function action({ request, context }: ActionFunctionArgs): Promise<Response> {
  const front = await requireMayChange(request, context);
  const { house } = webContext(context);
  const form = await request.formData();
  const asked = new URLSearchParams(["at", "item", "channel"].flatMap((name) => (form.has(name) ? [[name, String(form.get(name))]] : [])));
  const { since, until, item, connectionId } = await restoreView(house, front.seller.id, readRestoreQuery(asked));
  if (since === null || (asked.get("item") && item === null) || (asked.get("channel") && connectionId === null))
    throw refusal(400, "not-found");
  const ticked = form.getAll("group").map(String);
  const shownAt = new Date(String(form.get("until")));
  const previewId = await openPlan(house, {
    ...{ sellerId: front.seller.id, actorKey: front.actorKey, kind: "restore" },
    plan: {
      since: since.toISOString(),
      // What happened after the page was made was not listed on it.
      until: (shownAt >= since && shownAt <= until ? shownAt : until).toISOString(),
      groups: RESTORE_GROUPS.filter((group) => ticked.includes(group)),
      itemIds: item ? [item.id] : null,
      connectionId,
    },
  });
  return front.redirect(`/changes/${previewId}`);
}

export default function Restore() {
  const view = useLoaderData<typeof loader>();
  const words = useTexts();
  const front = useFront();
  const busy = useNavigation().state === "submitting";
  return (
    <Screen title={words.restore.title} back={{ label: words.activity.title, url: front.to("/activity") }}>
      <BlockStack gap="400">
        <Card>
          <BlockStack gap="300">
            <Text as="h2" variant="headingMd">
              {words.restore.at}
            </Text>
            <p>{words.restore.lead}</p>
            <ChooseMoment view={view} />
            <Link to={front.to(`/activity/stock-at${view.since ? `?at=${encodeURIComponent(view.since.toISOString())}` : ""}`)}>
              {words.stockAt.link}
            </Link>
          </BlockStack>
        </Card>
        {view.since && (
          <Card>
            <Form method="post">
              <SinceThen key={view.since.toISOString()} view={{ ...view, since: view.since }} busy={busy || !front.mayChange} />
            </Form>
          </Card>
        )}
      </BlockStack>
    </Screen>
  );
}
