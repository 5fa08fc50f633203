import type { LoaderFunctionArgs } from "@remix-run/node";
import { readRuleForm, ruleFormFrom } from "#app/domain/rule-form.ts";
import { ruleEffect } from "#app/flows/rule-effect.server.ts";
import { placeRule } from "#app/flows/wish-rules.server.ts";
import { requireSeller, webContext } from "#app/front.server.ts";
import { namesOfRules } from "#app/views/rule-names.server.ts";
import { choicesView } from "#app/views/rules.server.ts";

const NOTHING = { rows: [], looked: 0, changed: 0, sampled: false, nearer: [], outweighs: [], names: {} };

/** What the rule being written would do; nothing is saved. A form that is not sound yet does nothing. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const { house } = webContext(context);
  const asked = new URL(request.url).searchParams;
  const read = readRuleForm(ruleFormFrom(asked), await choicesView(house, front.seller.id));
  if ("problems" in read) return NOTHING;
  const placed = await placeRule(house, front.seller.id, read.rule);
  if ("problems" in placed) return NOTHING;
  const effect = await ruleEffect(house, front.seller.id, { rule: placed.rule, replaces: [asked.get("replaces") ?? ""] });
  const rivals = [...effect.nearer, ...effect.outweighs].map((rival) => rival.ruleId);
  return { ...effect, names: await namesOfRules(house, front.seller.id, rivals) };
}
