/**
 * Writes the optional packages of other platforms into package-lock.json, where npm left them out. It does so when the registry
 * that answered `npm install` did not carry them, and then `npm ci` refuses the file on every machine. Run after `npm install x`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./project-root.ts";

type Entry = {
  version?: string;
  dev?: true;
  optional?: true;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
};

export type Lock = { packages: Record<string, Entry> };

const FILE = join(projectRoot, "package-lock.json");
const SYSTEMS = ["android", "darwin", "freebsd", "netbsd", "openbsd", "openharmony", "linux", "win32", "aix", "sunos"];
const PROCESSORS = ["arm64", "arm", "x64", "ia32", "loong64", "ppc64", "riscv64", "s390x", "mips64el"];

/** What package names of this kind say of their platform, e.g. rollup-linux-x64-musl. */
function platformOf(name: string): Pick<Entry, "os" | "cpu" | "libc"> {
  const words = name.split(/[-/]/);
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  if (!os || !cpu) throw new Error(`The name ${name} does not tell its platform; add it to package-lock.json by hand.`);
  const libc = words.some((word) => word.startsWith("musl")) ? "musl" : words.some((word) => word.startsWith("gnu")) ? "glibc" : null;
  return { os: [os], cpu: [cpu], ...(os === "linux" && libc ? { libc: [libc] } : {}) };
}

/** Whether a package in folder `from` would find `name` among the locked ones. */
function isLocked(packages: Record<string, Entry>, from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    if (packages[`${folder ? `${folder}/` : ""}node_modules/${name}`]) return true;
    if (!folder) return false;
  }
}

/** Adds what is missing and answers its names. */
export function completeLock(lock: Lock): string[] {
  const added: string[] = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isLocked(lock.packages, path, name)) continue;
      if (!/^\d/.test(version))
        throw new Error(`${path} wants ${name} ${version}, which names no single version; run npm install with a full registry.`);
      // Beside its parent's own neighbours: the same package may stand elsewhere in another version.
      const folder = path.slice(0, path.lastIndexOf("node_modules/"));
      lock.packages[`${folder}node_modules/${name}`] = {
        version,
        ...(entry.dev ? { dev: true } : {}),
        optional: true,
        ...platformOf(name),
      };
      added.push(`${name}@${version}`);
    }
  }
  const { "": root, ...others } = lock.packages;
  const sorted = Object.entries(others).sort(([a], [b]) => a.localeCompare(b, "en"));
  lock.packages = { ...(root ? { "": root } : {}), ...Object.fromEntries(sorted) };
  return added;
}

if (import.meta.main) {
  const lock = JSON.parse(readFileSync(FILE, "utf8")) as Lock;
  const added = completeLock(lock);
  if (added.length) writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(
    added.length ? `Added to package-lock.json: ${added.join(", ")}` : "package-lock.json names every platform's packages already.",
  );
}
