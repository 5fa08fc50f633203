import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useFetcher, useLoaderData } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import { wishBegin, wishEndOfPlan } from "#app/flows/wish-rules.server.ts";
import { refusal, requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { type ListedRule, RuleLines } from "#app/ui/rules/rule-lines.tsx";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { rulesView } from "#app/views/rules.server.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction = () => [{ title: `${en.rules.title} · ${en.frame.product}` }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  return rulesView(webContext(context).house, front.seller.id);
}

/** Both acts lead to the page that shows what they would do. */
export async function action({ request, context }: ActionFunctionArgs): Promise<Response> {
  const front = await requireMayChange(request, context);
  const { house } = webContext(context);
  const who = { sellerId: front.seller.id, actorKey: front.actorKey };
  const form = await request.formData();
  const asked = String(form.get("do"));
  const planId =
    asked === "begin"
      ? await wishBegin(house, who, form.getAll("ruleId").map(String))
      : asked === "end-plan"
        ? await wishEndOfPlan(house, who, String(form.get("previewId")))
        : null;
  if (planId === null) throw refusal(404, "not-found");
  return front.redirect(`/changes/${planId}`);
}

const STATES = ["waiting", "in-force", "coming", "ended"] as const;

export default function Rules() {
  const view = useLoaderData<typeof loader>();
  const words = useTexts().rules;
  const front = useFront();
  const fetcher = useFetcher();
  const begin = (rule: ListedRule) => {
    const form = new FormData();
    form.set("do", "begin");
    for (const other of view.rules) if (other.state === "waiting" && other.previewId === rule.previewId) form.append("ruleId", other.id);
    fetcher.submit(form, { method: "post" });
  };
  const standing = view.rules.filter((rule) => rule.state !== "ended");
  return (
    <Screen
      title={words.title}
      primary={{ label: words.add, url: front.to("/rules/new"), disabled: !front.mayChange }}
      secondary={[{ label: words.rush, url: front.to("/rules/rush"), disabled: !front.mayChange }]}
    >
      <BlockStack gap="400">
        <Card>
          <p className="quiet">{standing.length === 0 ? words.none : words.intro}</p>
        </Card>
        {STATES.map((state) => {
          const rules = view.rules.filter((rule) => rule.state === state);
          if (rules.length === 0) return null;
          return (
            <Card key={state}>
              <BlockStack gap="300">
                <Text as="h2" variant="headingMd">
                  {words.states[state]}
                </Text>
                <RuleLines
                  rules={rules}
                  connections={view.connections}
                  act={(rule) =>
                    state === "waiting" && (
                      <button
                        type="button"
                        className="chip"
                        disabled={!front.mayChange || fetcher.state !== "idle"}
                        onClick={() => begin(rule)}
                      >
                        {words.look}
                      </button>
                    )
                  }
                />
              </BlockStack>
            </Card>
          );
        })}
      </BlockStack>
    </Screen>
  );
}
