import { describe, expect, it } from "vitest";
import { checkWrites } from "./check-writes.ts";
import type { Facts, Movement, Shown } from "./facts.ts";
import { emptyBook, type OrderBook } from "./order-book.ts";

const T = 1_000_000;
const write = (at: number, from: number, to: number, more: Partial<Shown> = {}): Shown => ({
  n: at,
  at,
  channel: "ebay",
  sku: "MUG",
  from,
  to,
  by: "api",
  call: "set",
  ...more,
});
const movement = (at: number, onHand: number, more: Partial<Movement> = {}): Movement => ({
  itemId: "i",
  sku: "MUG",
  kind: "adjustment",
  onHand,
  reserved: 0,
  recordedAt: at,
  orderId: null,
  lineId: null,
  channel: null,
  externalOrderId: null,
  note: null,
  ...more,
});

function objections(
  given: { shown?: Shown[]; watchedShown?: Shown[]; movements?: Movement[]; held?: Facts["held"] },
  book: Partial<OrderBook> = {},
) {
  const facts = {
    shown: [],
    watchedShown: [],
    held: [],
    movements: [movement(T - 60_000, 10)],
    numbers: [{ channel: "ebay", sku: "MUG", parts: [{ sku: "MUG", each: 1 }] }],
    ...given,
  } as unknown as Facts;
  return checkWrites({ facts, book: { ...emptyBook(), ...book }, since: 0, stallMs: 0 }).map((p) => p.check);
}
const paused = { forbidden: [{ channel: "ebay" as const, why: "paused" as const, span: { from: T, until: T + 5_000 } }] };
const stopped = { forbidden: [{ channel: null, why: "stopped" as const, span: { from: T, until: T + 5_000 } }] };
const sold = (placedAt: number) => ({
  orders: [
    { no: 1, channel: "ebay" as const, id: "7", lines: [{ sku: "MUG", quantity: 2 }], placedAt, beforeBaseline: false, changes: [] },
  ],
});

describe("what the oracle objects to in the journal", () => {
  it.each([
    ["a write within the ledger", objections({ shown: [write(T, 8, 10)] }), []],
    ["one for a seller who only watches", objections({ watchedShown: [write(T, 8, 9)] }), ["no write in observe"]],
    ["one while paused", objections({ shown: [write(T + 1_500, 9, 8)] }, paused), ["no write while paused"]],
    ["one that was under way when it was paused", objections({ shown: [write(T + 500, 9, 8)] }, paused), []],
    ["one after going on", objections({ shown: [write(T + 6_000, 9, 8)] }, paused), []],
    ["one on another channel", objections({ shown: [write(T + 1_500, 9, 8, { channel: "etsy" })] }, paused), []],
    ["one while everything is stopped", objections({ shown: [write(T + 1_500, 9, 8)] }, stopped), ["no write while stopped"]],
    ["a raise above the ledger", objections({ shown: [write(T, 8, 11)] }), ["no number above what the ledger had"]],
    [
      "a raise to what the ledger had long ago",
      objections({ shown: [write(T, 8, 10)], movements: [movement(T - 60_000, 10), movement(T - 10_000, -1)] }),
      ["no number above what the ledger had"],
    ],
    ["a fall in two places", objections({ shown: [write(T, 30, 25), write(T + 80, 25, 0)], movements: [movement(T - 60_000, 0)] }), []],
    ["a raise over a sale that nobody counted", objections({ shown: [write(T, 8, 10)] }, sold(T - 4_000)), ["no sold unit comes back"]],
    ["a raise that was under way when it was sold", objections({ shown: [write(T, 8, 10)] }, sold(T - 1_000)), []],
    ["a raise that leaves the sold units out", objections({ shown: [write(T, 6, 8)] }, sold(T - 4_000)), []],
    [
      "a raise on a held number",
      objections({ shown: [write(T + 2_000, 8, 9)], held: [{ channel: "ebay", sku: "MUG", from: T, until: T + 9_000 }] }),
      ["only lowerings by an order on a held number"],
    ],
  ])("%s", (_what, said, wanted) => {
    expect(said).toEqual(wanted);
  });
});
