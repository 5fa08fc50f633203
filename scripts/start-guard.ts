import { spawn } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "./project-root.ts";

export type Guard = {
  /** Ends this process if main is killed; `last` marks PostgreSQL, which goes after all others. */
  watch(pid: number, last?: true): void;
  forget(pid: number): void;
  /** Main is done in good order: the guard has nothing left to end and leaves too. */
  dismiss(): void;
};

/** Starts guard.ts beside this process. */
export function startGuard(): Guard {
  const guard = spawn(process.execPath, [join(projectRoot, "scripts", "guard.ts")], {
    detached: true,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    cwd: projectRoot,
  });
  // A guard that cannot start or was killed is a loss of comfort, not of data: the next start reclaims the folder anyway.
  guard.once("error", (error) => console.error(`The guard process did not start: ${error.message}`));
  const tell = (order: object) => {
    if (guard.connected) guard.send(order, () => {});
  };
  guard.unref();
  guard.channel?.unref();
  return {
    watch: (pid, last) => tell({ watch: pid, last }),
    forget: (pid) => tell({ forget: pid }),
    dismiss: () => {
      if (guard.connected) guard.disconnect();
    },
  };
}
