/**
 * Entry of `npm run dev`: one part of the demo loaded from its sources by Vite. Pages are replaced in the browser; the worker is
 * started anew when a module that it uses changes.
 */
import type { ServerBuild } from "@remix-run/node";
import { createServer, type ViteDevServer } from "vite";
import { portOrAnother } from "../../scripts/free-port.ts";
import { SOURCES_CHANGED } from "../../scripts/supervisor.ts";

const part = process.env.DEMO_PART;
switch (part) {
  case "web": {
    const vite = await createServer({ server: { middlewareMode: true, hmr: { port: await portOrAnother() } } });
    const { startDemoWeb } = await load<typeof import("./start-web.server.ts")>(vite, "/app/demo/start-web.server.ts");
    await startDemoWeb({
      remixBuild: () => load<ServerBuild>(vite, "virtual:remix/server-build"),
      clientFolder: null,
      hotReload: (app) => app.use(vite.middlewares),
    });
    break;
  }
  case "worker": {
    const vite = await withoutPages();
    const { startDemoWorker } = await load<typeof import("./start-worker.server.ts")>(vite, "/app/demo/start-worker.server.ts");
    vite.watcher.on("change", (file) => {
      if (vite.moduleGraph.getModulesByFile(file)?.size) process.exit(SOURCES_CHANGED);
    });
    await startDemoWorker();
    break;
  }
  case "seed": {
    const vite = await withoutPages();
    await vite.ssrLoadModule("/app/demo/seed.ts");
    await vite.close();
    break;
  }
  default:
    throw new Error(`There is no part "${part}" of the demo.`);
}

/** Vite as a loader of TypeScript and TSX only. */
function withoutPages(): Promise<ViteDevServer> {
  return createServer({ configFile: false, appType: "custom", logLevel: "warn", server: { middlewareMode: true, hmr: false, ws: false } });
}

async function load<Module>(vite: ViteDevServer, path: string): Promise<Module> {
  return (await vite.ssrLoadModule(path)) as Module;
}
