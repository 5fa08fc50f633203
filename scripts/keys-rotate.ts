/**
 * `npm run keys:rotate`: seals every stored credential anew with the first key of ENCRYPTION_KEYS, so that older keys can be
 * removed afterwards. Safe to run while the product runs, and to run again after an interruption.
 */
import { sayAndExit } from "./plain-failure.ts";

try {
  const { rotateKeysFromEnvironment } = await import("../app/flows/rotate-keys.server.ts");
  const { resealed, alreadyCurrent } = await rotateKeysFromEnvironment(process.env);
  console.log(`${resealed} credentials sealed with the first key; ${alreadyCurrent} were already.`);
} catch (error) {
  sayAndExit(error);
}
