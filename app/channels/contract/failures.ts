/** Everything that goes wrong on the way, and the one word each gets. Faults that must hit the write alone are armed at the gate. */
import { expect, it } from "vitest";
import { ChannelError } from "../errors.ts";
import type { ChannelContext, WriteGate, WriteResult } from "../port.ts";
import type { ContractHarness, FaultOrder } from "./harness-words.ts";
import { type Bed, collectListings, collectOrders, isOrder, listingsOf, only, readOf, setStock, writeFrom } from "./steps.ts";

const SHORT_MS = 400;
const HOURS_3 = 3 * 3_600_000;

export function failureContract(bed: Bed): void {
  it("5xx while reading is unavailable", async () => {
    const b = bed();
    const read = await readerOf(b);
    b.world.faults({ api: { error5xx: 1 } });
    expect((await failure(read)).kind).toBe("unavailable");
    expect((await failure(() => b.channel.listListings(b.context, null))).kind).toBe("unavailable");
    expect((await failure(() => b.channel.readOrders(b.context, { since: hourAgo(b), page: null }))).kind).toBe("unavailable");
  });

  it("5xx as the answer to a write is an unknown outcome", async () => {
    const b = bed();
    const { outcome } = await writeUnder(b, { api: { error5xx: 1 } });
    expect(outcome).toBe("unknown");
  });

  it("no answer while reading is told, not taken for a number", async () => {
    const b = bed();
    const read = await readerOf(b);
    b.world.faults({ api: { timeout: 1 } });
    b.callTimeoutMs = SHORT_MS;
    expect(["unavailable", "outcome-unknown"]).toContain((await failure(read)).kind);
  });

  it("no answer to a write is an unknown outcome; here it was not carried out", async () => {
    const b = bed();
    const { sku, quantity } = b.world.goods[0]!;
    const { outcome } = await writeUnder(b, { api: { timeout: 1 } });
    expect(outcome).toBe("unknown");
    expect(b.world.shown(sku).quantity).toBe(quantity);
  });

  it("throttled while reading is rate-limited, with the platform's own pause", async () => {
    const b = bed();
    const read = await readerOf(b);
    b.world.faults({ api: { throttle: 1 } });
    const refused = await failure(read);
    expect(refused.kind).toBe("rate-limited");
    const last = b.trail.filter((entry) => entry.kind === "call").at(-1);
    const told = last?.headers["retry-after"];
    if (told !== undefined || b.traits.throttleTells) expect(refused.retryAfterMs).toBeGreaterThan(0);
    if (told !== undefined && /^\d+$/.test(told)) expect(refused.retryAfterMs).toBe(Number(told) * 1000);
  });

  it("throttled at the write: surely nothing written, and said so", async () => {
    const b = bed();
    const { sku, quantity } = b.world.goods[0]!;
    let word: string;
    try {
      word = (await writeUnder(b, { api: { throttle: 1 } })).outcome;
    } catch (error) {
      word = (error as ChannelError).kind;
    }
    expect(["not-sent", "rate-limited"]).toContain(word);
    expect(b.world.shown(sku).quantity).toBe(quantity);
  });

  it("a web page instead of JSON, with status 200, is unavailable and no number", async () => {
    const b = bed();
    const read = await readerOf(b);
    b.world.faults({ api: { html200: 1 } });
    expect((await failure(read)).kind).toBe("unavailable");
  });

  it("an empty page is never a zero", async () => {
    const b = bed();
    const refs = (await collectListings(b)).filter((one) => (one.quantity ?? 0) > 0).map((one) => one.quantityRef);
    b.world.faults({ api: { emptyPage: 1 } });
    const zeros = await b.channel.readStock(b.context, refs.slice(0, 5)).then(
      (readings) => readings.filter((one) => one.quantity === 0),
      (error: unknown) => (error instanceof ChannelError ? [] : Promise.reject(error)),
    );
    expect(refs.length).toBeGreaterThan(5);
    expect(zeros).toEqual([]);
  });

  it("a list of listings that comes empty or cut short is not taken for all there is", async () => {
    const b = bed();
    for (const fault of [{ emptyPage: 1 }, { truncatePage: 1 }]) {
      b.world.faults({ api: fault });
      const told = await orError(() => b.channel.listListings(b.context, null));
      if (told instanceof ChannelError) expect(told.kind).toBe("unavailable");
      // Where the platform does not count its list, nobody can tell; the engine never takes absence for a zero.
      else
        expect(told.nextPage !== null || (told.total ?? 0) > told.listings.length || !b.traits.listsAreCounted, JSON.stringify(fault)).toBe(
          true,
        );
    }
  });

  it("an order page that comes empty or cut short never ends the feed where the platform counts its orders", async () => {
    const b = bed();
    const placed = b.world.goods.slice(0, 20).map(({ sku }) => b.world.sell([{ sku, quantity: 1 }]));
    for (const fault of [{ emptyPage: 1 }, { truncatePage: 1 }]) {
      b.world.faults({ api: fault });
      const read = await orError(() => collectOrders(b, hourAgo(b)));
      if (read instanceof ChannelError) expect(read.kind).toBe("unavailable");
      else if (b.traits.listsAreCounted)
        expect(
          placed.filter((id) => !read.some((order) => isOrder(order.externalId, id))),
          JSON.stringify(fault),
        ).toEqual([]);
      else expect(read.length).toBeLessThanOrEqual(placed.length);
    }
    b.world.faults();
    expect(await collectOrders(b, hourAgo(b))).toHaveLength(placed.length);
  });

  it("readings under a page cut short are right, absent from a refused call, or missing; never another number", async () => {
    const b = bed();
    const goods = b.world.goods.slice(0, 8);
    const refs = (
      await listingsOf(
        b,
        goods.map(({ sku }) => sku),
      )
    ).map((one) => one.quantityRef);
    b.world.faults({ api: { truncatePage: 1 } });
    const told = await orError(() => b.channel.readStock(b.context, refs));
    if (told instanceof ChannelError) {
      expect(told.kind).toBe("unavailable");
      return;
    }
    for (const reading of told) {
      const right = goods[refs.findIndex((ref) => ref.key === reading.key)]!.quantity;
      expect([right, null]).toContain(reading.quantity);
      if (reading.quantity === null) expect(reading.state).toBe("missing");
    }
    expect(told).toHaveLength(refs.length);
  });

  it("an expired token is auth-expired everywhere, or no token of this platform expires", async () => {
    const b = bed();
    const read = await readerOf(b);
    const [reading] = await readOf(b, [b.world.goods[0]!.sku]);
    b.world.faults({ tokens: "expire" });
    const kinds = [
      (await failure(read)).kind,
      (await failure(() => b.channel.readOrders(b.context, { since: hourAgo(b), page: null }))).kind,
      (await failure(() => b.channel.identify(b.context))).kind,
      (await failure(() => setStock(b, [writeFrom(b, reading!, 1)]))).kind,
    ];
    const words = b.traits.tokensExpire ? ["auth-expired"] : ["auth-expired", "auth-revoked"];
    for (const kind of kinds) expect(words).toContain(kind);
    expect(b.world.journal()).toEqual([]);
  });

  it("after an expiry, refreshed credentials work and say how long", async () => {
    const b = bed();
    expect(b.channel.refresh !== undefined).toBe(b.traits.tokensExpire);
    if (!b.channel.refresh) return;
    const [listing] = await listingsOf(b, [b.world.goods[0]!.sku]);
    b.world.faults({ tokens: "expire" });
    const fresh = await b.channel.refresh(b.context);
    expect(fresh.expiresAt?.getTime()).toBeGreaterThan(b.clock.now().getTime());
    const context: ChannelContext = { ...b.context, credentials: fresh.credentials };
    expect(only(await b.channel.readStock(context, [listing!.quantityRef])).quantity).toBe(b.world.goods[0]!.quantity);
    // A refresh with what the first one returned: rotation must not break the chain.
    const second = await b.channel.refresh(context);
    expect(await b.channel.readStock({ ...context, credentials: second.credentials }, [listing!.quantityRef])).toHaveLength(1);
  });

  it("a token that ran out by the clock is auth-expired, and can be refreshed", async () => {
    const b = bed();
    const read = await readerOf(b);
    b.clock.advance(HOURS_3);
    if (!b.channel.refresh) {
      expect(await read()).toHaveLength(1);
      return;
    }
    expect((await failure(read)).kind).toBe("auth-expired");
    const { credentials } = await b.channel.refresh(b.context);
    expect((await b.channel.identify({ ...b.context, credentials })).externalId).toBe(b.context.account.externalId);
  });

  it("a revoked authorization is auth-revoked for good", async () => {
    const b = bed();
    const read = await readerOf(b);
    b.world.faults({ tokens: "revoke" });
    expect(["auth-expired", "auth-revoked"]).toContain((await failure(read)).kind);
    const refresh = b.channel.refresh;
    const last = await failure(refresh ? () => refresh(b.context) : read);
    expect(last.kind).toBe("auth-revoked");
    expect(last.whoActs).toBe("seller");
  });

  it("a slow platform is only slow", async () => {
    const b = bed();
    const { sku, quantity } = b.world.goods[0]!;
    const [reading] = await readOf(b, [sku]);
    b.world.faults({ api: { latencyMs: 60 } });
    expect(only(await setStock(b, [writeFrom(b, reading!, quantity - 1)])).outcome).toBe("confirmed");
    expect(b.world.shown(sku).quantity).toBe(quantity - 1);
  });
}

async function readerOf(b: ContractHarness) {
  const [listing] = await listingsOf(b, [b.world.goods[0]!.sku]);
  return () => b.channel.readStock(b.context, [listing!.quantityRef]);
}

/** One write of the first good, with faults that begin when the gate is asked: the connector's own reading is not disturbed. */
async function writeUnder(b: ContractHarness, faults: FaultOrder): Promise<WriteResult> {
  const { sku, quantity } = b.world.goods[0]!;
  const [reading] = await readOf(b, [sku]);
  const gate: WriteGate = async (imminent) => {
    b.world.faults(faults);
    // From here on nothing answers, so a short wait loses nothing; the reading before it had its full time.
    if (faults.api?.timeout) b.callTimeoutMs = SHORT_MS;
    return new Set(imminent.map((one) => one.key));
  };
  return only(await setStock(b, [writeFrom(b, reading!, quantity - 1)], gate));
}

async function orError<T>(call: () => Promise<T>): Promise<T | ChannelError> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof ChannelError) return error;
    throw error;
  }
}

async function failure(call: () => Promise<unknown>): Promise<ChannelError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof ChannelError) return error;
    throw error;
  }
  throw new Error("expected a ChannelError, but the call went through");
}

function hourAgo(b: ContractHarness): Date {
  return new Date(b.clock.now().getTime() - 3_600_000);
}
