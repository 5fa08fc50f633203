import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { BlockStack, Card } from "@shopify/polaris";
import { checkOrdersNow } from "#app/flows/plan-order-check.server.ts";
import { refusal, requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { ChannelRows } from "#app/ui/home/channel-rows.tsx";
import { LiveFeed } from "#app/ui/home/live-feed.tsx";
import { NeedsYou } from "#app/ui/home/needs-you.tsx";
import { OrderProof } from "#app/ui/home/order-proof.tsx";
import { Rushes } from "#app/ui/home/rushes.tsx";
import { Verdict } from "#app/ui/home/verdict.tsx";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { homeView } from "#app/views/home.server.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction = () => [{ title: `${en.home.title} · ${en.frame.product}` }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  return homeView(webContext(context).house, front.seller.id);
}

export async function action({ request, context }: ActionFunctionArgs): Promise<{ did: "checking" }> {
  const front = await requireMayChange(request, context);
  if ((await request.formData()).get("do") !== "check-orders") throw refusal(400, "not-found");
  await checkOrdersNow(webContext(context).house, front.seller.id);
  return { did: "checking" };
}

export default function Home() {
  const home = useLoaderData<typeof loader>();
  const words = useTexts().home;
  const front = useFront();
  return (
    <Screen title={words.title}>
      <BlockStack gap="400">
        <Card>
          <Verdict {...home} />
          <p className="quiet">
            <Link to={front.to("/analytics/exposure")}>{words.exposure}</Link>
          </p>
        </Card>
        {home.rushes.length > 0 && (
          <Card>
            <Rushes rushes={home.rushes} />
          </Card>
        )}
        <Card>
          <NeedsYou needs={home.needs} />
        </Card>
        <Card>
          <ChannelRows channels={home.channels} />
        </Card>
        {home.proof.length > 0 && (
          <Card>
            <OrderProof proof={home.proof} />
          </Card>
        )}
        <Card>
          <LiveFeed travels={home.travels} />
        </Card>
      </BlockStack>
    </Screen>
  );
}
