import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ChannelError } from "#app/channels/errors.ts";
import type { Channel } from "#app/channels/port.ts";
import { claimDue, readFeed } from "#app/data/feeds.server.ts";
import { demoSellers, SELLER_A } from "#app/demo/demo-sellers.ts";
import { connectDemo, ensureSeller } from "#app/demo/seed-seller.server.ts";
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import { importListings } from "#app/flows/import-listings.server.ts";
import { linkBySku } from "#app/flows/link-listings.server.ts";
import { openConnection } from "#app/flows/open-connection.server.ts";
import { pauseImport, resumeImport } from "#app/flows/pause-import.server.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { QUICK_LEASE } from "../sale-across-a-crash.ts";
import { killWorkerProcesses, startWorkerProcess } from "../worker-process.ts";
import type { Call } from "./shop-floor.ts";

let rig: Rig;
let real: Rig["house"]["channels"];
let crash: (name: string) => void = () => {};
const connections = {} as Record<ChannelName, string>;
beforeAll(async () => {
  // Several pages on each channel, and nobody at work unless a case says so.
  rig = await startRig({ items: 230, seed: 51, sellers: [], pace: QUICK_LEASE, crashPoint: (name) => crash(name) });
  await rig.worker.stop();
  real = rig.house.channels;
  const seller = demoSellers(rig.sandbox.world()).find((s) => s.id === SELLER_A)!;
  await ensureSeller(rig.house.db, seller);
  for (const channel of CHANNELS) connections[channel] = await connectDemo(rig.house, rig.sandbox.origin, seller, channel);
}, 60_000);
afterAll(async () => {
  killWorkerProcesses();
  await rig.stop();
});
afterEach(() => {
  rig.house.channels = real;
  crash = () => {};
});

const sql = <T extends object>(text: string, values: unknown[] = []) => rig.house.db.plain.query<T>(text, values);
const feed = async (channel: ChannelName, kind: "listings" | "orders" = "listings") =>
  (await readFeed(rig.house.db.plain, connections[channel], kind))!;
const wish = (channel: ChannelName) => ({ sellerId: SELLER_A, actorKey: "demo", connectionId: connections[channel] });
const calls = async (channel: ChannelName, since: number) => rig.control<Call[]>("GET", `/${channel}/calls?since=${since}`);
const lastCall = async (channel: ChannelName) => (await calls(channel, 0)).at(-1)?.n ?? 0;
const LISTS: Record<ChannelName, RegExp> = {
  // The first field of the document; nothing else here asks for it first.
  shopify: /^shop$/,
  ebay: /^GetMyeBaySelling$/,
  etsy: /^getListingsByShop$/,
  woocommerce: /product/i,
};
const listCalls = async (channel: ChannelName, since: number) =>
  (await calls(channel, since)).filter((c) => LISTS[channel].test(c.operation)).length;
/** Asks until the lease of a killed importer has run out. */
const importNow = async (channel: ChannelName) => {
  let seen: number | null = null;
  await rig.until(async () => {
    seen = await importListings(rig.house, connections[channel]);
    return seen !== null;
  }, 20_000);
  return seen ?? 0;
};
/** Dies after the second page: the first channel's importer in a process of its own, by SIGKILL (its job would wake the next child for the wrong channel). */
async function breakOff(channel: ChannelName): Promise<void> {
  if (channel === CHANNELS[0]) {
    await sql("update feed set next_at = clock_timestamp() where connection_id = $1 and kind = 'listings'", [connections[channel]]);
    const child = await startWorkerProcess(rig, "import-page:2");
    expect(await child.died).toBe("SIGKILL");
    return;
  }
  let pages = 0;
  crash = (name) => {
    if (name === "import-page" && ++pages === 2) throw new Error("the power failed");
  };
  await expect(importListings(rig.house, connections[channel])).rejects.toThrow("the power failed");
  crash = () => {};
}

/** The channel with some of its answers changed. */
function pretend(channel: ChannelName, more: Partial<Channel>): void {
  rig.house.channels = { ...real, [channel]: { ...real[channel], ...more } };
}

describe.each(CHANNELS)("the first import from %s", (channel) => {
  it("that is killed after a page goes on behind it, and brings each listing once", async () => {
    const since = await lastCall(channel);
    await breakOff(channel);
    const broken = await feed(channel);
    expect(broken).toMatchObject({ page: expect.any(String), finishedAt: null });
    expect(broken.done).toBeGreaterThan(0);
    // Should nobody ring for it, the clock does.
    expect(broken.nextAt).not.toBeNull();

    const seen = await importNow(channel);
    const taken = await listCalls(channel, since);
    const finished = await feed(channel);
    expect(finished.finishedAt).not.toBeNull();
    expect(finished.done).toBe(seen);
    const [rows] = await sql<{ n: number; last: number }>(
      "select count(*)::int as n, count(*) filter (where last_seen_at >= $2)::int as last from listing where connection_id = $1",
      [connections[channel], broken.cursor],
    );
    expect(rows).toEqual({ n: seen, last: seen });
    expect(seen).toBeGreaterThan(228);

    const again = await lastCall(channel);
    expect(await importNow(channel)).toBe(seen);
    expect(taken).toBeGreaterThan(2);
    // No page was read twice; the step over the border may look back once.
    expect(taken).toBeLessThanOrEqual((await listCalls(channel, again)) + 1);
  }, 60_000);
});

describe.each(CHANNELS)("an import from %s", (channel) => {
  it("stops between two pages when the seller says so, reads nothing meanwhile, and goes on where it stood", async () => {
    pretend(channel, {
      listListings: async (...asked) => {
        const page = await real[channel].listListings(...asked);
        if (asked[1] === null) await pauseImport(rig.house, wish(channel));
        return page;
      },
    });
    const whole = await sql("select id from listing where connection_id = $1", [connections[channel]]);
    expect(await importListings(rig.house, connections[channel])).toBeLessThan(whole.length);
    const stopped = await feed(channel);
    expect(stopped).toMatchObject({ page: expect.any(String), pausedAt: expect.any(Date), finishedAt: null });
    const since = await lastCall(channel);
    await sql("update feed set next_at = clock_timestamp() where connection_id = $1 and kind = 'listings'", [connections[channel]]);
    expect((await claimDue(rig.house.db.plain, "listings", 60_000, 50)).map((c) => c.id)).not.toContain(connections[channel]);
    expect(await importListings(rig.house, connections[channel])).toBe(stopped.done);
    expect(await calls(channel, since)).toEqual([]);
    await resumeImport(rig.house, wish(channel));
    expect(await importListings(rig.house, connections[channel])).toBe(whole.length);
    expect(await feed(channel)).toMatchObject({ page: null, pausedAt: null, finishedAt: expect.any(Date) });
  });

  it("whose place the channel no longer takes begins anew", async () => {
    await sql("update feed set page = 'eyJnb25lIjp0cnVlfQ', done = 7 where connection_id = $1 and kind = 'listings'", [
      connections[channel],
    ]);
    const since = await lastCall(channel);
    const seen = await importListings(rig.house, connections[channel]);
    expect((await feed(channel)).done).toBe(seen);
    expect(seen).toBeGreaterThan(228);
    expect(await listCalls(channel, since)).toBeGreaterThan(1);
  });

  it("waits for a short limit, keeps its place at a long one and at a failure, and tells why", async () => {
    const failures = [
      new ChannelError("rate-limited", "slow down", { retryAfterMs: 20 }),
      new ChannelError("rate-limited", "enough for today", { retryAfterMs: 3_600_000 }),
      new ChannelError("unavailable", "away"),
    ];
    pretend(channel, {
      listListings: async (context, page) => {
        if (page !== null) {
          const failure = failures.shift();
          if (failure) throw failure;
        }
        return real[channel].listListings(context, page);
      },
    });
    await expect(importListings(rig.house, connections[channel])).rejects.toThrow("enough for today");
    const limited = await feed(channel);
    expect(limited.page).toEqual(expect.any(String));
    expect(limited.nextAt!.getTime()).toBeGreaterThan(Date.now() + 3_000_000);
    await expect(importListings(rig.house, connections[channel])).rejects.toThrow("away");
    expect((await feed(channel)).page).toBe(limited.page);
    expect(
      await sql("select failure_text as text from feed where connection_id = $1 and kind = 'listings'", [connections[channel]]),
    ).toEqual([{ text: "away" }]);
    expect(await importListings(rig.house, connections[channel])).toBeGreaterThan(228);
    await sql("update connection set quiet_until = null where id = $1", [connections[channel]]);
  });
});

describe.each(CHANNELS)("past orders on %s", (channel) => {
  const DAY_MS = 86_400_000;
  const order = async (sku: string, quantity: number, daysAgo: number) => {
    const at = new Date(Date.now() - daysAgo * DAY_MS).toISOString();
    return encodeURIComponent((await rig.control<{ id: string }>("POST", `/${channel}/orders`, { lines: [{ sku, quantity }], at })).id);
  };
  const skus = () =>
    rig.sandbox
      .world()
      .simple.filter((i) => i.account === 1)
      .slice(20 + CHANNELS.indexOf(channel) * 5, 22 + CHANNELS.indexOf(channel) * 5)
      .map((i) => i.sku) as [string, string];

  it("come along page by page across a crash, change no count, and still give back what is cancelled later", async () => {
    const [open, shipped] = skus();
    const toCancel = await order(open, 2, 30);
    const fulfilled = await order(shipped, 1, 20);
    await rig.control("POST", `/${channel}/orders/${fulfilled}/fulfil`, {});
    await linkBySku(rig.house, SELLER_A, "demo", [], connections[channel]);

    const before = await rig.available(open);
    // One order a page, and the power fails after the first.
    const whole = real[channel];
    pretend(channel, {
      readOrders: async (context, { since, page }) => {
        const from = page === null ? 0 : Number(page);
        const { orders, sentAt } = await whole.readOrders(context, { since, page: null });
        return { orders: orders.slice(from, from + 1), nextPage: from + 1 < orders.length ? String(from + 1) : null, sentAt };
      },
    });
    let pages = 0;
    crash = (name) => {
      if (name === "past-orders-page" && ++pages === 2) throw new Error("the power failed");
    };
    const opening = { connectionId: connections[channel], actorKey: "demo", countsFrom: true };
    await expect(openConnection(rig.house, opening)).rejects.toThrow("the power failed");
    expect(await feed(channel, "orders")).toMatchObject({ page: expect.any(String), done: 1, finishedAt: null });
    crash = () => {};
    await openConnection(rig.house, opening);
    expect(await feed(channel, "orders")).toMatchObject({ page: null, finishedAt: expect.any(Date) });

    // The first channel to be opened counted everything; on the others the count stays what it was.
    const shown = await rig.shown(open);
    expect(await rig.available(open)).toBe(channel === "shopify" ? shown.shopify : before);
    const history = await sql<{ sku: string; before: boolean }>(
      `select l.sku, o.before_baseline as before from sales_order o join order_line l on l.order_id = o.id where o.connection_id = $1 and l.sku = any($2) order by 1`,
      [connections[channel], [open, shipped]],
    );
    expect(history).toEqual([open, shipped].sort().map((sku) => ({ sku, before: true })));
    expect(
      await sql(
        "select coalesce(sum(on_hand_delta - reserved_delta), -1)::int as n from movement where connection_id = $1 and order_id is not null",
        [connections[channel]],
      ),
    ).toEqual([{ n: 0 }]);

    rig.house.channels = real;
    const counted = await rig.available(open);
    await rig.control("POST", `/${channel}/orders/${toCancel}/cancel`, { restock: true });
    await rig.worker.start();
    try {
      await rig.until(async () => {
        const [held] = await sql<{ status: string }>(
          "select o.status from sales_order o join order_line l on l.order_id = o.id where o.connection_id = $1 and l.sku = $2",
          [connections[channel], open],
        );
        return held?.status === "cancelled";
      }, 20_000);
    } finally {
      await rig.worker.stop();
    }
    const [line] = await sql<{ returnable: number }>(
      "select l.returnable from order_line l join sales_order o on o.id = l.order_id where o.connection_id = $1 and l.sku = $2",
      [connections[channel], open],
    );
    // Where the platform does not say whether units came back (eBay, Etsy), they wait for the rise of the number.
    expect((await rig.available(open)) + line!.returnable).toBe(counted + 2);
  }, 60_000);
});
