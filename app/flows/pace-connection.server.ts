/** Works out how often a connection is asked for orders and looked at, and when the next of each is due (domain/poll-pace). */
import type { Capabilities } from "#app/channels/port.ts";
import type { ConnectionRow } from "#app/data/connections.server.ts";
import { ensureFeed, setPace } from "#app/data/feeds.server.ts";
import { readBudgetsLeft, readTraffic, setShareWeight, type Traffic } from "#app/data/pace-facts.server.ts";
import { looksByList, looksOwed } from "#app/data/quantities.server.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import { nextLook, pagesWorthwhile } from "#app/domain/look-round.ts";
import { type Pace, paceOf, shareWeight } from "#app/domain/poll-pace.ts";
import { budgetOf, type CallBudget } from "./call-budget.server.ts";
import type { House } from "./house.server.ts";

/** Calls of one question for orders: Etsy lists cancelled ones apart (contracts/etsy.md 4). */
const POLL_CALLS: Record<ChannelName, number> = { shopify: 1, ebay: 1, etsy: 2, woocommerce: 1 };

/** The calls by which a channel's orders and numbers are read, as its budget counts them. */
const OPERATIONS: Record<ChannelName, { orders: string; look: string }> = {
  shopify: { orders: "orders", look: "stock" },
  ebay: { orders: "getOrders", look: "GetItem" },
  etsy: { orders: "getShopReceipts", look: "getListingsInventory" },
  woocommerce: { orders: "orders", look: "products" },
};

/** Old-style eBay listings are read one by one (contracts/ebay.md 13.3), but for those that the account's own list shows. */
async function callsPerRound(
  house: House,
  connection: ConnectionRow,
  { readBatch, shown }: Capabilities,
  numbers: number,
): Promise<number> {
  if (connection.channel !== "ebay") return Math.ceil(numbers / readBatch);
  if (shown === undefined) return numbers;
  const list = await looksByList(house.db.plain, connection.id, shown.keyPattern);
  const pages = pagesWorthwhile(list, shown.perCall);
  return pages === null ? numbers : pages + numbers - list.numbers;
}

/** A delivery may come this much after its order was already read by a poll. */
const PROOF_LAG_MS = 120_000;
const PROOF_LASTS_MS = 7 * 86_400_000;

/** The newest order came along with a delivery, and not long ago. */
function provesPush({ lastOrderAt, lastDeliveryAt }: Traffic, now: Date): boolean {
  if (lastDeliveryAt === null || now.getTime() - lastDeliveryAt.getTime() > PROOF_LASTS_MS) return false;
  return lastOrderAt !== null && lastDeliveryAt.getTime() >= lastOrderAt.getTime() - PROOF_LAG_MS;
}

export async function paceConnection(house: House, connection: ConnectionRow): Promise<Pace> {
  const { channel } = connection;
  const sql = house.db.plain;
  const now = house.now();
  const capabilities = house.channels[channel].capabilities(connection.settings);
  const [traffic, owed] = [await readTraffic(sql, connection.sellerId, connection.id), await looksOwed(sql, connection.id)];
  const poll = budgetOf(house, connection, OPERATIONS[channel].orders);
  const look = budgetOf(house, connection, OPERATIONS[channel].look);
  const budgets = await readBudgetsLeft(sql, connection.id, poll.day);
  const leftOf = ({ scope, limits }: CallBudget) => budgets.find((b) => b.scope === scope)?.callsLeft ?? limits.perDay;
  const pace = paceOf({
    leastMs: house.pace.pollMs,
    mostMs: house.pace.quietPollMs,
    lookMs: house.pace.scanMs,
    pushProven: capabilities.push.orders && provesPush(traffic, now),
    ordersLastDay: traffic.ordersLastDay,
    lastOrderAgoMs: traffic.lastOrderAt === null ? null : now.getTime() - traffic.lastOrderAt.getTime(),
    numbers: owed.numbers,
    lowNumbers: owed.low,
    localHour: hourAt(now, traffic.timeZone),
    callsPerPoll: POLL_CALLS[channel],
    callsPerRound: await callsPerRound(house, connection, capabilities, owed.numbers),
    pollCallsLeft: leftOf(poll),
    lookCallsLeft: leftOf(look),
    dayLeftMs: budgets.find((b) => b.scope === poll.scope)?.dayLeftMs ?? DAY_MS,
    oneQuota: poll.scope === look.scope,
    callsPerSecond: look.limits.restorePerSecond / look.cost,
  });
  await setShareWeight(sql, connection.id, shareWeight({ numbers: owed.numbers, ordersLastDay: traffic.ordersLastDay }));
  await house.db.write(connection.sellerId, async (tx) => {
    await ensureFeed(tx, connection.sellerId, connection.id, "scan", house.newId());
    await setPace(tx, connection.id, "orders", {
      everyMs: pace.pollMs,
      reason: pace.reason,
      limited: pace.pollLimited,
      nextAt: new Date(now.getTime() + pace.pollMs),
    });
    const nextAt = nextLook(now, pace.lookMs, owed, house.pace.lookAtOnce);
    await setPace(tx, connection.id, "scan", { everyMs: pace.lookMs, reason: pace.reason, limited: pace.lookLimited, nextAt });
  });
  return pace;
}

const DAY_MS = 86_400_000;
function hourAt(now: Date, timeZone: string): number {
  return Number(new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", hourCycle: "h23" }).format(now));
}
