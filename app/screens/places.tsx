import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData, useNavigation } from "@remix-run/react";
import { BlockStack, Card } from "@shopify/polaris";
import { choosePlaces } from "#app/flows/choose-places.server.ts";
import { refusal, requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { isOwnConnection } from "#app/views/own-connection.server.ts";
import { placesView } from "#app/views/places.server.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `${en.places.title({ name: data?.connection.name ?? "" })} · ${en.frame.product}` },
];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const view = await placesView(webContext(context).house, front.seller.id, params.connectionId ?? "");
  if (!view) throw refusal(404, "not-found");
  return view;
}

export async function action({ request, context, params }: ActionFunctionArgs) {
  const front = await requireMayChange(request, context);
  const { house } = webContext(context);
  const connectionId = params.connectionId ?? "";
  if (!(await isOwnConnection(house, front.seller.id, connectionId))) throw refusal(404, "not-found");
  const form = await request.formData();
  const ids = form.getAll("place").map(String);
  const order = ids.map((id, n) => ({ id, at: Number(form.getAll("order")[n]) })).sort((a, b) => a.at - b.at);
  const outcome = await choosePlaces(house, {
    ...{ sellerId: front.seller.id, actorKey: front.actorKey, connectionId },
    counted: form.getAll("counted").map(String),
    receiving: String(form.get("receiving") ?? ""),
    order: order.map(({ id }) => id),
  });
  return { outcome };
}

export default function Places() {
  const { connection, places, mayRecount } = useLoaderData<typeof loader>();
  const outcome = useActionData<typeof action>()?.outcome;
  const words = useTexts().places;
  const front = useFront();
  const idle = useNavigation().state === "idle";
  const own = places.filter((place) => !place.fulfilmentService);
  return (
    <Screen title={words.title({ name: connection.name })} back={{ label: connection.name, url: front.to(`/channels/${connection.id}`) }}>
      <Card>
        <BlockStack gap="300">
          <p>{words.intro}</p>
          {!mayRecount && <p className="quiet">{words.fixed}</p>}
          {outcome === "chosen" && <p role="status">{words.saved}</p>}
          {outcome && outcome !== "chosen" && (
            <p role="alert" className="field-error">
              {words.problems[outcome]}
            </p>
          )}
          <Form method="post">
            <table className="places">
              <thead>
                <tr>
                  <th scope="col">{words.columns.place}</th>
                  <th scope="col">{words.columns.counted}</th>
                  <th scope="col">{words.columns.receiving}</th>
                  <th scope="col">{words.columns.order}</th>
                </tr>
              </thead>
              <tbody>
                {own.map((place, n) => (
                  <tr key={place.externalId}>
                    <th scope="row">
                      {place.name}
                      <input type="hidden" name="place" value={place.externalId} />
                      {/* A box that may not be changed is not sent by itself. */}
                      {!mayRecount && place.counted && <input type="hidden" name="counted" value={place.externalId} />}
                    </th>
                    <td>
                      <input
                        type="checkbox"
                        name="counted"
                        value={place.externalId}
                        defaultChecked={place.counted}
                        disabled={!mayRecount || !front.mayChange}
                        aria-label={words.counted({ name: place.name })}
                      />
                    </td>
                    <td>
                      <input
                        type="radio"
                        name="receiving"
                        value={place.externalId}
                        defaultChecked={place.receiving}
                        disabled={!front.mayChange}
                        aria-label={words.receiving({ name: place.name })}
                      />
                    </td>
                    <td>
                      <input
                        type="number"
                        name="order"
                        min={1}
                        max={own.length}
                        defaultValue={n + 1}
                        disabled={!front.mayChange}
                        aria-label={words.order({ name: place.name })}
                      />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            <div className="acts">
              <button type="submit" className="act" disabled={!idle || !front.mayChange}>
                {words.save}
              </button>
            </div>
          </Form>
          {places
            .filter((place) => place.fulfilmentService)
            .map((place) => (
              <p key={place.externalId} className="quiet">
                {place.name}: {words.service}
              </p>
            ))}
        </BlockStack>
      </Card>
    </Screen>
  );
}
