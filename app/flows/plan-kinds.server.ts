/** Every kind of change that is shown before it happens, by the name that its row carries. */

import { countThere } from "./plan-counting.server.ts";
import { putBackFirstShown } from "./plan-first-shown.server.ts";
import { sendHeldEdits } from "./plan-held-edits.server.ts";
import { sendHeldNumbers } from "./plan-held-numbers.server.ts";
import type { PlanKind } from "./plan-kind.server.ts";
import { acceptLinks } from "./plan-links.server.ts";
import { restoreStock } from "./plan-restore.server.ts";
import { resumeWriting } from "./plan-resume.server.ts";
import { beginRules } from "./plan-rule-start.server.ts";
import { changeRules } from "./plan-rules.server.ts";
import { countByFile } from "./plan-stock-file.server.ts";
import { changeTags } from "./plan-tags.server.ts";

export const PLAN_KINDS = {
  rules: changeRules,
  "rule-start": beginRules,
  "stock-file": countByFile,
  restore: restoreStock,
  "first-shown": putBackFirstShown,
  "held-edits": sendHeldEdits,
  "held-numbers": sendHeldNumbers,
  resume: resumeWriting,
  links: acceptLinks,
  tags: changeTags,
  counting: countThere,
} as const satisfies Record<string, PlanKind>;

export type PlanKindName = keyof typeof PLAN_KINDS;

export function isPlanKind(name: string): name is PlanKindName {
  return Object.hasOwn(PLAN_KINDS, name);
}
