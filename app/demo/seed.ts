/** Entry of the demo's seed: makes both sellers, or finds them made, and ends. */
import { composeHouse } from "#app/flows/compose-house.server.ts";
import { createLogger } from "#app/platform/log.server.ts";
import type { WorldSeed } from "#app/sandbox/simulator.ts";
import { readDemoConfig } from "./demo-config.ts";
import { demoSellers } from "./demo-sellers.ts";
import { askSandbox } from "./sandbox-door.server.ts";
import { seedSeller } from "./seed-seller.server.ts";

// Every step may be repeated, so being stopped in the middle does no harm: the next start goes on from there.
process.on("message", (message) => message === "stop" && process.exit(1));
process.on("disconnect", () => process.exit(1));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});

const { config, sandbox, parts } = readDemoConfig(process.env, "worker");
const log = createLogger({ level: config.logLevel, role: "worker" });
const { house, close } = await composeHouse({ config, role: "worker", log, ...parts });
for (const seller of demoSellers(await askSandbox<WorldSeed>(sandbox, "GET", "/world"))) {
  log.info("making a demo seller", { seller: seller.name });
  await seedSeller(house, sandbox, seller);
}
await close();
process.exit(0);
