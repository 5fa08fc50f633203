/**
 * The official Admin API schema, version 2026-10, as Shopify publishes it (introspection plus a table of access scopes). Built
 * once and only when first needed; every document text is parsed, validated and weighed once and then remembered.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import {
  buildClientSchema,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  getNamedType,
  type IntrospectionQuery,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from "graphql";

export const API_VERSION = "2026-10";
const FIXTURE = new URL("./fixtures/admin-2026-10.json.gz", import.meta.url);

type ScopeRow = { type: "type" | "field"; typeName: string; fieldName?: string; offlineScopes: string[] };
type Official = { data: IntrospectionQuery; offline_scopes: { items: ScopeRow[] } };

/** `needs` lists groups of scopes; of each group any one suffices. */
export type Prepared = { document: DocumentNode; errors: readonly GraphQLError[]; needs: string[][] };

let built: { schema: GraphQLSchema; scopes: Map<string, string[]> } | null = null;

export function adminSchema(): { schema: GraphQLSchema; scopes: Map<string, string[]> } {
  if (built) return built;
  const official = JSON.parse(gunzipSync(readFileSync(FIXTURE)).toString("utf8")) as Official;
  const scopes = new Map<string, string[]>();
  for (const row of official.offline_scopes.items) {
    if (row.offlineScopes.length > 0) scopes.set(row.fieldName ? `${row.typeName}.${row.fieldName}` : row.typeName, row.offlineScopes);
  }
  built = { schema: buildClientSchema(official.data, { assumeValid: true }), scopes };
  return built;
}

const prepared = new Map<string, Prepared>();
/** Enough for every document of an app; a client that interpolates values into its documents must not fill the memory. */
const REMEMBERED = 500;

/** Throws GraphQLError when the text is no GraphQL at all. */
export function prepareDocument(text: string): Prepared {
  const known = prepared.get(text);
  if (known) return known;
  const { schema, scopes } = adminSchema();
  const document = parse(text);
  const result: Prepared = { document, errors: validate(schema, document), needs: scopesNeeded(document, schema, scopes) };
  if (prepared.size >= REMEMBERED) prepared.clear();
  prepared.set(text, result);
  return result;
}

/** Every field and every returned type of the document, looked up in Shopify's own table. */
export function scopesNeeded(document: DocumentNode, schema: GraphQLSchema, scopes: Map<string, string[]>): string[][] {
  const groups = new Map<string, string[]>();
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      Field(node) {
        const parent = info.getParentType();
        const type = info.getType();
        for (const name of [parent ? `${parent.name}.${node.name.value}` : "", type ? getNamedType(type).name : ""]) {
          const group = scopes.get(name);
          if (group) groups.set(group.join("|"), group);
        }
      },
      InlineFragment(node) {
        const group = node.typeCondition ? scopes.get(node.typeCondition.name.value) : undefined;
        if (group) groups.set(group.join("|"), group);
      },
    }),
  );
  return [...groups.values()];
}

/** A write scope includes its read. */
export function scopeGranted(granted: readonly string[], wanted: string): boolean {
  return granted.includes(wanted) || (wanted.startsWith("read_") && granted.includes(wanted.replace(/^read_/, "write_")));
}
