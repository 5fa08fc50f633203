/** Bodies of deliveries in which something is not what it should be. */

const ODD: unknown[] = ["\u0000", "a\u0000b", "\ud800", 1e300, -1, 0.5, "9".repeat(400), "NaN", null, true, [], {}, "x".repeat(70_000)];

/** The body with one odd value in place of one of its fields, each field in turn; and things that are no such body at all. */
export function* oddBodies(body: string): Generator<string> {
  const paths = leaves(JSON.parse(body));
  let turn = 0;
  for (const path of paths) {
    // Each field meets some of them; together the fields meet all.
    for (let n = 0; n < 3; n++) yield JSON.stringify(withValue(JSON.parse(body), path, ODD[turn++ % ODD.length]));
  }
  for (const odd of ODD) yield JSON.stringify(odd);
  yield "{";
}

/** Enough to meet every kind of field, few enough to end soon. */
const MOST_FIELDS = 40;

function leaves(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value)
    .flatMap(([name, inner]) => leaves(inner, [...path, name]))
    .slice(0, MOST_FIELDS);
}

function withValue(whole: unknown, [name, ...rest]: string[], odd: unknown): unknown {
  if (name === undefined) return odd;
  const copy = (Array.isArray(whole) ? [...whole] : { ...(whole as object) }) as Record<string, unknown>;
  copy[name] = withValue(copy[name], rest, odd);
  return copy;
}
