import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useFetcher, useLoaderData } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import { approvePreview } from "#app/flows/approve-preview.server.ts";
import { requestPreview } from "#app/flows/request-preview.server.ts";
import { refusal, requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { useFormat } from "#app/ui/format.tsx";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { Pager } from "#app/ui/list-tools.tsx";
import { useLookWhile } from "#app/ui/live/look-while.ts";
import { ChooseRows, useRowChoice } from "#app/ui/preview/choose-rows.tsx";
import { PreviewTable } from "#app/ui/preview/preview-table.tsx";
import { PreviewTools } from "#app/ui/preview/preview-tools.tsx";
import { RenewalCost } from "#app/ui/preview/renewal-cost.tsx";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { isOwnConnection } from "#app/views/own-connection.server.ts";
import { previewView } from "#app/views/preview.server.ts";
import { readPreviewQuery } from "#app/views/preview-query.ts";
import { previewRenewals } from "#app/views/preview-renewals.server.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction = () => [{ title: `${en.channels.golive.title} · ${en.frame.product}` }];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const asked = new URL(request.url).searchParams;
  const query = readPreviewQuery(asked);
  const view = await previewView(webContext(context).house, front.seller.id, {
    connectionId: params.connectionId ?? "",
    previewId: asked.get("preview"),
    ...query,
  });
  if (!view) throw refusal(404, "not-found");
  const renewals = await previewRenewals(webContext(context).house, front.seller.id, view.id);
  return { ...view, renewals, query, changed: asked.has("changed") };
}

export async function action({ request, context, params }: ActionFunctionArgs): Promise<{ gone: string } | Response> {
  const front = await requireMayChange(request, context);
  const { house } = webContext(context);
  const connectionId = params.connectionId ?? "";
  if (!(await isOwnConnection(house, front.seller.id, connectionId))) throw refusal(404, "not-found");
  const who = { sellerId: front.seller.id, actorKey: front.actorKey };
  const here = (previewId: string, more = "") => front.redirect(`/channels/${connectionId}/preview?preview=${previewId}${more}`);
  const form = await request.formData();
  if (form.get("do") === "again") return here(await requestPreview(house, { ...who, connectionId }));
  const previewId = String(form.get("previewId"));
  const answer = await approvePreview(house, {
    ...who,
    previewId,
    hash: String(form.get("hash")),
    excluded: form.getAll("excluded").map(String),
    only: form.has("only") ? form.getAll("id").map(String) : null,
  });
  switch (answer.outcome) {
    case "approved":
      return here(previewId);
    case "changed":
      return here(answer.previewId, "&changed");
    case "gone":
      return { gone: answer.text };
    default: {
      const never: never = answer;
      return never;
    }
  }
}

export default function Preview() {
  const view = useLoaderData<typeof loader>();
  useLookWhile(view.state === "computing");
  const words = useTexts();
  const front = useFront();
  const format = useFormat();
  const fetcher = useFetcher<{ gone: string }>();
  const open = view.state === "open";
  const choice = useRowChoice(view.id);
  const { counts } = view;
  const ready = view.state !== "computing" && view.state !== "failed";
  const changing = counts["to-zero"] + counts.down + counts["from-zero"] + counts.up;
  const all = changing + counts.same;
  const taken = choice.mode === "few" ? choice.marked.size : all - choice.marked.size;
  const marked = [...choice.marked.values()].filter((change) => change !== "same").length;
  const sending = choice.mode === "few" ? marked : changing - marked;
  const toggle = (id: string) =>
    choice.toggle({ quantityId: id, change: view.rows.find((row) => row.quantityId === id)?.change ?? "same" });
  const send = () => {
    const form = new FormData();
    form.set("previewId", view.id);
    form.set("hash", view.hash);
    if (choice.mode === "few") form.set("only", "yes");
    for (const id of choice.marked.keys()) form.append(choice.mode === "few" ? "id" : "excluded", id);
    fetcher.submit(form, { method: "post" });
  };
  const again = {
    label: words.preview.recompute,
    disabled: !front.mayChange,
    onAction: () => fetcher.submit({ do: "again" }, { method: "post" }),
  };
  const channel = { label: view.connection.name, url: front.to(`/channels/${view.connection.id}`) };
  return (
    <Screen
      title={words.preview.title({ name: view.connection.name })}
      back={channel}
      secondary={open || view.connection.lifecycle !== "leaving" ? [again] : []}
      wide
    >
      <Card padding="0">
        <div className="toolbar">
          <BlockStack gap="100">
            <Text as="h2" variant="headingMd">
              {ready
                ? words.preview.summary({ n: changing, text: format.number(changing), name: view.connection.name })
                : words.preview.title({ name: view.connection.name })}
            </Text>
            <p className="quiet" suppressHydrationWarning>
              {counts["to-zero"] > 0 && `${words.preview.danger({ n: counts["to-zero"] })} `}
              {open ? words.preview.nothingSent : <Progress view={view} />}{" "}
              {ready && words.preview.madeAt({ at: format.relative(view.createdAt) })}
            </p>
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
            file={front.to(`/channels/${view.connection.id}/preview.csv`)}
          />
        )}
        {open && <ChooseRows choice={choice} rows={view.rows} disabled={!front.mayChange || fetcher.state !== "idle"} />}
        {ready && <PreviewTable rows={view.rows} choosing={open ? { left: { has: choice.isLeft }, toggle } : null} />}
        <Pager previousPage={view.previousPage} nextPage={view.nextPage} />
        {open && (
          <div className="sticky-foot">
            <span className="quiet" aria-live="polite">
              {choice.mode === "few"
                ? words.preview.choose.picked({ n: taken, text: format.number(taken), rest: format.number(all - taken) })
                : taken < all && words.preview.excludedNote({ n: all - taken })}
            </span>
            <button
              type="button"
              className="chip"
              aria-pressed="true"
              disabled={!front.mayChange || fetcher.state !== "idle" || (choice.mode === "few" && taken === 0)}
              onClick={send}
            >
              {choice.mode === "few"
                ? words.preview.choose.approve({ n: taken, text: format.number(taken) })
                : words.preview.approve({ n: sending, text: format.number(sending) })}
            </button>
          </div>
        )}
      </Card>
    </Screen>
  );
}

function Progress(props: { view: ReturnType<typeof useLoaderData<typeof loader>> }) {
  const { view } = props;
  const words = useTexts().preview;
  const format = useFormat();
  if (view.state === "discarded") return <>{words.discarded}</>;
  if (view.state === "computing") return <>{words.computing}</>;
  if (view.state === "failed") return <span role="alert">{words.failed({ name: view.connection.name })}</span>;
  const { sent, done } = view.progress;
  const figures = { done: format.number(done), total: format.number(sent) };
  return <>{done === sent ? words.done(figures) : words.sending(figures)}</>;
}
