import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import { connectChoices } from "#app/flows/connect-choices.server.ts";
import { answerJoin, enterJoinCode, makeJoinCode } from "#app/flows/join-accounts.server.ts";
import { refusal, requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { Screen } from "#app/ui/kit/kit.tsx";
import { type JoinAnswer, JoinCard } from "#app/ui/settings/join-card.tsx";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { settingsView } from "#app/views/settings.server.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction = () => [{ title: `${en.settings.title} · ${en.frame.product}` }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const { house } = webContext(context);
  const { side } = front.join;
  const installFrom = connectChoices(house).find(({ channel }) => channel === "shopify")?.installFrom ?? null;
  return { ...(await settingsView(house, front.seller.id, side)), side, owner: front.role === "owner", installFrom };
}

export async function action({ request, context }: ActionFunctionArgs): Promise<JoinAnswer> {
  const front = await requireMayChange(request, context);
  if (front.role !== "owner") throw refusal(403, "viewer");
  const { house } = webContext(context);
  const wish = { sellerId: front.seller.id, actorKey: front.actorKey };
  const form = await request.formData();
  switch (form.get("do")) {
    case "make": {
      if (front.join.side !== "makes") throw refusal(400, "not-found");
      const made = await makeJoinCode(house, wish);
      return made === null ? { did: "too-many" } : { did: "made", ...made };
    }
    case "enter": {
      if (front.join.side !== "enters") throw refusal(400, "not-found");
      const entered = await enterJoinCode(house, { ...wish, shop: front.join.shop, typed: String(form.get("code") ?? "") });
      return { did: entered };
    }
    case "yes":
    case "no": {
      const answered = await answerJoin(house, { ...wish, id: String(form.get("id")), yes: form.get("do") === "yes" });
      return { did: answered ? "answered" : "too-late" };
    }
    default:
      throw refusal(400, "not-found");
  }
}

export default function Settings() {
  const view = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>() ?? null;
  const words = useTexts().settings;
  return (
    <Screen title={words.title}>
      <BlockStack gap="400">
        <Card>
          <BlockStack gap="300">
            <Text as="h2" variant="headingMd">
              {words.people.title}
            </Text>
            <ul className="plain-list">
              {view.people.map((person) => (
                <li key={person.id} className="need">
                  <span>{person.name}</span>
                  <span className="quiet">{words.people.roles[person.role]}</span>
                </li>
              ))}
            </ul>
            <p className="quiet">{words.people.note}</p>
          </BlockStack>
        </Card>
        <JoinCard side={view.side} owner={view.owner} installFrom={view.installFrom} join={view.join} answer={answer} />
      </BlockStack>
    </Screen>
  );
}
