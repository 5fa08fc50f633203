import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openDoor } from "./sandbox-bed.ts";
import { CHANNELS, type ChannelState } from "./simulator.ts";
import { type Sandbox, startSandbox } from "./start-sandbox.ts";

/** The control API as design.md section 8 words it, over HTTP, on all four real simulators. */
describe("four platforms under one control API", () => {
  let box: Sandbox;
  beforeAll(async () => {
    box = await startSandbox({ port: 0 });
  }, 60_000);
  afterAll(() => box.stop());
  beforeEach(() => box.reset({ seed: 1, items: 24 }));

  const call = async (method: string, path: string, body?: unknown) => {
    const init: RequestInit = { method };
    if (body !== undefined) Object.assign(init, { headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    const answer = await fetch(box.origin + path, init);
    return { status: answer.status, body: (await answer.json()) as never };
  };
  const states = async (account = 1) =>
    ((await call("GET", `/control/state?account=${account}`)).body as { channels: Record<string, ChannelState> }).channels;
  const quantity = async (channel: string, sku: string) => (await states())[channel]!.listings.find((one) => one.sku === sku)?.quantity;

  it("every simple good stands on all four with the seeded number, packs and bundles on at most three", async () => {
    const channels = await states();
    const { simple, composites } = box.world();
    for (const good of simple.filter((item) => item.account === 1)) {
      for (const channel of CHANNELS) {
        const found = channels[channel]!.listings.filter((one) => one.sku === good.sku);
        expect(found, `${channel} ${good.sku}`).toHaveLength(1);
        expect(found[0]).toEqual({ id: expect.any(String), sku: good.sku, quantity: good.quantity, active: true });
      }
    }
    for (const item of composites.filter((one) => one.account === 1)) {
      const on = CHANNELS.filter((channel) => channels[channel]!.listings.some((one) => one.sku === item.sku));
      expect(on).toEqual(CHANNELS.filter((channel) => item.channels.includes(channel)));
    }
    const hidden = box.world().hidden!.map((item) => item.sku);
    for (const channel of CHANNELS) expect(channels[channel]!.listings.filter((one) => hidden.includes(one.sku))).toEqual([]);
  });

  it("the seller's second account and the second seller have their own goods", async () => {
    for (const account of [2, 3] as const) {
      const channels = await states(account);
      const own = box.world().simple.filter((item) => item.account === account);
      for (const channel of CHANNELS) {
        const shown = new Map(channels[channel]!.listings.map((one) => [one.sku, one.quantity]));
        expect(own.map(({ sku }) => [sku, shown.get(sku)])).toEqual(own.map(({ sku, quantity: seeded }) => [sku, seeded]));
        expect(box.world().simple.filter((item) => item.account === 1 && shown.has(item.sku))).toEqual([]);
      }
    }
  });

  it.each(CHANNELS)("%s: an order lowers its own number only, and the journal says by whom", async (channel) => {
    const { sku, quantity: full } = box.world().simple[0]!;
    const since = box.desks[channel]!.ground.journal.lastNumber;
    const sold = await call("POST", `/control/${channel}/orders`, { lines: [{ sku, quantity: 2 }] });
    expect(sold.status).toBe(201);
    for (const one of CHANNELS) expect(await quantity(one, sku)).toBe(one === channel ? full - 2 : full);
    const { body } = await call("GET", `/control/${channel}/journal?since=${since}`);
    expect(body).toMatchObject([{ n: since + 1, sku, from: full, to: full - 2, by: "order", call: null, at: expect.stringMatching(/Z$/) }]);
    expect((await call("POST", `/control/${channel}/orders`, { lines: [{ sku, quantity: full }] })).status).toBe(409);
    expect(await quantity(channel, sku)).toBe(full - 2);
  });

  it.each(CHANNELS)("%s: cancel, refund, fulfil and hand edits", async (channel) => {
    const { sku, quantity: full } = box.world().simple[1]!;
    const sell = async () => {
      const { body } = await call("POST", `/control/${channel}/orders`, { lines: [{ sku, quantity: 2 }] });
      return encodeURIComponent((body as { id: string }).id);
    };
    const first = await sell();
    expect((await call("POST", `/control/${channel}/orders/${first}/cancel`)).status).toBe(200);
    await box.settled();
    await expect.poll(() => quantity(channel, sku)).toBe(full);
    const second = await sell();
    expect(
      (await call("POST", `/control/${channel}/orders/${second}/refund`, { lines: [{ sku, quantity: 1 }], restock: false })).status,
    ).toBe(200);
    expect(await quantity(channel, sku)).toBe(full - 2);
    const third = await sell();
    expect((await call("POST", `/control/${channel}/orders/${third}/fulfil`, {})).status).toBe(200);
    expect(await quantity(channel, sku)).toBe(full - 4);
    expect((await call("POST", `/control/${channel}/stock`, { sku, quantity: 7 })).status).toBe(200);
    expect(await quantity(channel, sku)).toBe(7);
    expect((await call("POST", `/control/${channel}/orders/no-such-order/cancel`)).status).toBe(404);
    expect((await call("POST", `/control/${channel}/stock`, { sku: "NO-SUCH", quantity: 7 })).status).toBe(404);
  });

  it.each(CHANNELS)("%s: listings come and go", async (channel) => {
    const listing = { sku: "EXTRA-1", title: "Extra", quantity: 6, price: 12.5 };
    expect((await call("POST", `/control/${channel}/listings`, listing)).status).toBe(201);
    expect(await quantity(channel, "EXTRA-1")).toBe(6);
    expect((await call("DELETE", `/control/${channel}/listings/EXTRA-1`)).status).toBe(200);
    const left = (await states())[channel]!.listings.filter((one) => one.sku === "EXTRA-1" && one.active);
    expect(left).toEqual([]);
    expect((await call("DELETE", `/control/${channel}/listings/NO-SUCH`)).status).toBe(404);
  });

  it("no buyer's datum shows in the state, and every account has credentials of its own", async () => {
    for (const channel of CHANNELS) box.simulators[channel]!.placeOrder(1, { lines: [{ sku: box.world().simple[0]!.sku, quantity: 1 }] });
    expect(JSON.stringify(await states())).not.toContain("BUYERMARK");
    for (const channel of CHANNELS) {
      const seen = await Promise.all([1, 2, 3].map((account) => call("GET", `/control/${channel}/credentials?account=${account}`)));
      const accounts = seen.map(({ body }) => (body as { account: { externalId: string } }).account.externalId);
      expect(new Set(accounts).size).toBe(3);
    }
  });

  it("the doors of the three app-wide platforms are set at once, and their deliveries arrive there", async () => {
    const door = await openDoor();
    const app = new URL(door.url).origin;
    expect((await call("POST", "/control/doors", { app })).status).toBe(200);
    for (const channel of CHANNELS) box.simulators[channel]!.placeOrder(1, { lines: [{ sku: box.world().simple[0]!.sku, quantity: 1 }] });
    await box.settled();
    expect(new Set(door.paths)).toEqual(new Set(["/webhooks/shopify", "/webhooks/ebay", "/webhooks/etsy"]));
    await door.stop();
  });

  it("a second world of the same seed has the same goods and other ids", async () => {
    const before = await states();
    expect((await call("POST", "/control/reset", { seed: 1, items: 24 })).status).toBe(200);
    const after = await states();
    for (const channel of CHANNELS) {
      const goods = (of: Record<string, ChannelState>) => of[channel]!.listings.map(({ sku, quantity: shown }) => ({ sku, shown }));
      expect(goods(after)).toEqual(goods(before));
      const ids = new Set(before[channel]!.listings.map((one) => one.id));
      expect(after[channel]!.listings.filter((one) => ids.has(one.id))).toEqual([]);
    }
  });
});
