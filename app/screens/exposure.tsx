import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import { wishBuffers } from "#app/flows/wish-rules.server.ts";
import { requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { DownloadFile } from "#app/ui/download-file.tsx";
import { BufferForm } from "#app/ui/exposure/buffer-form.tsx";
import { PairsTable, useShopName } from "#app/ui/exposure/pairs-table.tsx";
import { WorstItems } from "#app/ui/exposure/worst-items.tsx";
import { useFormat } from "#app/ui/format.tsx";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { bufferProposals } from "#app/views/buffer-proposals.server.ts";
import { exposureView } from "#app/views/exposure.server.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction = () => [{ title: `${en.exposure.title} · ${en.frame.product}` }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const { house } = webContext(context);
  const asked = new URL(request.url).searchParams.get("month");
  const [view, proposals] = await Promise.all([exposureView(house, front.seller.id, asked), bufferProposals(house, front.seller.id)]);
  return { ...view, proposals };
}

/** The proposals are worked out anew: the page only says which of them. */
export async function action({ request, context }: ActionFunctionArgs): Promise<Response | { problem: string }> {
  const front = await requireMayChange(request, context);
  const { house } = webContext(context);
  const words = en.exposure.buffers;
  const chosen = new Set((await request.formData()).getAll("listingId").map(String));
  if (chosen.size === 0) return { problem: words.chooseOne };
  const proposals = (await bufferProposals(house, front.seller.id)).filter((p) => chosen.has(p.listingId));
  const who = { sellerId: front.seller.id, actorKey: front.actorKey };
  const buffers = proposals.map((p) => ({ listingId: p.listingId, buffer: p.units }));
  const previewId = await wishBuffers(house, who, { buffers, title: words.ruleTitle });
  return previewId === null ? { problem: words.gone } : front.redirect(`/changes/${previewId}`);
}

export default function Exposure() {
  const view = useLoaderData<typeof loader>();
  const { exposure: words, home } = useTexts();
  const front = useFront();
  const answer = useActionData<typeof action>();
  return (
    <Screen title={words.title} back={{ label: home.title, url: front.to("/") }} wide>
      <BlockStack gap="400">
        <Card>
          <BlockStack gap="300">
            <Verdict />
            <Form method="get" className="edit-row">
              <label className="field">
                {words.months}
                <input
                  type="month"
                  name="month"
                  key={view.month}
                  defaultValue={view.month}
                  min={view.firstMonth ?? view.month}
                  onChange={submitWhole}
                />
              </label>
              <DownloadFile url={front.to(`/analytics/exposure.csv?month=${view.month}`)} name="exposure.csv" label={words.file} />
            </Form>
          </BlockStack>
        </Card>
        {view.pairs.length > 0 && (
          <Card>
            <BlockStack gap="300">
              <Text as="h2" variant="headingMd">
                {words.pairs.title}
              </Text>
              <PairsTable pairs={view.pairs} connections={view.connections} />
            </BlockStack>
          </Card>
        )}
        {view.worst.length > 0 && (
          <Card>
            <BlockStack gap="300">
              <Text as="h2" variant="headingMd">
                {words.worst.title}
              </Text>
              <WorstItems items={view.worst} />
            </BlockStack>
          </Card>
        )}
        <Card>
          <BlockStack gap="300">
            <Text as="h2" variant="headingMd">
              {words.buffers.title}
            </Text>
            {view.proposals.length === 0 && <p>{words.buffers.none}</p>}
            {view.proposals.length > 0 && <p className="quiet">{words.buffers.intro}</p>}
            {view.proposals.length > 0 && (
              <BufferForm proposals={view.proposals} problem={answer && "problem" in answer ? answer.problem : null} />
            )}
          </BlockStack>
        </Card>
      </BlockStack>
    </Screen>
  );
}

/** A month that is only half typed has no value yet. */
function submitWhole(event: React.ChangeEvent<HTMLInputElement>) {
  if (event.target.value !== "") event.target.form?.requestSubmit();
}

/** A sentence first: is it fast, and where not. */
function Verdict() {
  const { all, pairs, connections, month, through } = useLoaderData<typeof loader>();
  const { exposure: words, frame } = useTexts();
  const format = useFormat();
  const shop = useShopName(connections);
  const called = new Intl.DateTimeFormat("en", { month: "long", year: "numeric", timeZone: "UTC" }).format(
    new Date(`${month}-01T00:00:00Z`),
  );
  const time = (ms: number) => frame.lag.ms({ n: format.seconds(ms) });
  const slowest = pairs.find((pair) => pair.soldOnId !== null);
  if (all === null) return <p className="verdict">{words.none({ month: called })}</p>;
  return (
    <BlockStack gap="200">
      <p className="verdict">
        {words.sentence({ month: called, n: all.changes, text: format.number(all.changes), half: time(all.p50), most: time(all.p95) })}
      </p>
      {slowest && <p>{words.slowest({ first: shop(slowest.soldOnId), second: shop(slowest.connectionId), time: time(slowest.p95) })}</p>}
      <p className="quiet">
        {words.meaning} {through && <span suppressHydrationWarning>{words.through({ at: format.clock(through) })}</span>}
      </p>
    </BlockStack>
  );
}
