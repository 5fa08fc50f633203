import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useFetcher, useLoaderData } from "@remix-run/react";
import { BlockStack, Card } from "@shopify/polaris";
import { useState } from "react";
import { isLeavePlan } from "#app/domain/leave-plan.ts";
import { approvePreview } from "#app/flows/approve-preview.server.ts";
import { cancelLeaving } from "#app/flows/cancel-leaving.server.ts";
import { disconnectAccount } from "#app/flows/disconnect-account.server.ts";
import { previewLeave } from "#app/flows/preview-leave.server.ts";
import { refusal, requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { DownloadStatement, LeftByHand, Statement } from "#app/ui/connect/statement.tsx";
import { useFormat } from "#app/ui/format.tsx";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { ConfirmModal, Screen } from "#app/ui/kit/kit.tsx";
import { LeaveChoices } from "#app/ui/leaving/leave-choices.tsx";
import { LeaveProgress } from "#app/ui/leaving/leave-progress.tsx";
import { LeaveRows } from "#app/ui/leaving/leave-rows.tsx";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { isOwnConnection } from "#app/views/own-connection.server.ts";
import { statementView } from "#app/views/statement.server.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `${en.connect.leave.title({ name: data?.connection.name ?? "" })} · ${en.frame.product}` },
];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const asked = new URL(request.url).searchParams;
  const from = Number(asked.get("from") ?? 0);
  const first = Number.isSafeInteger(from) && from > 0 && from < 10_000_000 ? from : 0;
  const view = await statementView(webContext(context).house, front.seller.id, params.connectionId ?? "", {
    from: first,
    previewId: asked.get("preview"),
  });
  if (view === null) throw refusal(404, "not-found");
  return { ...view, changed: asked.has("changed") };
}

type Answer = { leaving: boolean } | { stayed: boolean } | { gone: string };

export async function action({ request, context, params }: ActionFunctionArgs): Promise<Answer | Response> {
  const front = await requireMayChange(request, context);
  const { house } = webContext(context);
  const connectionId = params.connectionId ?? "";
  if (!(await isOwnConnection(house, front.seller.id, connectionId))) throw refusal(404, "not-found");
  const wish = { sellerId: front.seller.id, actorKey: front.actorKey, connectionId };
  const here = (query: string) => front.redirect(`/channels/${connectionId}/leave${query}`);
  const form = await request.formData();
  switch (form.get("do")) {
    case "keep":
      return { leaving: await disconnectAccount(house, wish) };
    case "stay":
      return { stayed: await cancelLeaving(house, wish) };
    case "preview": {
      const plan = form.get("plan");
      if (!isLeavePlan(plan) || plan === "keep") throw refusal(400, "not-found");
      const previewId = await previewLeave(house, { ...wish, plan });
      return here(previewId === null ? "" : `?preview=${previewId}`);
    }
    case "approve": {
      const excluded = form.getAll("excluded").map(String);
      const answer = await approvePreview(house, {
        ...{ sellerId: wish.sellerId, actorKey: wish.actorKey, excluded },
        ...{ previewId: String(form.get("previewId")), hash: String(form.get("hash")) },
      });
      if (answer.outcome === "gone") return { gone: answer.text };
      return here(answer.outcome === "changed" ? `?preview=${answer.previewId}&changed` : "");
    }
    default:
      throw refusal(400, "not-found");
  }
}

export default function Leave() {
  const view = useLoaderData<typeof loader>();
  const { connection, left, listings, preview } = view;
  const words = useTexts();
  const front = useFront();
  const format = useFormat();
  const fetcher = useFetcher<Answer>();
  const [asking, setAsking] = useState(false);
  const { name } = connection;
  const busy = fetcher.state !== "idle";
  const answer = fetcher.data;
  const approve = (excluded: string[]) => {
    const form = new FormData();
    form.set("do", "approve");
    form.set("previewId", preview?.id ?? "");
    form.set("hash", preview?.hash ?? "");
    for (const id of excluded) form.append("excluded", id);
    fetcher.submit(form, { method: "post" });
  };
  const leave = () => {
    setAsking(false);
    fetcher.submit({ do: "keep" }, { method: "post" });
  };
  const choosing = !left && view.leaving === null && connection.lifecycle !== "disconnected" && preview === null;
  return (
    <Screen
      title={words.connect.leave.title({ name })}
      back={{ label: words.channels.title, url: front.to("/channels") }}
      wide={preview !== null}
    >
      <BlockStack gap="400">
        {view.changed && preview && <p role="alert">{words.preview.changed}</p>}
        {answer && "gone" in answer && (
          <p role="alert" className="field-error">
            {answer.gone}
          </p>
        )}
        {preview && <LeaveRows key={preview.id} name={name} shown={preview} busy={busy} approve={approve} />}
        {preview === null && (
          <Card>
            <BlockStack gap="300">
              {left && <p role="status">{words.leaving.left.line[left.plan]({ name, at: format.clock(left.at) })}</p>}
              {left && <LeftByHand left={left} channel={connection.channel} />}
              {left && <DownloadStatement url={front.to(`/channels/${connection.id}/statement.csv`)} />}
              {view.leaving && (
                <LeaveProgress
                  name={name}
                  progress={view.leaving}
                  busy={busy}
                  stay={() => fetcher.submit({ do: "stay" }, { method: "post" })}
                  tooLate={answer !== undefined && "stayed" in answer && !answer.stayed}
                />
              )}
              {choosing && <LeaveChoices onlyKeep={view.onlyKeep} busy={busy} keep={() => setAsking(true)} />}
            </BlockStack>
          </Card>
        )}
        {left && <Statement lines={view.lines} next={view.next} planned={left.plan !== "keep"} />}
      </BlockStack>
      <ConfirmModal
        open={asking}
        title={words.leaving.rows.confirmTitle({ name })}
        body={words.leaving.rows.confirmBody.keep({ n: listings, text: format.number(listings) })}
        confirm={words.leaving.rows.confirm({ name })}
        cancel={words.leaving.rows.cancel}
        destructive
        onConfirm={leave}
        onCancel={() => setAsking(false)}
      />
    </Screen>
  );
}
