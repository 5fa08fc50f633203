import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds package.json; every path of the scripts starts here, wherever they are called from. */
export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));
