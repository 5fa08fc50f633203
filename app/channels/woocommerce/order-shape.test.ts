import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readOrder } from "./order-shape.ts";

const SEEN = new Date("2026-11-23T13:00:00Z");

type Given = { status: string; quantity?: number; reduced?: unknown; restocked?: unknown; paid?: boolean; line?: Record<string, unknown> };

function order({ status, quantity = 5, reduced, restocked, paid = true, line = {} }: Given) {
  const meta = [
    { id: 1, key: "Engraving", value: "for Jane" },
    ...(reduced === undefined ? [] : [{ id: 2, key: "_reduced_stock", value: reduced }]),
    ...(restocked === undefined ? [] : [{ id: 3, key: "_restock_refunded_items", value: restocked }]),
  ];
  return {
    id: 77,
    number: "1077",
    status,
    currency: "EUR",
    date_created_gmt: "2026-11-23T12:00:00",
    date_modified_gmt: "2026-11-23T12:30:00",
    date_paid_gmt: paid ? "2026-11-23T12:00:01" : null,
    billing: { first_name: "Jane" },
    line_items: [{ id: 9, name: "Mug", product_id: 5, variation_id: 0, quantity, sku: "MUG", price: 4.5, meta_data: meta, ...line }],
  };
}

function lineOf(given: Given) {
  const read = readOrder(order(given), SEEN);
  if (!read) throw new Error("no order was read");
  const line = read.lines[0]!;
  return { status: read.status, held: line.held, consumed: line.consumed, returnable: line.returnable, deducted: line.channelDeducted };
}

describe("the number of an order", () => {
  it.each([
    ["1077", "1077"],
    [1077, "1077"],
    ["#1077", "#1077"],
    ["INV-2026-0042", "INV-2026-0042"],
    // A plugin may make it of anything: what could be a buyer's name stays outside.
    ["Jane Doe", "77"],
    ["Janedoe-7", "77"],
    ["jane@example.com 7", "77"],
    ["", "77"],
    [undefined, "77"],
  ])("%j is kept as %s", (given, kept) => {
    expect(readOrder({ ...order({ status: "processing" }), number: given }, SEEN)?.number).toBe(kept);
  });
});

const exactly = (units: number) => ({ min: units, max: units });

describe("the normal form of an order", () => {
  it.each([
    [
      { status: "processing", reduced: "5" },
      { status: "open", held: 5, consumed: 0, returnable: 0, deducted: exactly(5) },
    ],
    [
      { status: "on-hold", reduced: 5, paid: false },
      { status: "open", held: 5, consumed: 0, returnable: 0, deducted: exactly(5) },
    ],
    [
      { status: "completed", reduced: "5" },
      { status: "shipped", held: 0, consumed: 5, returnable: 0, deducted: exactly(5) },
    ],
    // Two of five refunded onto the shelf: the mark has dropped, the line still says five.
    [
      { status: "processing", reduced: "3", restocked: "2" },
      { status: "open", held: 3, consumed: 0, returnable: 0, deducted: exactly(3) },
    ],
    [
      { status: "refunded", reduced: "5" },
      { status: "refunded", held: 0, consumed: 5, returnable: 0, deducted: exactly(5) },
    ],
    [
      { status: "refunded", reduced: "0", restocked: "5" },
      { status: "refunded", held: 0, consumed: 0, returnable: 0, deducted: exactly(0) },
    ],
    [{ status: "cancelled" }, { status: "cancelled", held: 0, consumed: 0, returnable: 0, deducted: exactly(0) }],
    [
      { status: "pending", paid: false },
      { status: "open", held: 0, consumed: 0, returnable: 0, deducted: exactly(0) },
    ],
    // Failing gives nothing back by itself.
    [
      { status: "failed", reduced: "5" },
      { status: "open", held: 5, consumed: 0, returnable: 0, deducted: exactly(5) },
    ],
    [
      { status: "failed", paid: false },
      { status: "open", held: 0, consumed: 0, returnable: 0, deducted: exactly(0) },
    ],
    // Neither does the trash.
    [
      { status: "trash", reduced: "5" },
      { status: "cancelled", held: 0, consumed: 5, returnable: 0, deducted: exactly(5) },
    ],
    // A plugin's own status: what was lowered, or paid, decides.
    [
      { status: "wc-packing", reduced: "5" },
      { status: "open", held: 5, consumed: 0, returnable: 0, deducted: exactly(5) },
    ],
    [
      { status: "quote", paid: false },
      { status: "open", held: 0, consumed: 0, returnable: 0, deducted: exactly(0) },
    ],
    // No mark at all: goods without a stock number, or not lowered yet.
    [{ status: "processing" }, { status: "open", held: 5, consumed: 0, returnable: 0, deducted: { min: 0, max: 5 } }],
    [{ status: "wc-shipped" }, { status: "open", held: 5, consumed: 0, returnable: 0, deducted: { min: 0, max: 5 } }],
    [{ status: "completed" }, { status: "shipped", held: 0, consumed: 5, returnable: 0, deducted: exactly(0) }],
    [{ status: "refunded" }, { status: "refunded", held: 0, consumed: 5, returnable: 5, deducted: exactly(0) }],
  ] as const)("%o", (given, expected) => {
    expect(lineOf(given)).toEqual(expected);
  });

  it("an order in block checkout is no order yet", () => {
    expect(readOrder(order({ status: "checkout-draft" }), SEEN)).toBeNull();
  });

  it("dates without a zone are UTC, whatever zone this machine is in", () => {
    const read = readOrder(order({ status: "processing" }), SEEN)!;
    expect(read.placedAt.toISOString()).toBe("2026-11-23T12:00:00.000Z");
    expect(read.updatedAt.toISOString()).toBe("2026-11-23T12:30:00.000Z");
    expect(read.observedAt).toBe(SEEN);
  });

  it("an empty line of an unknown product names no listing; a variation is named before its product", () => {
    const read = (line: Record<string, unknown>) => readOrder(order({ status: "processing", line }), SEEN)!.lines[0]!;
    expect(read({ product_id: 0, sku: "", name: "" })).toMatchObject({ listingExternalId: null, sku: null, title: "" });
    expect(read({ product_id: 5, variation_id: 51 }).listingExternalId).toBe("51");
  });

  it("nothing of the buyer comes through", () => {
    expect(JSON.stringify(readOrder(order({ status: "processing" }), SEEN))).not.toContain("Jane");
  });

  it("units never get lost or invented, whatever the marks say", () => {
    const statuses = ["processing", "on-hold", "completed", "refunded", "cancelled", "pending", "failed", "trash", "wc-custom"];
    const units = fc.option(fc.nat(50), { nil: undefined });
    fc.assert(
      fc.property(fc.constantFrom(...statuses), fc.nat(50), units, units, fc.boolean(), (status, quantity, reduced, restocked, paid) => {
        const line = readOrder(order({ status, quantity, reduced, restocked, paid }), SEEN)!.lines[0]!;
        expect(line.held).toBeGreaterThanOrEqual(0);
        expect(line.consumed).toBeGreaterThanOrEqual(0);
        expect(line.held + line.consumed).toBeLessThanOrEqual(line.quantity);
        expect(line.quantity).toBeGreaterThanOrEqual(quantity);
        expect(line.channelDeducted.min).toBeLessThanOrEqual(line.channelDeducted.max);
      }),
    );
  });
});
