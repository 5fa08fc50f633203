import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { completeLock, type Lock } from "./complete-lock.ts";
import { projectRoot } from "./project-root.ts";

it("our lock file names the packages of every platform, so that npm ci takes it anywhere", () => {
  const lock = JSON.parse(readFileSync(join(projectRoot, "package-lock.json"), "utf8")) as Lock;
  expect(Object.keys(lock.packages).length).toBeGreaterThan(100);
  expect(completeLock(lock)).toEqual([]);
});

it("adds what npm left out, with the platform that the name tells", () => {
  const lock: Lock = {
    packages: {
      "": {},
      "node_modules/tool": {
        version: "1.0.0",
        dev: true,
        optionalDependencies: { "@tool/linux-x64-musl": "1.0.0", "@tool/win32-arm64": "1.0.0", there: "1.0.0" },
      },
      "node_modules/there": { version: "1.0.0", optional: true },
    },
  };
  expect(completeLock(lock)).toEqual(["@tool/linux-x64-musl@1.0.0", "@tool/win32-arm64@1.0.0"]);
  expect(lock.packages["node_modules/@tool/linux-x64-musl"]).toEqual({
    version: "1.0.0",
    dev: true,
    optional: true,
    os: ["linux"],
    cpu: ["x64"],
    libc: ["musl"],
  });
  expect(lock.packages["node_modules/@tool/win32-arm64"]).toEqual({
    version: "1.0.0",
    dev: true,
    optional: true,
    os: ["win32"],
    cpu: ["arm64"],
  });
});
