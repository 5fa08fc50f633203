/** The demo's processes: what each runs and what each is told. None is given more of the database than its role uses. */
import { join } from "node:path";
import { buildOf } from "./build-plan.ts";
import type { DemoDatabase } from "./demo-database.ts";
import type { DemoSecrets } from "./demo-secrets.ts";
import { projectRoot } from "./project-root.ts";
import type { Settings } from "./settings.ts";
import type { ChildPlan } from "./supervisor.ts";

export type DemoProcesses = {
  sandbox: ChildPlan;
  /** Those of the product; they are told the keys that the simulated platforms gave our app. */
  product: (appKeys: Record<string, string>) => { web: ChildPlan; worker: ChildPlan; seed: ChildPlan };
};

/** Never inherited: the person's own addresses and keys are not the demo's. */
const NOT_INHERITED =
  /^(DATABASE_URL|QUEUE_DATABASE_URL|REDIS_URL|ENCRYPTION_KEYS|APP_URL|HOST|METRICS_TOKEN|SHOPIFY_|EBAY_|ETSY_|APP_BRIDGE_URL)/;

export function demoProcesses(settings: Settings, database: DemoDatabase, secrets: DemoSecrets): DemoProcesses {
  const { urls } = database;
  const server = join(projectRoot, buildOf("demo").folder, "server");
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name)));
  const common = {
    ...inherited,
    NODE_ENV: settings.dev ? "development" : "production",
    NODE_COMPILE_CACHE: join(settings.dataDir, "compile-cache"),
  };
  const plan = (name: string, entry: string, env: ChildPlan["env"], onDeath: ChildPlan["onDeath"]): ChildPlan => ({
    name,
    entry,
    env,
    cwd: projectRoot,
    logFile: settings.dev && name !== "sandbox" ? null : join(settings.dataDir, "log", `${name}.log`),
    onDeath,
    execArgv: ["--enable-source-maps"],
  });
  /** Built, or loaded from the sources by Vite, which app/demo/dev.ts does for whichever part it is told. */
  const part = (name: "web" | "worker" | "seed", env: ChildPlan["env"], onDeath: ChildPlan["onDeath"]) =>
    settings.dev
      ? plan(name, join(projectRoot, "app", "demo", "dev.ts"), { ...env, DEMO_PART: name }, onDeath)
      : plan(name, join(server, `${name}.js`), env, onDeath);

  return {
    sandbox: plan(
      "sandbox",
      join(projectRoot, "app", "sandbox", "main.ts"),
      { ...common, SANDBOX_PORT: String(settings.sandboxPort), DATA_DIR: settings.dataDir },
      "stop all",
    ),
    product: (appKeys) => {
      const product = {
        ...common,
        ...appKeys,
        APP_URL: addressOf(settings.port),
        HOST: "127.0.0.1",
        PORT: String(settings.port),
        SANDBOX_ORIGIN: addressOf(settings.sandboxPort),
        DEMO_READY_MARK: join(settings.dataDir, "was-ready"),
        ENCRYPTION_KEYS: secrets.encryptionKeys,
        QUEUE_DATABASE_URL: urls.queue,
        ...(settings.redisUrl ? { REDIS_URL: settings.redisUrl } : {}),
      };
      const door = { DATABASE_URL_INTAKE: urls.intake, DATABASE_URL_WEB: urls.web };
      const work = { DATABASE_URL_WORKER: urls.worker, DATABASE_URL_ERASURE: urls.erasure };
      return {
        web: part("web", { ...product, ...door, METRICS_TOKEN: secrets.metricsToken, DEMO_SIGN_IN_SECRET: secrets.signIn }, "restart"),
        worker: part("worker", { ...product, ...work }, "restart"),
        seed: part("seed", { ...product, ...work }, "once"),
      };
    },
  };
}

export const addressOf = (port: number): string => `http://127.0.0.1:${port}`;
