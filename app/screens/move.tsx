import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { requestMove, withdrawMove } from "#app/flows/ask-for-move.server.ts";
import { refusal, requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { MoveCard } from "#app/ui/leaving/move-card.tsx";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { moveView } from "#app/views/moves.server.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `${en.leaving.move.title({ name: data?.name ?? "" })} · ${en.frame.product}` },
];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const view = await moveView(webContext(context).house, front.seller.id, params.moveId ?? "");
  if (view === null) throw refusal(404, "not-found");
  return view;
}

export async function action({ request, context, params }: ActionFunctionArgs): Promise<{ done: boolean }> {
  const front = await requireMayChange(request, context);
  const { house } = webContext(context);
  const view = await moveView(house, front.seller.id, params.moveId ?? "");
  if (view === null) throw refusal(404, "not-found");
  const wish = { sellerId: front.seller.id, actorKey: front.actorKey, moveId: view.id };
  const what = (await request.formData()).get("do");
  return { done: await (what === "ask" ? requestMove(house, wish) : withdrawMove(house, wish)) };
}

export default function Move() {
  const move = useLoaderData<typeof loader>();
  const { leaving, channels } = useTexts();
  const front = useFront();
  return (
    <Screen title={leaving.move.title({ name: move.name })} back={{ label: channels.title, url: front.to("/channels") }}>
      <MoveCard move={move} />
    </Screen>
  );
}
