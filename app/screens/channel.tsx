import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Link, useFetcher, useLoaderData, useSubmit } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import { useEffect, useState } from "react";
import { readCap } from "#app/domain/renewal-fee.ts";
import { chooseBlindPolicy, MOST_HELD_BACK, safetyEffect } from "#app/flows/choose-blind-policy.server.ts";
import { chooseWriting } from "#app/flows/choose-writing.server.ts";
import { decideOutsideEdit } from "#app/flows/decide-outside-edit.server.ts";
import { openPlan } from "#app/flows/open-plan.server.ts";
import { pauseConnection } from "#app/flows/pause-connection.server.ts";
import { COUNTABLE } from "#app/flows/plan-counting.server.ts";
import { allowRenewals } from "#app/flows/renewal-fees.server.ts";
import { requestPreview } from "#app/flows/request-preview.server.ts";
import { retryNow } from "#app/flows/retry-number.server.ts";
import { retryParked } from "#app/flows/retry-parked.server.ts";
import { refusal, requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { useChannelName } from "#app/ui/channel-badge.tsx";
import { type BlindAnswer, BlindCard } from "#app/ui/channels/blind-card.tsx";
import { ChannelLog } from "#app/ui/channels/channel-log.tsx";
import { isLate, useChannelSentence } from "#app/ui/channels/channel-sentence.tsx";
import { EditCards } from "#app/ui/channels/edit-cards.tsx";
import { GoLiveCard } from "#app/ui/channels/go-live-card.tsx";
import { HealthList } from "#app/ui/channels/health-list.tsx";
import { LimitsCard } from "#app/ui/channels/limits-card.tsx";
import { NoticeList } from "#app/ui/channels/notice-list.tsx";
import { ProblemList } from "#app/ui/channels/problem-list.tsx";
import { ReadingsCard } from "#app/ui/channels/readings-card.tsx";
import { type RenewalsAnswer, RenewalsCard } from "#app/ui/channels/renewals-card.tsx";
import { useVersionFacts } from "#app/ui/channels/version-facts.tsx";
import { WritingCard } from "#app/ui/channels/writing-card.tsx";
import { useFormat } from "#app/ui/format.tsx";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { ConfirmModal, Screen, useToast } from "#app/ui/kit/kit.tsx";
import { MoveNotice } from "#app/ui/leaving/move-notice.tsx";
import { FirstShown } from "#app/ui/restore/first-shown.tsx";
import { ChannelStateBadge } from "#app/ui/status-badge.tsx";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { channelView } from "#app/views/channels.server.ts";
import { holderNotice } from "#app/views/moves.server.ts";
import { isOwnConnection } from "#app/views/own-connection.server.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `${data?.health.name ?? en.channels.title} · ${en.frame.product}` },
];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const { house } = webContext(context);
  const connectionId = params.connectionId ?? "";
  const view = await channelView(house, front.seller.id, connectionId);
  if (!view) throw refusal(404, "not-found");
  return { ...view, move: await holderNotice(house, front.seller.id, connectionId) };
}

type WebHouse = ReturnType<typeof webContext>["house"];
type Wish = { sellerId: string; actorKey: string; connectionId: string };

type Did =
  | RenewalsAnswer
  | BlindAnswer
  | { did: "paused" | "retried" | "retried-parked" | "writing-chosen" }
  | { did: "decided"; decision: "accept" | "revert"; refused: string | null };

export async function action({ request, context, params }: ActionFunctionArgs): Promise<Did | Response> {
  const front = await requireMayChange(request, context);
  const { house } = webContext(context);
  const connectionId = params.connectionId ?? "";
  if (!(await isOwnConnection(house, front.seller.id, connectionId))) throw refusal(404, "not-found");
  const wish = { sellerId: front.seller.id, actorKey: front.actorKey, connectionId };
  const form = await request.formData();
  switch (form.get("do")) {
    case "pause":
      await pauseConnection(house, wish);
      return { did: "paused" };
    case "resume":
      return front.redirect(
        `/changes/${await openPlan(house, { sellerId: wish.sellerId, actorKey: wish.actorKey, kind: "resume", plan: { connectionId } })}`,
      );
    case "retry":
      await retryNow(house, { sellerId: wish.sellerId, connectionId });
      return { did: "retried" };
    case "retry-parked":
      await retryParked(house, wish);
      return { did: "retried-parked" };
    case "decide": {
      const decision = form.get("decision") === "accept" ? "accept" : "revert";
      const answer = await decideOutsideEdit(house, {
        sellerId: wish.sellerId,
        actorKey: wish.actorKey,
        editId: String(form.get("editId")),
        decision,
      });
      return { did: "decided", decision, refused: answer.outcome === "refused" ? answer.text : null };
    }
    case "writing":
      if (!(await chooseWriting(house, { ...wish, way: form.get("way") === "differences" ? "differences" : "absolute" })))
        throw refusal(400, "not-found");
      return { did: "writing-chosen" };
    case "renewals": {
      const withdraw = form.get("withdraw") === "yes";
      const capMinor = withdraw ? null : readCap(String(form.get("cap") ?? ""));
      if (!withdraw && capMinor === null) return { did: "renewals", allowed: false, wrong: "amount" };
      if (!withdraw && form.get("agree") !== "yes") return { did: "renewals", allowed: false, wrong: "agree" };
      await allowRenewals(house, { ...wish, capMinor });
      return { did: "renewals", allowed: !withdraw, wrong: null };
    }
    case "put-back":
    case "follow-rules": {
      const { sellerId, actorKey } = wish;
      const plan = { act: String(form.get("do")), connectionId, itemIds: null, undoes: null };
      return front.redirect(`/changes/${await openPlan(house, { sellerId, actorKey, kind: "first-shown", plan })}`);
    }
    case "count-there": {
      const reason = String(form.get("reason"));
      if (!(COUNTABLE as readonly string[]).includes(reason)) throw refusal(400, "not-found");
      const { sellerId, actorKey } = wish;
      return front.redirect(`/changes/${await openPlan(house, { sellerId, actorKey, kind: "counting", plan: { connectionId, reason } })}`);
    }
    case "blind-effect":
    case "blind-policy":
      return blindAnswer(house, wish, form);
    case "preview": {
      const previewId = await requestPreview(house, wish);
      return front.redirect(`/channels/${connectionId}/preview?preview=${previewId}`);
    }
    default:
      throw refusal(400, "not-found");
  }
}

/** Worked out first; stored only with the count of zeroes that was shown. */
async function blindAnswer(house: WebHouse, wish: Wish, form: FormData): Promise<BlindAnswer> {
  const typed = String(form.get("units") ?? "").trim();
  const policy = { units: Number(typed), lastUnit: form.get("lastUnit") === "yes" };
  if (!/^\d{1,4}$/.test(typed) || policy.units > MOST_HELD_BACK) return { did: "blind", wrong: "number", saved: false, effect: null };
  const stored =
    form.get("do") === "blind-policy"
      ? await chooseBlindPolicy(house, { ...wish, ...policy, shownZeroes: Number(form.get("shownZeroes") || 0) })
      : "looked";
  const effect = stored === "stored" ? null : await safetyEffect(house, wish.sellerId, wish.connectionId, policy);
  return {
    ...{ did: "blind", wrong: stored === "changed" ? "changed" : null, saved: stored === "stored" },
    effect: effect && { ...effect, ofUnits: policy.units, ofLastUnit: policy.lastUnit },
  };
}

export default function Channel() {
  const view = useLoaderData<typeof loader>();
  const { health } = view;
  const { channels: words, connect, places } = useTexts();
  const front = useFront();
  const toast = useToast();
  const name = useChannelName();
  const sentence = useChannelSentence();
  const format = useFormat();
  const versionFacts = useVersionFacts();
  const fetcher = useFetcher<Did>();
  const submit = useSubmit();
  const [asking, setAsking] = useState(false);
  const send = (what: string) => {
    setAsking(false);
    fetcher.submit({ do: what }, { method: "post" });
  };
  const did = fetcher.data?.did;
  useEffect(() => {
    if (did === "paused") toast({ text: words.pause.paused });
    if (did === "retried") toast({ text: words.retried });
    if (did === "retried-parked") toast({ text: words.log.triedAgain });
  }, [did, toast, words]);
  const paused = health.pausedAt !== null;
  const busy = fetcher.state !== "idle" || !front.mayChange;
  const toggle = {
    label: paused ? words.pause.resume : words.pause.pause,
    disabled: busy,
    // As a navigation: a live page that looks again meanwhile would swallow a fetcher's redirect.
    onAction: () => (paused ? submit({ do: "resume" }, { method: "post" }) : setAsking(true)),
  };
  // A Shopify shop is opened anew from its own admin.
  const lost = health.blindSince !== null && health.channel !== "shopify";
  const again = { label: connect.reconnect, url: front.to(`/channels/connect?channel=${health.channel}`), disabled: !front.mayChange };
  const goOn = { label: connect.setup.resume, url: front.to(`/channels/${health.id}/setup`) };
  return (
    <Screen
      title={`${name(health.channel)} · ${health.name}`}
      back={{ label: words.title, url: front.to("/channels") }}
      primary={lost ? again : view.settingUp ? goOn : paused ? toggle : undefined}
      secondary={[
        ...(paused || health.state === "observe" ? [] : [toggle]),
        ...(health.channel === "shopify" ? [{ label: places.action, url: front.to(`/channels/${health.id}/locations`) }] : []),
        { label: connect.leave.action, url: front.to(`/channels/${health.id}/leave`), disabled: !front.mayChange },
        ...(health.state === "behind" ? [{ label: words.retry, disabled: busy, onAction: () => send("retry") }] : []),
      ]}
    >
      <BlockStack gap="400">
        {view.move && <MoveNotice notice={view.move} />}
        <Card>
          <BlockStack gap="300">
            <div className="phone-row-head">
              <Text as="h2" variant="headingMd">
                {words.facts.title}
              </Text>
              <ChannelStateBadge state={health.state} late={isLate(health, format)} />
            </div>
            <p suppressHydrationWarning>{sentence(health)}</p>
            {health.feedFailure && <p className="field-error">{health.feedFailure}</p>}
            <HealthList channel={health} more={versionFacts(view)} />
          </BlockStack>
        </Card>
        {health.state === "observe" && !view.settingUp && <GoLiveCard connectionId={health.id} preview={view.preview} />}
        {view.live && view.share.watching > 0 && <GoLiveCard connectionId={health.id} preview={view.preview} share={view.share} />}
        {view.heldId && (
          <Card>
            <Link to={front.to(`/activity/held/${view.heldId}`)}>{words.edits.held}</Link>
          </Card>
        )}
        <EditCards edits={view.edits} channel={name(health.channel)} policy={view.editPolicy} />
        {(health.numbers > 0 || view.proof) && <ReadingsCard readings={view.sight} proof={view.proof} />}
        {health.numbers > 0 && <BlindCard sight={view.sight} name={health.name} />}
        <LimitsCard limits={view.limits} channel={name(health.channel)} />
        {view.limits.renewals && <RenewalsCard renewals={view.limits.renewals} />}
        {view.differences && <WritingCard differences={view.differences} />}
        {view.firstShown.kept + view.firstShown.back > 0 && (
          <Card>
            <FirstShown {...view.firstShown} />
          </Card>
        )}
        <ProblemList problems={view.problems} />
        <NoticeList notices={view.watch.notices} />
        <ChannelLog
          feeds={view.feeds}
          deliveries={view.deliveries}
          aside={view.parked === 0 ? null : { count: view.parked, busy, onTryAgain: () => send("retry-parked") }}
        />
      </BlockStack>
      <ConfirmModal
        open={asking}
        title={words.pause.title({ name: health.name })}
        body={words.pause.body({ name: health.name })}
        confirm={words.pause.confirm({ name: health.name })}
        cancel={words.pause.cancel}
        onConfirm={() => send("pause")}
        onCancel={() => setAsking(false)}
      />
    </Screen>
  );
}
