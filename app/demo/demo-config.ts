/**
 * What the demo does otherwise than production: calls to the platforms go to the sandbox, polls come every four seconds, and the
 * platforms' daily quotas are raised so that a day of such polls fits in (settled.md 4 and 5).
 */
import type { Composition } from "#app/flows/compose-house.server.ts";
import { createCrashPoint } from "#app/platform/crash-point.ts";
import { type Config, type ProcessRole, readConfig } from "#app/platform/env.server.ts";
import { toSandbox } from "#app/sandbox/platform-hosts.ts";
import { DEMO_TIMINGS } from "./demo-timings.ts";

export type DemoConfig = {
  config: Config;
  /** Address of the simulated outside world, without a final slash. */
  sandbox: string;
  signInSecret: string;
  /** Made by the first start that became ready; later starts need not wait for a world in which nothing is under way. */
  readyMark: string;
  parts: Pick<Composition, "mapHost" | "connectionSettings" | "pace" | "limits" | "crashPoint">;
};

const POLL_MS = 4_000;
const A_DAY_OF_POLLS = 1_000_000;

export function readDemoConfig(env: Record<string, string | undefined>, role: ProcessRole): DemoConfig {
  const sandbox = needed("SANDBOX_ORIGIN");
  const config = readConfig(env, "demo", role);
  return {
    config,
    sandbox,
    signInSecret: role === "web" ? needed("DEMO_SIGN_IN_SECRET") : "",
    readyMark: needed("DEMO_READY_MARK"),
    parts: {
      mapHost: (url) => new URL(toSandbox(sandbox, url.href)),
      connectionSettings: { timings: DEMO_TIMINGS },
      pace: { pollMs: POLL_MS, quietPollMs: POLL_MS, sweepMs: POLL_MS, scanMs: POLL_MS - 500 },
      limits: {
        ebay: { capacity: 100, restorePerSecond: 50, perDay: A_DAY_OF_POLLS },
        etsy: { capacity: 150, restorePerSecond: 150, perDay: A_DAY_OF_POLLS },
      },
      // SIGKILL: no handler, no flush, as when the power fails.
      crashPoint: createCrashPoint(config.crashAt, () => process.kill(process.pid, "SIGKILL")),
    },
  };

  function needed(name: string): string {
    const value = env[name];
    if (!value) throw new Error(`${name} is missing: the demo's processes are started by npm start.`);
    return value;
  }
}
