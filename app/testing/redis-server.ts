import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** `url` carries the password that the server wants. */
export type TestRedis = { url: string; stop(): Promise<void> };

/** Whether this machine can run a Redis of our own. */
export const redisIsInstalled = (): boolean => spawnSync("redis-server", ["--version"]).status === 0;

/** A throw-away Redis on the loopback address that keeps nothing on disk; with the password of an earlier one it takes that one's place. */
export async function startRedis(port: number, password = randomBytes(12).toString("hex")): Promise<TestRedis> {
  const server = spawn(
    "redis-server",
    [
      "--port",
      String(port),
      "--bind",
      "127.0.0.1",
      "--save",
      "",
      "--appendonly",
      "no",
      "--maxmemory-policy",
      "noeviction",
      "--requirepass",
      password,
    ],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const gone = once(server, "exit");
  const said: string[] = [];
  for await (const line of createInterface(server.stdout)) {
    said.push(line);
    if (line.includes("Ready to accept connections")) break;
  }
  if (server.exitCode !== null) throw new Error(`redis-server did not start:\n${said.join("\n")}`);
  server.stdout.resume();
  return {
    url: `redis://:${password}@127.0.0.1:${port}`,
    async stop() {
      server.kill("SIGTERM");
      await gone;
    },
  };
}
