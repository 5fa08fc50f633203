/** The sandbox as a process of the demo. Its parent decides when it ends; started by hand it obeys Ctrl-C. */
import { startSandbox } from "./start-sandbox.ts";

const port = Number(process.env.SANDBOX_PORT ?? "4010");
const dataDir = process.env.DATA_DIR ?? ".data";
const hasParent = process.send !== undefined;

try {
  const sandbox = await startSandbox({ port, dataDir });
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await sandbox.stop();
    process.exit(0);
  };
  process.on("message", (message) => {
    if (message === "stop") void stop();
  });
  process.on("disconnect", () => void stop());
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (!hasParent) void stop();
    });
  }
  process.send?.({ ready: true, origin: sandbox.origin });
  if (!hasParent) console.log(`The sandbox runs at ${sandbox.origin} (Ctrl-C ends it).`);
} catch (error) {
  const taken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
  console.error(taken ? `Port ${port} is taken; set SANDBOX_PORT to another one.` : `The sandbox could not start: ${String(error)}`);
  process.exit(1);
}
