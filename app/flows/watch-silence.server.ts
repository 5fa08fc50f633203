/**
 * A channel that usually sells at this hour and from which nothing comes (domain/silence): it is asked with a cheap call whether it still
 * answers, its orders since the last one are read once more, and the seller is told. No number changes for silence (settled.md 29).
 */
import { ChannelError } from "#app/channels/errors.ts";
import { closeAlerts, openAlertSince, raiseAlert } from "#app/data/audit.server.ts";
import { type ConnectionRow, findConnection } from "#app/data/connections.server.ts";
import { acquireLease } from "#app/data/lease.server.ts";
import { connectionsThatSell, orderTimes } from "#app/data/pace-facts.server.ts";
import { type Silence, silenceOf, WEEKS_MS } from "#app/domain/silence.ts";
import { localOf } from "#app/domain/zoned-time.ts";
import { withChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";
import { readOrdersNow } from "./read-orders.server.ts";
import { ringForWork } from "./ring.server.ts";

const EVERY_MS = 900_000;
/** A silence that goes on is asked about again after this time. */
const ASK_AGAIN_MS = 3_600_000;

/** One worker per quarter of an hour: the lease is left to run out. */
export async function watchSilenceQuarterly(house: House): Promise<void> {
  if ((await acquireLease(house.db.plain, "clock:silence", house.newId(), EVERY_MS * 0.9)) !== null) await watchSilence(house);
}

export async function watchSilence(house: House): Promise<void> {
  for (const connectionId of await connectionsThatSell(house.db.plain)) {
    const connection = await findConnection(house.db.plain, connectionId);
    if (connection !== null) await listen(house, connection);
  }
}

async function listen(house: House, connection: ConnectionRow): Promise<void> {
  const { sellerId, id } = connection;
  const key = `silent:${id}`;
  const told = await house.db.write(sellerId, (sql) => openAlertSince(sql, sellerId, key));
  const silence = await judgedNow(house, connection);
  if (!silence.silent) {
    if (told !== null) await house.db.write(sellerId, (sql) => closeAlerts(sql, sellerId, [key]));
    return;
  }
  if (told?.askedAt && house.now().getTime() - told.askedAt.getTime() < ASK_AGAIN_MS) return;
  const answer = await ask(house, connection, silence.lastOrderAt ?? house.now());
  // Found and counted after all: there was no silence on the channel, only with us.
  const still = answer === "found" ? await judgedNow(house, connection) : silence;
  await house.db.write(sellerId, async (sql) => {
    if (!still.silent) return closeAlerts(sql, sellerId, [key]);
    await raiseAlert(sql, sellerId, {
      ...{ id: house.newId(), connectionId: id, kind: "silent", key, severity: 5 },
      text: silenceWords(connection.name, still, answer),
      data: { connectionId: id, askedAt: house.now().toISOString(), answer, lastOrderAt: still.lastOrderAt?.toISOString() ?? null },
    });
  });
  house.announce(sellerId, "alerts");
}

async function judgedNow(house: House, connection: ConnectionRow): Promise<Silence & { timeZone: string }> {
  const now = house.now();
  const { timeZone, times } = await orderTimes(house.db.plain, connection.sellerId, connection.id, new Date(now.getTime() - WEEKS_MS));
  const hours = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", hourCycle: "h23" });
  return { ...silenceOf(times, now, (at) => Number(hours.format(at))), timeZone };
}

type Answer = "nothing" | "found" | "no-answer";

/** Who are you, and what was ordered since: two cheap calls. A lost access tells itself at the door (channel-door). */
async function ask(house: House, connection: ConnectionRow, since: Date): Promise<Answer> {
  try {
    const read = await withChannel(house, connection, "watch", async (open) => {
      await open.channel.identify(open.context);
      return readOrdersNow(house, connection, open, house.newId(), since);
    });
    await ringForWork(house, connection.sellerId, read.applied.touched);
    return read.applied.first.length > 0 ? "found" : "nothing";
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    house.log.info("a silent channel was asked and did not answer", { connectionId: connection.id, kind: error.kind });
    return "no-answer";
  }
}

function silenceWords(name: string, silence: Silence & { timeZone: string }, answer: Answer): string {
  const usual = `About ${Math.round(silence.missing)} would be usual in that time.`;
  const since = silence.lastOrderAt === null ? "for long" : `since ${localOf(silence.lastOrderAt, silence.timeZone).replace("T", " ")}`;
  const asked =
    answer === "no-answer"
      ? "We asked it and got no answer; we keep trying."
      : "We asked it: it answers, and lists no newer order. Look there whether your listings are for sale.";
  return `No order from ${name} ${since}. ${usual} ${asked} No number was changed for it.`;
}
