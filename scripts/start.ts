/**
 * `npm start`: the whole product on this machine against the simulated outside world. This process starts PostgreSQL, sandbox,
 * web and worker, and it alone decides to stop: children first, the database last.
 */
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { banner } from "./banner.ts";
import { buildIsCurrent } from "./build-freshness.ts";
import { buildOf } from "./build-plan.ts";
import { exchangeWithSandbox } from "./demo-app-keys.ts";
import { type DemoDatabase, openDemoDatabase } from "./demo-database.ts";
import { addressOf, demoProcesses } from "./demo-processes.ts";
import { readDemoSecrets } from "./demo-secrets.ts";
import { claimFolder } from "./folder-owner.ts";
import { portIsFree } from "./free-port.ts";
import { PlainFailure, sayAndExit } from "./plain-failure.ts";
import { runBuild } from "./run-build.ts";
import { readSettings, type Settings } from "./settings.ts";
import { startGuard } from "./start-guard.ts";
import { createSupervisor } from "./supervisor.ts";
import { waitUntilReady } from "./wait-until-ready.ts";

const say = (words: string) => console.log(words);

try {
  await start(readSettings(process.env, process.argv.slice(2)));
} catch (error) {
  sayAndExit(error);
}

async function start(settings: Settings): Promise<void> {
  prepareDataDir(settings.dataDir);
  const release = claimFolder(join(settings.dataDir, "inventorysync"));
  const guard = startGuard();
  const stopped = new AbortController();
  let database: DemoDatabase | null = null;
  let builder: number | null = null;
  let ending: Promise<void> | null = null;

  const supervisor = createSupervisor({
    guard,
    say,
    onFatal: (words) => {
      console.error(`\n${words}\n`);
      void end(1);
    },
  });
  const end = (code: number): Promise<void> => {
    ending ??= (async () => {
      stopped.abort();
      if (builder !== null) stopQuietly(builder);
      await supervisor.stop("seed", "web", "worker");
      await supervisor.stop();
      await database?.stop();
      release();
      guard.dismiss();
      process.exit(code);
    })();
    return ending;
  };
  listenForTheEnd(() => void end(0));

  try {
    await refuseTakenPorts(settings);
    // Both take seconds and do not need each other.
    const build = settings.dev
      ? Promise.resolve()
      : buildIfNeeded((pid) => {
          builder = pid;
          guard.watch(pid);
        });
    build.catch(() => {});
    database = await openDemoDatabase(settings, guard, say);
    void database.died.then((words) => {
      console.error(`\nPostgreSQL ended by itself:\n${words}\n`);
      void end(1);
    });
    await build;
    builder = null;
    if (stopped.signal.aborted) return;

    const processes = demoProcesses(settings, database, readDemoSecrets(settings.dataDir));
    say("Starting the simulated shops, the web and the worker process ...");
    await supervisor.start(processes.sandbox);
    const { variables, shopName } = await exchangeWithSandbox(addressOf(settings.sandboxPort), addressOf(settings.port));
    const { web, worker, seed } = processes.product(variables);
    await Promise.all([supervisor.start(web), supervisor.start(worker)]);
    await supervisor.start(seed);
    await waitUntilReady(addressOf(settings.port), say, stopped.signal);
    if (!stopped.signal.aborted) say(banner(settings, shopName));
  } catch (error) {
    if (ending === null) console.error(error instanceof PlainFailure ? `\n${error.message}\n` : error);
    await end(1);
  }
}

/** Closed to others; under root open for walking through, since PostgreSQL runs as another user then. */
function prepareDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    chmodSync(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700);
  } catch (cause) {
    throw new PlainFailure(`The data folder ${dataDir} cannot be used (${(cause as Error).message}). Name another one in DATA_DIR.`);
  }
}

async function refuseTakenPorts(settings: Settings): Promise<void> {
  const wanted = [
    ["PORT", settings.port],
    ["SANDBOX_PORT", settings.sandboxPort],
  ] as const;
  const taken: string[] = [];
  for (const [name, port] of wanted) if (!(await portIsFree(port))) taken.push(`Port ${port} is taken; set ${name} to another one.`);
  if (taken.length) throw new PlainFailure(taken.join("\n"));
}

async function buildIfNeeded(onProcess: (pid: number) => void): Promise<void> {
  const plan = buildOf("demo");
  if (buildIsCurrent(plan)) return;
  say("Building the pages and the server; this happens after each change of the sources and takes about half a minute ...");
  await runBuild(plan, onProcess);
}

/** Ctrl-C, TERM, a closed terminal, or npm gone: npm's shell does not always pass a signal on. */
function listenForTheEnd(stop: () => void): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  if (!process.env.npm_lifecycle_event) return;
  const npm = process.ppid;
  setInterval(() => process.ppid !== npm && stop(), 500).unref();
}

function stopQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
