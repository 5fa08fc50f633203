import { afterEach, describe, expect, it } from "vitest";
import type { Quota } from "./graphql-door.ts";
import { openShopify } from "./shopify-bed.ts";
import { STANDARD_PLAN } from "./simulator.ts";

let opened: Awaited<ReturnType<typeof openShopify>> | null = null;
afterEach(async () => {
  await opened?.stop();
  opened = null;
});
async function open(options: { items?: number; quota?: Quota } = {}) {
  opened = await openShopify(options);
  return { bed: opened, shop: opened.connect() };
}

const LEVELS = `query($first: Int!) { productVariants(first: $first) { nodes { sku inventoryItem { id inventoryLevels(first: 5) { nodes {
  location { id } quantities(names: ["available", "on_hand", "committed"]) { name quantity } } } } } } }`;
const SET = `mutation($input: InventorySetQuantitiesInput!, $key: String!) { inventorySetQuantities(input: $input) @idempotent(key: $key) {
  inventoryAdjustmentGroup { changes { name delta quantityAfterChange } } userErrors { code field } } }`;

type Levels = {
  productVariants: {
    nodes: {
      sku: string | null;
      inventoryItem: {
        id: string;
        inventoryLevels: { nodes: { location: { id: string }; quantities: { name: string; quantity: number }[] }[] };
      };
    }[];
  };
};

type Shop = ReturnType<Awaited<ReturnType<typeof openShopify>>["connect"]>;

async function firstLevel(shop: Shop) {
  const { body } = await shop.ask(LEVELS, { first: 5 });
  const { inventoryItem } = (body.data as Levels).productVariants.nodes[0]!;
  const level = inventoryItem.inventoryLevels.nodes[0]!;
  const numbers = Object.fromEntries(level.quantities.map(({ name, quantity }) => [name, quantity])) as Record<string, number>;
  return { inventoryItemId: inventoryItem.id, locationId: level.location.id, numbers };
}
const codeOf = (answer: Awaited<ReturnType<Shop["ask"]>>) => answer.body.errors?.[0]?.extensions?.code;
const userErrorsOf = (answer: Awaited<ReturnType<Shop["ask"]>>) =>
  (answer.body.data as { inventorySetQuantities: { userErrors: { code: string }[] } }).inventorySetQuantities.userErrors.map(
    (each) => each.code,
  );

describe("the simulated Admin API refuses what Shopify refuses", () => {
  it.each(["", "shpat_wrong"])("the access token '%s': 401", async (token) => {
    const { shop } = await open();
    expect((await shop.ask("{ shop { id } }", {}, token)).status).toBe(401);
  });

  it("another shop's token: 401", async () => {
    const { bed, shop } = await open();
    expect((await shop.ask("{ shop { id } }", {}, bed.connect(3).token)).status).toBe(401);
  });

  it("an access token older than an hour: 401", async () => {
    const { bed, shop } = await open();
    bed.advance(61 * 60_000);
    expect((await shop.ask("{ shop { id } }")).status).toBe(401);
  });

  it("another API version: 404, a field that the schema lacks: 200 with errors and no data", async () => {
    const { shop } = await open();
    expect(
      (await shop.post("/api/2025-10/graphql.json", { query: "{ shop { id } }" }, { "x-shopify-access-token": shop.token })).status,
    ).toBe(404);
    const answer = await shop.ask("{ shop { idd } }");
    expect([answer.status, answer.body.data]).toEqual([200, undefined]);
    expect(answer.body.errors?.[0]?.message).toContain("idd");
  });

  it("data outside the granted scopes: ACCESS_DENIED", async () => {
    const { shop } = await open();
    expect(codeOf(await shop.ask("{ customers(first: 1) { nodes { id } } }"))).toBe("ACCESS_DENIED");
  });

  it("what is in the schema but not simulated says so instead of answering null", async () => {
    const { shop } = await open();
    expect(codeOf(await shop.ask("{ shop { shopOwnerName } }"))).toBe("SANDBOX_NOT_SIMULATED");
  });

  it("more than 250 in one page or list", async () => {
    const { shop } = await open();
    expect(codeOf(await shop.ask("{ productVariants(first: 251) { nodes { id } } }"))).toBe("BAD_REQUEST");
    const ids = Array.from({ length: 251 }, (_, index) => `gid://shopify/Product/${index}`);
    expect(codeOf(await shop.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", { ids }))).toBe("MAX_INPUT_SIZE_EXCEEDED");
  });

  it("a query of more than 1,000 points", async () => {
    const { shop } = await open();
    expect(codeOf(await shop.ask(LEVELS, { first: 250 }))).toBe("MAX_COST_EXCEEDED");
  });
});

describe("points", () => {
  it("run out at HTTP 200 with THROTTLED, and come back with time", async () => {
    const { bed, shop } = await open({ quota: { ...STANDARD_PLAN, capacity: 1000 }, items: 100 });
    let answer = await shop.ask(LEVELS, { first: 50 });
    const { cost } = answer.body.extensions!;
    expect(cost).toMatchObject({ throttleStatus: { maximumAvailable: 1000, restoreRate: 100 } });
    expect(cost.actualQueryCost).toBeLessThan(cost.requestedQueryCost);
    for (let calls = 0; calls < 5 && codeOf(answer) === undefined; calls++) answer = await shop.ask(LEVELS, { first: 50 });
    expect([answer.status, codeOf(answer)]).toEqual([200, "THROTTLED"]);
    bed.advance(10_000);
    expect(codeOf(await shop.ask(LEVELS, { first: 50 }))).toBeUndefined();
  });
});

describe("stock mutations", () => {
  const input = (rows: object[], more: object = {}) => ({ name: "available", reason: "correction", quantities: rows, ...more });

  it("trap: without @idempotent, or with a blank key, the mutation fails at run time", async () => {
    const { shop } = await open();
    const { inventoryItemId, locationId } = await firstLevel(shop);
    const rows = [{ inventoryItemId, locationId, quantity: 1, changeFromQuantity: null }];
    expect(
      (await shop.ask(SET.replace("@idempotent(key: $key)", "").replace(", $key: String!", ""), { input: input(rows) })).body.errors?.[0]
        ?.message,
    ).toContain("@idempotent");
    expect((await shop.ask(SET, { input: input(rows), key: "  " })).body.errors?.[0]?.message).toContain("@idempotent");
  });

  it("trap: a row without changeFromQuantity fails, an explicit null passes", async () => {
    const { shop } = await open();
    const { inventoryItemId, locationId } = await firstLevel(shop);
    const row = { inventoryItemId, locationId, quantity: 1 };
    expect((await shop.ask(SET, { input: input([row]), key: "a" })).body.errors?.[0]).toMatchObject({
      message: expect.stringContaining("changeFromQuantity"),
      extensions: { code: "INVALID_FIELD_ARGUMENTS" },
    });
    expect(userErrorsOf(await shop.ask(SET, { input: input([{ ...row, changeFromQuantity: null }]), key: "b" }))).toEqual([]);
  });

  it("trap: a stale compare is a user error at 200 and writes none of the rows", async () => {
    const { bed, shop } = await open();
    const { inventoryItemId, locationId, numbers } = await firstLevel(shop);
    const before = bed.simulator().state(1).listings[0]!.quantity;
    const answer = await shop.ask(SET, {
      input: input([{ inventoryItemId, locationId, quantity: 1, changeFromQuantity: numbers.available! + 1 }]),
      key: "a",
    });
    expect([answer.status, userErrorsOf(answer)]).toEqual([200, ["CHANGE_FROM_QUANTITY_STALE"]]);
    expect(bed.simulator().state(1).listings[0]!.quantity).toBe(before);
  });

  it("trap: keys: replay, other values, and a failed attempt", async () => {
    const { shop } = await open();
    const { inventoryItemId, locationId, numbers } = await firstLevel(shop);
    const row = { inventoryItemId, locationId, quantity: 1, changeFromQuantity: numbers.available };
    const first = await shop.ask(SET, { input: input([row]), key: "one" });
    expect((await shop.ask(SET, { input: input([row]), key: "one" })).body.data).toEqual(first.body.data);
    expect(userErrorsOf(await shop.ask(SET, { input: input([{ ...row, quantity: 2 }]), key: "one" }))).toEqual([
      "IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
    ]);
    expect(userErrorsOf(await shop.ask(SET, { input: input([row]), key: "two" }))).toEqual(["CHANGE_FROM_QUANTITY_STALE"]);
    expect(userErrorsOf(await shop.ask(SET, { input: input([row]), key: "two" }))).toEqual(["IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"]);
  });

  it.each([
    ["INVALID_REASON", { reason: "because" }, {}],
    ["INVALID_NAME", { name: "committed" }, {}],
    ["INVALID_INVENTORY_ITEM", {}, { inventoryItemId: "gid://shopify/InventoryItem/1" }],
    ["INVALID_LOCATION", {}, { locationId: "gid://shopify/Location/1" }],
    ["INVALID_QUANTITY_TOO_HIGH", {}, { quantity: 1_000_000_001 }],
  ])("%s", async (code, more, change) => {
    const { shop } = await open();
    const { inventoryItemId, locationId } = await firstLevel(shop);
    const row = { inventoryItemId, locationId, quantity: 1, changeFromQuantity: null, ...change };
    expect(userErrorsOf(await shop.ask(SET, { input: input([row], more), key: "a" }))).toContain(code);
  });

  it("the same item and place twice", async () => {
    const { shop } = await open();
    const { inventoryItemId, locationId } = await firstLevel(shop);
    const row = { inventoryItemId, locationId, quantity: 1, changeFromQuantity: null };
    expect(userErrorsOf(await shop.ask(SET, { input: input([row, row]), key: "a" }))).toEqual([
      "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR",
    ]);
  });

  it("stocking an item at a place it was not stocked at", async () => {
    const { bed, shop } = await open();
    const { locationId } = await firstLevel(shop);
    const all = (await shop.ask(LEVELS, { first: 40 })).body.data as Levels;
    const item = all.productVariants.nodes.find((each) => each.sku === "NEW-UNSTOCKED")!.inventoryItem.id;
    const ACTIVATE = `mutation($item: ID!, $place: ID!, $key: String!) { inventoryActivate(inventoryItemId: $item, locationId: $place, available: 6)
      @idempotent(key: $key) { inventoryLevel { quantities(names: ["available"]) { quantity } } userErrors { message } } }`;
    const answer = await shop.ask(ACTIVATE, { item, place: locationId, key: "a" });
    expect(answer.body.data).toEqual({ inventoryActivate: { inventoryLevel: { quantities: [{ quantity: 6 }] }, userErrors: [] } });
    expect(
      bed
        .simulator()
        .state(1)
        .listings.find((each) => each.sku === "NEW-UNSTOCKED")?.quantity,
    ).toBe(6);
  });

  it("an adjustment by a difference", async () => {
    const { shop } = await open();
    const { inventoryItemId, locationId, numbers } = await firstLevel(shop);
    const ADJUST = `mutation($input: InventoryAdjustQuantitiesInput!) { inventoryAdjustQuantities(input: $input) @idempotent(key: "k") {
      inventoryAdjustmentGroup { changes(quantityNames: ["available"]) { delta quantityAfterChange } } userErrors { code } } }`;
    const changes = [{ inventoryItemId, locationId, delta: -2, changeFromQuantity: numbers.available }];
    const answer = await shop.ask(ADJUST, { input: { name: "available", reason: "correction", changes } });
    expect(answer.body.data).toMatchObject({
      inventoryAdjustQuantities: {
        inventoryAdjustmentGroup: { changes: [{ delta: -2, quantityAfterChange: numbers.available! - 2 }] },
        userErrors: [],
      },
    });
  });
});

describe("orders and stock states", () => {
  it("available, committed and on_hand stay in balance through an order's whole life", async () => {
    const { bed, shop } = await open();
    const sku = bed.sandbox.world().simple[0]!.sku;
    const numbers = async () => (await firstLevel(shop)).numbers;
    const start = await numbers();
    const id = bed.simulator().placeOrder(1, { lines: [{ sku, quantity: 5 }] }).id;
    expect(await numbers()).toEqual({ available: start.available! - 5, committed: 5, on_hand: start.on_hand });
    bed.simulator().editOrder(1, id, { lines: [{ sku, quantity: 4 }] });
    expect(await numbers()).toEqual({ available: start.available! - 4, committed: 4, on_hand: start.on_hand });
    bed.simulator().refundOrder(1, id, { lines: [{ sku, quantity: 1 }], restock: false });
    expect(await numbers()).toEqual({ available: start.available! - 4, committed: 3, on_hand: start.on_hand! - 1 });
    bed.simulator().fulfilOrder(1, id);
    expect(await numbers()).toEqual({ available: start.available! - 4, committed: 0, on_hand: start.on_hand! - 4 });
    bed.simulator().refundOrder(1, id, { lines: [{ sku, quantity: 2 }], restock: true });
    expect(await numbers()).toEqual({ available: start.available! - 2, committed: 0, on_hand: start.on_hand! - 2 });
  });

  it("trap: a refund without restock takes the shipped units first", async () => {
    const { bed, shop } = await open();
    const sku = bed.sandbox.world().simple[0]!.sku;
    const start = (await firstLevel(shop)).numbers;
    const id = bed.simulator().placeOrder(1, { lines: [{ sku, quantity: 1 }] }).id;
    bed.simulator().fulfilOrder(1, id);
    bed.simulator().editOrder(1, id, { lines: [{ sku, quantity: 2 }] });
    bed.simulator().refundOrder(1, id, { lines: [{ sku, quantity: 1 }], restock: false });
    expect((await firstLevel(shop)).numbers).toEqual({ available: start.available! - 2, committed: 1, on_hand: start.on_hand! - 1 });
  });

  it("too few: 409; an order that is gone: 404; cancelled twice: 422", async () => {
    const { bed } = await open();
    const sku = bed.sandbox.world().simple[0]!.sku;
    const { placeOrder, cancelOrder } = bed.simulator();
    expect(() => placeOrder(1, { lines: [{ sku, quantity: 9_999 }] })).toThrow(expect.objectContaining({ status: 409 }));
    expect(() => cancelOrder(1, "5", { restock: true })).toThrow(expect.objectContaining({ status: 404 }));
    const { id } = placeOrder(1, { lines: [{ sku, quantity: 1 }] });
    cancelOrder(1, id, { restock: true });
    expect(() => cancelOrder(1, id, { restock: true })).toThrow(expect.objectContaining({ status: 422 }));
  });
});

describe("a large shop", () => {
  it("answers the last pages of 100,000 listings as fast as the first", async () => {
    const { bed, shop } = await open({ items: 100_000 });
    const PAGE = `query($after: String, $query: String) {
      productVariants(first: 250, after: $after, query: $query) { nodes { id sku inventoryItem { tracked } } pageInfo { hasNextPage endCursor } }
    }`;
    type Page = { productVariants: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
    const walk = async (from: string | null) => {
      const started = performance.now();
      let after: string | null = null;
      const query = from === null ? null : `id:>=${from}`;
      const seen: string[] = [];
      for (let page = 0; page < 15; page++) {
        const { productVariants } = (await shop.ask(PAGE, { after, query })).body.data as Page;
        seen.push(...productVariants.nodes.map((node) => node.id));
        after = productVariants.pageInfo.endCursor;
      }
      return { ms: performance.now() - started, seen };
    };
    const ids = bed
      .simulator()
      .state(1)
      .listings.map((listing) => listing.id);
    const start = 96_000;
    const idAt = (place: number) => ids[place]!.replace(/.*\//, "");
    const first = await walk(null);
    const last = await walk(idAt(start));
    expect(first.seen).toEqual(ids.slice(0, 3_750));
    expect(last.seen).toEqual(ids.slice(start, start + 3_750));
    // A scan per call would make a late page cost many times an early one.
    expect(last.ms).toBeLessThan(first.ms * 4 + 200);
    const deep = (place: number) => shop.ask(PAGE, { after: Buffer.from(idAt(place)).toString("base64url"), query: null });
    expect((await deep(24_749)).body.errors).toBeUndefined();
    expect((await deep(24_750)).body.errors).toMatchObject([{ extensions: { code: "BAD_REQUEST" } }]);
  }, 60_000);
});
