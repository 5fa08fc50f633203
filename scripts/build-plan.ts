/**
 * The two builds. Both hold the pages and the server roles in one module graph per kind, so that a class or a log context exists
 * once per process. Production knows neither sandbox nor demo; the demo's roles are entries of their own.
 */
export type BuildKind = "production" | "demo";
export type BuildPlan = {
  kind: BuildKind;
  /** Below the project's root: client/ for the browser, server/ for Node. */
  folder: string;
  /** Server entries beside the pages, by the name of the file they become. */
  entries: Record<string, string>;
};

const PLANS: Record<BuildKind, BuildPlan> = {
  production: { kind: "production", folder: "build", entries: { web: "app/web.server.ts", worker: "app/worker/main.server.ts" } },
  demo: {
    kind: "demo",
    folder: "build-demo",
    entries: { web: "app/demo/web.ts", worker: "app/demo/worker.ts", seed: "app/demo/seed.ts" },
  },
};

/** The plan for a word given from outside; production when nothing is said. */
export function buildOf(kind: string | undefined): BuildPlan {
  if (kind === undefined || kind === "production") return PLANS.production;
  if (kind === "demo") return PLANS.demo;
  throw new Error(`There is no build called "${kind}".`);
}
