/** When a connection's orders are checked next: at the seller's night, each connection at a minute of its own; or at his word, at once. */
import type { ConnectionRow } from "#app/data/connections.server.ts";
import { connectionsOf } from "#app/data/connections.server.ts";
import { dueBy, ensureFeed, feedFailed, feedRead } from "#app/data/feeds.server.ts";
import { timeZoneOf } from "#app/data/order-checks.server.ts";
import { nextNight } from "#app/domain/night.ts";
import type { House } from "./house.server.ts";

const MOST_BACK_OFF_MS = 3_600_000;

async function nextOf(house: House, connection: ConnectionRow): Promise<Date> {
  const zone = await timeZoneOf(house.db.plain, connection.sellerId);
  const { checkAfterMs } = house.pace;
  if (checkAfterMs !== null) return new Date(house.now().getTime() + checkAfterMs);
  return nextNight(house.now(), zone, Number.parseInt(connection.id.slice(-4), 16));
}

/** From the baseline on every order is a sale that must be counted. */
export async function planOrderCheck(house: House, connection: ConnectionRow): Promise<void> {
  const at = await nextOf(house, connection);
  await house.db.write(connection.sellerId, async (sql) => {
    await ensureFeed(sql, connection.sellerId, connection.id, "check", house.newId());
    await dueBy(sql, connection.id, "check", at);
  });
}

export async function orderCheckDone(house: House, connection: ConnectionRow, begun: Date): Promise<void> {
  await feedRead(house.db.plain, connection.id, "check", { cursor: null, begun, nextAt: await nextOf(house, connection) });
}

export async function orderCheckFailed(house: House, connection: ConnectionRow, failures: number, text: string): Promise<void> {
  const wait = Math.min(MOST_BACK_OFF_MS, house.pace.pollMs * 2 ** Math.min(10, failures));
  await feedFailed(house.db.plain, connection.id, "check", text, new Date(house.now().getTime() + wait));
}

/** "Check now": every connection whose orders are counted. Answers how many are asked. */
export async function checkOrdersNow(house: House, sellerId: string): Promise<number> {
  const connections = await house.db.write(sellerId, async (sql) => {
    const asked = (await connectionsOf(sql, sellerId)).filter(isCheckable);
    for (const { id } of asked) {
      await ensureFeed(sql, sellerId, id, "check", house.newId());
      await dueBy(sql, id, "check", house.now());
    }
    return asked;
  });
  for (const { id } of connections) house.doorbell.ringSoon({ job: "chores", chore: "check", id });
  return connections.length;
}

export function isCheckable(connection: ConnectionRow): boolean {
  const open = connection.lifecycle === "live" || connection.lifecycle === "observe";
  return open && connection.baselineAt !== null && connection.blindSince === null && connection.restrictedAt === null;
}
