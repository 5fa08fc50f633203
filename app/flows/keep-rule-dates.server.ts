/**
 * The moments at which rules begin and end: nothing else happens then, so a clock has to make the numbers follow. One worker at a
 * time, by the database's time; moments missed while no worker ran are caught up at the next turn. What a beginning rule would lower
 * beyond what was approved is asked about first; then the rule waits, and the numbers stay.
 */
import { appendAudit, closeAlerts, raiseAlert } from "#app/data/audit.server.ts";
import { askBrakeNow, lockBrake } from "#app/data/brake.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { approvedLowerings } from "#app/data/previews.server.ts";
import { endDueRules, markBegun, markWaiting, type RuleRow, rulesToBegin, sellersWithDueRules } from "#app/data/rules.server.ts";
import { retarget } from "#app/data/targets.server.ts";
import type { BrakeAnswer } from "#app/domain/brake.ts";
import type { House } from "./house.server.ts";
import { whatIf } from "./plan-kind.server.ts";
import { takingPart, waitsKey } from "./plan-rules.server.ts";
import { ringForWork } from "./ring.server.ts";
import { underLease } from "./under-lease.server.ts";

const ENGINE = "engine";

export async function keepRuleDates(house: House): Promise<void> {
  if ((await sellersWithDueRules(house.db.plain, house.now())).length === 0) return;
  await underLease(house, "clock:rule-dates", async () => {
    for (const sellerId of await sellersWithDueRules(house.db.plain, house.now())) {
      try {
        const touched = await house.db.write(sellerId, (sql) => takeEffect(house, sql, sellerId));
        await ringForWork(house, sellerId, touched);
        house.announce(sellerId, "rules");
      } catch (error) {
        // One seller's trouble must not keep the others' rules from beginning; the next turn tries again.
        house.log.warn("rules that are due did not take effect", {
          sellerId,
          error: error instanceof Error ? error.message : String(error),
        });
      }
    }
  });
}

/** Answers the connections that may have work now. */
async function takeEffect(house: House, sql: Sql, sellerId: string): Promise<Set<string>> {
  const now = house.now();
  await lockBrake(sql, sellerId);
  const ended = await endDueRules(sql, sellerId, now);
  await closeAlerts(
    sql,
    sellerId,
    ended.map((rule) => waitsKey(rule.id)),
  );
  const due = await rulesToBegin(sql, sellerId, now);
  const correlationId = house.newId();
  const numbers = await takingPart(sql, sellerId);
  const begun: RuleRow[] = [];
  const waiting: RuleRow[] = [];
  // Rules of one approval belong together: they begin at once or not at all.
  for (const group of Map.groupBy(due, (rule) => rule.previewId ?? rule.id).values()) {
    const notYet = due.filter((rule) => !begun.includes(rule) && !group.includes(rule));
    const answer = await beyondApproval(house, sql, sellerId, { numbers, group, notYet });
    if (!answer.hold) begun.push(...group);
    else {
      waiting.push(...group);
      await letWait(house, sql, sellerId, group, answer);
    }
  }
  await markBegun(
    sql,
    sellerId,
    begun.map((rule) => rule.id),
    now,
  );
  await appendAudit(sql, sellerId, [
    ...begun.map((rule) => entry(house, "begin.rule", rule, correlationId)),
    ...waiting.map((rule) => entry(house, "wait.rule", rule, correlationId)),
    ...ended.map((rule) => entry(house, "end.rule", rule, correlationId)),
  ]);
  const changed = await retarget(sql, sellerId, numbers, { kind: "rules", id: correlationId, at: now }, now);
  return new Set(changed.map((c) => c.connectionId));
}

/** The brake over those lowerings that the approved rows did not show: another number, or a number to zero that was to go down only. */
async function beyondApproval(
  house: House,
  sql: Sql,
  sellerId: string,
  asked: { numbers: string[]; group: RuleRow[]; notYet: RuleRow[] },
): Promise<BrakeAnswer> {
  const [first] = asked.group;
  const approved = first?.previewId ? await approvedLowerings(sql, sellerId, first.previewId) : new Map<string, boolean>();
  const notYet = new Set(asked.notYet.map((rule) => rule.id));
  const lines = await whatIf(house, sql, sellerId, {
    quantityIds: asked.numbers,
    rules: (current) => current.filter((rule) => !notYet.has(rule.id)),
  });
  const beyond = lines.filter((line) => {
    if (line.change !== "down" && line.change !== "to-zero") return false;
    const toZeroAgreed = approved.get(line.quantityId);
    return toZeroAgreed === undefined || (line.change === "to-zero" && !toZeroAgreed);
  });
  return askBrakeNow(
    sql,
    sellerId,
    beyond.map((line) => ({ quantityId: line.quantityId, toZero: line.change === "to-zero" })),
    house.now(),
  );
}

async function letWait(house: House, sql: Sql, sellerId: string, group: RuleRow[], answer: Extract<BrakeAnswer, { hold: true }>) {
  const ids = group.map((rule) => rule.id);
  await markWaiting(sql, sellerId, ids, house.now());
  const [first] = group;
  if (first === undefined) return;
  const name = first.title === null ? "A rule that was to begin now" : `“${first.title}”`;
  await raiseAlert(sql, sellerId, {
    id: house.newId(),
    connectionId: null,
    kind: "rule-waits",
    key: waitsKey(first.id),
    severity: 1,
    text: `${name} has not begun: it would lower ${answer.lowered} of ${answer.base} numbers, far more than you approved. Your numbers stay as they are. Look at the difference, then begin it or end it.`,
    data: { ruleIds: ids, lowered: answer.lowered, zeroed: answer.zeroed, base: answer.base },
  });
}

function entry(house: House, action: string, rule: RuleRow, correlationId: string) {
  const facts = { version: rule.version, title: rule.title };
  return { id: house.newId(), connectionId: rule.connectionId, action, subject: rule.id, actorKey: ENGINE, facts, correlationId };
}
