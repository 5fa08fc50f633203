/** The smallest facts about a problem: the number's ledger, and the journal around the moment. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Facts } from "./facts.ts";
import type { Problem } from "./problem.ts";

const LINES = 12;

export function tellProblem(problem: Problem, dataDir: string): string[] {
  const { facts } = JSON.parse(readFileSync(join(dataDir, "facts.json"), "utf8")) as { facts: Facts };
  const lines = [`  ${problem.check}: ${problem.sku}: ${problem.text}`];
  const near = (at: number) => problem.at === undefined || Math.abs(at - problem.at) < 15_000;
  const time = (at: number) => new Date(at).toISOString().slice(11, 23);
  const ledger = facts.movements.filter((m) => m.sku === problem.sku && near(m.recordedAt)).slice(-LINES);
  for (const m of ledger)
    lines.push(
      `    ledger ${time(m.recordedAt)} ${m.kind} ${m.onHand}/${m.reserved} ${m.channel ?? ""} ${m.externalOrderId ?? ""} ${m.note ?? ""}`,
    );
  const journal = facts.shown
    .filter((s) => s.sku === problem.sku && near(s.at) && (problem.channel === undefined || s.channel === problem.channel))
    .slice(-2 * LINES);
  for (const s of journal) lines.push(`    journal ${time(s.at)} ${s.channel} ${s.from} -> ${s.to} by ${s.by} ${s.call ?? ""}`);
  return lines;
}
