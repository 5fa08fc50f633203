import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useFetcher, useLoaderData } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import { EMPTY_FORM, formOfRule, type RuleProblems, readRuleForm, ruleFormFrom } from "#app/domain/rule-form.ts";
import { wishEnd, wishRule, wishVersion } from "#app/flows/wish-rules.server.ts";
import { refusal, requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { RuleEditor } from "#app/ui/rules/rule-editor.tsx";
import { RuleLines } from "#app/ui/rules/rule-lines.tsx";
import { useRuleName } from "#app/ui/rules/rule-words.ts";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { choicesView, ruleView } from "#app/views/rules.server.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction = () => [{ title: `${en.rules.title} · ${en.frame.product}` }];

const NEW = "new";

/** A rule with its history, or the empty form. A new one may come with its place in the address. */
export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const { house } = webContext(context);
  const ruleId = params.ruleId ?? NEW;
  if (ruleId === NEW) {
    const asked = ruleFormFrom(new URL(request.url).searchParams);
    const view = await choicesView(house, front.seller.id);
    return { ...view, rule: null, history: [], form: { ...EMPTY_FORM, ...asked, scope: asked.scope || "seller" } };
  }
  const view = await ruleView(house, front.seller.id, ruleId);
  if (view === null) throw refusal(404, "not-found");
  const { rule } = view;
  const listed = view.connections.find((c) => c.name === rule.connectionName && c.channel === rule.channel);
  const more = { title: rule.title, sku: rule.listingSku, connectionId: rule.connectionId ?? listed?.id ?? null, timeZone: view.timeZone };
  return { ...view, form: formOfRule(rule, more) };
}

export async function action({ request, context, params }: ActionFunctionArgs): Promise<Response | { problems: RuleProblems }> {
  const front = await requireMayChange(request, context);
  const { house } = webContext(context);
  const who = { sellerId: front.seller.id, actorKey: front.actorKey };
  const replaces = params.ruleId === undefined || params.ruleId === NEW ? null : params.ruleId;
  const { now, timeZone } = await choicesView(house, front.seller.id);
  if (replaces !== null && (await ruleView(house, front.seller.id, replaces)) === null) throw refusal(404, "not-found");
  const fields = await request.formData();
  switch (fields.get("do")) {
    case "save": {
      const read = readRuleForm(ruleFormFrom(fields), { now, timeZone });
      if ("problems" in read) return read;
      const wished = await wishRule(house, who, { rule: read.rule, replaces });
      return "problems" in wished ? wished : front.redirect(`/changes/${wished.previewId}`);
    }
    case "end":
      return toPlan(front.redirect, await wishEnd(house, who, replaces === null ? [] : [replaces]));
    case "take-back":
      return toPlan(front.redirect, await wishVersion(house, who, String(fields.get("version"))));
    default:
      throw refusal(400, "not-found");
  }
}

function toPlan(redirect: (path: string) => Response, planId: string | null): Response {
  if (planId === null) throw refusal(404, "not-found");
  return redirect(`/changes/${planId}`);
}

export default function Rule() {
  const view = useLoaderData<typeof loader>();
  const words = useTexts().rules;
  const front = useFront();
  const name = useRuleName();
  const fetcher = useFetcher();
  const { rule } = view;
  const standing = rule !== null && rule.state !== "ended";
  const act = (fields: Record<string, string>) => fetcher.submit(fields, { method: "post" });
  const busy = !front.mayChange || fetcher.state !== "idle";
  return (
    <Screen
      title={rule === null ? words.newTitle : name(rule)}
      back={{ label: words.title, url: front.to("/rules") }}
      secondary={standing ? [{ label: words.end, disabled: busy, destructive: true, onAction: () => act({ do: "end" }) }] : []}
      wide
    >
      <BlockStack gap="400">
        {rule !== null && !standing && (
          <Card>
            <p>{words.gone}</p>
          </Card>
        )}
        {(rule === null || standing) && (
          <RuleEditor
            key={rule?.id ?? NEW}
            start={view.form}
            ruleId={rule?.id ?? null}
            now={view.now}
            timeZone={view.timeZone}
            connections={view.connections}
            tags={view.tags}
          />
        )}
        {view.history.length > 0 && (
          <Card>
            <BlockStack gap="300">
              <Text as="h2" variant="headingMd">
                {words.history}
              </Text>
              <RuleLines
                versions
                rules={view.history}
                connections={view.connections}
                act={(version) =>
                  version.overAt === null ? (
                    <span className="quiet">{words.current}</span>
                  ) : (
                    (version.endsAt === null || version.endsAt > view.now) && (
                      <button type="button" className="chip" disabled={busy} onClick={() => act({ do: "take-back", version: version.id })}>
                        {words.takeBack}
                      </button>
                    )
                  )
                }
              />
            </BlockStack>
          </Card>
        )}
      </BlockStack>
    </Screen>
  );
}
