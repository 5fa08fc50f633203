/**
 * `npm run keys:rotate`: seals every stored credential anew with the first key of ENCRYPTION_KEYS, so that older keys can be
 * removed afterwards. Reads the environment of a production worker. Safe while the product runs, and safe to run again.
 */
import { openDatabase } from "../app/data/database.server.ts";
import { rotateKeys } from "../app/flows/rotate-keys.server.ts";
import { ConfigProblems, databaseUrl, readConfig } from "../app/platform/env.server.ts";
import { createKeyring } from "../app/platform/sealing.server.ts";
import { PlainFailure, sayAndExit } from "./plain-failure.ts";

try {
  const config = readConfig(process.env, "production", "worker");
  const db = openDatabase({ url: databaseUrl(config, "worker"), role: "worker", maxConnections: 1 });
  try {
    const resealed = await rotateKeys({ db, keyring: createKeyring(config.encryptionKeys) });
    console.log(`${resealed} credentials were sealed anew with the key "${config.encryptionKeys[0]?.id}"; the others had it already.`);
  } finally {
    await db.close();
  }
} catch (error) {
  sayAndExit(error instanceof ConfigProblems ? new PlainFailure(error.message) : error);
}
