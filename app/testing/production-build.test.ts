import { spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { buildIsCurrent } from "../../scripts/build-freshness.ts";
import { buildOf } from "../../scripts/build-plan.ts";
import { projectRoot } from "../../scripts/project-root.ts";
import { runBuild } from "../../scripts/run-build.ts";
import type { ModuleLists } from "../../scripts/vite-plugins.ts";

const plan = buildOf("production");
const folder = join(projectRoot, plan.folder);

beforeAll(async () => {
  if (!buildIsCurrent(plan)) await runBuild(plan);
}, 300_000);

describe("the production build", () => {
  it("holds the pages, the web and the worker, and nothing of sandbox, demo or tests", () => {
    const lists = JSON.parse(readFileSync(join(folder, "modules.json"), "utf8")) as ModuleLists;
    const web = lists["server/web.js"] ?? [];
    const worker = lists["server/worker.js"] ?? [];
    // The recorder must have seen the product, or its silence about the demo would prove nothing.
    expect(web).toEqual(expect.arrayContaining(["app/web.server.ts", "app/root.tsx"]));
    expect(web.length).toBeGreaterThan(100);
    expect(worker).toContain("app/worker/main.server.ts");
    const everything = new Set(Object.values(lists).flat());
    expect([...everything].filter((path) => /^app\/(sandbox|demo|testing)\//.test(path))).toEqual([]);
  });

  it("has no entry for the demo or the sandbox among its files", () => {
    const files = readdirSync(join(folder, "server"), { recursive: true, encoding: "utf8" });
    expect(files).toEqual(expect.arrayContaining(["index.js", "web.js", "worker.js"]));
    expect(files.filter((name) => /sandbox|demo|seed|sign-in/.test(name))).toEqual([]);
  });

  it("sends no server module to the browser", () => {
    const lists = JSON.parse(readFileSync(join(folder, "modules.json"), "utf8")) as ModuleLists;
    const inBrowser = Object.entries(lists).filter(([name]) => name.startsWith("client/"));
    expect(inBrowser.length).toBeGreaterThan(5);
    expect(inBrowser.flatMap(([, paths]) => paths).filter((path) => /\.server\.tsx?$|^app\/(data|flows|jobs|worker)\//.test(path))).toEqual(
      [],
    );
  });

  // About 27 kB of it are the words of all pages, which travel with each.
  it("keeps every page's scripts below 200 kB compressed", () => {
    const heavy = pageWeights().filter(({ kilobytes }) => kilobytes > 200);
    expect(pageWeights().length).toBeGreaterThan(3);
    expect(heavy).toEqual([]);
  });

  it.each(["web", "worker"])("refuses to start the %s role half configured, naming every problem at once", async (role) => {
    const { code, said } = await run(join(folder, "server", `${role}.js`), {
      APP_URL: "http://shop.example.com",
      SHOPIFY_API_KEY: "only-half",
    });
    expect(code).toBe(1);
    for (const problem of [
      "APP_URL must begin with https",
      "ENCRYPTION_KEYS is missing",
      "REDIS_URL is missing",
      "SHOPIFY_API_SECRET is missing",
    ]) {
      expect(said).toContain(problem);
    }
    expect(said).toContain(role === "web" ? "DATABASE_URL_WEB is missing" : "DATABASE_URL_WORKER is missing");
  });
});

/** Only these variables: neither NODE_ENV nor an empty environment may turn production into a demo. */
async function run(entry: string, env: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [entry], {
    cwd: projectRoot,
    env: env as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 20_000,
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, said };
}

type Manifest = {
  entry: { module: string; imports: string[] };
  routes: Record<string, { id: string; parentId?: string; module: string; imports: string[] }>;
};

/** What a first visit loads: the entry, the page and the frames around it. */
function pageWeights(): { page: string; kilobytes: number }[] {
  const assets = join(folder, "client", "assets");
  const name = readdirSync(assets).find((file) => /^manifest-.*\.js$/.test(file)) ?? "";
  const text = readFileSync(join(assets, name), "utf8");
  const manifest = JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1)) as Manifest;
  return Object.values(manifest.routes).map((route) => {
    const files = new Set([manifest.entry.module, ...manifest.entry.imports]);
    for (let at: typeof route | undefined = route; at; at = at.parentId ? manifest.routes[at.parentId] : undefined) {
      for (const file of [at.module, ...at.imports]) files.add(file);
    }
    const bytes = [...files].map((file) => compressed(join(folder, "client", file))).reduce((sum, size) => sum + size, 0);
    return { page: route.id, kilobytes: Math.round(bytes / 1_000) };
  });
}

const sizes = new Map<string, number>();
function compressed(file: string): number {
  const known = sizes.get(file);
  if (known !== undefined) return known;
  const size = statSync(file).isFile() ? gzipSync(readFileSync(file)).length : 0;
  sizes.set(file, size);
  return size;
}
