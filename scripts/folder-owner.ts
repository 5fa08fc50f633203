/** One process per data folder. A file beside it names the owner; a dead owner's claim is taken over. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { PlainFailure } from "./plain-failure.ts";
import { processIdentity } from "./process-identity.ts";

/** The number of the living process that holds this folder, or null. */
export function folderOwner(folder: string): number | null {
  let claim: string;
  try {
    claim = readFileSync(`${folder}.owner`, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new PlainFailure(
      `The data folder ${dirname(folder)} cannot be read (${(cause as Error).message}). Give this user the folder, or name another one in DATA_DIR.`,
    );
  }
  const [pid, identity] = claim.trim().split(" ");
  return processIdentity(Number(pid)) === identity ? Number(pid) : null;
}

/** Takes the folder for this process and returns the function that gives it back. Throws PlainFailure when another one holds it. */
export function claimFolder(folder: string): () => void {
  const file = `${folder}.owner`;
  const owner = folderOwner(folder);
  if (owner !== null && owner !== process.pid) {
    throw new PlainFailure(
      `InventorySync already runs on this data folder, as process ${owner} (${dirname(folder)}). Stop that one, or name another folder in DATA_DIR.`,
    );
  }
  try {
    mkdirSync(dirname(folder), { recursive: true });
    rmSync(file, { force: true });
    // "wx": of two that come here at once, one fails.
    writeFileSync(file, `${process.pid} ${processIdentity(process.pid)}`, { flag: "wx" });
  } catch (cause) {
    throw new PlainFailure(
      `The data folder ${dirname(folder)} cannot be written (${(cause as Error).message}). Give this user the folder, or name another one in DATA_DIR.`,
    );
  }
  return () => rmSync(file, { force: true });
}
