import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData, useSearchParams } from "@remix-run/react";
import { Card } from "@shopify/polaris";
import type { AttemptState } from "#app/domain/connect-attempt.ts";
import type { ConnectProblem } from "#app/domain/connect-problem.ts";
import { authorizeAgain } from "#app/flows/begin-authorization.server.ts";
import { beginHandOver, dropConnecting } from "#app/flows/begin-hand-over.server.ts";
import { claimHandOver } from "#app/flows/claim-hand-over.server.ts";
import { pasteKeys } from "#app/flows/paste-keys.server.ts";
import { refusal, requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { useChannelName } from "#app/ui/channel-badge.tsx";
import { AttemptCard } from "#app/ui/connect/attempt-card.tsx";
import { consentFor } from "#app/ui/connect/consent-for.ts";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { useLookWhile } from "#app/ui/live/look-while.ts";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { connectAttemptView } from "#app/views/connect-attempt.server.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction = () => [{ title: `${en.connect.title} · ${en.frame.product}` }];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const claim = new URL(request.url).searchParams.get("claim");
  const view = await connectAttemptView(webContext(context).house, front.seller.id, front.sessionKey, params.attemptId ?? "", claim);
  if (view === null) throw refusal(404, "not-found");
  if (view === "elsewhere") return { attempt: null };
  if (view.state === "connected" && view.connection) {
    const { id, observing } = view.connection;
    throw front.redirect(`/channels/${id}${observing ? "/setup" : ""}`);
  }
  return { attempt: view };
}

type Answer = { approve: string | null } | { problem: ConnectProblem } | { consentChanged: true };

export async function action({ request, context, params }: ActionFunctionArgs): Promise<Answer | Response> {
  const front = await requireMayChange(request, context);
  const { house } = webContext(context);
  const attemptId = params.attemptId ?? "";
  const who = { sellerId: front.seller.id, sessionKey: front.sessionKey };
  // Also the wall for ids that are none: only a try of this seller, begun in this session, is acted on.
  const view = await connectAttemptView(house, who.sellerId, who.sessionKey, attemptId, null);
  if (view === null || view === "elsewhere") throw refusal(404, "not-found");
  const here = () => front.redirect(`/channels/connect/${attemptId}`);
  const form = await request.formData();
  const what = form.get("do");
  if (what === "go" && view.way === "granted") {
    const returnTo = (id: string) => new URL(front.comeBackTo(`/channels/connect/${id}`), house.appUrl).href;
    return { approve: await authorizeAgain(house, { ...who, attemptId, returnTo }) };
  }
  if (what === "go") {
    const returnUrl = `${house.appUrl}${front.landingFor(`/channels/connect/${attemptId}`)}`;
    return { approve: await beginHandOver(house, { ...who, attemptId, returnUrl }) };
  }
  if (what === "drop") {
    await dropConnecting(house, { ...who, attemptId });
    return here();
  }
  const consentVersion = consentFor(en.connect, view.channel).version;
  if (form.get("consent") !== consentVersion) return { consentChanged: true };
  if (what === "claim") {
    await claimHandOver(house, { ...who, attemptId, consentVersion, claim: String(form.get("claim") ?? "") });
    return here();
  }
  const pasted = await pasteKeys(house, {
    ...{ ...who, actorKey: front.actorKey, channel: view.channel, consentVersion, attemptId },
    address: String(form.get("address") ?? ""),
    key: String(form.get("key") ?? ""),
    secret: String(form.get("secret") ?? ""),
  });
  if (pasted.outcome === "refused") return { problem: pasted.problem };
  return pasted.outcome === "gone" ? front.redirect("/channels/connect?channel=woocommerce&over") : here();
}

/** The worker is at it. */
const AT_WORK: AttemptState[] = ["looking", "exchanging", "proving"];

export default function ConnectAttempt() {
  const { attempt } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const { connect: words, channels } = useTexts();
  const front = useFront();
  const [params] = useSearchParams();
  const channelName = useChannelName();
  const back = { label: channels.title, url: front.to("/channels") };
  useLookWhile(attempt !== null && AT_WORK.includes(attempt.state));
  if (attempt === null) {
    return (
      <Screen title={words.attempt.elsewhere} back={back}>
        <Card>
          <p>{words.attempt.elsewhereBody}</p>
        </Card>
      </Screen>
    );
  }
  const refused = answer && !(answer instanceof Response) ? answer : null;
  return (
    <Screen title={words.attempt.title({ shop: attempt.shopName ?? (attempt.address || channelName(attempt.channel)) })} back={back}>
      {refused && "consentChanged" in refused && <p role="alert">{words.consent.changed}</p>}
      <AttemptCard
        attempt={attempt}
        refused={refused && "problem" in refused ? refused.problem : null}
        denied={params.get("success") === "0" && attempt.state === "waiting"}
      />
    </Screen>
  );
}
