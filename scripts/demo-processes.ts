/** The demo's processes: what each runs and what each is told. None is given more of the database than its role uses. */
import { join } from "node:path";
import { buildOf } from "./build-plan.ts";
import type { DemoDatabase } from "./demo-database.ts";
import type { DemoSecrets } from "./demo-secrets.ts";
import { projectRoot } from "./project-root.ts";
import type { Settings } from "./settings.ts";
import type { ChildPlan } from "./supervisor.ts";

export type DemoProcesses = { sandbox: ChildPlan; web: ChildPlan; worker: ChildPlan; seed: ChildPlan };

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
  const product = {
    ...common,
    APP_URL: `http://127.0.0.1:${settings.port}`,
    HOST: "127.0.0.1",
    PORT: String(settings.port),
    SANDBOX_ORIGIN: `http://127.0.0.1:${settings.sandboxPort}`,
    ENCRYPTION_KEYS: secrets.encryptionKeys,
    QUEUE_DATABASE_URL: urls.queue,
    ...(settings.redisUrl ? { REDIS_URL: settings.redisUrl } : {}),
  };
  const workerEnv = { ...product, DATABASE_URL_WORKER: urls.worker, DATABASE_URL_ERASURE: urls.erasure };
  const plan = (name: string, entry: string, env: ChildPlan["env"], onDeath: ChildPlan["onDeath"]): ChildPlan => ({
    name,
    entry,
    env,
    cwd: projectRoot,
    logFile: settings.dev && name !== "sandbox" ? null : join(settings.dataDir, "log", `${name}.log`),
    onDeath,
    execArgv: ["--enable-source-maps"],
  });
  const entry = (name: "web" | "worker" | "seed") =>
    settings.dev ? join(projectRoot, "app", "demo", "dev", `${name}.ts`) : join(server, `${name}.js`);
  return {
    sandbox: plan(
      "sandbox",
      join(projectRoot, "app", "sandbox", "main.ts"),
      { ...common, SANDBOX_PORT: String(settings.sandboxPort), DATA_DIR: settings.dataDir },
      "stop all",
    ),
    web: plan(
      "web",
      entry("web"),
      {
        ...product,
        DATABASE_URL_INTAKE: urls.intake,
        DATABASE_URL_WEB: urls.web,
        METRICS_TOKEN: secrets.metricsToken,
        DEMO_SIGN_IN_SECRET: secrets.signIn,
      },
      "restart",
    ),
    worker: plan("worker", entry("worker"), workerEnv, "restart"),
    seed: plan("seed", entry("seed"), workerEnv, "once"),
  };
}
