/** The worker role: queued work runs here, and the clocks that make up for a lost doorbell. It holds no rule. */
import { applyEvents } from "#app/flows/apply-events.server.ts";
import { beginCounting } from "#app/flows/begin-counting.server.ts";
import { carryOutMove } from "#app/flows/carry-out-move.server.ts";
import { channelOfConnection } from "#app/flows/channel-of-connection.server.ts";
import { checkOrders } from "#app/flows/check-orders.server.ts";
import { drainConnection } from "#app/flows/drain-connection.server.ts";
import { finishLeaving } from "#app/flows/finish-leaving.server.ts";
import type { House } from "#app/flows/house.server.ts";
import { importListings } from "#app/flows/import-listings.server.ts";
import { installShop } from "#app/flows/install-shop.server.ts";
import { joinAccounts } from "#app/flows/join-accounts.server.ts";
import { keepExposureSteadily } from "#app/flows/keep-exposure.server.ts";
import { keepRuleDates } from "#app/flows/keep-rule-dates.server.ts";
import { keepSight } from "#app/flows/keep-sight.server.ts";
import { lookAtNamed } from "#app/flows/look-at-named.server.ts";
import { proveAttempt } from "#app/flows/prove-attempt.server.ts";
import { pollConnectionById } from "#app/flows/read-orders.server.ts";
import { readQuotasAgain, readQuotasInTime } from "#app/flows/read-quotas.server.ts";
import { computePreview } from "#app/flows/request-preview.server.ts";
import { scanConnectionById } from "#app/flows/scan-numbers.server.ts";
import { sendMails } from "#app/flows/send-mails.server.ts";
import { continueSetup } from "#app/flows/set-up-connection.server.ts";
import { ringDuePolls, sweep } from "#app/flows/sweep.server.ts";
import { sweepConnecting } from "#app/flows/sweep-connecting.server.ts";
import { watchSilenceQuarterly } from "#app/flows/watch-silence.server.ts";
import { watchTokensHourly } from "#app/flows/watch-tokens.server.ts";
import { watchVersionsDaily } from "#app/flows/watch-versions.server.ts";
import { watchWebhooks } from "#app/flows/watch-webhooks.server.ts";
import type { Queues } from "#app/jobs/open-queues.server.ts";
import { type Handlers, startWorkers, type Workers, type WorkerTiming } from "#app/jobs/start-workers.server.ts";

export type RunningWorker = { stop: () => Promise<void> };

const POLL_CLOCK_MS = 500;
/** How late a rule may begin or end. */
const RULE_CLOCK_MS = 1_000;
/** How often it is asked whether an hour or a day is over. */
const WATCH_CLOCK_MS = 60_000;
const STOP_GRACE_MS = 6_000;

export type WorkerOptions = { concurrency?: number; timing?: WorkerTiming };

export async function startWorker(house: House, queues: Queues, { concurrency = 8, timing }: WorkerOptions = {}): Promise<RunningWorker> {
  const workers: Workers = await startWorkers(queues, handlersOf(house), { log: house.log, concurrency, ...(timing ? { timing } : {}) });
  const clocks = [
    every(house, "sweep", house.pace.sweepMs, () => sweep(house)),
    every(house, "polls", POLL_CLOCK_MS, () => ringDuePolls(house)),
    every(house, "rule dates", RULE_CLOCK_MS, () => keepRuleDates(house)),
    every(house, "tokens", WATCH_CLOCK_MS, () => watchTokensHourly(house)),
    every(house, "silence", WATCH_CLOCK_MS, () => watchSilenceQuarterly(house)),
    every(house, "exposure", WATCH_CLOCK_MS, () => keepExposureSteadily(house)),
    every(house, "versions", WATCH_CLOCK_MS, () => watchVersionsDaily(house)),
    every(house, "quotas", WATCH_CLOCK_MS, () => readQuotasInTime(house)),
    every(house, "mail", house.pace.sweepMs, () => sendMails(house)),
    every(house, "connecting", house.pace.sweepMs, () => sweepConnecting(house)),
  ];
  return {
    async stop() {
      for (const clock of clocks) clock.stop();
      await workers.close(STOP_GRACE_MS);
      await Promise.all(clocks.map((clock) => clock.idle()));
    },
  };
}

/** Doorbells: what they find is in the database. A drain that is not through rings again by itself. */
export function handlersOf(house: House): Handlers {
  return {
    "apply-events": async ({ connectionId }) => void (await applyEvents(house, connectionId)),
    "poll-connection": async ({ connectionId }) => pollConnectionById(house, connectionId),
    "look-at-numbers": async ({ connectionId }) => scanConnectionById(house, connectionId),
    "drain-connection": async ({ connectionId }, { stopping }) => {
      const end = await drainConnection(house, connectionId, stopping);
      if (end === "done") return;
      const channel = await channelOfConnection(house, connectionId);
      if (channel === null) return;
      const bell = { job: "drain-connection", channel, connectionId } as const;
      if (end === "more") await house.doorbell.ring(bell);
      else if (end === "busy") await house.doorbell.ringLater(bell, 500, "busy");
      else await house.doorbell.ringLater(bell, Math.min(end.waitMs, 60_000), "wait");
    },
    chores: async ({ chore, id }, { stopping }) => {
      if (chore === "import" && (await importListings(house, id, stopping)) === null) {
        // Another one is at it, or died at it; its lease has run out by then.
        const channel = await channelOfConnection(house, id);
        if (channel !== null) await house.doorbell.ringLater({ job: "chores", chore: "import", id }, house.pace.leaseMs, "busy");
      }
      if (chore === "preview") await computePreview(house, id);
      if (chore === "connect") await proveAttempt(house, id);
      if (chore === "setup") await continueSetup(house, id);
      if (chore === "leave") await finishLeaving(house, id);
      if (chore === "move") await carryOutMove(house, id);
      if (chore === "install") await installShop(house, id);
      if (chore === "join") await joinAccounts(house, id);
      if (chore === "named-look") await lookAtNamed(house, id);
      if (chore === "watch") await watchWebhooks(house, id);
      if (chore === "sight") await keepSight(house, id);
      if (chore === "check") await checkOrders(house, id);
      if (chore === "counting") await beginCounting(house, id);
      if (chore === "quotas") await readQuotasAgain(house, id);
    },
  };
}

/** A plain timer that never overlaps itself; a failure is logged and the next turn comes all the same. */
function every(house: House, name: string, ms: number, work: () => Promise<void>): { stop: () => void; idle: () => Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    running = work()
      .catch((error: unknown) =>
        house.log.warn("a clock's turn failed", { clock: name, error: error instanceof Error ? error.message : String(error) }),
      )
      .finally(() => {
        busy = false;
      });
  }, ms);
  return { stop: () => clearInterval(timer), idle: () => running };
}
