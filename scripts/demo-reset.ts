/** `npm run demo:reset`: forgets the demo's database, world, keys and logs, so that the next start begins anew. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { folderOwner } from "./folder-owner.ts";
import { PlainFailure, sayAndExit } from "./plain-failure.ts";
import { postgresFolder } from "./postgres.ts";
import { readDataDir } from "./settings.ts";

/** Only what we put there: DATA_DIR may name a folder that holds other things too. */
const OURS =
  /^(postgres(\.password|\.owner)?|database-roles\.json|demo-secrets\.json|sandbox\.json.*|was-ready|log|compile-cache|inventorysync\.owner)$/;

try {
  const dataDir = readDataDir(process.env);
  const owner = folderOwner(join(dataDir, "inventorysync")) ?? folderOwner(postgresFolder(join(dataDir, "postgres")));
  if (owner !== null) throw new PlainFailure(`InventorySync runs on this data (process ${owner}). Stop it first, then reset.`);
  const database = postgresFolder(join(dataDir, "postgres"));
  for (const path of [database, `${database}.password`, `${database}.owner`]) rmSync(path, { recursive: true, force: true });
  for (const name of existsSync(dataDir) ? readdirSync(dataDir).filter((name) => OURS.test(name)) : []) {
    rmSync(join(dataDir, name), { recursive: true, force: true });
  }
  console.log(`The demo in ${dataDir} is gone; npm start makes a new one.`);
  if (process.env.DATABASE_URL) console.log("The database in DATABASE_URL was not touched; empty it yourself.");
} catch (error) {
  sayAndExit(error);
}
