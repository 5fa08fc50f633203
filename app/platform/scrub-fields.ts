import { scrubText } from "./scrub.ts";

/** Never written, whatever they hold. */
const SECRET_NAME =
  /token|secret|passw|authori[sz]ation|cookie|credential|signature|hmac|api[-_]?key|private[-_]?key|encryption|sealed|verifier|e-?mail|phone|address(?!ed)|buyer|customer|first[-_]?name|last[-_]?name|^x-api-key$/i;
/** What came from or goes to somebody as a whole: never logged (style.md 6). */
const PAYLOAD_NAME = /^(raw[-_]?)?body$|payload|^headers$|^raw$|^text$|^html$|^data$/i;
const MAX_DEPTH = 4;
const MAX_ENTRIES = 40;
const MAX_TEXT = 600;

/**
 * A copy of a line's details that is safe to write: secrets out by name and by look, payloads out by name, errors as words,
 * bytes as their number, and nothing deep or long.
 */
export function scrubFields(details: Record<string, unknown>): Record<string, unknown> {
  return scrubObject(details, 0, new Set());
}

function scrubObject(object: object, depth: number, seen: Set<object>): Record<string, unknown> {
  seen.add(object);
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(object).slice(0, MAX_ENTRIES)) result[scrubText(name)] = scrubNamed(name, value, depth, seen);
  seen.delete(object);
  return result;
}

function scrubNamed(name: string, value: unknown, depth: number, seen: Set<object>): unknown {
  // A count or a yes ("tokens: 3", "hasSecret: true") tells nothing.
  const harmless = value === null || value === undefined || typeof value === "number" || typeof value === "boolean";
  if (!harmless && SECRET_NAME.test(name)) return "[hidden]";
  if (!harmless && PAYLOAD_NAME.test(name)) return "[left out]";
  return scrubValue(value, depth + 1, seen);
}

function scrubValue(value: unknown, depth: number, seen: Set<object>): unknown {
  switch (typeof value) {
    case "string":
      return cut(scrubText(value.slice(0, MAX_TEXT * 4)));
    case "bigint":
      return value.toString();
    case "function":
    case "symbol":
      return undefined;
    case "object":
      return value === null ? null : scrubThing(value, depth, seen);
    default:
      return value;
  }
}

function scrubThing(value: object, depth: number, seen: Set<object>): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "[no date]" : value.toISOString();
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`;
  if (value instanceof URL) return scrubText(value.href);
  if (seen.has(value) || depth > MAX_DEPTH) return "[deeper]";
  if (value instanceof Error) return errorWords(value, depth, seen);
  if (Array.isArray(value)) return value.slice(0, MAX_ENTRIES).map((entry) => scrubValue(entry, depth + 1, seen));
  return scrubObject(value, depth, seen);
}

/** Name, words, place and cause. Further properties stay out: HTTP libraries hang the whole request, token included, on theirs. */
function errorWords(error: Error, depth: number, seen: Set<object>): Record<string, unknown> {
  seen.add(error);
  const code = "code" in error && (typeof error.code === "string" || typeof error.code === "number") ? { code: error.code } : {};
  const kind = "kind" in error && typeof error.kind === "string" ? { kind: error.kind } : {};
  const stack = error.stack
    ?.split("\n")
    .filter((line) => line.startsWith("    at "))
    .slice(0, 8)
    .map((line) => cut(scrubText(line.trim())));
  const cause = error.cause === undefined ? {} : { cause: scrubValue(error.cause, depth + 1, seen) };
  return { name: error.name, message: cut(scrubText(error.message)), ...code, ...kind, stack, ...cause };
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
