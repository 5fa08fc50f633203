import { readFileSync } from "node:fs";
import type { Rig } from "../rig.server.ts";

/** Of /proc/<pid>/stat; the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/**
 * Milliseconds of processor that this process and the database's backends have used so far: unlike the clock it does not count what
 * others do on the same machine. Null where the system does not tell (no /proc).
 */
export async function cpuTimeMs(rig: Rig): Promise<number | null> {
  const backends = await rig.house.db.plain.query<{ pid: number }>("select pid from pg_stat_activity where datname = current_database()");
  const own = process.cpuUsage();
  let ticks = 0;
  for (const { pid } of backends) {
    const stat = statOf(pid);
    if (stat === null) return null;
    ticks += stat;
  }
  return (own.user + own.system) / 1_000 + (1_000 * ticks) / TICKS_PER_SECOND;
}

function statOf(pid: number): number | null {
  try {
    // After the name in brackets: state is the third field, user and system time are the 14th and 15th.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ");
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return null;
  }
}
