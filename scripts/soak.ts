/**
 * `npm run soak`: the whole product under fire, from a seed. The same seed makes the same schedule of acts and faults.
 * --seed N, --seeds N (that many in sequence), --actions N or --minutes N, --queue redis|postgres, --short. Exit code 1 when the oracle objects.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { redisIsInstalled } from "../app/testing/redis-server.ts";
import { runSoak, type SoakVerdict } from "../app/testing/soak/run-soak.server.ts";
import { startSoakServer } from "../app/testing/soak/soak-database.ts";
import { tellProblem } from "../app/testing/soak/tell-problem.ts";
import { PlainFailure, sayAndExit } from "./plain-failure.ts";

/** Acts a minute, by the schedule's own spacing. */
const ACTS_PER_MINUTE = 480;
const SETTLE_WITHIN_MS = 120_000;
const TOLD = 5;

try {
  process.exitCode = await soak();
} catch (error) {
  sayAndExit(error);
}

async function soak(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string" },
      seeds: { type: "string", default: "1" },
      actions: { type: "string" },
      minutes: { type: "string" },
      queue: { type: "string", default: "postgres" },
      short: { type: "boolean", default: false },
    },
  });
  const { queue } = values;
  if (queue !== "redis" && queue !== "postgres") throw new PlainFailure("--queue is redis or postgres.");
  if (queue === "redis" && !redisIsInstalled()) throw new PlainFailure("There is no redis-server on this machine; use --queue postgres.");
  const first = whole("--seed", values.seed) ?? Math.floor(Math.random() * 1_000_000);
  const many = whole("--seeds", values.seeds) ?? 1;
  const minutes = whole("--minutes", values.minutes);
  const actions = whole("--actions", values.actions) ?? (minutes ? minutes * ACTS_PER_MINUTE : values.short ? 90 : ACTS_PER_MINUTE);

  const home = mkdtempSync(join(tmpdir(), "inventorysync-soak-"));
  const server = await startSoakServer(home);
  const verdicts: SoakVerdict[] = [];
  try {
    for (let seed = first; seed < first + many; seed++) {
      console.log(`seed ${seed} on ${queue}`);
      const dataDir = join(home, `seed-${seed}`);
      const verdict = await runSoak({
        seed,
        actions,
        items: 24,
        queue,
        database: await server.open(`soak_${seed}`),
        dataDir,
        calmChanges: 24,
        settleWithinMs: SETTLE_WITHIN_MS,
        say: (words) => console.log(words),
      });
      verdicts.push(verdict);
      tell(verdict, dataDir);
      if (verdict.ok) rmSync(dataDir, { recursive: true, force: true });
    }
  } finally {
    await server.stop();
  }
  return summary(verdicts, home);
}

function tell(v: SoakVerdict, dataDir: string): void {
  console.log(
    `  ${Object.entries(v.counts)
      .map(([name, n]) => `${name} ${n}`)
      .join(", ")}; refused by the shops: ${Object.values(v.refused).reduce((a, b) => a + b, 0)}`,
  );
  console.log(
    `  played ${(v.playedMs / 1000).toFixed(1)} s, converged ${(v.convergeMs / 1000).toFixed(1)} s after the faults ended, ${v.windows} windows, ${v.calls.all} calls (${v.calls.writes} writes)`,
  );
  console.log(
    `  ${v.oversold.sold} units sold, ${v.oversold.units} oversold, ${v.oversold.withinWindow} of them within the physical window; longest stall ${v.stallMs} ms`,
  );
  for (const line of v.visiblyWrong) console.log(`  told to the seller: ${line}`);
  console.log(v.ok ? "  verdict: right" : `  verdict: WRONG, ${v.problems.length} problems; everything is kept in ${dataDir}`);
  for (const problem of v.problems.slice(0, TOLD)) for (const line of tellProblem(problem, dataDir)) console.log(line);
}

function summary(verdicts: SoakVerdict[], home: string): number {
  const wrong = verdicts.filter((v) => !v.ok);
  const times = verdicts.map((v) => v.convergeMs).sort((a, b) => a - b);
  const sum = (of: (v: SoakVerdict) => number) => verdicts.reduce((total, v) => total + of(v), 0);
  const median = times[Math.floor(times.length / 2)] ?? 0;
  console.log(
    `${verdicts.length} seeds, ${verdicts.length - wrong.length} right; converged in ${(median / 1000).toFixed(1)} s (median), ${((times.at(-1) ?? 0) / 1000).toFixed(1)} s (worst); ` +
      `oversold ${sum((v) => v.oversold.units)} of ${sum((v) => v.oversold.sold)} units sold, ${sum((v) => v.oversold.withinWindow)} within the physical window`,
  );
  if (wrong.length > 0) console.log(`wrong: ${wrong.map((v) => v.seed).join(", ")}`);
  else rmSync(home, { recursive: true, force: true });
  return wrong.length === 0 ? 0 : 1;
}

function whole(name: string, given: string | undefined): number | null {
  if (given === undefined) return null;
  const n = Number(given);
  if (!Number.isInteger(n) || n < 0) throw new PlainFailure(`${name} takes a whole number.`);
  return n;
}
