import { vitePlugin as remix } from "@remix-run/dev";
import { defineConfig } from "vitest/config";

/** Remix's own build and dev server; the server roles are built by scripts/build.mjs with its own entries. */
export default defineConfig({
  plugins: [
    !process.env.VITEST &&
      remix({
        ignoredRouteFiles: ["**/*"],
        serverBuildFile: "index.js",
        buildDirectory: "build/remix",
        future: {
          v3_fetcherPersist: true,
          v3_lazyRouteDiscovery: true,
          v3_relativeSplatPath: true,
          v3_routeConfig: true,
          v3_singleFetch: true,
          v3_throwAbortReason: true,
        },
      }),
  ],
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["app/**/*.test.{ts,tsx}", "scripts/**/*.test.ts", "prisma/**/*.test.ts"],
          exclude: ["**/*.{db,page}.test.*"],
        },
      },
      {
        extends: true,
        test: {
          name: "db",
          include: ["app/**/*.db.test.ts"],
          globalSetup: "./app/testing/postgres-global.ts",
          setupFiles: "./app/testing/database-per-file.ts",
          maxWorkers: 2,
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
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
