/**
 * Runs before every command, also on a machine where nothing is installed yet and the only Node is an old one: installs the
 * packages when they do not match package-lock.json and writes the database client when it does not match the schema.
 * Plain JavaScript for Node 20, no imports from npm. Everything after it runs on the Node that npm installed here.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const windows = process.platform === "win32";
const ownNode = join(root, "node_modules", "node", "bin", windows ? "node.exe" : "node");

/** By content, not by time: a checkout or an `npm install` beside us may touch the files without changing what they say. */
function packagesMatch() {
  const installed = readLock(join("node_modules", ".package-lock.json"));
  const wanted = readLock("package-lock.json");
  if (!installed || !wanted) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "" || entry.link) return true;
    const there = installed[path];
    // Optional packages are those of other platforms; npm leaves them out here.
    return there ? there.version === entry.version : entry.optional === true;
  });
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), "utf8")).packages;
  } catch {
    return null;
  }
}

function run(command, args, words) {
  // Prisma's install script lays down a stub that Shopify's session storage loads. Any file that exists keeps it from downloading.
  const env = { ...process.env, PRISMA_QUERY_ENGINE_LIBRARY: join(root, "package.json") };
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", shell: windows, env });
  if (result.status === 0) return;
  console.error(`\n${words}\n`);
  process.exit(result.status || 1);
}

if (!packagesMatch()) {
  console.log("Installing the packages; this happens once and takes a minute or two.");
  // --include=dev: with NODE_ENV=production npm would leave out what builds the product.
  run(
    "npm",
    ["ci", "--no-audit", "--no-fund", "--include=dev", "--loglevel=error"],
    "The packages could not be installed; npm says why above.",
  );
}
const madeByScripts = [ownNode, join(root, "node_modules", ".prisma", "client", "default.js")];
if (!madeByScripts.every((file) => existsSync(file))) {
  // npm was told to run no install scripts (ignore-scripts); these few fetch nothing but what package-lock.json names.
  const needed = Object.entries(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).allowScripts)
    .filter(([name, allowed]) => allowed && existsSync(join(root, "node_modules", name)))
    .map(([name]) => name);
  run("npm", ["rebuild", "--ignore-scripts=false", ...needed], "The packages' install scripts could not be run; npm says why above.");
}
run(ownNode, [join("scripts", "ensure-generated.ts")], "The database client could not be written; the reason stands above.");
