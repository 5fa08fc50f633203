/** What a seller typed about a rule, and what is wrong with it, field by field; the same check runs beside the field and before saving. */
import { RULE_SCOPES, type Rule, type RuleField, type RuleScope } from "./rules.ts";
import { localOf, momentOf } from "./zoned-time.ts";

export type RuleForm = {
  title: string;
  scope: string;
  connectionId: string;
  tag: string;
  /** With the connection it names a listing. */
  sku: string;
  buffer: string;
  percent: string;
  floor: string;
  cap: string;
  fixed: string;
  /** "" = says nothing, "yes" or "no" = no number is sent, or in spite of a farther rule it is. */
  paused: string;
  lastUnits: string;
  /** Connection ids, the first keeps the last units. */
  rank: string[];
  startsAt: string;
  endsAt: string;
};

export type RuleFormField = keyof RuleForm | "form";
export type RuleProblem =
  | "not-a-number"
  | "not-a-percent"
  | "too-large"
  | "missing"
  | "no-such-listing"
  | "no-such-channel"
  | "no-rank"
  | "not-a-time"
  | "over-already"
  | "ends-before-start"
  | "says-nothing";
export type RuleProblems = { [F in RuleFormField]?: RuleProblem };

export const EMPTY_FORM: RuleForm = {
  ...{ title: "", scope: "seller", connectionId: "", tag: "", sku: "", buffer: "", percent: "", floor: "", cap: "", fixed: "" },
  ...{ paused: "", lastUnits: "", rank: [], startsAt: "", endsAt: "" },
};

export const MOST_UNITS = 1_000_000;
const UNIT_FIELDS = ["buffer", "floor", "cap", "fixed", "lastUnits"] as const;

/** A rule without its place's listing, which only the server can find by its SKU. */
export type ReadRule = Omit<Rule, "id" | "listingId"> & { sku: string | null; title: string | null };

export function readRuleForm(form: RuleForm, at: { now: Date; timeZone: string }): { rule: ReadRule } | { problems: RuleProblems } {
  const problems: RuleProblems = {};
  const scope = RULE_SCOPES.find((s) => s === form.scope) ?? "seller";
  const place = readPlace(form, scope, problems);
  const units = Object.fromEntries(UNIT_FIELDS.map((field) => [field, readUnits(form[field], field, problems)])) as Record<
    (typeof UNIT_FIELDS)[number],
    number | null
  >;
  const percent = readUnits(form.percent, "percent", problems);
  if (percent !== null && percent > 100) problems.percent = "not-a-percent";
  if (units.lastUnits !== null && form.rank.length === 0) problems.rank = "no-rank";
  const startsAt = readMoment(form.startsAt, "startsAt", at.timeZone, problems);
  const endsAt = readMoment(form.endsAt, "endsAt", at.timeZone, problems);
  if (endsAt !== null && endsAt <= at.now) problems.endsAt = "over-already";
  else if (startsAt !== null && endsAt !== null && endsAt <= startsAt) problems.endsAt = "ends-before-start";
  const paused = form.paused === "yes" ? true : form.paused === "no" ? false : null;
  const lastRank = units.lastUnits === null ? null : form.rank;
  const title = form.title.trim().slice(0, 100) || null;
  if (paused === null && percent === null && Object.values(units).every((n) => n === null) && Object.keys(problems).length === 0)
    problems.form = "says-nothing";
  if (Object.keys(problems).length > 0) return { problems };
  return { rule: { scope, ...place, ...units, percent, paused, lastRank, startsAt, endsAt, title } };
}

function readPlace(form: RuleForm, scope: RuleScope, problems: RuleProblems) {
  const wantsChannel = scope === "connection" || scope === "tag-connection" || scope === "listing";
  const wantsTag = scope === "tag" || scope === "tag-connection";
  if (wantsChannel && form.connectionId === "") problems.connectionId = "missing";
  if (wantsTag && form.tag.trim() === "") problems.tag = "missing";
  if (scope === "listing" && form.sku.trim() === "") problems.sku = "missing";
  return {
    connectionId: wantsChannel ? form.connectionId : null,
    tag: wantsTag ? form.tag.trim().slice(0, 100) : null,
    sku: scope === "listing" ? form.sku.trim() : null,
  };
}

function readUnits(text: string, field: RuleFormField, problems: RuleProblems): number | null {
  const plain = text.trim();
  if (plain === "") return null;
  if (!/^\d{1,9}$/.test(plain)) problems[field] = "not-a-number";
  else if (Number(plain) > MOST_UNITS) problems[field] = "too-large";
  else return Number(plain);
  return null;
}

function readMoment(text: string, field: RuleFormField, timeZone: string, problems: RuleProblems): Date | null {
  if (text === "") return null;
  const moment = momentOf(text, timeZone);
  if (moment === null) problems[field] = "not-a-time";
  return moment;
}

/** From a posted form or an address. */
export function ruleFormFrom(fields: { get: (name: string) => unknown; getAll: (name: string) => unknown[] }): RuleForm {
  const text = (name: string) => String(fields.get(name) ?? "").slice(0, 200);
  const form = { ...EMPTY_FORM, rank: fields.getAll("rank").map(String).slice(0, 50) };
  for (const name of Object.keys(EMPTY_FORM) as (keyof RuleForm)[]) if (name !== "rank") form[name] = text(name);
  return form;
}

/** The same the other way, for an address or a post. */
export function ruleFormFields(form: RuleForm): [string, string][] {
  const { rank, ...texts } = form;
  return [...Object.entries(texts), ...rank.map((id): [string, string] => ["rank", id])];
}

/** The form that shows a rule as it stands. */
export function formOfRule(
  rule: Pick<Rule, "scope" | "connectionId" | "tag" | RuleField | "startsAt" | "endsAt">,
  more: { title: string | null; sku: string | null; connectionId: string | null; timeZone: string },
): RuleForm {
  const text = (n: number | null) => (n === null ? "" : String(n));
  const local = (at: Date | null) => (at === null ? "" : localOf(at, more.timeZone));
  return {
    ...{ title: more.title ?? "", scope: rule.scope, connectionId: more.connectionId ?? "", tag: rule.tag ?? "", sku: more.sku ?? "" },
    ...{ buffer: text(rule.buffer), percent: text(rule.percent), floor: text(rule.floor), cap: text(rule.cap), fixed: text(rule.fixed) },
    paused: rule.paused === null ? "" : rule.paused ? "yes" : "no",
    ...{ lastUnits: text(rule.lastUnits), rank: rule.lastRank ?? [], startsAt: local(rule.startsAt), endsAt: local(rule.endsAt) },
  };
}
