/** POST /admin/api/2026-10/graphql.json: who may ask, what it costs, and the answer of graphql-js over the official schema. */
import {
  type ExecutionResult,
  executeSync,
  type FragmentDefinitionNode,
  GraphQLError,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
} from "graphql";
import type { SimRequest, SimResponse } from "../simulator.ts";
import { costOf, MOST_POINTS } from "./cost.ts";
import { type Execution, resolveField } from "./root-fields.ts";
import { API_VERSION, adminSchema, prepareDocument, scopeGranted } from "./schema.ts";
import type { ShopState } from "./shop-state.ts";

export type Quota = { capacity: number; restorePerSecond: number };
export type GraphqlBody = { query: string; variables: Record<string, unknown>; operationName: string | undefined };

/** null when the body is not what the platform takes. */
export function readGraphqlBody(request: SimRequest): GraphqlBody | null {
  if (!(request.headers["content-type"] ?? "").startsWith("application/json")) return null;
  try {
    const parsed = JSON.parse(request.body.toString("utf8")) as Partial<GraphqlBody> | null;
    if (typeof parsed?.query !== "string") return null;
    const operationName = typeof parsed.operationName === "string" ? parsed.operationName : undefined;
    return { query: parsed.query, variables: parsed.variables ?? {}, operationName };
  } catch {
    // Broken JSON is refused by the caller in the platform's words.
    return null;
  }
}

/** The fields at the document's root, which is what the platform itself calls these operations; null for broken documents. */
export function describeOperation(body: GraphqlBody): { operation: string; changes: boolean } | null {
  try {
    const operation = getOperationAST(prepareDocument(body.query).document, body.operationName);
    if (!operation) return null;
    const names = operation.selectionSet.selections.flatMap((each) => (each.kind === Kind.FIELD ? [each.name.value] : []));
    return { operation: names[0] ?? "graphql", changes: operation.operation === "mutation" };
  } catch (error) {
    if (error instanceof GraphQLError) return null;
    throw error;
  }
}

export function answerGraphql(execution: Execution, body: GraphqlBody, quota: Quota): SimResponse {
  const { view } = execution;
  let prepared: ReturnType<typeof prepareDocument>;
  try {
    prepared = prepareDocument(body.query);
  } catch (error) {
    if (error instanceof GraphQLError) return reply({ errors: [{ message: error.message, locations: error.locations }] });
    throw error;
  }
  if (prepared.errors.length > 0) return reply({ errors: prepared.errors });
  const operation = getOperationAST(prepared.document, body.operationName);
  if (!operation) return reply({ errors: [{ message: "An operation name is required" }] });
  const denied = prepared.needs.find((group) => !group.some((wanted) => scopeGranted(execution.scopes, wanted)));
  if (denied) {
    const message = `Access denied for ${operation.name?.value ?? "operation"} field. Required access: \`${denied.join("` or `")}\` access scope.`;
    return reply({ errors: [{ message, extensions: { code: "ACCESS_DENIED", requiredAccess: denied.join(", ") } }], data: null });
  }
  const plan = { schema: adminSchema().schema, fragments: fragmentsOf(prepared.document.definitions), variables: body.variables };
  const requested = costOf(operation, plan);
  refill(view.shop, quota, view.now);
  if (requested > MOST_POINTS) {
    const message = `Query cost is ${requested}, which exceeds the single query max cost limit (${MOST_POINTS}).`;
    return reply({ errors: [{ message, extensions: { code: "MAX_COST_EXCEEDED", cost: requested, maxCost: MOST_POINTS } }] });
  }
  if (requested > view.shop.bucket.available) return throttled(view.shop, quota, requested);
  const result = execute(operation, prepared.document, body, execution);
  const actual = operation.operation === "mutation" ? requested : costOf(operation, plan, result.data ?? {});
  view.shop.bucket.available -= Math.min(actual, requested);
  return reply({ ...result, extensions: { cost: costReport(view.shop, quota, requested, actual) } });
}

function execute(
  operation: OperationDefinitionNode,
  document: ReturnType<typeof prepareDocument>["document"],
  body: GraphqlBody,
  execution: Execution,
): ExecutionResult {
  return executeSync({
    schema: adminSchema().schema,
    document,
    variableValues: body.variables,
    operationName: operation.name?.value,
    contextValue: execution,
    rootValue: {},
    fieldResolver: resolveField,
  });
}

/** The platform's way to say "too many points": HTTP 200, the code inside. */
export function throttled(shop: ShopState, quota: Quota, requested: number): SimResponse {
  const cost = costReport(shop, quota, requested, null);
  return reply({
    errors: [{ message: "Throttled", extensions: { code: "THROTTLED", documentation: "https://shopify.dev/api/usage/rate-limits" } }],
    extensions: { cost },
  });
}

function refill(shop: ShopState, quota: Quota, now: Date): void {
  const at = now.getTime();
  const back = (Math.max(0, at - shop.bucket.at) / 1000) * quota.restorePerSecond;
  shop.bucket = { available: Math.min(quota.capacity, shop.bucket.available + back), at };
}

function costReport(shop: ShopState, quota: Quota, requestedQueryCost: number, actualQueryCost: number | null): object {
  const throttleStatus = {
    maximumAvailable: quota.capacity,
    currentlyAvailable: Math.floor(shop.bucket.available),
    restoreRate: quota.restorePerSecond,
  };
  return { requestedQueryCost, actualQueryCost, throttleStatus };
}

function fragmentsOf(definitions: readonly { kind: string }[]): Map<string, FragmentDefinitionNode> {
  const found = definitions.filter((each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(found.map((each) => [each.name.value, each]));
}

export function reply(body: object, status = 200, headers: Record<string, string> = {}): SimResponse {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", "x-shopify-api-version": API_VERSION, ...headers },
    body: JSON.stringify(body),
  };
}
