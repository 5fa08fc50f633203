/**
 * One step of an import in a process of its own, so that its memory is that step's alone. Told by one message what to do; answers
 * one message with what it took.
 */
import { composeHouse } from "#app/flows/compose-house.server.ts";
import type { House } from "#app/flows/house.server.ts";
import { importListings } from "#app/flows/import-listings.server.ts";
import { linkBySku } from "#app/flows/link-listings.server.ts";
import { openConnection } from "#app/flows/open-connection.server.ts";
import { previewGoLive } from "#app/flows/preview-go-live.server.ts";
import type { Config } from "#app/platform/env.server.ts";
import { createLogger } from "#app/platform/log.server.ts";
import { toSandbox } from "#app/sandbox/platform-hosts.ts";

export type ImportStep = "import" | "look-again" | "link" | "opening" | "preview";
export type ImportOrders = {
  step: ImportStep;
  sellerId: string;
  connectionId: string;
  countsFrom: boolean;
  config: Config;
  keys: { id: string; base64: string }[];
  sandbox: string;
  limits: House["limits"];
};
/** `idleMb`: the process before the step; `peakMb`: the most it ever held (resident). */
export type ImportFigures = { seconds: number; idleMb: number; peakMb: number; calls: number; rows: number };

process.on("disconnect", () => process.exit(1));
process.once("message", async (message) => {
  const orders = message as ImportOrders;
  const { config, keys } = orders;
  const composed = await composeHouse({
    config: { ...config, encryptionKeys: keys.map(({ id, base64 }) => ({ id, key: Buffer.from(base64, "base64") })) },
    role: "worker",
    log: createLogger({ level: "warn", role: "bench" }),
    mapHost: (url) => new URL(toSandbox(orders.sandbox, url.href)),
    ...(orders.limits ? { limits: orders.limits } : {}),
  });
  let calls = 0;
  const house: House = {
    ...composed.house,
    http: (request) => {
      calls++;
      return composed.house.http(request);
    },
  };
  const idleMb = process.memoryUsage().rss / 1_048_576;
  const begun = performance.now();
  const rows = await run(house, orders);
  const seconds = (performance.now() - begun) / 1_000;
  // The system's own high-water mark, in kilobytes: a sampler would miss what stands between two looks.
  const peakMb = process.resourceUsage().maxRSS / 1_024;
  process.send?.({ seconds, idleMb, peakMb, calls, rows } satisfies ImportFigures);
  await composed.close();
  process.exit(0);
});

/** Answers how many rows the step was about. */
async function run(house: House, orders: ImportOrders): Promise<number> {
  const { sellerId, connectionId } = orders;
  switch (orders.step) {
    case "import":
    case "look-again": {
      const seen = await importListings(house, connectionId);
      if (seen === null) throw new Error("somebody else is importing");
      return seen;
    }
    case "link":
      return linkBySku(house, sellerId, "bench", [], connectionId);
    case "opening":
      await openConnection(house, { connectionId, actorKey: "bench", countsFrom: orders.countsFrom });
      return countOf(house, `select count(*)::int as n from movement where connection_id = $1`, connectionId);
    case "preview": {
      const previewId = await previewGoLive(house, { sellerId, connectionId, actorKey: "bench" });
      return countOf(house, `select count(*)::int as n from preview_row where preview_id = $1`, previewId);
    }
    default: {
      const never: never = orders.step;
      throw new Error(`no step ${String(never)}`);
    }
  }
}

async function countOf(house: House, text: string, id: string): Promise<number> {
  const [row] = await house.db.plain.query<{ n: number }>(text, [id]);
  return row?.n ?? 0;
}
