/**
 * Brings a connection's shown numbers to their targets (design.md 3, steps 5 and 6): reads what is doubtful, reads orders before a
 * raise, writes the most urgent first, records each answer; under a lease with a fence, within a time slice.
 */
import { ChannelError } from "#app/channels/errors.ts";
import { type ConnectionRow, findConnection, mayWrite } from "#app/data/connections.server.ts";
import { readFeed } from "#app/data/feeds.server.ts";
import { acquireLease, type Lease, releaseLease, renewLease } from "#app/data/lease.server.ts";
import { adoptUnanswered, nextDue, pickWork, postpone, type QuantityRow } from "#app/data/quantities.server.ts";
import { nextStep } from "#app/domain/next-step.ts";
import { type OpenChannel, withChannel } from "./channel-door.server.ts";
import { noteTrouble, troubleOver } from "./channel-trouble.server.ts";
import type { House } from "./house.server.ts";
import { neighboursSettled } from "./neighbours-settled.server.ts";
import type { Planned } from "./planned-write.ts";
import { readOrdersNow } from "./read-orders.server.ts";
import { recordReadings } from "./record-readings.server.ts";
import { ringForWork } from "./ring.server.ts";
import { withinRevisions } from "./within-revisions.server.ts";
import { writeNumbers } from "./write-numbers.server.ts";

/** What is left: nothing, more at once, or the moment of the next attempt. */
export type DrainEnd = "done" | "more" | "busy" | { waitMs: number };

export async function drainConnection(house: House, connectionId: string, stopping?: AbortSignal): Promise<DrainEnd> {
  const lease = await acquireLease(house.db.plain, `drain:${connectionId}`, house.newId(), house.pace.leaseMs);
  if (lease === null) return "busy";
  let lost = false;
  let connection: ConnectionRow | null = null;
  const heartbeat = setInterval(() => {
    renewLease(house.db.plain, lease, house.pace.leaseMs).then(
      (kept) => {
        lost ||= !kept;
      },
      (error: unknown) => house.log.warn("a lease was not renewed", { connectionId, error: String(error) }),
    );
  }, house.pace.leaseRenewMs);
  try {
    connection = await findConnection(house.db.plain, connectionId);
    if (connection === null || !mayWrite(connection)) return "done";
    const quiet = connection.quietUntil === null ? 0 : connection.quietUntil.getTime() - house.now().getTime();
    if (quiet > 0) return { waitMs: quiet };
    const { staleReadMs, lateWriteMs } = house.channels[connection.channel].capabilities(connection.settings);
    await adoptUnanswered(house.db.plain, connectionId, lateWriteMs ?? house.pace.lateWriteMs, staleReadMs);
    const end = house.now().getTime() + house.pace.sliceMs;
    while (!lost && !stopping?.aborted && house.now().getTime() < end) {
      const batch = await drainOnce(house, connectionId, lease);
      if (batch === "nothing due") return await untilDue(house, connectionId);
      if (batch === "went through again") await troubleOver(house, connection);
    }
    return "more";
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    house.log.info("a drain stopped at its channel", { connectionId, kind: error.kind, reason: error.message });
    if (connection === null || error.retry === "no") return "done";
    return { waitMs: await noteTrouble(house, connection, error) };
  } finally {
    clearInterval(heartbeat);
    await releaseLease(house.db.plain, lease);
  }
}

async function untilDue(house: House, connectionId: string): Promise<DrainEnd> {
  const due = await nextDue(house.db.plain, connectionId);
  return due === null ? "done" : { waitMs: Math.max(10, due.getTime() - house.now().getTime()) };
}

/** One batch; "again" when some of it had failed before. */
async function drainOnce(house: House, connectionId: string, lease: Lease): Promise<"nothing due" | "went through" | "went through again"> {
  const connection = await findConnection(house.db.plain, connectionId);
  if (connection === null || !mayWrite(connection)) return "nothing due";
  const capabilities = house.channels[connection.channel].capabilities(connection.settings);
  const rows = await pickWork(
    house.db.plain,
    connectionId,
    Math.max(capabilities.readBatch, capabilities.writeBatch),
    capabilities.writeByParent,
  );
  if (rows.length === 0) return "nothing due";
  const steps = rows.map((row) => ({ row, step: nextStep(row) }));
  const planned = steps.filter((s): s is Planned => s.step.kind === "write");
  const quiet = await neighboursSettled(house, connectionId, capabilities, planned);
  const writes = await withinRevisions(house, connectionId, capabilities.revisionsPerDay, quiet);
  const falling = writes.filter((w) => !w.step.rising);
  const reads = steps.filter((s) => s.step.kind === "read").map((s) => s.row);
  const idle = steps.filter((s) => s.step.kind === "nothing").map((s) => s.row.id);
  // The database said work and the domain says none: look again later rather than spin.
  await postpone(house.db.plain, idle, new Date(house.now().getTime() + 60_000));

  // What falls goes first, then doubts are read, raises come last.
  const raises = writes.filter((w) => w.step.rising);
  if (falling.length > 0) await withChannel(house, connection, "falling", (open) => writeNumbers(house, connection, open, lease, falling));
  // A number that has to fall is read with the urgency of its fall.
  const [before, calm] = partition(reads, (row) => row.target !== null && (row.confirmed === null || row.target < row.confirmed));
  if (before.length > 0) await withChannel(house, connection, "falling", (open) => readNumbers(house, connection, open, before));
  if (calm.length > 0) await withChannel(house, connection, "drift", (open) => readNumbers(house, connection, open, calm));
  if (raises.length > 0) {
    await withChannel(house, connection, "rising", async (open) => {
      const ready = await withOrdersRead(house, connection, open, raises);
      // What fell in this very round moved its neighbours.
      await writeNumbers(house, connection, open, lease, await neighboursSettled(house, connectionId, capabilities, ready));
    });
  }
  return rows.some((row) => row.attempts > 0) ? "went through again" : "went through";
}

function partition<T>(all: readonly T[], chosen: (one: T) => boolean): [T[], T[]] {
  return [all.filter(chosen), all.filter((one) => !chosen(one))];
}

async function readNumbers(house: House, connection: ConnectionRow, open: OpenChannel, rows: QuantityRow[]): Promise<void> {
  const ids = new Map(rows.map((r) => [r.key, r.id]));
  for (let from = 0; from < rows.length; from += open.capabilities.readBatch) {
    const batch = rows.slice(from, from + open.capabilities.readBatch);
    const readings = await open.channel.readStock(
      open.context,
      batch.map((r) => ({ key: r.key, ref: r.ref })),
    );
    const unanswered = batch.filter((row) => !readings.some((reading) => reading.key === row.key));
    await postpone(
      house.db.plain,
      unanswered.map((r) => r.id),
      new Date(house.now().getTime() + 30_000),
    );
    const outcome = await recordReadings(house, connection, open.capabilities, readings, ids);
    await ringForWork(house, connection.sellerId, outcome.touched);
    if (outcome.ordersNeededPast !== null && outcome.ordersNeededPast <= house.now()) {
      const read = await readOrdersNow(house, connection, open, house.newId());
      await ringForWork(house, connection.sellerId, read.applied.touched);
    }
  }
}

/**
 * Law 4 for channels that compare atomically: orders are read past the reading before a raise. Channels that read just before they
 * write ask again at the gate, with the time of that reading. Rows that the orders changed drop out at the gate.
 */
async function withOrdersRead(house: House, connection: ConnectionRow, open: OpenChannel, writes: Planned[]): Promise<Planned[]> {
  if (open.capabilities.compare !== "atomic") return writes;
  const lag = open.capabilities.orderLagMs;
  const feed = await readFeed(house.db.plain, connection.id, "orders");
  const now = house.now();
  const early = writes.filter((w) => w.step.readAt.getTime() + lag >= now.getTime());
  await postpone(
    house.db.plain,
    early.map((w) => w.row.id),
    new Date(now.getTime() + lag + 5),
  );
  const ready = writes.filter((w) => !early.includes(w));
  const newestReading = Math.max(0, ...ready.map((w) => w.step.readAt.getTime()));
  if (ready.length > 0 && (feed?.readThrough == null || feed.readThrough.getTime() <= newestReading + lag)) {
    const read = await readOrdersNow(house, connection, open, house.newId());
    await ringForWork(house, connection.sellerId, read.applied.touched);
  }
  return ready;
}
