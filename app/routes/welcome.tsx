import type { ActionFunctionArgs, HeadersFunction, LinksFunction, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Form, isRouteErrorResponse, useActionData, useLoaderData, useNavigation, useRevalidator, useRouteError } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import polarisStyles from "@shopify/polaris/build/esm/styles.css?url";
import { boundary } from "@shopify/shopify-app-remix/server";
import { useEffect } from "react";
import { isInstallProblem } from "#app/domain/install-problem.ts";
import { agreeToInstall } from "#app/flows/keep-shopify-grant.server.ts";
import { type EmbeddedDoor, refusal, webContext } from "#app/front.server.ts";
import embeddedStyles from "#app/ui/embedded.css?url";
import { FailurePage } from "#app/ui/failure-page.tsx";
import { FirstFrame } from "#app/ui/frame/first-frame.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import sharedStyles from "#app/ui/shared.css?url";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";

export const links: LinksFunction = () => [polarisStyles, sharedStyles, embeddedStyles].map((href) => ({ rel: "stylesheet", href }));

export const meta: MetaFunction = () => [{ title: `${en.welcome.title} · ${en.frame.product}` }];

/** Answers of Shopify's library are pages of its own; everything else is said in our words. */
export function ErrorBoundary() {
  const error = useRouteError();
  if (isRouteErrorResponse(error) && typeof error.data === "string" && error.data.includes("<script")) return boundary.error(error);
  return <FailurePage />;
}

export const headers: HeadersFunction = (args) => boundary.headers(args);

/** The first page of a shop that is nobody's yet: it asks before anything is read, and leads on by itself once the shop is in. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const door = embeddedDoor(context);
  const { state, shop, problem, connectionId, redirect } = await door.visit(request);
  if (state === "here") throw redirect(connectionId === null ? "/" : `/channels/${connectionId}/setup`);
  return { state, shop, problem: isInstallProblem(problem) ? problem : null, apiKey: door.apiKey, appBridgeUrl: door.appBridgeUrl };
}

export async function action({ request, context }: ActionFunctionArgs): Promise<{ answer: "agreed" | "changed" | "too-late" }> {
  const { shop, shopUser } = await embeddedDoor(context).visit(request);
  const form = await request.formData();
  const consentVersion = en.welcome.consent.version;
  if (form.get("consent") !== consentVersion) return { answer: "changed" };
  const agreed = await agreeToInstall(webContext(context).house, { shop, shopUser, consentVersion });
  return { answer: agreed ? "agreed" : "too-late" };
}

function embeddedDoor(context: LoaderFunctionArgs["context"]): EmbeddedDoor {
  const door = webContext(context).fronts?.app;
  if (!door) throw refusal(503, "no-embedded");
  return door;
}

const LOOK_AGAIN_MS = 1_000;

export default function Welcome() {
  const { state, shop, problem, apiKey, appBridgeUrl } = useLoaderData<typeof loader>();
  const words = useTexts().welcome;
  return (
    <FirstFrame apiKey={apiKey} appBridgeUrl={appBridgeUrl}>
      <Screen title={state === "back" ? words.back : words.title}>
        <Card>
          <BlockStack gap="300">
            {state === "coming" ? <Coming /> : <Ask back={state === "back"} shop={shop} problem={problem} />}
          </BlockStack>
        </Card>
      </Screen>
    </FirstFrame>
  );
}

function Ask(props: { back: boolean; shop: string; problem: keyof (typeof en.welcome)["problems"] | null }) {
  const words = useTexts().welcome;
  const answer = useActionData<typeof action>()?.answer;
  const navigation = useNavigation();
  const { shop, problem } = props;
  return (
    <>
      {problem && (
        <div role="alert">
          <p className="field-error">{words.problems[problem]}</p>
          <p className="quiet">{words.nothingConnected}</p>
        </div>
      )}
      {answer === "too-late" && <p role="alert">{words.tooLate}</p>}
      {answer === "changed" && <p role="alert">{words.consent.changed}</p>}
      <p>{props.back ? words.backIntro({ shop }) : words.intro({ shop })}</p>
      <Text as="h2" variant="headingMd">
        {words.consent.title}
      </Text>
      <ul className="plain-points quiet">
        {words.consent.points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      <Form method="post" className="acts">
        <input type="hidden" name="consent" value={words.consent.version} />
        <button type="submit" className="act" disabled={navigation.state !== "idle"}>
          {words.agree}
        </button>
      </Form>
      <p className="quiet">{words.nothingYet}</p>
    </>
  );
}

/** No seller exists yet whose live page could tell of it, so the page asks. */
function Coming() {
  const words = useTexts().welcome;
  const { revalidate, state } = useRevalidator();
  useEffect(() => {
    if (state !== "idle") return;
    const timer = setTimeout(revalidate, LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [revalidate, state]);
  return (
    <div role="status">
      <p>{words.coming}</p>
      <progress className="bar" aria-label={words.coming} />
      <p className="quiet">{words.comingNote}</p>
    </div>
  );
}
