import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData, useSearchParams } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import type { ConnectProblem } from "#app/domain/connect-problem.ts";
import { lookForShop } from "#app/flows/begin-hand-over.server.ts";
import { pasteKeys } from "#app/flows/paste-keys.server.ts";
import { requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { ConnectForm } from "#app/ui/connect/connect-form.tsx";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction = () => [{ title: `${en.connect.title} · ${en.frame.product}` }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireSeller(request, context);
  return { handOverNeedsHttps: !webContext(context).house.appUrl.startsWith("https:") };
}

type Refused = { problem: ConnectProblem } | { consentChanged: true };

export async function action({ request, context }: ActionFunctionArgs): Promise<Refused | Response> {
  const front = await requireMayChange(request, context);
  const { house } = webContext(context);
  const form = await request.formData();
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

export default function Connect() {
  const { handOverNeedsHttps } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const { connect: words, channels } = useTexts();
  const front = useFront();
  const [params] = useSearchParams();
  const refused = answer && !(answer instanceof Response) ? answer : null;
  return (
    <Screen title={words.title} back={{ label: channels.title, url: front.to("/channels") }}>
      <BlockStack gap="400">
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
        <p className="quiet">{words.others}</p>
      </BlockStack>
    </Screen>
  );
}
