/**
 * Carries out what the seller approved (plan-counting): the shop begins to keep numbers. One worker at a time, inside the call budget,
 * each call asked for right before it goes; afterwards the listings are looked at by name and join like any that came back.
 */
import { createHash } from "node:crypto";
import { ChannelError } from "#app/channels/errors.ts";
import type { CountingResult } from "#app/channels/port.ts";
import { appendAudit } from "#app/data/audit.server.ts";
import { type ConnectionRow, findConnection, mayWrite } from "#app/data/connections.server.ts";
import { type AskedToCount, askedToCount, countingSettled } from "#app/data/counting.server.ts";
import { acquireLease, holdsLease, type Lease, releaseLease } from "#app/data/lease.server.ts";
import { wantLooks } from "#app/data/wanted-looks.server.ts";
import { withChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";

/** Each takes up to two calls; the lease must outlast a round. */
const AT_ONCE = 10;

/** Answers how many numbers were settled. */
export async function beginCounting(house: House, connectionId: string): Promise<number> {
  let settled = 0;
  for (;;) {
    const lease = await acquireLease(house.db.plain, `counting:${connectionId}`, house.newId(), ROUND_MS);
    if (lease === null) return settled;
    try {
      const done = await round(house, connectionId, lease);
      settled += done;
      if (done < AT_ONCE) return settled;
    } finally {
      await releaseLease(house.db.plain, lease);
    }
  }
}

/** Ten items, two calls each and a reading, at the slowest that a call may be, would be longer; what is left is then simply not sent. */
const ROUND_MS = 60_000;

async function round(house: House, connectionId: string, lease: Lease): Promise<number> {
  const connection = await findConnection(house.db.plain, connectionId);
  if (connection === null || !mayWrite(connection)) return 0;
  const asked = await askedToCount(house.db.plain, connection.sellerId, connectionId, AT_ONCE);
  if (asked.length === 0) return 0;
  const gate = async () => {
    const now = await findConnection(house.db.plain, connectionId);
    return now !== null && mayWrite(now) && (await holdsLease(house.db.plain, lease, house.pace.leaseMarginMs));
  };
  let results: CountingResult[];
  try {
    results = await withChannel(house, connection, "rising", async ({ channel, context }) => {
      if (channel.startCounting === undefined) throw new ChannelError("unsupported", `${connection.channel} keeps every number it shows`);
      return channel.startCounting(
        context,
        asked.map((one) => ({ key: one.key, idempotencyKey: keyFor(one) })),
        gate,
      );
    });
  } catch (error) {
    // Nothing is lost: the wish stands, and the sweep comes back to it.
    if (!(error instanceof ChannelError)) throw error;
    house.log.info("numbers were not begun yet", { connectionId, kind: error.kind });
    return 0;
  }
  return settle(house, connection, asked, results);
}

/** One key a wish: a retry repeats it, a new wish has another. */
function keyFor({ id, askedAt }: AskedToCount): string {
  const hex = createHash("sha256").update(`${id}:${askedAt.toISOString()}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

async function settle(house: House, connection: ConnectionRow, asked: AskedToCount[], results: CountingResult[]): Promise<number> {
  const { sellerId, id: connectionId } = connection;
  const ended = asked.flatMap((one) => {
    const result = results.find((each) => each.key === one.key);
    return result === undefined || result.outcome === "unknown" || result.outcome === "not-sent" ? [] : [{ one, result }];
  });
  if (ended.length === 0) return 0;
  const correlationId = house.newId();
  await house.db.write(sellerId, async (sql) => {
    for (const { one, result } of ended) {
      const problem = result.outcome === "not-found" ? GONE : result.text;
      await countingSettled(sql, sellerId, one, problem);
    }
    await appendAudit(
      sql,
      sellerId,
      ended.map(({ one, result }) => ({
        ...{ id: house.newId(), connectionId, action: "begin.counting", subject: one.id, actorKey: one.by },
        ...{ facts: { outcome: result.outcome, ...(result.text === null ? {} : { text: result.text }) }, correlationId },
      })),
    );
    const parents = ended.flatMap(({ one }) => (one.parentKey === null ? [] : [one.parentKey]));
    await wantLooks(sql, sellerId, connectionId, parents, house.now());
  });
  house.doorbell.ringSoon({ job: "chores", chore: "named-look", id: connectionId });
  house.announce(sellerId, "listings");
  return ended.length;
}

const GONE = "The channel does not know this listing any more.";
