/**
 * The web or a worker process of a soak. Told by one message what to be; writes down each call that it makes to a platform, so that the
 * oracle can tell whose calls overlapped.
 */
import { appendFileSync } from "node:fs";
import { createServer } from "node:http";
import express from "express";
import { composeHouse } from "#app/flows/compose-house.server.ts";
import type { House } from "#app/flows/house.server.ts";
import { receiveDelivery } from "#app/flows/receive-delivery.server.ts";
import type { Config } from "#app/platform/env.server.ts";
import type { HttpRequest } from "#app/platform/http.ts";
import { createLogger } from "#app/platform/log.server.ts";
import { toSandbox } from "#app/sandbox/platform-hosts.ts";
import { createMachineDoors } from "#app/webhooks/machine-doors.server.ts";
import { startWorker } from "#app/worker/start-worker.server.ts";

export type SoakOrders = {
  role: "web" | "worker";
  name: string;
  config: Config;
  keys: { id: string; base64: string }[];
  sandbox: string;
  pace: Partial<House["pace"]>;
  limits: House["limits"];
  /** Where calls to platforms are written down, a line of JSON each. */
  callFile: string;
};
export type SpiedCall = { by: string; channel: string; write: boolean; from: number; until: number; status: number };

process.on("disconnect", () => process.exit(1));
process.once("message", (message) => void run(message as SoakOrders));

async function run(orders: SoakOrders): Promise<void> {
  const { config, keys, sandbox, pace, limits } = orders;
  const log = createLogger({ level: "info", role: orders.name });
  const composed = await composeHouse({
    config: { ...config, encryptionKeys: keys.map(({ id, base64 }) => ({ id, key: Buffer.from(base64, "base64") })) },
    role: orders.role,
    log,
    mapHost: (url) => new URL(toSandbox(sandbox, url.href)),
    pace,
    ...(limits ? { limits } : {}),
  });
  const house = withSpy(composed.house, orders);
  if (orders.role === "worker") {
    // A killed worker's job is found again in seconds instead of eleven.
    await startWorker(house, composed.queues, { timing: { lockMs: 2_000, stalledCheckMs: 700 } });
  } else {
    const app = express();
    const receive = (
      sender: Parameters<typeof receiveDelivery>[1],
      delivery: Parameters<typeof receiveDelivery>[2],
      connectionId: string | null,
    ) => receiveDelivery(house, sender, delivery, connectionId);
    app.use("/webhooks", createMachineDoors({ receive, log, now: house.now, newId: house.newId, observe: () => {} }));
    await new Promise<void>((resolve, reject) => {
      createServer(app).once("error", reject).listen(config.port, "127.0.0.1", resolve);
    });
  }
  process.send?.("ready");
}

function withSpy(house: House, { name, sandbox, callFile }: SoakOrders): House {
  return {
    ...house,
    async http(request) {
      const from = Date.now();
      let status = 0;
      try {
        const answer = await house.http(request);
        status = answer.status;
        return answer;
      } finally {
        const channel = new URL(toSandbox(sandbox, request.url)).pathname.split("/")[1] ?? "";
        const call: SpiedCall = { by: `${name}/${process.pid}`, channel, write: writesStock(request), from, until: Date.now(), status };
        appendFileSync(callFile, `${JSON.stringify(call)}\n`);
      }
    },
  };
}

/** By the words of the platforms' own documents, not by the connector's. */
function writesStock(request: HttpRequest): boolean {
  const text = `${request.url} ${JSON.stringify(request.headers ?? {})} ${String(request.body ?? "")}`;
  if (request.method === "GET") return false;
  return /inventory(Set|Adjust)|ReviseInventoryStatus|ReviseFixedPriceItem|bulk_update_price_quantity|\/listings\/\d+|\/products\b/.test(
    text,
  );
}
