import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useFetcher, useLoaderData } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import { approvePlan, discardPlan } from "#app/flows/approve-plan.server.ts";
import { isPlanKind, PLAN_KINDS } from "#app/flows/plan-kinds.server.ts";
import { wishUndo } from "#app/flows/wish-undo.server.ts";
import { refusal, requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { useFormat } from "#app/ui/format.tsx";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { Pager } from "#app/ui/list-tools.tsx";
import { useLookWhile } from "#app/ui/live/look-while.ts";
import { useRowChoice } from "#app/ui/preview/choose-rows.tsx";
import { PreviewTable } from "#app/ui/preview/preview-table.tsx";
import { PreviewTools } from "#app/ui/preview/preview-tools.tsx";
import { RenewalCost } from "#app/ui/preview/renewal-cost.tsx";
import { UndoPlan } from "#app/ui/restore/undo-plan.tsx";
import { FileNotes } from "#app/ui/stock-file/file-notes.tsx";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { planView } from "#app/views/plan.server.ts";
import { readPreviewQuery } from "#app/views/preview-query.ts";
import { previewRenewals } from "#app/views/preview-renewals.server.ts";
import { planUndo } from "#app/views/undo-plan.server.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction = () => [{ title: `${en.preview.plan.anyTitle} · ${en.frame.product}` }];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const asked = new URL(request.url).searchParams;
  const query = readPreviewQuery(asked);
  const view = await planView(webContext(context).house, front.seller.id, params.previewId ?? "", query);
  if (view === null || !isPlanKind(view.kind)) throw refusal(404, "not-found");
  const renewals = await previewRenewals(webContext(context).house, front.seller.id, view.id);
  const undo = view.state === "approved" ? await planUndo(webContext(context).house, front.seller.id, view.id) : null;
  return { ...view, undo, renewals, query, choosable: PLAN_KINDS[view.kind].choosable, changed: asked.has("changed") };
}

export async function action({ request, context, params }: ActionFunctionArgs): Promise<{ gone: string } | Response> {
  const front = await requireMayChange(request, context);
  const { house } = webContext(context);
  const previewId = params.previewId ?? "";
  if ((await planView(house, front.seller.id, previewId, null)) === null) throw refusal(404, "not-found");
  const who = { sellerId: front.seller.id, actorKey: front.actorKey, previewId };
  const form = await request.formData();
  if (form.get("do") === "drop") {
    await discardPlan(house, who);
    return front.redirect(`/changes/${previewId}`);
  }
  if (form.get("do") === "undo") {
    if ((await planUndo(house, front.seller.id, previewId)) === null) throw refusal(404, "not-found");
    const itemId = form.get("itemId");
    const undoId = await wishUndo(house, who, { previewId, itemId: itemId === null ? null : String(itemId) });
    if (undoId === null) throw refusal(404, "not-found");
    return front.redirect(`/changes/${undoId}`);
  }
  const answer = await approvePlan(house, { ...who, hash: String(form.get("hash")), excluded: form.getAll("excluded").map(String) });
  switch (answer.outcome) {
    case "approved":
      return front.redirect(`/changes/${previewId}`);
    case "changed":
      return front.redirect(`/changes/${answer.previewId}?changed`);
    case "gone":
      return { gone: answer.text };
    default: {
      const never: never = answer;
      return never;
    }
  }
}

export default function Plan() {
  const view = useLoaderData<typeof loader>();
  useLookWhile(view.state === "computing");
  const words = useTexts();
  const front = useFront();
  const format = useFormat();
  const fetcher = useFetcher<{ gone: string }>();
  const choice = useRowChoice(view.id);
  const { counts } = view;
  const open = view.state === "open";
  const ready = view.state !== "computing" && view.state !== "failed";
  const changing = counts["to-zero"] + counts.down + counts["from-zero"] + counts.up;
  const title = view.title ?? words.preview.plan.title[view.kind] ?? words.preview.plan.anyTitle;
  const act = (fields: Record<string, string>) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    for (const id of choice.marked.keys()) form.append("excluded", id);
    fetcher.submit(form, { method: "post" });
  };
  const toggle = (id: string) =>
    choice.toggle({ quantityId: id, change: view.rows.find((row) => row.quantityId === id)?.change ?? "same" });
  const sending = changing - [...choice.marked.values()].filter((change) => change !== "same").length;
  const own = words.preview.plan.own[view.kind] ?? words.preview.plan;
  const busy = !front.mayChange || fetcher.state !== "idle";
  return (
    <Screen title={title} back={{ label: words.frame.nav.home, url: front.to("/") }} wide>
      <Card padding="0">
        <div className="toolbar">
          <BlockStack gap="100">
            <Text as="h2" variant="headingMd">
              {ready ? own.summary({ n: changing, text: format.number(changing) }) : title}
            </Text>
            <p className="quiet" suppressHydrationWarning>
              {counts["to-zero"] > 0 && `${words.preview.danger({ n: counts["to-zero"] })} `}
              <Standing view={view} /> {ready && words.preview.madeAt({ at: format.relative(view.createdAt) })}
            </p>
            {view.file && <FileNotes notes={view.file} />}
            {open && <RenewalCost renewals={view.renewals} />}
            {view.changed && open && <p role="alert">{words.preview.changed}</p>}
            {fetcher.data?.gone && (
              <p role="alert" className="field-error">
                {fetcher.data.gone}
              </p>
            )}
          </BlockStack>
        </div>
        {ready && (
          <PreviewTools
            counts={counts}
            change={view.query.change}
            sort={view.query.sort}
            channel={view.query.channel}
            channels={view.channels}
            file={front.to(`/changes/${view.id}/rows.csv`)}
          />
        )}
        {ready && (
          <PreviewTable
            rows={view.rows}
            choosing={open && view.choosable ? { left: { has: choice.isLeft }, toggle } : null}
            decided={!open}
            acrossChannels
          />
        )}
        <Pager previousPage={view.previousPage} nextPage={view.nextPage} />
        {view.undo && <UndoPlan undo={view.undo} busy={busy} />}
        {open && (
          <div className="sticky-foot">
            <button type="button" className="chip" disabled={busy} onClick={() => act({ do: "drop" })}>
              {own.drop}
            </button>
            <button type="button" className="chip" aria-pressed="true" disabled={busy} onClick={() => act({ hash: view.hash })}>
              {own.apply({ n: sending, text: format.number(sending) })}
            </button>
          </div>
        )}
      </Card>
    </Screen>
  );
}

function Standing(props: { view: ReturnType<typeof useLoaderData<typeof loader>> }) {
  const { view } = props;
  const words = useTexts().preview;
  const format = useFormat();
  switch (view.state) {
    case "open":
      return <>{words.nothingSent}</>;
    case "computing":
      return <>{words.plan.computing}</>;
    case "failed":
      return <span role="alert">{words.plan.failed}</span>;
    case "discarded":
      return <>{(words.plan.own[view.kind] ?? words.plan).dropped}</>;
    default: {
      const { sent, done } = view.progress;
      const figures = { done: format.number(done), total: format.number(sent) };
      return <>{done === sent ? words.done(figures) : words.sending(figures)}</>;
    }
  }
}
