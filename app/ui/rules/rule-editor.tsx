import { useFetcher } from "@remix-run/react";
import { BlockStack, Card, InlineGrid, Text } from "@shopify/polaris";
import { useEffect, useState } from "react";
import { type RuleForm, type RuleFormField, type RuleProblems, readRuleForm, ruleFormFields } from "#app/domain/rule-form.ts";
import { RULE_SCOPES } from "#app/domain/rules.ts";
import { useChannelName } from "../channel-badge.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useTexts } from "../texts/texts.tsx";
import { ChannelRank, inOrder } from "./channel-rank.tsx";
import { type Effect, RuleEffectCard } from "./rule-effect.tsx";
import { SelectField, TextField } from "./text-field.tsx";

type RuleEditorProps = {
  start: RuleForm;
  /** The rule that this would replace. */
  ruleId: string | null;
  now: Date;
  timeZone: string;
  connections: { id: string; channel: string; name: string }[];
  tags: string[];
};

const TYPING_MS = 350;

/** The form, and beside it what it would do to real numbers; saving leads to the page that shows every row. */
export function RuleEditor(props: RuleEditorProps) {
  const words = useTexts().rules;
  const front = useFront();
  const save = useFetcher<{ problems: RuleProblems }>();
  const effect = useFetcher<Effect>();
  const [form, setForm] = useState(props.start);
  const [left, setLeft] = useState<ReadonlySet<RuleFormField>>(new Set());
  const read = readRuleForm(form, props);
  const mine = "problems" in read ? read.problems : {};
  const sound = "rule" in read;
  const refusedFor = save.data?.problems ?? {};
  const shown = (field: RuleFormField) => {
    const code = (left.has(field) ? mine[field] : undefined) ?? (save.state === "idle" ? refusedFor[field] : undefined);
    return code ? words.problem[code] : null;
  };
  const set = (field: keyof RuleForm) => (value: string) => setForm((was) => withField(was, field, value, props.connections));
  const leave = (field: RuleFormField) => () => setLeft((was) => new Set(was).add(field));
  const query = new URLSearchParams([...ruleFormFields(form), ["replaces", props.ruleId ?? ""]]).toString();
  const { load } = effect;
  const address = front.to(`/rules/effect?${query}`);
  useEffect(() => {
    if (!sound) return;
    const timer = setTimeout(() => load(address), TYPING_MS);
    return () => clearTimeout(timer);
  }, [sound, load, address]);
  const submit = () => {
    setLeft(new Set(["form", ...(Object.keys(form) as RuleFormField[])]));
    if (!sound) return;
    const data = new FormData();
    for (const [name, value] of ruleFormFields(form)) data.append(name, value);
    data.set("do", "save");
    save.submit(data, { method: "post" });
  };
  const units = (field: "buffer" | "percent" | "floor" | "cap" | "fixed" | "lastUnits") => (
    <TextField
      label={words.fields[field] ?? ""}
      hint={words.hints[field as keyof typeof words.hints] as string}
      value={form[field]}
      problem={shown(field)}
      whole
      onChange={set(field)}
      onBlur={leave(field)}
    />
  );
  return (
    <InlineGrid columns={{ xs: 1, md: "3fr 2fr" }} gap="400" alignItems="start">
      <Card>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <BlockStack gap="400">
            <PlaceFields form={form} set={set} leave={leave} shown={shown} connections={props.connections} tags={props.tags} />
            <fieldset className="rule-group">
              <legend>{words.group.amount}</legend>
              <div className="rule-figures">
                {units("buffer")}
                {units("percent")}
                {units("floor")}
                {units("cap")}
                {units("fixed")}
                <SelectField
                  label={words.fields.paused ?? ""}
                  value={form.paused}
                  problem={shown("paused")}
                  choices={Object.entries(words.pausedChoice).map(([value, label]) => ({ value, label }))}
                  onChange={set("paused")}
                />
              </div>
            </fieldset>
            <fieldset className="rule-group">
              <legend>{words.group.last}</legend>
              {units("lastUnits")}
              {form.lastUnits !== "" && (
                <ChannelRank
                  connections={props.connections}
                  rank={form.rank}
                  problem={shown("rank")}
                  onChange={(rank) => setForm((was) => ({ ...was, rank }))}
                />
              )}
            </fieldset>
            <DateFields form={form} set={set} leave={leave} shown={shown} timeZone={props.timeZone} />
            <TextField label={words.fields.title ?? ""} value={form.title} problem={shown("title")} onChange={set("title")} />
            {shown("form") && (
              <p className="field-error" role="alert">
                {shown("form")}
              </p>
            )}
            <div className="acts">
              <button type="submit" className="act" disabled={!front.mayChange || save.state !== "idle"}>
                {words.save}
              </button>
              <span className="quiet">{words.saveNote}</span>
            </div>
          </BlockStack>
        </form>
      </Card>
      <div className="rule-beside">
        <Card>
          <BlockStack gap="300">
            <Text as="h2" variant="headingMd">
              {words.effect.title}
            </Text>
            <RuleEffectCard effect={sound ? (effect.data ?? null) : null} loading={sound && effect.state !== "idle"} />
          </BlockStack>
        </Card>
      </div>
    </InlineGrid>
  );
}

/** Saying how many last units are kept puts the channels into an order at once. */
function withField(was: RuleForm, field: keyof RuleForm, value: string, connections: { id: string }[]): RuleForm {
  const next = { ...was, [field]: value };
  return field === "lastUnits" && value !== "" ? { ...next, rank: inOrder(connections, was.rank).map((c) => c.id) } : next;
}

type Fields = {
  form: RuleForm;
  set: (field: keyof RuleForm) => (value: string) => void;
  leave: (field: RuleFormField) => () => void;
  shown: (field: RuleFormField) => string | null;
};

function PlaceFields(props: Fields & { connections: RuleEditorProps["connections"]; tags: string[] }) {
  const words = useTexts().rules;
  const name = useChannelName();
  const { form, set, leave, shown } = props;
  const wantsChannel = form.scope === "connection" || form.scope === "tag-connection" || form.scope === "listing";
  const wantsTag = form.scope === "tag" || form.scope === "tag-connection";
  return (
    <fieldset className="rule-group">
      <legend>{words.group.place}</legend>
      <div className="rule-figures">
        <SelectField
          label={words.fields.scope ?? ""}
          value={form.scope}
          problem={shown("scope")}
          choices={RULE_SCOPES.toReversed().map((scope) => ({ value: scope, label: words.scope[scope] ?? scope }))}
          onChange={set("scope")}
        />
        {wantsChannel && (
          <SelectField
            label={words.fields.connectionId ?? ""}
            value={form.connectionId}
            problem={shown("connectionId")}
            choices={[
              { value: "", label: words.choose },
              ...props.connections.map((c) => ({ value: c.id, label: name(c.channel, c.name) })),
            ]}
            onChange={set("connectionId")}
          />
        )}
        {wantsTag && (
          <>
            <TextField
              label={words.fields.tag ?? ""}
              value={form.tag}
              problem={shown("tag")}
              list="rule-tags"
              onChange={set("tag")}
              onBlur={leave("tag")}
            />
            <datalist id="rule-tags">
              {props.tags.map((tag) => (
                <option key={tag} value={tag} />
              ))}
            </datalist>
          </>
        )}
        {form.scope === "listing" && (
          <TextField label={words.fields.sku ?? ""} value={form.sku} problem={shown("sku")} onChange={set("sku")} onBlur={leave("sku")} />
        )}
      </div>
    </fieldset>
  );
}

function DateFields(props: Fields & { timeZone: string }) {
  const words = useTexts().rules;
  const { form, set, leave, shown } = props;
  return (
    <fieldset className="rule-group">
      <legend>{words.group.dates}</legend>
      <div className="rule-figures">
        {(["startsAt", "endsAt"] as const).map((field) => (
          <TextField
            key={field}
            label={words.fields[field] ?? ""}
            type="datetime-local"
            value={form[field]}
            problem={shown(field)}
            onChange={set(field)}
            onBlur={leave(field)}
          />
        ))}
      </div>
      <p className="quiet">{words.hints.dates({ zone: props.timeZone })}</p>
    </fieldset>
  );
}
