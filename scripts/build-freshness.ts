/** Whether a build was made from the sources as they stand, by content: a checkout changes times without changing a line. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildPlan } from "./build-plan.ts";
import { projectRoot } from "./project-root.ts";

const SOURCES = ["app", "prisma/schema.prisma", "vite.config.ts", "package-lock.json", "scripts/build-plan.ts", "scripts/vite-plugins.ts"];

export function sourceFingerprint(plan: BuildPlan): string {
  const hash = createHash("sha256").update(plan.kind);
  for (const source of SOURCES) addTo(hash, source, plan);
  return hash.digest("hex");
}

function addTo(hash: ReturnType<typeof createHash>, path: string, plan: BuildPlan): void {
  const entries = listing(path);
  if (entries === null) {
    hash
      .update(path)
      .update("\0")
      .update(readFileSync(join(projectRoot, path)))
      .update("\0");
    return;
  }
  for (const name of entries) {
    const below = `${path}/${name}`;
    if (/\.test\.tsx?$/.test(name) || below === "app/testing" || below === "app/sandbox") continue;
    if (plan.kind === "production" && below === "app/demo") continue;
    addTo(hash, below, plan);
  }
}

/** Names in a folder in a fixed order; null for a file. */
function listing(path: string): string[] | null {
  try {
    return readdirSync(join(projectRoot, path)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return null;
    throw error;
  }
}

const markOf = (plan: BuildPlan) => join(projectRoot, plan.folder, `made-from-${plan.kind}.sha256`);

export function buildIsCurrent(plan: BuildPlan): boolean {
  const mark = markOf(plan);
  return existsSync(mark) && readFileSync(mark, "utf8") === sourceFingerprint(plan);
}

/** `fingerprint` is taken before the build begins, so that an edit made meanwhile counts as not built. */
export function rememberBuild(plan: BuildPlan, fingerprint: string): void {
  writeFileSync(markOf(plan), fingerprint);
}
