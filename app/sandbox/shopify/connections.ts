/** Relay paging: `first` up to 250, opaque cursors, and what the sandbox may do to a page on command. */
import { GraphQLError } from "graphql";

export const MOST_PER_PAGE = 250;

export type PageArguments = {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
  reverse?: boolean | null;
};
export type PageFault = "emptyPage" | "truncatePage" | null;

export type Connection<T> = {
  nodes: T[];
  edges: { cursor: string; node: T }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
};

/** Fewer or more than the platform allows is refused as the platform refuses it. */
export function pageSize({ first, last, before, reverse }: PageArguments): number {
  if (last || before || reverse) throw notSimulated("paging backwards");
  if (typeof first !== "number") throw new GraphQLError("you must provide one of first or last", { extensions: { code: "BAD_REQUEST" } });
  if (first < 0 || first > MOST_PER_PAGE) {
    throw new GraphQLError(`first must be between 0 and ${MOST_PER_PAGE}`, { extensions: { code: "BAD_REQUEST" } });
  }
  return first;
}

export const cursorFor = (key: unknown): string => Buffer.from(JSON.stringify(key)).toString("base64url");

export function readCursor(text: string | null | undefined): unknown {
  if (!text) return null;
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    throw new GraphQLError("Invalid cursor for current pagination sort.", { extensions: { code: "BAD_REQUEST" } });
  }
}

/** `found` holds at most one element more than the page; that one tells that there is a next page. */
export function connection<S, T>(
  found: S[],
  size: number,
  key: (source: S) => unknown,
  toNode: (source: S) => T,
  after: boolean,
  fault: PageFault,
): Connection<T> {
  const whole = found.slice(0, size);
  // A page that was cut short says that it is the last one: that is how rows go missing without an error.
  const page = fault === "emptyPage" ? [] : fault === "truncatePage" ? whole.slice(0, Math.floor(whole.length / 2)) : whole;
  const edges = page.map((source) => ({ cursor: cursorFor(key(source)), node: toNode(source) }));
  return {
    nodes: edges.map((edge) => edge.node),
    edges,
    pageInfo: {
      hasNextPage: fault === null && found.length > size,
      hasPreviousPage: after,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** A short list that lies in memory as a whole: order lines, levels. */
export function listConnection<S, T>(all: S[], page: PageArguments, toNode: (source: S) => T): Connection<T> {
  const size = pageSize(page);
  const start = page.after ? Number(readCursor(page.after)) + 1 : 0;
  const numbered = all.slice(start, start + size + 1).map((source, index) => ({ source, position: start + index }));
  return connection(
    numbered,
    size,
    (each) => each.position,
    (each) => toNode(each.source),
    start > 0,
    null,
  );
}

export function notSimulated(what: string): GraphQLError {
  return new GraphQLError(`The sandbox does not simulate ${what}.`, { extensions: { code: "SANDBOX_NOT_SIMULATED" } });
}

/** Index of the first element above the key in an ascending list. */
export function firstAbove(sorted: readonly number[], key: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}
