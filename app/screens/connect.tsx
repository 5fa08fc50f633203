import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData, useSearchParams } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import { CHANNELS } from "#app/domain/channel-words.ts";
import type { ConnectProblem } from "#app/domain/connect-problem.ts";
import { beginAuthorization } from "#app/flows/begin-authorization.server.ts";
import { lookForShop } from "#app/flows/begin-hand-over.server.ts";
import { connectChoices } from "#app/flows/connect-choices.server.ts";
import { pasteKeys } from "#app/flows/paste-keys.server.ts";
import { type Front, refusal, requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { ChannelChoice } from "#app/ui/connect/channel-choice.tsx";
import { ConnectForm } from "#app/ui/connect/connect-form.tsx";
import { consentFor } from "#app/ui/connect/consent-for.ts";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction = () => [{ title: `${en.connect.title} · ${en.frame.product}` }];

/** `?channel=` narrows the choice to one, as the way back from a channel that has to be connected again. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireSeller(request, context);
  const { house } = webContext(context);
  const wanted = new URL(request.url).searchParams.get("channel");
  const only = CHANNELS.find((channel) => channel === wanted) ?? null;
  return {
    only,
    choices: connectChoices(house).filter((choice) => only === null || choice.channel === only),
    handOverNeedsHttps: !house.appUrl.startsWith("https:"),
  };
}

type Answer = { problem: ConnectProblem } | { consentChanged: true } | { page: string };

export async function action({ request, context }: ActionFunctionArgs): Promise<Answer | Response> {
  const front = await requireMayChange(request, context);
  const form = await request.formData();
  if (form.get("do") === "authorize") return authorize(front, context, String(form.get("channel")));
  const { house } = webContext(context);
  const consentVersion = en.connect.consent.version;
  if (form.get("consent") !== consentVersion) return { consentChanged: true };
  const wish = {
    ...{ sellerId: front.seller.id, actorKey: front.actorKey, sessionKey: front.sessionKey, consentVersion },
    channel: "woocommerce" as const,
    address: String(form.get("address") ?? ""),
  };
  const begun =
    form.get("way") === "pasted"
      ? await pasteKeys(house, { ...wish, key: String(form.get("key") ?? ""), secret: String(form.get("secret") ?? ""), attemptId: null })
      : await lookForShop(house, wish);
  switch (begun.outcome) {
    case "proving":
    case "looking":
      return front.redirect(`/channels/connect/${begun.attemptId}`);
    case "refused":
      return { problem: begun.problem };
    case "gone":
      return { problem: "ours" };
    default: {
      const never: never = begun;
      return never;
    }
  }
}

async function authorize(front: Front, context: ActionFunctionArgs["context"], wanted: string): Promise<Answer> {
  const { house } = webContext(context);
  const channel = CHANNELS.find((one) => one === wanted);
  if (!channel) throw refusal(400, "not-found");
  const sent = await beginAuthorization(house, {
    ...{ sellerId: front.seller.id, actorKey: front.actorKey, sessionKey: front.sessionKey, channel },
    consentVersion: consentFor(en.connect, channel).version,
    returnTo: (id) => new URL(front.comeBackTo(`/channels/connect/${id}`), house.appUrl).href,
  });
  return sent.outcome === "sent" ? { page: sent.page } : { problem: sent.problem };
}

export default function Connect() {
  const { only, choices } = useLoaderData<typeof loader>();
  const { connect: words, channels } = useTexts();
  const front = useFront();
  const back =
    only === null ? { label: channels.title, url: front.to("/channels") } : { label: words.choose.all, url: front.to("/channels/connect") };
  return (
    <Screen title={words.title} back={back}>
      {only === "woocommerce" ? <OwnShop /> : <ChannelChoice choices={choices} />}
    </Screen>
  );
}

function OwnShop() {
  const { handOverNeedsHttps } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const words = useTexts().connect;
  const [params] = useSearchParams();
  const refused = answer && !(answer instanceof Response) ? answer : null;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {words.woocommerce}
        </Text>
        <p>{words.promise}</p>
        {params.has("over") && !refused && <p role="alert">{words.gone}</p>}
        {refused && "consentChanged" in refused && <p role="alert">{words.consent.changed}</p>}
        <ConnectForm
          address=""
          way={handOverNeedsHttps ? "pasted" : "handed-over"}
          handOverNeedsHttps={handOverNeedsHttps}
          problem={refused && "problem" in refused ? refused.problem : null}
          keptUntil={null}
        />
      </BlockStack>
    </Card>
  );
}
