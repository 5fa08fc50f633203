/** The processes of a soak: sandbox, web, two workers; each may be killed and comes back at the same address. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { startGuard } from "../../../scripts/start-guard.ts";
import type { SoakOrders } from "./soak-child.ts";

export type SoakProcess = { start: () => Promise<void>; kill: () => Promise<void> };
export type SoakProcesses = {
  sandbox: (dataDir: string) => Promise<string>;
  child: (orders: SoakOrders) => SoakProcess;
  stop: () => Promise<void>;
};

export function soakProcesses(dataDir: string): SoakProcesses {
  const guard = startGuard();
  const running = new Set<ChildProcess>();
  mkdirSync(join(dataDir, "log"), { recursive: true });

  function launch(name: string, file: string, env: Record<string, string>): ChildProcess {
    const log = openSync(join(dataDir, "log", `${name}.log`), "a");
    const child = fork(file, {
      stdio: ["ignore", log, log, "ipc"],
      execPath: process.execPath,
      env: { ...process.env, VITEST: "", ...env },
    });
    closeSync(log);
    running.add(child);
    if (child.pid) guard.watch(child.pid);
    child.once("exit", () => {
      running.delete(child);
      if (child.pid) guard.forget(child.pid);
    });
    return child;
  }

  async function end(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  return {
    async sandbox(folder) {
      const child = launch("sandbox", join(import.meta.dirname, "..", "..", "sandbox", "main.ts"), { SANDBOX_PORT: "0", DATA_DIR: folder });
      const died = once(child, "exit").then(() => null);
      const first = await Promise.race([once(child, "message").then(([message]) => message as { origin: string }), died]);
      if (first === null) throw new Error("the sandbox did not start");
      return first.origin;
    },
    child(orders) {
      let child: ChildProcess | null = null;
      return {
        // A child that dies before it is ready (the database is away) is started again.
        async start() {
          for (let attempt = 1; ; attempt++) {
            child = launch(orders.name, join(import.meta.dirname, "soak-child.ts"), {});
            const died = once(child, "exit").then(() => false);
            child.send(orders);
            if (await Promise.race([once(child, "message").then(() => true), died])) return;
            if (attempt === 20) throw new Error(`${orders.name} did not start; its log says why`);
          }
        },
        async kill() {
          if (child) await end(child);
        },
      };
    },
    async stop() {
      await Promise.all([...running].map(end));
      guard.dismiss();
    },
  };
}
