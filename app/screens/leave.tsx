import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useFetcher, useLoaderData } from "@remix-run/react";
import { BlockStack, Card } from "@shopify/polaris";
import { useState } from "react";
import { disconnectAccount } from "#app/flows/disconnect-account.server.ts";
import { refusal, requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { LeftByHand, Statement } from "#app/ui/connect/statement.tsx";
import { useFormat } from "#app/ui/format.tsx";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { ConfirmModal, Screen } from "#app/ui/kit/kit.tsx";
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
  const from = Number(new URL(request.url).searchParams.get("from") ?? 0);
  const first = Number.isSafeInteger(from) && from > 0 && from < 10_000_000 ? from : 0;
  const view = await statementView(webContext(context).house, front.seller.id, params.connectionId ?? "", first);
  // Only WooCommerce is left from here so far: other platforms' tokens are revoked in ways of their own.
  if (view?.connection.channel !== "woocommerce") throw refusal(404, "not-found");
  return view;
}

export async function action({ request, context, params }: ActionFunctionArgs): Promise<{ leaving: boolean }> {
  const front = await requireMayChange(request, context);
  const { house } = webContext(context);
  const connectionId = params.connectionId ?? "";
  if (!(await isOwnConnection(house, front.seller.id, connectionId))) throw refusal(404, "not-found");
  return { leaving: await disconnectAccount(house, { sellerId: front.seller.id, actorKey: front.actorKey, connectionId }) };
}

export default function Leave() {
  const view = useLoaderData<typeof loader>();
  const { connection, left, listings } = view;
  const { connect, channels } = useTexts();
  const words = connect.leave;
  const front = useFront();
  const format = useFormat();
  const fetcher = useFetcher<typeof action>();
  const [asking, setAsking] = useState(false);
  const { name } = connection;
  const leave = () => {
    setAsking(false);
    fetcher.submit({}, { method: "post" });
  };
  return (
    <Screen title={words.title({ name })} back={{ label: channels.title, url: front.to("/channels") }}>
      <BlockStack gap="400">
        <Card>
          <BlockStack gap="300">
            {left && <p role="status">{words.left({ name, at: format.clock(left.at) })}</p>}
            {left && <LeftByHand left={left} />}
            {!left && connection.lifecycle === "leaving" && <p role="status">{words.leaving}</p>}
            {!left && connection.lifecycle !== "leaving" && (
              <>
                <ul className="plain-points">
                  {words.points.map((point) => (
                    <li key={point}>{point}</li>
                  ))}
                </ul>
                <div className="acts">
                  <button
                    type="button"
                    className="act act-critical"
                    disabled={!front.mayChange || fetcher.state !== "idle"}
                    onClick={() => setAsking(true)}
                  >
                    {words.act}
                  </button>
                </div>
              </>
            )}
          </BlockStack>
        </Card>
        {left && <Statement lines={view.lines} next={view.next} />}
      </BlockStack>
      <ConfirmModal
        open={asking}
        title={words.confirmTitle({ name })}
        body={words.confirmBody({ n: listings, text: format.number(listings) })}
        confirm={words.confirm({ name })}
        cancel={words.cancel}
        destructive
        onConfirm={leave}
        onCancel={() => setAsking(false)}
      />
    </Screen>
  );
}
