import { vitePlugin as remix } from "@remix-run/dev";
import { defineConfig } from "vitest/config";
import { buildOf } from "./scripts/build-plan.ts";
import { LongestFirst } from "./scripts/longest-first.ts";
import { recordModules, serverEntries } from "./scripts/vite-plugins.ts";

/**
 * One configuration for Remix's build, its dev server and the tests. Which of the two builds is made (production, or the demo
 * with its sandbox login) is said by scripts/build.ts; see scripts/build-plan.ts.
 */
/** Test files at once. Those with a database wait for one another's processes as much as for a core, and the plain ones fill the gaps. */
const WORKERS = 4;

const plan = buildOf(process.env.BUILD_KIND);

export default defineConfig(({ isSsrBuild }) => ({
  plugins: [
    !process.env.VITEST &&
      remix({
        // Every address stands in app/routes.ts; nothing is a route because of where its file lies.
        ignoredRouteFiles: ["**/*"],
        serverBuildFile: "index.js",
        buildDirectory: plan.folder,
        future: {
          v3_fetcherPersist: true,
          v3_lazyRouteDiscovery: true,
          v3_relativeSplatPath: true,
          v3_routeConfig: true,
          v3_singleFetch: true,
          v3_throwAbortReason: true,
        },
      }),
    !process.env.VITEST && serverEntries(plan),
    !process.env.VITEST && recordModules(plan),
  ],
  build: {
    // The server runs on the Node of our own node_modules; only pages meet other people's browsers.
    ...(isSsrBuild ? { target: "node24", sourcemap: true } : {}),
    // The same for both, or the server would name style sheets that differ from the browser's by a letter and load twice.
    cssTarget: ["es2020", "edge88", "firefox78", "chrome87", "safari14"],
    chunkSizeWarningLimit: 1_000,
    // Inlined icons would need "data:" in the page's content security policy.
    assetsInlineLimit: 0,
  },
  server: { watch: { ignored: ["**/.data/**", "**/build/**", "**/build-demo/**"] } },
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["app/**/*.test.{ts,tsx}", "scripts/**/*.test.ts", "prisma/**/*.test.ts"],
          exclude: ["**/*.{db,page}.test.*"],
          isolate: false,
          maxWorkers: WORKERS,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "db",
          include: ["app/**/*.db.test.ts"],
          globalSetup: "./app/testing/postgres-global.ts",
          setupFiles: "./app/testing/database-per-file.ts",
          // One process runs many files: loading the whole product anew for each cost more than many a file's cases.
          isolate: false,
          maxWorkers: WORKERS,
          sequence: { groupOrder: 1 },
          testTimeout: 20_000,
          hookTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: "pages",
          include: ["app/**/*.page.test.ts"],
          fileParallelism: false,
          // Last and alone: whole products run here, and a browser that waits for the processor sees them slower than they are.
          sequence: { groupOrder: 2 },
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
}));
