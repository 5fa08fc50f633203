/** Entry of the demo's worker process. */
import { startDemoWorker } from "./start-worker.server.ts";

await startDemoWorker();
