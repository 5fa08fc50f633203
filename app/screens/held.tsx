import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useFetcher, useLoaderData } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import { useState } from "react";
import { approvePlan, discardPlan } from "#app/flows/approve-plan.server.ts";
import { refusal, requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { useChannelName } from "#app/ui/channel-badge.tsx";
import { useFormat } from "#app/ui/format.tsx";
import { CauseCard, percentOf } from "#app/ui/held/cause-card.tsx";
import { DecisionBar } from "#app/ui/held/decision-bar.tsx";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { Pager } from "#app/ui/list-tools.tsx";
import { useLookWhile } from "#app/ui/live/look-while.ts";
import { PreviewTable } from "#app/ui/preview/preview-table.tsx";
import { PreviewTools } from "#app/ui/preview/preview-tools.tsx";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { type HeldView, heldView } from "#app/views/held.server.ts";
import { readPreviewQuery } from "#app/views/preview-query.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction = () => [{ title: `${en.held.title} · ${en.frame.product}` }];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const asked = new URL(request.url).searchParams;
  const query = readPreviewQuery(asked);
  const view = await heldView(webContext(context).house, front.seller.id, params.holdId ?? "", query);
  if (view === null) throw refusal(404, "not-found");
  return { ...view, query, changed: asked.has("changed") };
}

const NOTE = 300;

export async function action({ request, context, params }: ActionFunctionArgs): Promise<{ gone: string } | Response> {
  const front = await requireMayChange(request, context);
  const { house } = webContext(context);
  const holdId = params.holdId ?? "";
  const view = await heldView(house, front.seller.id, holdId, null);
  if (view === null) throw refusal(404, "not-found");
  const form = await request.formData();
  const note = String(form.get("note") ?? "").slice(0, NOTE) || null;
  const who = { sellerId: front.seller.id, actorKey: front.actorKey, previewId: view.plan.id, note };
  const here = `/activity/held/${holdId}`;
  switch (form.get("decision")) {
    case "keep":
      await discardPlan(house, who);
      return front.redirect(here);
    case "send": {
      const answer = await approvePlan(house, { ...who, hash: String(form.get("hash")), excluded: form.getAll("excluded").map(String) });
      if (answer.outcome === "gone") return { gone: answer.text };
      return front.redirect(answer.outcome === "changed" ? `${here}?changed` : here);
    }
    default:
      throw refusal(400, "not-found");
  }
}

export default function Held() {
  const view = useLoaderData<typeof loader>();
  useLookWhile(view.plan.state === "computing");
  const texts = useTexts();
  const words = texts.held;
  const front = useFront();
  const format = useFormat();
  const name = useChannelName();
  const fetcher = useFetcher<{ gone: string }>();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const { plan } = view;
  const open = view.closedAt === null;
  const ready = plan.state === "open";
  const changing = plan.counts["to-zero"] + plan.counts.down + plan.counts["from-zero"] + plan.counts.up;
  const figures = {
    ...{ n: view.lowered, text: format.number(view.lowered), base: format.number(view.base), percent: percentOf(view) },
    channel: name(view.channel),
  };
  const decide = (decision: "keep" | "send", note: string) => {
    const form = new FormData();
    form.set("decision", decision);
    form.set("hash", plan.hash);
    form.set("note", note);
    for (const id of left) form.append("excluded", id);
    fetcher.submit(form, { method: "post" });
  };
  return (
    <Screen title={words.title} back={{ label: texts.frame.nav.home, url: front.to("/") }} wide>
      <BlockStack gap="400">
        <Card>
          <BlockStack gap="200">
            <Text as="h2" variant="headingMd">
              {(words.sentence[view.kind] ?? words.sentence.numbers)?.(figures)}
            </Text>
            {view.zeroed > 0 && <p>{words.zeroed({ n: view.zeroed, text: format.number(view.zeroed) })}</p>}
            {open && <p className="quiet">{words.meanwhile}</p>}
            {open && view.onlyBack > 0 && <p>{words.onlyBack({ n: view.onlyBack })}</p>}
            {!open && <Decision view={view} />}
            {view.changed && open && <p role="alert">{words.changed}</p>}
            {fetcher.data?.gone && (
              <p role="alert" className="field-error">
                {fetcher.data.gone}
              </p>
            )}
          </BlockStack>
        </Card>
        <CauseCard facts={view} />
        <Card padding="0">
          {open && !ready && <p className="toolbar">{plan.state === "failed" ? words.failed : words.computing}</p>}
          {(ready || !open) && (
            <PreviewTools
              counts={plan.counts}
              change={view.query.change}
              sort={view.query.sort}
              channel={view.query.channel}
              channels={plan.channels}
              file={front.to(`/changes/${plan.id}/rows.csv`)}
            />
          )}
          {open && ready && <p className="toolbar quiet">{words.choose}</p>}
          {(ready || !open) && (
            <PreviewTable
              rows={plan.rows}
              choosing={open && ready ? { left, toggle: (id) => setLeft(toggled(left, plan.rows, id)) } : null}
              decided={!open}
              acrossChannels
            />
          )}
          <Pager previousPage={plan.previousPage} nextPage={plan.nextPage} />
          {open && (
            <DecisionBar
              edits={view.kind === "edits"}
              rows={ready ? { all: changing, sent: changing - left.size, allText: format.number(changing) } : null}
              disabled={!front.mayChange || fetcher.state !== "idle"}
              onDecide={decide}
            />
          )}
        </Card>
      </BlockStack>
    </Screen>
  );
}

/** Numbers of one item stand or go together. */
function toggled(left: ReadonlySet<string>, rows: HeldView["plan"]["rows"], id: string): ReadonlySet<string> {
  const item = rows.find((row) => row.quantityId === id)?.itemId ?? null;
  const together = item === null ? [id] : rows.filter((row) => row.itemId === item).map((row) => row.quantityId);
  const next = new Set(left);
  for (const each of together) left.has(id) ? next.delete(each) : next.add(each);
  return next;
}

function Decision(props: { view: Pick<HeldView, "decision" | "decidedBy" | "closedAt" | "note"> }) {
  const { decision, decidedBy, closedAt, note } = props.view;
  const words = useTexts().held;
  const format = useFormat();
  if (closedAt === null) return null;
  const said = words.decided[decision ?? "over"]?.({ who: decidedBy ?? words.someone, at: format.relative(closedAt) });
  return (
    <p suppressHydrationWarning>
      {said} {note}
    </p>
  );
}
