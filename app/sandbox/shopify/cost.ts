/**
 * Query cost as the Admin API states it: a scalar costs nothing, an object 1, a connection by its page size, a mutation 10. How
 * Shopify sums this up exactly is not published; this sum is on the strict side (pages multiply), so a document that passes here
 * asks for no more there. Contract: a single query may ask for 1,000 points at most.
 */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";

export const MOST_POINTS = 1000;
const MUTATION = 10;
/** Of a list without `first`, one element is counted beforehand. */
const UNKNOWN_LENGTH = 1;

type Variables = Record<string, unknown>;
type Plan = { schema: GraphQLSchema; fragments: Map<string, FragmentDefinitionNode>; variables: Variables };

/** Points asked for (without `data`) or really used (with the answer's `data`). */
export function costOf(operation: OperationDefinitionNode, plan: Plan, data?: unknown): number {
  const root = plan.schema.getRootType(operation.operation);
  if (!root) return 0;
  if (operation.operation === "mutation") return MUTATION * fieldsOf(operation.selectionSet, plan).length;
  return Math.max(1, ofSelections(operation.selectionSet, root, plan, data));
}

function ofSelections(set: SelectionSetNode, type: GraphQLCompositeType, plan: Plan, data: unknown): number {
  let sum = 0;
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) sum += ofField(selection, type, plan, data);
    else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const inner = selection.typeCondition ? plan.schema.getType(selection.typeCondition.name.value) : type;
      if (inner && isCompositeType(inner)) sum += ofSelections(selection.selectionSet, inner, plan, data);
    } else {
      const fragment = plan.fragments.get(selection.name.value);
      const inner = fragment && plan.schema.getType(fragment.typeCondition.name.value);
      if (fragment && inner && isCompositeType(inner)) sum += ofSelections(fragment.selectionSet, inner, plan, data);
    }
  }
  return sum;
}

function ofField(field: FieldNode, parent: GraphQLCompositeType, plan: Plan, data: unknown): number {
  const definition = "getFields" in parent ? parent.getFields()[field.name.value] : undefined;
  const type = definition ? getNamedType(definition.type) : null;
  if (!definition || !type || !isCompositeType(type) || !field.selectionSet) return 0;
  const measured = data !== undefined;
  const value = measured ? (data as Record<string, unknown> | null)?.[field.alias?.value ?? field.name.value] : undefined;
  if (measured && (value === null || value === undefined)) return 0;
  const set = field.selectionSet;
  if (type.name.endsWith("Connection")) {
    const size = measured ? 1 : sizeArgument(field, plan);
    return 2 + size * ofConnection(set, type, plan, value);
  }
  const bare = isNonNullType(definition.type) ? definition.type.ofType : definition.type;
  if (!isListType(bare)) return 1 + ofSelections(set, type, plan, measured ? value : undefined);
  if (measured)
    return (value as unknown[]).reduce<number>((sum, each) => sum + (each === null ? 0 : 1 + ofSelections(set, type, plan, each)), 0);
  return listLength(field, plan) * (1 + ofSelections(set, type, plan, undefined));
}

/** Only what hangs below `nodes` and `edges.node` counts; pageInfo is free. */
function ofConnection(set: SelectionSetNode, type: GraphQLCompositeType, plan: Plan, data: unknown): number {
  let sum = 0;
  for (const field of fieldsOf(set, plan)) {
    const definition = "getFields" in type ? type.getFields()[field.name.value] : undefined;
    const inner = definition ? getNamedType(definition.type) : null;
    if (!inner || !isCompositeType(inner) || !field.selectionSet) continue;
    if (field.name.value !== "nodes" && field.name.value !== "edges") continue;
    const own = field.name.value === "nodes" ? 1 : 0;
    if (data === undefined) {
      sum += own + ofSelections(field.selectionSet, inner, plan, undefined);
      continue;
    }
    const elements = (data as Record<string, unknown>)[field.alias?.value ?? field.name.value];
    for (const each of Array.isArray(elements) ? elements : []) sum += own + ofSelections(field.selectionSet, inner, plan, each);
  }
  return sum;
}

function fieldsOf(set: SelectionSetNode, plan: Plan): FieldNode[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(selection.selectionSet, plan);
    const fragment = plan.fragments.get(selection.name.value);
    return fragment ? fieldsOf(fragment.selectionSet, plan) : [];
  });
}

function sizeArgument(field: FieldNode, plan: Plan): number {
  return argument(field, "first", plan) ?? argument(field, "last", plan) ?? 0;
}

function listLength(field: FieldNode, plan: Plan): number {
  const ids = field.arguments?.find((each) => each.name.value === "ids")?.value;
  if (ids?.kind === Kind.VARIABLE) return lengthOf(plan.variables[ids.name.value]);
  if (ids?.kind === Kind.LIST) return ids.values.length;
  return argument(field, "first", plan) ?? UNKNOWN_LENGTH;
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 1;
}

function argument(field: FieldNode, name: string, plan: Plan): number | null {
  const value = field.arguments?.find((each) => each.name.value === name)?.value;
  if (!value) return null;
  if (value.kind === Kind.INT) return Number(value.value);
  if (value.kind === Kind.VARIABLE) {
    const given = plan.variables[value.name.value];
    return typeof given === "number" ? given : null;
  }
  return null;
}
