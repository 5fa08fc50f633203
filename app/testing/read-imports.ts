import { cruise, type ICruiseResult } from "dependency-cruiser";
import type { Import } from "./rooms.ts";

const TESTS = "\\.test\\.tsx?$";
const NOT_OURS = "/generated/|/fixtures/";

/** Every import below app/ of the project at `root`, types included; test files and app/testing do not count as importers. */
export async function readImports(root: string): Promise<Import[]> {
  const { output } = await cruise(
    ["app"],
    {
      baseDir: root,
      tsPreCompilationDeps: true,
      exclude: { path: `${TESTS}|^app/.*(${NOT_OURS})` },
      doNotFollow: { path: "node_modules" },
    },
    {
      extensions: [".ts", ".tsx", ".js", ".d.ts"],
      exportsFields: ["exports"],
      importsFields: ["imports"],
      conditionNames: ["import", "node"],
    } as never,
  );
  if (typeof output === "string") throw new Error("dependency-cruiser answered a report instead of modules.");
  return importsOf(output);
}

function importsOf(result: ICruiseResult): Import[] {
  const found: Import[] = [];
  for (const module of result.modules) {
    if (!module.source.startsWith("app/") || module.source.startsWith("app/testing/")) continue;
    for (const dependency of module.dependencies) {
      const ours = dependency.resolved.startsWith("app/");
      const name = packageName(dependency.module);
      found.push({ from: module.source, specifier: dependency.module, to: ours ? dependency.resolved : name, ours });
    }
  }
  return found;
}

function packageName(specifier: string): string {
  if (specifier.startsWith(".") || specifier.startsWith("#")) return specifier;
  const [first, second] = specifier.split("/");
  return first?.startsWith("@") ? `${first}/${second}` : (first ?? specifier);
}
