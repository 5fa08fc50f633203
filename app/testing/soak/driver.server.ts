/** Carries out a schedule: what buyers and the seller do, in the shops and in the product, and what breaks meanwhile. Keeps its own book. */
import { setTimeout as wait } from "node:timers/promises";
import { grantOf } from "#app/demo/sandbox-door.server.ts";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { decideOutsideEdit } from "#app/flows/decide-outside-edit.server.ts";
import { pauseConnection, resumeAllWriting, resumeConnection, stopAllWriting } from "#app/flows/pause-connection.server.ts";
import { emptyBook, type OrderBook, type PlacedOrder, tally } from "./order-book.ts";
import { reconnectBlind } from "./reconnect.server.ts";
import { type Act, type Schedule, SOAK_CHANNELS } from "./schedule.ts";
import { setRule } from "./set-rule.server.ts";
import type { SoakWorld } from "./soak-world.server.ts";

const TRIES = 120;
const TRY_AGAIN_MS = 100;
const ASKED_MS = 1_000;

export type Driver = {
  book: OrderBook;
  /** Every act at its moment; resolves when the last one is through. */
  play: (schedule: Schedule) => Promise<void>;
  /** Ends every fault and stop, with all processes running. */
  endFaults: () => Promise<void>;
  /** The seller looks at the cards that wait. Answers how many there were. */
  decideCards: (accept: boolean) => Promise<number>;
  adjust: (sku: string, by: number) => Promise<void>;
};

export function startDriver(world: SoakWorld): Driver {
  const book = emptyBook();
  book.orders.push(...world.oldOrders);
  const seller = { sellerId: world.sellerA, actorKey: "demo" };
  /** What concerns one thing happens in its order, whatever else goes on. */
  const chains = new Map<string, Promise<void>>();
  const failures: unknown[] = [];
  /** Messages about orders as they were, to come again when the order is something else. */
  const kept = new Map<number, string>();
  const openSpans = new Map<string, OrderBook["forbidden"][number]>();

  const inTurn = (key: string, work: () => Promise<void>): Promise<void> => {
    const next = (chains.get(key) ?? Promise.resolve()).then(work).catch((error: unknown) => void failures.push(error));
    chains.set(key, next);
    return next;
  };

  /** In the product: done again until the database is there to say that it is done. */
  async function surely<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (attempt === TRIES) throw error;
        await wait(TRY_AGAIN_MS);
      }
    }
  }

  /** In a shop: which may say no. */
  async function inShop(name: string, work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      tally(book.counts, name);
      return true;
    } catch (error) {
      if (!(error instanceof Error) || !/answered 4\d\d/.test(error.message)) throw error;
      tally(book.refused, name);
      return false;
    }
  }

  const itemOf = async (sku: string) => {
    const [row] = await world.back.db.plain.query<{ id: string; available: number }>(
      "select id, on_hand - reserved as available from stock_item where seller_id = $1 and sku = $2",
      [world.sellerA, sku],
    );
    if (!row) throw new Error(`no item ${sku}`);
    return row;
  };

  /** A connection that breaks at the commit leaves open whether it was done: the note, which no other has, tells. */
  async function adjust(sku: string, by: number): Promise<void> {
    if (by === 0) return;
    const note = `soak ${crypto.randomUUID()}`;
    const outcome = await surely(async () => {
      const done = await world.back.db.plain.query("select 1 from movement where note = $1", [note]);
      if (done.length > 0) return "done";
      const { id } = await itemOf(sku);
      return (await adjustStock(world.house, { ...seller, itemId: id, by, note })).outcome;
    });
    if (outcome !== "done") throw new Error(`an adjustment of ${sku} by ${by} was ${outcome}`);
    book.adjustments.push({ sku, by, at: Date.now() });
    tally(book.counts, "adjust");
  }

  async function decideCards(accept: boolean): Promise<number> {
    const open = await surely(() =>
      world.back.db.plain.query<{ id: string; itemId: string | null }>(
        `select id, item_id as "itemId" from outside_edit where seller_id = $1 and state = 'open' order by seen_at`,
        [world.sellerA],
      ),
    );
    for (const card of open) {
      const decision = accept && card.itemId !== null ? "accept" : "revert";
      await surely(() => decideOutsideEdit(world.house, { ...seller, editId: card.id, decision }));
      tally(book.counts, `card ${decision}ed`);
    }
    return open.length;
  }

  const orderNo = (no: number): PlacedOrder | undefined => book.orders.find((o) => o.no === no && o.id !== null);

  async function change(
    no: number,
    kind: "cancel" | "refund" | "edit" | "fulfil",
    body: object,
    units: number,
    restock: boolean,
  ): Promise<void> {
    const order = orderNo(no);
    if (!order?.id) return;
    const { id, channel } = order;
    const done = await inShop(kind, () => world.control("POST", `/${channel}/orders/${encodeURIComponent(id)}/${kind}`, body));
    if (done) order.changes.push({ kind, units, restock });
  }

  const forbid = (channel: (typeof SOAK_CHANNELS)[number] | null, why: "paused" | "stopped") => {
    // Paused twice is paused once: the first wish to go on ends it.
    if (openSpans.get(`${why} ${channel}`)?.span.until === Number.POSITIVE_INFINITY) return;
    const spell = { channel, why, span: { from: Date.now(), until: Number.POSITIVE_INFINITY } };
    book.forbidden.push(spell);
    openSpans.set(`${why} ${channel}`, spell);
  };
  const allow = (channel: (typeof SOAK_CHANNELS)[number] | null, why: "paused" | "stopped") => {
    const spell = openSpans.get(`${why} ${channel}`);
    if (spell) spell.span.until = Math.min(spell.span.until, Date.now());
  };

  async function during(what: string, work: () => Promise<void>): Promise<void> {
    const span = { from: Date.now(), until: Number.POSITIVE_INFINITY };
    book.outages.push({ what, span });
    tally(book.counts, what);
    await work();
    span.until = Date.now();
  }

  function carryOut(act: Act): Promise<void> {
    switch (act.kind) {
      case "order":
        return inTurn(`order ${act.no}`, async () => {
          const { no, channel, lines } = act;
          const order: PlacedOrder = { no, channel, id: null, lines, placedAt: Date.now(), beforeBaseline: false, changes: [] };
          book.orders.push(order);
          await inShop("order", async () => {
            order.id = String((await world.control<{ id: string }>("POST", `/${channel}/orders`, { lines })).id);
            order.placedAt = Date.now();
          });
        });
      case "other-sellers-order":
        return inTurn("other seller", async () => {
          const lines = [{ sku: act.sku, quantity: act.quantity }];
          await inShop(act.kind, () => world.control("POST", `/${act.channel}/orders?account=3`, { lines }));
        });
      case "cancel":
        return inTurn(`order ${act.of}`, () =>
          change(act.of, "cancel", { restock: act.restock }, orderNo(act.of)?.lines[0]?.quantity ?? 0, act.restock),
        );
      case "refund":
        return inTurn(`order ${act.of}`, async () => {
          const line = orderNo(act.of)?.lines[0];
          if (line) await change(act.of, "refund", { lines: [{ sku: line.sku, quantity: 1 }], restock: act.restock }, 1, act.restock);
        });
      case "edit":
        return inTurn(`order ${act.of}`, async () => {
          const line = orderNo(act.of)?.lines[0];
          if (line) await change(act.of, "edit", { lines: [{ sku: line.sku, quantity: act.quantity }] }, act.quantity, false);
        });
      case "fulfil":
        return inTurn(`order ${act.of}`, () => change(act.of, "fulfil", {}, 0, false));
      case "keep-message":
        return inTurn(`order ${act.of}`, async () => {
          const id = orderNo(act.of)?.id;
          const message = id ? await wooCommerceOrder(world, id) : null;
          if (message !== null) kept.set(act.of, message);
        });
      case "replay-message":
        return inTurn(`order ${act.of}`, async () => {
          const body = kept.get(act.of);
          if (body === undefined) return;
          const what = { topic: "order.updated", headers: {}, body, sign: "good", times: 1 };
          await inShop(act.kind, () => world.control("POST", "/woocommerce/deliver", what));
        });
      case "hand-edit":
        return inTurn(`hand ${act.channel}`, async () => {
          const state = await world.control<{ channels: Record<string, { listings: { sku: string; quantity: number }[] }> }>(
            "GET",
            "/state",
          );
          const shown = state.channels[act.channel]?.listings.find((l) => l.sku === act.sku)?.quantity ?? 0;
          const quantity = Math.max(0, shown + act.by);
          await inShop("hand-edit", () => world.control("POST", `/${act.channel}/stock`, { sku: act.sku, quantity }));
        });
      case "adjust":
        return inTurn(`item ${act.sku}`, () => adjust(act.sku, act.by));
      case "count":
        return inTurn(`item ${act.sku}`, async () => {
          const { available } = await surely(() => itemOf(act.sku));
          await adjust(act.sku, act.off - available);
        });
      case "rule":
        return inTurn("rules", async () => {
          const { channel, buffer, percent, cap, floor } = act;
          const fields = { buffer, percent, cap, floor };
          await surely(() =>
            setRule(world.back, { sellerId: world.sellerA, connectionId: channel === null ? null : world.connections[channel], fields }),
          );
          book.rules.set(channel, fields);
          tally(book.counts, "rule");
        });
      case "pause":
        return inTurn(`writing ${act.channel}`, async () => {
          await surely(() => pauseConnection(world.house, { ...seller, connectionId: world.connections[act.channel] }));
          forbid(act.channel, "paused");
          tally(book.counts, "pause");
        });
      case "resume":
        return inTurn(`writing ${act.channel}`, async () => {
          allow(act.channel, "paused");
          await surely(() => resumeConnection(world.house, { ...seller, connectionId: world.connections[act.channel] }));
        });
      case "stop-all":
        return inTurn("writing", async () => {
          await surely(() => stopAllWriting(world.house, seller));
          forbid(null, "stopped");
          tally(book.counts, "stop-all");
        });
      case "resume-all":
        return inTurn("writing", async () => {
          allow(null, "stopped");
          await surely(() => resumeAllWriting(world.house, seller));
        });
      case "decide-cards":
        return inTurn("cards", async () => void (await decideCards(act.accept)));
      case "faults":
        return inTurn(`faults ${act.channel}`, async () => {
          await world.control("POST", `/${act.channel}/faults`, act.faults);
          tally(book.counts, "faults");
        });
      case "kill-worker":
        return inTurn(`worker ${act.which}`, () =>
          during("kill-worker", async () => {
            await world.workers[act.which].kill();
            await wait(act.downMs);
            await world.workers[act.which].start();
          }),
        );
      case "kill-web":
        return inTurn("web", () =>
          during("kill-web", async () => {
            await world.web.kill();
            await wait(act.downMs);
            await world.web.start();
          }),
        );
      case "queue-loss":
        return inTurn("queue", async () => {
          if (world.redis) await during(`redis-${act.how}`, () => world.redis?.lose(act.how, act.downMs) ?? Promise.resolve());
        });
      case "database-restart":
        return inTurn("database", () => during(`database-${act.how}`, () => world.database.outage(act.how, act.downMs)));
      default: {
        const never: never = act;
        throw new Error(`unknown act ${JSON.stringify(never)}`);
      }
    }
  }

  return {
    book,
    async play(schedule) {
      const begun = Date.now();
      const all: Promise<void>[] = [];
      for (const { at, act } of schedule.steps) {
        await wait(Math.max(0, begun + at - Date.now()));
        all.push(carryOut(act));
      }
      await Promise.all(all);
      if (failures.length > 0) throw new Error("the driver could not do what was planned", { cause: failures[0] });
    },
    async endFaults() {
      for (const channel of SOAK_CHANNELS) await world.control("POST", `/${channel}/faults`, {});
      for (const channel of SOAK_CHANNELS) await carryOut({ kind: "resume", channel });
      await carryOut({ kind: "resume-all" });
      const again = await surely(() => reconnectBlind(world));
      if (again > 0) book.counts.reconnected = again;
      if (failures.length > 0) throw new Error("writing could not be resumed", { cause: failures[0] });
    },
    decideCards,
    adjust,
  };
}

/** An order as WooCommerce would put it into a message now; null where its faults keep it from answering. */
async function wooCommerceOrder(world: SoakWorld, id: string): Promise<string | null> {
  const { address, credentials } = await grantOf(world.origin, "woocommerce", 1);
  const key = Buffer.from(`${String(credentials.consumerKey)}:${String(credentials.consumerSecret)}`).toString("base64");
  const headers = { authorization: `Basic ${key}`, "x-forwarded-proto": "https" };
  try {
    const answer = await fetch(`${address}/wp-json/wc/v3/orders/${id}`, { headers, signal: AbortSignal.timeout(ASKED_MS) });
    return answer.ok ? await answer.text() : null;
  } catch (error) {
    if (error instanceof Error && (error.name === "TimeoutError" || error.name === "TypeError")) return null;
    throw error;
  }
}
