/**
 * The database's clock, as this process sees it: workers whose own clocks disagree still order readings, orders and leases alike.
 * Measured at the middle of a round trip, again now and then; between measurements the process's monotonic time carries it on.
 */
import type { Sql } from "./database.server.ts";

export type DatabaseClock = { now: () => Date; stop: () => void };

const MEASURE_EVERY_MS = 30_000;

export async function startDatabaseClock(sql: Sql, onError: (error: unknown) => void): Promise<DatabaseClock> {
  let offsetMs = await measure(sql);
  const timer = setInterval(() => {
    measure(sql).then((fresh) => {
      offsetMs = fresh;
    }, onError);
  }, MEASURE_EVERY_MS);
  timer.unref();
  return { now: () => new Date(performance.timeOrigin + performance.now() + offsetMs), stop: () => clearInterval(timer) };
}

async function measure(sql: Sql): Promise<number> {
  let best = { roundTrip: Number.POSITIVE_INFINITY, offset: 0 };
  for (let i = 0; i < 3; i++) {
    const sent = performance.now();
    const rows = await sql.query<{ ms: number }>(`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`);
    const roundTrip = performance.now() - sent;
    const there = rows[0]?.ms;
    if (there !== undefined && roundTrip < best.roundTrip) {
      best = { roundTrip, offset: there - (performance.timeOrigin + sent + roundTrip / 2) };
    }
  }
  return best.offset;
}
