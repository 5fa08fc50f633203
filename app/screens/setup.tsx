import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Form, Link, useLoaderData, useNavigation } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import { pauseImport, resumeImport } from "#app/flows/pause-import.server.ts";
import { requestPreview } from "#app/flows/request-preview.server.ts";
import { matchListings, setOpening } from "#app/flows/set-up-connection.server.ts";
import { refusal, requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { ImportStep } from "#app/ui/connect/import-step.tsx";
import { MatchStep } from "#app/ui/connect/match-step.tsx";
import { OpeningStep } from "#app/ui/connect/opening-step.tsx";
import { SetupSteps, type StepOnTheWay } from "#app/ui/connect/setup-steps.tsx";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { useLookWhile } from "#app/ui/live/look-while.ts";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { isOwnConnection } from "#app/views/own-connection.server.ts";
import { setupView } from "#app/views/setup.server.ts";
import { SETUP_STEPS } from "#app/views/setup-steps.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `${data ? en.connect.setup.title({ name: data.connection.name }) : en.connect.title} · ${en.frame.product}` },
];

/** Without a step the address leads to the one that is next; a step whose time has not come leads there too. */
export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const connectionId = params.connectionId ?? "";
  const asked = SETUP_STEPS.find((one) => one === params.step) ?? null;
  const view = await setupView(webContext(context).house, front.seller.id, connectionId, asked);
  if (!view) throw refusal(404, "not-found");
  const { current, step } = view;
  if (current === null || step === null) throw front.redirect(`/channels/${connectionId}`);
  if (step !== asked) throw front.redirect(`/channels/${connectionId}/setup/${step}`);
  return { ...view, current, step };
}

export async function action({ request, context, params }: ActionFunctionArgs): Promise<Response> {
  const front = await requireMayChange(request, context);
  const { house } = webContext(context);
  const connectionId = params.connectionId ?? "";
  if (!(await isOwnConnection(house, front.seller.id, connectionId))) throw refusal(404, "not-found");
  const wish = { sellerId: front.seller.id, actorKey: front.actorKey, connectionId };
  const form = await request.formData();
  switch (form.get("do")) {
    case "pause-import":
      await pauseImport(house, wish);
      return front.redirect(`/channels/${connectionId}/setup/import`);
    case "resume-import":
      await resumeImport(house, wish);
      return front.redirect(`/channels/${connectionId}/setup/import`);
    case "match":
      await matchListings(house, wish);
      return front.redirect(`/channels/${connectionId}/setup/match`);
    case "open":
      await setOpening(house, { ...wish, countsFrom: form.get("counts") === "keep" ? "keep" : "here" });
      return front.redirect(`/channels/${connectionId}/setup/opening`);
    case "preview": {
      const previewId = await requestPreview(house, wish);
      return front.redirect(`/channels/${connectionId}/preview?preview=${previewId}`);
    }
    default:
      throw refusal(400, "not-found");
  }
}

export default function Setup() {
  const view = useLoaderData<typeof loader>();
  const { connection } = view;
  const { connect, channels, places } = useTexts();
  const words = connect.setup;
  const front = useFront();
  const at = (step: string) => front.to(`/channels/${connection.id}/setup/${step}`);
  useLookWhile(view.busy !== null || (view.step === "import" && !view.importing.finished));
  const reached = SETUP_STEPS.indexOf(view.current);
  const here = SETUP_STEPS.indexOf(view.step);
  const steps: StepOnTheWay[] = [
    { step: "connect", label: words.steps.connect, state: "done", url: null },
    ...SETUP_STEPS.map((step, n) => ({
      ...{ step, label: words.steps[step], url: at(step) },
      state: n === here ? ("current" as const) : n < reached ? ("done" as const) : ("later" as const),
    })),
  ];
  return (
    <Screen title={words.title({ name: connection.name })} back={{ label: channels.title, url: front.to("/channels") }}>
      <BlockStack gap="400">
        <Card>
          <BlockStack gap="200">
            <p>{words.watching}</p>
            <SetupSteps steps={steps} />
          </BlockStack>
        </Card>
        <Card>
          <BlockStack gap="300">
            {connection.blindReason && <p className="field-error">{words.blind({ reason: connection.blindReason })}</p>}
            {view.problem && (
              <p role="alert" className="field-error">
                {words.stopped({ reason: view.problem })}
              </p>
            )}
            {connection.channel === "shopify" && view.step !== "preview" && (
              <p>
                <Link to={front.to(`/channels/${connection.id}/locations`)}>{places.setup}</Link>
              </p>
            )}
            <Step view={view} at={at} done={here < reached} />
          </BlockStack>
        </Card>
      </BlockStack>
    </Screen>
  );
}

function Step(props: { view: ReturnType<typeof useLoaderData<typeof loader>>; at: (step: string) => string; done: boolean }) {
  const { view, at, done } = props;
  switch (view.step) {
    case "import":
      return (
        <ImportStep
          importing={{ ...view.importing, finished: view.importing.finished || done }}
          listings={view.listings}
          next={at("match")}
        />
      );
    case "match":
      return (
        view.match && (
          <MatchStep match={{ ...view.match, listings: view.listings }} busy={view.busy === "match"} done={done} next={at("opening")} />
        )
      );
    case "opening":
      return (
        view.opening && (
          <OpeningStep
            opening={view.opening}
            pastOrders={view.pastOrders}
            busy={view.busy === "opening"}
            done={done}
            next={at("preview")}
            channel={view.connection.channel}
          />
        )
      );
    case "preview":
      return <PreviewStep />;
    default: {
      const never: never = view.step;
      return never;
    }
  }
}

function PreviewStep() {
  const words = useTexts().connect.setup.preview;
  const front = useFront();
  const navigation = useNavigation();
  return (
    <>
      <Text as="h2" variant="headingMd">
        {words.heading}
      </Text>
      <p>{words.body}</p>
      <Form method="post" className="acts">
        <button type="submit" name="do" value="preview" className="act" disabled={!front.mayChange || navigation.state !== "idle"}>
          {words.act}
        </button>
      </Form>
    </>
  );
}
