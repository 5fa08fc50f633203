import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useFetcher, useLoaderData } from "@remix-run/react";
import { BlockStack, Card } from "@shopify/polaris";
import { useState } from "react";
import {
  EMPTY_FORM,
  type RuleForm,
  type RuleFormField,
  type RuleProblems,
  readRuleForm,
  ruleFormFields,
  ruleFormFrom,
} from "#app/domain/rule-form.ts";
import { localOf } from "#app/domain/zoned-time.ts";
import { wishRush } from "#app/flows/wish-rules.server.ts";
import { requireMayChange, requireSeller, webContext } from "#app/front.server.ts";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { ChannelRank } from "#app/ui/rules/channel-rank.tsx";
import { TextField } from "#app/ui/rules/text-field.tsx";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { choicesView } from "#app/views/rules.server.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction = () => [{ title: `${en.rules.rushForm.title} · ${en.frame.product}` }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  return choicesView(webContext(context).house, front.seller.id);
}

/** One form, several dated rules, one page that shows what they would do together. */
export async function action({ request, context }: ActionFunctionArgs): Promise<Response | { problems: RuleProblems }> {
  const front = await requireMayChange(request, context);
  const { house } = webContext(context);
  const { now, timeZone } = await choicesView(house, front.seller.id);
  const read = readRushForm(ruleFormFrom(await request.formData()), { now, timeZone });
  if ("problems" in read) return read;
  const who = { sellerId: front.seller.id, actorKey: front.actorKey };
  const wished = await wishRush(house, who, read.rush);
  return "problems" in wished ? wished : front.redirect(`/changes/${wished.previewId}`);
}

/** The same fields as a rule for everything, but it must have an end. */
function readRushForm(form: RuleForm, at: { now: Date; timeZone: string }) {
  const read = readRuleForm({ ...form, scope: "seller" }, at);
  if ("problems" in read) return read;
  const { buffer, lastUnits, lastRank, startsAt, endsAt, title } = read.rule;
  if (endsAt === null) return { problems: { endsAt: "missing" } satisfies RuleProblems };
  return {
    rush: { bufferBy: buffer ?? 0, lastUnits, lastRank: lastRank ?? [], startsAt, endsAt, title: title ?? en.rules.rushForm.name },
  };
}

const DAY_MS = 86_400_000;

export default function Rush() {
  const { now, timeZone, connections } = useLoaderData<typeof loader>();
  const words = useTexts().rules;
  const front = useFront();
  const fetcher = useFetcher<{ problems: RuleProblems }>();
  const [form, setForm] = useState<RuleForm>(() => ({
    ...EMPTY_FORM,
    ...{ title: words.rushForm.name, buffer: "1", lastUnits: "2", rank: connections.map((c) => c.id) },
    endsAt: localOf(new Date(now.getTime() + DAY_MS), timeZone),
  }));
  const [left, setLeft] = useState<ReadonlySet<RuleFormField>>(new Set());
  const read = readRushForm(form, { now, timeZone });
  const mine: RuleProblems = "problems" in read ? read.problems : {};
  const shown = (field: RuleFormField) => {
    const code = (left.has(field) ? mine[field] : undefined) ?? fetcher.data?.problems[field];
    if (code === "missing" && field === "endsAt") return words.rushForm.untilMissing;
    return code ? words.problem[code] : null;
  };
  const field = (name: "title" | "buffer" | "lastUnits" | "startsAt" | "endsAt", label: string, hint?: string) => (
    <TextField
      label={label}
      hint={hint}
      value={form[name]}
      problem={shown(name)}
      type={name === "startsAt" || name === "endsAt" ? "datetime-local" : "text"}
      whole={name === "buffer" || name === "lastUnits"}
      onChange={(value) => setForm((was) => ({ ...was, [name]: value }))}
      onBlur={() => setLeft((was) => new Set(was).add(name))}
    />
  );
  const submit = () => {
    setLeft(new Set(["form", ...(Object.keys(form) as RuleFormField[])]));
    if ("problems" in read) return;
    const data = new FormData();
    for (const [name, value] of ruleFormFields(form)) data.append(name, value);
    fetcher.submit(data, { method: "post" });
  };
  return (
    <Screen title={words.rushForm.title} back={{ label: words.title, url: front.to("/rules") }}>
      <Card>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <BlockStack gap="400">
            <p className="quiet">{words.rushForm.intro}</p>
            {field("buffer", words.rushForm.bufferBy, words.rushForm.bufferHint)}
            {field("lastUnits", words.fields.lastUnits ?? "", words.hints.lastUnits)}
            {form.lastUnits !== "" && (
              <ChannelRank
                connections={connections}
                rank={form.rank}
                problem={shown("rank")}
                onChange={(rank) => setForm((was) => ({ ...was, rank }))}
              />
            )}
            <div className="rule-figures">
              {field("startsAt", words.fields.startsAt ?? "")}
              {field("endsAt", words.fields.endsAt ?? "")}
            </div>
            <p className="quiet">{words.hints.dates({ zone: timeZone })}</p>
            {field("title", words.fields.title ?? "")}
            {shown("form") && (
              <p className="field-error" role="alert">
                {shown("form")}
              </p>
            )}
            <div className="acts">
              <button type="submit" className="act" disabled={!front.mayChange || fetcher.state !== "idle"}>
                {words.save}
              </button>
              <span className="quiet">{words.saveNote}</span>
            </div>
          </BlockStack>
        </form>
      </Card>
    </Screen>
  );
}
