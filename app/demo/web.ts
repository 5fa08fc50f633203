/** Entry of the demo's web process, with the built pages. */
import { join } from "node:path";
import * as remixBuild from "virtual:remix/server-build";
import { PortTaken } from "#app/server.ts";
import { startDemoWeb } from "./start-web.server.ts";

try {
  await startDemoWeb({ remixBuild, clientFolder: join(import.meta.dirname, "..", "client"), hotReload: null });
} catch (error) {
  if (!(error instanceof PortTaken)) throw error;
  console.error(error.message);
  process.exit(1);
}
