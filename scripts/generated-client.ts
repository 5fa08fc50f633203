/** Whether the generated database client still fits prisma/schema.prisma, by content: times of files say nothing after a checkout. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./project-root.ts";

const SCHEMA = join(projectRoot, "prisma", "schema.prisma");
const MARK = join(projectRoot, "app", "data", "generated", "made-from.sha256");

/** A generator of another version may write another client from the same schema. */
function fingerprint(): string {
  const version = readFileSync(join(projectRoot, "node_modules", "prisma", "package.json"), "utf8");
  return createHash("sha256").update(readFileSync(SCHEMA)).update(version).digest("hex");
}

export function generatedClientIsCurrent(): boolean {
  return existsSync(MARK) && readFileSync(MARK, "utf8") === fingerprint();
}

export function rememberGenerated(): void {
  writeFileSync(MARK, fingerprint());
}
