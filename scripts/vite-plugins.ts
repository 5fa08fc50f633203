import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Plugin } from "vite";
import type { BuildPlan } from "./build-plan.ts";
import { projectRoot } from "./project-root.ts";

/** Remix's server build takes one input, the pages. This adds the roles, so that they share its modules instead of copying them. */
export function serverEntries(plan: BuildPlan): Plugin {
  return {
    name: "inventorysync-server-entries",
    enforce: "post",
    config(config, { command, isSsrBuild }) {
      if (command !== "build" || !isSsrBuild) return;
      const options = config.build?.rollupOptions;
      if (!options || typeof options.input !== "string") throw new Error("Remix no longer gives its server build as one input.");
      options.input = { index: options.input, ...plan.entries };
      options.output = { ...options.output, entryFileNames: "[name].js", chunkFileNames: "chunks/[name]-[hash].js" };
    },
  };
}

export type ModuleLists = Record<string, string[]>;

/** Which modules of ours each built entry can reach, kept in modules.json: proof of what production does not contain. */
export function recordModules(plan: BuildPlan): Plugin {
  let side: "client" | "server" = "client";
  return {
    name: "inventorysync-record-modules",
    configResolved: (config) => {
      side = config.build.ssr ? "server" : "client";
    },
    generateBundle(_, bundle) {
      const lists: ModuleLists = {};
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk" || !chunk.isEntry) continue;
        const files = new Set<string>();
        const modules = new Set<string>();
        collect(chunk.fileName);
        lists[`${side}/${chunk.fileName}`] = [...modules].sort();

        function collect(fileName: string): void {
          const part = bundle[fileName];
          if (files.has(fileName) || part?.type !== "chunk") return;
          files.add(fileName);
          for (const id of part.moduleIds) {
            const path = relative(projectRoot, id.split("?")[0] ?? id);
            if (!id.startsWith("\0") && !path.startsWith("..") && !path.includes("node_modules")) modules.add(path);
          }
          for (const next of [...part.imports, ...part.dynamicImports]) collect(next);
        }
      }
      const folder = join(projectRoot, plan.folder);
      const file = join(folder, "modules.json");
      const known = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ModuleLists) : {};
      const others = Object.entries(known).filter(([name]) => !name.startsWith(side));
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, `${JSON.stringify({ ...Object.fromEntries(others), ...lists }, null, 2)}\n`);
    },
  };
}
