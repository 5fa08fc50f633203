/** Which scopes the platforms' own documents ask for, operation by operation. */
import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

type Operation = { operationId?: string; security?: Record<string, string[]>[] };

/** Any one of the scopes suffices for its operation; operations that name none need none. */
export function officialScopes(platform: "ebay" | "etsy"): Map<string, readonly string[]> {
  const folder = new URL(`./fixtures/specs/${platform}/`, import.meta.url);
  const found = new Map<string, readonly string[]>();
  for (const file of readdirSync(folder)) {
    const document = JSON.parse(gunzipSync(readFileSync(new URL(file, folder))).toString("utf8")) as {
      paths: Record<string, Record<string, Operation>>;
    };
    for (const operation of Object.values(document.paths).flatMap((path) => Object.values(path))) {
      const scopes = (operation.security ?? []).flatMap((one) => Object.values(one).flat());
      if (operation.operationId) found.set(operation.operationId, scopes);
    }
  }
  return found;
}

/** The operations that a connector's sources name, their tests left out. */
export function operationsOf(platform: "ebay" | "etsy"): string[] {
  const folder = new URL(`../channels/${platform}/`, import.meta.url);
  const sources = readdirSync(folder).filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
  const named = sources.flatMap((file) => [...readFileSync(new URL(file, folder), "utf8").matchAll(/operation: "(\w+)"/g)]);
  return [...new Set(named.map((match) => match[1] ?? ""))];
}
