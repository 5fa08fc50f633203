/** The body of a full-replace PUT: the law that it changes quantities and nothing else, for any inventory. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Inventory } from "./answers.ts";
import { buildInventoryBody, findDifference, type InventoryBody } from "./inventory-body.ts";
import { quantityKey } from "./property-key.ts";
import { liveProducts, quantityGroups, whyReadOnly } from "./quantity-groups.ts";

const LISTING = 4711;

const property = (id: number) =>
  fc.record({
    property_id: fc.constant(id),
    property_name: fc.option(fc.string({ maxLength: 8 })),
    scale_id: fc.option(fc.integer({ min: 1, max: 99 })),
    scale_name: fc.constant(null),
    value_ids: fc.array(fc.integer({ min: 1, max: 9_999 }), { minLength: 1, maxLength: 2 }),
    values: fc.array(fc.string({ maxLength: 6 }), { minLength: 1, maxLength: 2 }),
  });
const product = fc.record({
  product_id: fc.integer({ min: 1 }),
  sku: fc.string({ maxLength: 12 }),
  is_deleted: fc.boolean(),
  offerings: fc.array(
    fc.record({
      offering_id: fc.integer({ min: 1 }),
      quantity: fc.integer({ min: 0, max: 999 }),
      is_enabled: fc.boolean(),
      is_deleted: fc.boolean(),
      price: fc.record({
        amount: fc.integer({ min: 1, max: 5_000_000 }),
        divisor: fc.constantFrom(1, 100, 1000),
        currency_code: fc.constant("USD"),
      }),
      readiness_state_id: fc.option(fc.integer({ min: 1 })),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  property_values: fc.tuple(property(200), property(513)).map((values) => [...values]),
});
const inventory: fc.Arbitrary<Inventory> = fc.record({
  products: fc.array(product, { minLength: 1, maxLength: 6 }),
  price_on_property: fc.subarray([200, 513]),
  quantity_on_property: fc.subarray([200, 513]),
  sku_on_property: fc.subarray([200, 513]),
  readiness_state_on_property: fc.option(fc.subarray([200, 513]), { nil: undefined }),
});

const built = (given: Inventory, quantityOf: (key: string) => number): InventoryBody => {
  const result = buildInventoryBody(LISTING, given, quantityOf, "USD");
  if ("refused" in result) throw new Error(result.refused);
  return result.body;
};

describe("for any inventory", () => {
  it("every living product is in the body, with its own values and the number of its key", () => {
    fc.assert(
      fc.property(inventory, fc.integer({ min: 0, max: 999 }), (given, number) => {
        const living = liveProducts(given);
        fc.pre(living.length > 0);
        const first = [...quantityGroups(LISTING, given).keys()][0]!;
        const quantityOf = (key: string) => (key === first ? number : (quantityGroups(LISTING, given).get(key)?.quantity ?? 0));
        const body = built(given, quantityOf);
        expect(body.products.map((one) => one.sku)).toEqual(living.map((one) => one.sku));
        for (const [index, one] of living.entries()) {
          const key = quantityKey(LISTING, one.property_values, given.quantity_on_property);
          for (const [at, offering] of one.offerings.entries()) {
            const sent = body.products[index]!.offerings[at]!;
            expect(sent.quantity).toBe(quantityOf(key));
            expect(Math.round(sent.price * offering.price.divisor)).toBe(offering.price.amount);
            expect([sent.is_enabled, sent.readiness_state_id]).toEqual([offering.is_enabled, offering.readiness_state_id]);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it("the second look finds any other change", () => {
    const spoilers: ((body: InventoryBody) => void)[] = [
      (body) => {
        body.products.pop();
      },
      ({ products: [first] }) => {
        first!.sku += "x";
      },
      ({ products: [first] }) => {
        first!.offerings[0]!.price += 1.01;
      },
      ({ products: [first] }) => {
        first!.offerings[0]!.is_enabled = !first!.offerings[0]!.is_enabled;
      },
      ({ products: [first] }) => {
        first!.offerings[0]!.readiness_state_id = 0;
      },
      ({ products: [first] }) => {
        first!.offerings[0]!.quantity += 1;
      },
      ({ products: [first] }) => {
        first!.property_values.reverse();
      },
      (body) => {
        body.price_on_property = [1];
      },
      (body) => {
        body.readiness_state_on_property = [1];
      },
    ];
    const change = fc.constantFrom(...spoilers);
    fc.assert(
      fc.property(inventory, change, (given, spoil) => {
        fc.pre(liveProducts(given).length > 0);
        const quantityOf = () => 3;
        const body = structuredClone(built(given, quantityOf));
        expect(findDifference(LISTING, given, body, quantityOf)).toBeNull();
        spoil(body);
        expect(findDifference(LISTING, given, body, quantityOf)).not.toBeNull();
      }),
      { numRuns: 200 },
    );
  });
});

describe("is not built", () => {
  const one: Inventory = {
    products: [
      {
        product_id: 1,
        sku: "A",
        is_deleted: false,
        offerings: [
          {
            offering_id: 2,
            quantity: 4,
            is_enabled: true,
            is_deleted: false,
            price: { amount: 1000, divisor: 100, currency_code: "EUR" },
            readiness_state_id: 5,
          },
        ],
        property_values: [],
      },
    ],
    price_on_property: [],
    quantity_on_property: [],
    sku_on_property: [],
  };

  it("from converted prices", () => {
    expect(buildInventoryBody(LISTING, one, () => 1, "USD")).toMatchObject({ refused: expect.stringContaining("EUR") });
    expect(buildInventoryBody(LISTING, one, () => 1, null)).toMatchObject({
      body: { products: [{ offerings: [{ price: 10, quantity: 1 }] }] },
    });
  });

  it("with a quantity that is no count", () => {
    expect(buildInventoryBody(LISTING, one, () => Number.NaN, "EUR")).toHaveProperty("refused");
    expect(buildInventoryBody(LISTING, one, () => -1, "EUR")).toHaveProperty("refused");
  });

  it("where variations share a number but show different ones, or have brackets in their names", () => {
    const variation = (id: number, quantity: number, value: string) => ({
      ...one.products[0]!,
      product_id: id,
      offerings: [{ ...one.products[0]!.offerings[0]!, quantity }],
      property_values: [{ property_id: 200, property_name: "Color", scale_id: null, scale_name: null, value_ids: [id], values: [value] }],
    });
    expect(whyReadOnly(LISTING, { ...one, products: [variation(1, 4, "Red"), variation(2, 5, "Blue")] })).toContain(
      "share one stock number",
    );
    expect(whyReadOnly(LISTING, { ...one, products: [variation(1, 4, "Red (dark)")] })).toContain("brackets");
    expect(whyReadOnly(LISTING, { ...one, products: [variation(1, 4, "Red"), variation(1, 4, "Red")] })).toContain("same options");
    expect(whyReadOnly(LISTING, { ...one, products: [variation(1, 4, "Red"), variation(2, 4, "Blue")] })).toBeNull();
  });
});
