/** Deliveries: only what is signed is believed, and nothing that is signed may break us. */
import { expect, it } from "vitest";
import type { Json } from "#app/domain/channel-words.ts";
import type { RawDelivery, Verified } from "../port.ts";
import { type Bed, isOrder } from "./steps.ts";

type Accepted = Extract<Verified, { outcome: "accepted" }>;

export function webhookContract(bed: Bed): void {
  const verify = (delivery: RawDelivery) => bed().channel.verify(delivery, bed().verifyKeys());

  /** Real deliveries of one sale. */
  const saleDeliveries = async () => {
    const b = bed();
    await b.openDoor();
    const id = b.world.sell([{ sku: b.world.goods[0]!.sku, quantity: 1 }]);
    const deliveries = await b.arrived();
    expect(deliveries.length).toBeGreaterThan(0);
    return { id, deliveries };
  };
  const accepted = async (deliveries: RawDelivery[]): Promise<Accepted[]> => {
    const results = await Promise.all(deliveries.map(verify));
    return results.map((one) => {
      expect(one.outcome).toBe("accepted");
      return one as Accepted;
    });
  };

  it("a sale's deliveries verify, name their account and lead to the order", async () => {
    const b = bed();
    const { id, deliveries } = await saleDeliveries();
    const results = await accepted(deliveries);
    const leads = results
      .flatMap((one) => one.events)
      .some((event) => {
        if (event.type === "order") return isOrder(event.order.externalId, id);
        return event.type === "order-changed" ? isOrder(event.orderId, id) : event.type === "orders-changed";
      });
    expect(leads).toBe(true);
    const { externalId, address } = b.context.account;
    for (const { account } of results) {
      if (account?.externalId !== undefined) expect(account.externalId).toBe(externalId);
      if (account?.address !== undefined) expect(account.address).toBe(address);
    }
  });

  it("asking for deliveries twice does not double them", async () => {
    const b = bed();
    const counts: number[] = [];
    for (const good of b.world.goods.slice(0, 2)) {
      await b.openDoor();
      b.world.sell([{ sku: good.sku, quantity: 1 }]);
      counts.push((await b.arrived()).length);
    }
    expect(counts[0]).toBeGreaterThan(0);
    expect(counts[1]).toBe(counts[0]);
  });

  it("a hand edit is told where the platform tells it", async () => {
    const b = bed();
    await b.openDoor();
    b.world.setByHand(b.world.goods[1]!.sku, 4);
    const events = (await accepted(await b.arrived())).flatMap((one) => one.events);
    expect(events.some((event) => event.type === "stock-changed" || event.type === "listing-changed")).toBe(b.traits.pushesHandEdits);
  });

  it("one changed byte is refused with the platform's status", async () => {
    const { deliveries } = await saleDeliveries();
    for (const delivery of deliveries) {
      const text = Buffer.from(delivery.rawBody).toString("utf8");
      const changed = text.replace(/\d/, (digit) => String((Number(digit) + 1) % 10));
      expect(changed).not.toBe(text);
      expect(await verify({ ...delivery, rawBody: Buffer.from(changed, "utf8") })).toMatchObject({
        outcome: "refused",
        status: bed().traits.refusalStatus,
      });
    }
  });

  for (const sign of ["bad", "none", "otherKey"] as const) {
    it(`signature ${sign}: refused with the platform's status`, async () => {
      const b = bed();
      const { deliveries } = await saleDeliveries();
      const body = Buffer.from(deliveries[0]!.rawBody).toString("utf8");
      const result = await verify(b.forge({ topic: b.traits.orderTopic, body, sign }));
      expect(result).toMatchObject({ outcome: "refused", status: b.traits.refusalStatus });
    });
  }

  it("a well-signed forgery of the same body is accepted, so the refusals above are the signature's", async () => {
    const b = bed();
    const { deliveries } = await saleDeliveries();
    const results = [];
    for (const delivery of deliveries) {
      const body = Buffer.from(delivery.rawBody).toString("utf8");
      results.push(await verify(b.forge({ topic: b.traits.orderTopic, body, sign: "good" })));
    }
    expect(results.map((one) => one.outcome)).toContain("accepted");
  });

  it("without our secret nothing is let in", async () => {
    const b = bed();
    const { deliveries } = await saleDeliveries();
    const keys = { ...b.verifyKeys(), app: {}, connectionSecret: null, fetchPublicKey: async () => null };
    expect(await b.channel.verify(deliveries[0]!, keys)).toMatchObject({ outcome: "refused", status: b.traits.refusalStatus });
  });

  it("a doubled delivery has the same key both times", async () => {
    const b = bed();
    await b.openDoor();
    b.world.faults({ webhooks: { duplicate: 1 } });
    b.world.sell([{ sku: b.world.goods[0]!.sku, quantity: 1 }]);
    const deliveries = await b.arrived();
    const copies = new Map<string, number>();
    for (const { deliveryKey } of await accepted(deliveries)) copies.set(deliveryKey, (copies.get(deliveryKey) ?? 0) + 1);
    expect(deliveries.length % 2).toBe(0);
    expect([...copies.values()].every((count) => count % 2 === 0)).toBe(true);
  });

  it("two sales never share a key", async () => {
    const b = bed();
    await b.openDoor();
    const keys: string[][] = [];
    for (const good of b.world.goods.slice(0, 2)) {
      b.world.sell([{ sku: good.sku, quantity: 1 }]);
      keys.push((await accepted(await b.arrived())).map((one) => one.deliveryKey));
    }
    expect(keys[0]!.length).toBeGreaterThan(0);
    expect(keys[0]!.filter((key) => keys[1]!.includes(key))).toEqual([]);
  });

  it("the platform's own questions are answered on the spot", async () => {
    const b = bed();
    await b.openDoor();
    const asked = b.handshakes();
    for (const { delivery, status, bodyHolds } of asked) {
      const answer = await verify(delivery);
      expect(answer).toMatchObject({ outcome: "handshake", status });
      if (answer.outcome === "handshake") expect(answer.body).toContain(bodyHolds);
    }
    // Whatever is neither signed nor a question is refused on every platform.
    const url = "/webhooks/nothing";
    const stranger: RawDelivery = {
      method: "POST",
      path: url,
      query: {},
      headers: {},
      rawBody: Buffer.from("{}"),
      receivedAt: b.clock.now(),
    };
    expect((await verify(stranger)).outcome).toBe("refused");
  });

  it("odd bodies that are signed are taken or parked, never thrown, and nothing unstorable comes out", async () => {
    const b = bed();
    const { deliveries } = await saleDeliveries();
    const original = JSON.parse(Buffer.from(deliveries[0]!.rawBody).toString("utf8")) as Json;
    const bodies = [...wholeOddities, ...oddVariants(original)];
    expect(bodies.length).toBeGreaterThan(40);
    for (const body of bodies) {
      const shown = `body ${JSON.stringify(body).slice(0, 200)}`;
      const result = await verify(b.forge({ topic: b.traits.orderTopic, body, sign: "good" }));
      expect(["accepted", "parked"], shown).toContain(result.outcome);
      const text = JSON.stringify(result);
      // JSON.stringify writes both as escapes; PostgreSQL refuses them in text and jsonb.
      expect(/\\u0000|\\ud[89a-f]/.test(text), shown).toBe(false);
      expect(hasUnsafeNumber(result as unknown as Json), shown).toBe(false);
    }
  });

  it("odd headers on a signed delivery never break the door", async () => {
    const { deliveries } = await saleDeliveries();
    const delivery = deliveries[0]!;
    for (const name of Object.keys(delivery.headers)) {
      for (const value of ["", "\u0000", "\ud800", "x".repeat(5_000), "v1,", "e30="]) {
        const result = await verify({ ...delivery, headers: { ...delivery.headers, [name]: value } });
        expect(["accepted", "parked", "refused", "handshake"]).toContain(result.outcome);
        expect(/\\u0000|\\ud[89a-f]/.test(JSON.stringify(result)), `${name}: ${JSON.stringify(value).slice(0, 20)}`).toBe(false);
      }
    }
    expect((await verify(delivery)).outcome).toBe("accepted");
  });
}

const wholeOddities = [
  "null",
  "[]",
  "{}",
  '"text"',
  "0",
  "{",
  "1e999",
  "\ufeff{}",
  "[[[[[[[[[[]]]]]]]]]]",
  '{"__proto__":{"id":1}}',
  "<html></html>",
  "true",
];

const ODD_VALUES = [
  '"\\u0000"',
  '"\\ud800"',
  "1e308",
  "123456789012345678901234567890",
  "-1",
  '"12abc"',
  "null",
  "[]",
  "{}",
  "true",
  '"9007199254740993"',
];
const MOST_PLACES = 60;

/** The body with one value after the other replaced by something no platform should send. */
function oddVariants(body: Json): string[] {
  const places = paths(body).slice(0, MOST_PLACES);
  return places.flatMap((path) => ODD_VALUES.map((odd) => JSON.stringify(replaceAt(body, path, "@odd@")).replace('"@odd@"', () => odd)));
}

function paths(value: Json, at: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [at];
  const entries: [string | number, Json][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [...(at.length > 0 ? [at] : []), ...entries.flatMap(([name, part]) => paths(part, [...at, name]))];
}

function replaceAt(value: Json, [first, ...rest]: (string | number)[], by: Json): Json {
  if (first === undefined) return by;
  if (Array.isArray(value)) return value.map((part, index) => (index === first ? replaceAt(part, rest, by) : part));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, name === first ? replaceAt(part, rest, by) : part]));
}

function hasUnsafeNumber(value: Json): boolean {
  if (typeof value === "number") return !Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(hasUnsafeNumber);
}
