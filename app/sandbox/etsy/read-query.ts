import { EtsyRefusal } from "./answers.ts";

/** Refuses names that the operation does not document, as Etsy's validation does. */
export function allowOnly(query: URLSearchParams, names: readonly string[]): void {
  for (const name of query.keys()) if (!names.includes(name)) throw new EtsyRefusal(400, `Unknown parameter: ${name}`);
}

export function readWhole(
  query: URLSearchParams,
  name: string,
  rule: { least: number; most: number; otherwise: number | null },
): number | null {
  const text = query.get(name);
  if (text === null || text === "") return rule.otherwise;
  const number = Number(text);
  if (!/^-?\d+$/.test(text) || number < rule.least || number > rule.most) {
    throw new EtsyRefusal(400, `Invalid value for ${name}: must be an integer between ${rule.least} and ${rule.most}`);
  }
  return number;
}

export function readPage(query: URLSearchParams): { limit: number; offset: number } {
  return {
    limit: readWhole(query, "limit", { least: 1, most: 100, otherwise: 25 }) ?? 25,
    offset: readWhole(query, "offset", { least: 0, most: 10_000_000, otherwise: 0 }) ?? 0,
  };
}

export function readBoolean(query: URLSearchParams, name: string): boolean | null {
  const text = query.get(name);
  if (text === null || text === "") return null;
  if (text !== "true" && text !== "false") throw new EtsyRefusal(400, `Invalid value for ${name}: must be a boolean`);
  return text === "true";
}

export function readOneOf<T extends string>(query: URLSearchParams, name: string, values: readonly T[], otherwise: T): T {
  const text = query.get(name);
  if (text === null || text === "") return otherwise;
  const found = values.find((value) => value === text);
  if (found === undefined) throw new EtsyRefusal(400, `Invalid value for ${name}: must be one of ${values.join(", ")}`);
  return found;
}

/** Ids as the document wants them (repeated) and as the service has always taken them too (one comma list). */
export function readIds(query: URLSearchParams, name: string, most: number): number[] {
  const texts = query.getAll(name).flatMap((text) => text.split(","));
  if (texts.length === 0 || texts[0] === "") throw new EtsyRefusal(400, `Missing required parameter: ${name}`);
  if (texts.length > most) throw new EtsyRefusal(400, `Too many values for ${name}: at most ${most} are allowed`);
  return texts.map((text) => readId(text, name));
}

export function readId(text: string, name: string): number {
  const id = Number(text);
  if (!/^\d+$/.test(text) || id < 1 || !Number.isSafeInteger(id))
    throw new EtsyRefusal(400, `Invalid value for ${name}: must be a positive integer`);
  return id;
}

/** Form fields of a body that must be form-encoded; anything else (JSON above all) is refused. */
export function readForm(contentType: string | undefined, body: Buffer): URLSearchParams {
  if (!contentType?.toLowerCase().startsWith("application/x-www-form-urlencoded")) {
    throw new EtsyRefusal(400, "Invalid content type: expected application/x-www-form-urlencoded");
  }
  return new URLSearchParams(body.toString("utf8"));
}
