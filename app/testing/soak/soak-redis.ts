/** The Redis of a soak, which forgets everything or goes away on command and comes back at the same address. */
import { setTimeout as wait } from "node:timers/promises";
import { Redis } from "ioredis";
import { portOrAnother } from "../../../scripts/free-port.ts";
import { startRedis, type TestRedis } from "../redis-server.ts";

export type SoakRedis = { url: string; lose: (how: "flush" | "restart", downMs: number) => Promise<void>; stop: () => Promise<void> };

export async function startSoakRedis(): Promise<SoakRedis> {
  const port = await portOrAnother();
  let server: TestRedis = await startRedis(port);
  const { url } = server;
  const { password } = new URL(url);
  return {
    url,
    async lose(how, downMs) {
      if (how === "flush") {
        const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1 });
        await client.connect();
        await client.flushall();
        client.disconnect();
        return;
      }
      await server.stop();
      await wait(downMs);
      server = await startRedis(port, password);
    },
    stop: () => server.stop(),
  };
}
