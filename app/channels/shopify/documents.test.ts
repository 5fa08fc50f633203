import { readdirSync, readFileSync } from "node:fs";
import { type FieldNode, getNamedType, Kind, NoDeprecatedCustomRule, parse, TypeInfo, validate, visit, visitWithTypeInfo } from "graphql";
import { describe, expect, it } from "vitest";
import { costOf } from "#app/sandbox/shopify/cost.ts";
import { adminSchema, scopeGranted, scopesNeeded } from "#app/sandbox/shopify/schema.ts";
import type { ChannelContext, StockWrite } from "../port.ts";
import { API_VERSION } from "./admin-api.ts";
import { SCOPES } from "./connector.server.ts";
import { DOCUMENTS } from "./documents.ts";
import { ORDERS_PER_CALL } from "./orders.ts";
import { itemsPerCall } from "./stock-readings.ts";
import { setStock } from "./stock-writes.ts";

/** Of contracts: shopify 2; the schema itself marks none of them. */
const DEMAND_A_KEY = [
  "inventoryActivate",
  "inventoryAdjustQuantities",
  "inventoryMoveQuantities",
  "inventorySetOnHandQuantities",
  "inventorySetQuantities",
  "inventoryShipmentAddItems",
  "inventoryShipmentCreate",
  "inventoryShipmentCreateInTransit",
  "inventoryShipmentReceive",
  "inventoryTransferCreate",
  "inventoryTransferCreateAsReadyToShip",
  "inventoryTransferDuplicate",
  "inventoryTransferSetItems",
  "locationActivate",
  "locationDeactivate",
  "refundCreate",
];
const BUYERS_FIELDS = /^(customer|email|phone|note|clientIp|.*[aA]ddress|.*Address(es)?|customAttributes|receipt.*)$/;
const { schema, scopes } = adminSchema();
const all = Object.entries(DOCUMENTS);
const toml = readFileSync(new URL("../../../shopify.app.toml", import.meta.url), "utf8");
const tomlScopes = /^scopes = "([^"]+)"$/m.exec(toml)?.[1]?.split(",") ?? [];

function fieldsOf(text: string): { parent: string; field: FieldNode; returns: string }[] {
  const found: { parent: string; field: FieldNode; returns: string }[] = [];
  const info = new TypeInfo(schema);
  visit(
    parse(text),
    visitWithTypeInfo(info, {
      Field(field) {
        const type = info.getType();
        found.push({ parent: info.getParentType()?.name ?? "", field, returns: type ? getNamedType(type).name : "" });
      },
    }),
  );
  return found;
}

describe("Shopify documents", () => {
  it.each(all)("%s fits the official schema of 2026-10", (_, text) => {
    expect(validate(schema, parse(text))).toEqual([]);
  });

  it.each(all)("%s uses nothing deprecated", (_, text) => {
    expect(validate(schema, parse(text), [NoDeprecatedCustomRule])).toEqual([]);
  });

  it("trap: every stock mutation carries @idempotent with a key from outside", () => {
    const mutations = all.flatMap(([, text]) => fieldsOf(text).filter(({ parent }) => parent === "Mutation"));
    expect(mutations.map(({ field }) => field.name.value)).toContain("inventorySetQuantities");
    for (const { field } of mutations.filter((each) => DEMAND_A_KEY.includes(each.field.name.value))) {
      const directive = field.directives?.find((each) => each.name.value === "idempotent");
      expect(directive?.arguments?.[0]?.value.kind, field.name.value).toBe(Kind.VARIABLE);
    }
  });

  it("are all there are: no other file of the room holds GraphQL, and what demands a key stands in the schema", () => {
    const folder = new URL("./", import.meta.url);
    const sources = readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && name !== "documents.ts");
    expect(sources.length).toBeGreaterThan(8);
    for (const name of sources)
      expect([name, /#graphql|(query|mutation)\s+\w+\s*[({]/.test(readFileSync(new URL(name, folder), "utf8"))]).toEqual([name, false]);
    const fields = Object.keys(schema.getMutationType()?.getFields() ?? {});
    expect(DEMAND_A_KEY.filter((name) => !fields.includes(name))).toEqual([]);
  });

  it("trap: every row that a write sends carries the number it rests on, under a key of its own", async () => {
    const sent: { input: { quantities: Record<string, unknown>[] }; idempotencyKey: string }[] = [];
    const write = (n: number): StockWrite => ({
      ...{ key: `gid://shopify/InventoryItem/${n}`, ref: {}, from: 2 * n + 3, to: 0, readAt: new Date(), maySpend: false },
      idempotencyKey: `decision-${n}`,
      parts: [1, 2].map((place) => ({ locationId: `gid://shopify/Location/${place}`, from: n + place, to: 0 })),
    });
    const context: ChannelContext = {
      ...{ account: { externalId: "gid://shopify/Shop/1", address: "a.myshopify.com" }, credentials: { accessToken: "t" } },
      ...{ app: {}, settings: {}, observeLimits: () => {}, now: () => new Date(), newKey: () => "k" },
      http: async (call) => {
        const body = JSON.parse(String(call.body)) as { query: string; variables: (typeof sent)[number] };
        if (body.query === DOCUMENTS.SET_QUANTITIES) sent.push(body.variables);
        return {
          status: 200,
          headers: {},
          text: JSON.stringify({ data: { inventorySetQuantities: { inventoryAdjustmentGroup: null, userErrors: [] } } }),
        };
      },
    };
    const writes = Array.from({ length: 300 }, (_, n) => write(n));
    await setStock(context, writes, async (imminent) => new Set(imminent.map(({ key }) => key)));
    const rows = sent.flatMap(({ input }) => input.quantities);
    expect(rows).toHaveLength(600);
    expect(rows.filter((row) => !Number.isInteger(row.changeFromQuantity))).toEqual([]);
    expect(Math.max(...sent.map(({ input }) => input.quantities.length))).toBeLessThanOrEqual(250);
    const keys = sent.map(({ idempotencyKey }) => idempotencyKey);
    expect(keys.every((key) => /^[0-9a-f-]{36}$/.test(key))).toBe(true);
    expect(new Set(keys).size).toBe(sent.length);
  });

  it("trap: rows of quantities come as variables only, so that no document can forget changeFromQuantity", () => {
    // What the variables hold is proved against the simulator, which refuses a row without it (stock-writes.test.ts).
    for (const [, text] of all) expect(text).not.toMatch(/quantities:\s*[[{]|changes:\s*[[{]/);
  });

  it("trap: nobody asks for a buyer's datum", () => {
    const asked = all.flatMap(([, text]) => fieldsOf(text).map(({ field }) => field.name.value));
    expect(asked.length).toBeGreaterThan(100);
    expect(asked.filter((name) => BUYERS_FIELDS.test(name))).toEqual([]);
    expect(all.flatMap(([, text]) => fieldsOf(text)).filter(({ returns }) => ["Customer", "MailingAddress"].includes(returns))).toEqual([]);
  });

  it("the scopes of shopify.app.toml suffice, and the connector names the same", () => {
    expect(tomlScopes).toEqual(SCOPES);
    for (const [name, text] of all) {
      const missing = scopesNeeded(parse(text), schema, scopes).filter(
        (group) => !group.some((wanted) => scopeGranted(tomlScopes, wanted)),
      );
      expect(missing, name).toEqual([]);
    }
  });

  it.each(SCOPES)("without %s some document is refused, so it is not superfluous", (scope) => {
    const rest = SCOPES.filter((each) => each !== scope);
    const groups = all.flatMap(([, text]) => scopesNeeded(parse(text), schema, scopes));
    expect(groups.some((group) => !group.some((wanted) => scopeGranted(rest, wanted)))).toBe(true);
  });

  it("trap: no document asks for more than 1,000 points, whatever the number of locations", () => {
    for (const levels of [1, 2, 4, 20]) {
      const ids = Array.from({ length: itemsPerCall(levels) }, (_, index) => `gid://shopify/InventoryItem/${index}`);
      const variables = { first: Math.min(250, Math.floor(980 / (5 + 3 * levels))), levels, ids, id: "x", after: null };
      for (const [name, text] of all) {
        const orders = name.startsWith("ORDERS");
        const given = orders ? { ...variables, first: ORDERS_PER_CALL, ids: ids.slice(0, ORDERS_PER_CALL) } : variables;
        const [operation] = parse(text).definitions;
        if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`${name} is no operation`);
        expect(costOf(operation, { schema, fragments: new Map(), variables: given }), `${name} at ${levels} levels`).toBeLessThanOrEqual(
          1000,
        );
      }
    }
  });

  it("one version is pinned, in one place: the toml's webhooks and the library are given the same", () => {
    expect(/^api_version = "([^"]+)"$/m.exec(toml)?.[1]).toBe(API_VERSION);
    const mentions = (folder: URL): string[] =>
      readdirSync(folder, { withFileTypes: true }).flatMap((each) => {
        const path = new URL(each.isDirectory() ? `${each.name}/` : each.name, folder);
        if (each.isDirectory()) return ["sandbox", "testing", "generated"].includes(each.name) ? [] : mentions(path);
        if (!/\.tsx?$/.test(each.name) || each.name.includes(".test.")) return [];
        return /["'/]2026-\d\d["'/]|ApiVersion\./.test(readFileSync(path, "utf8")) ? [each.name] : [];
      });
    expect(mentions(new URL("../../", import.meta.url))).toEqual(["admin-api.ts"]);
  });

  it("the toml sends everything to our door and asks for no buyer's field", () => {
    const uris = [...toml.matchAll(/^uri = "([^"]+)"$/gm)].map((found) => found[1]);
    expect(uris.length).toBeGreaterThan(4);
    expect(new Set(uris)).toEqual(new Set(["/webhooks/shopify"]));
    for (const topic of ["customers/data_request", "customers/redact", "shop/redact", "app/uninstalled", "inventory_levels/update"]) {
      expect(toml).toContain(`"${topic}"`);
    }
    const included = [...toml.matchAll(/^include_fields = \[(.+)\]$/gm)].flatMap((found) => found[1]!.split(", "));
    for (const field of included)
      expect(['"id"', '"admin_graphql_api_id"', '"updated_at"', '"order_id"', '"created_at"', '"processed_at"']).toContain(field);
  });
});
