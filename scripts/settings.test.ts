import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "./project-root.ts";
import { readDataDir, readSettings } from "./settings.ts";

describe("what may be set for npm start", () => {
  it("needs nothing", () => {
    expect(readSettings({}, [])).toEqual({
      port: 3000,
      sandboxPort: 4010,
      dataDir: join(projectRoot, ".data"),
      databaseUrl: null,
      redisUrl: null,
      dev: false,
    });
  });

  it("takes what is set", () => {
    const env = { PORT: "3100", SANDBOX_PORT: "4100", DATA_DIR: "/tmp/x", DATABASE_URL: "postgresql://a@b/c", REDIS_URL: "redis://d" };
    expect(readSettings(env, ["--dev"])).toEqual({
      port: 3100,
      sandboxPort: 4100,
      dataDir: "/tmp/x",
      databaseUrl: "postgresql://a@b/c",
      redisUrl: "redis://d",
      dev: true,
    });
  });

  it("names every mistake at once and repeats no password", () => {
    const wrong = { PORT: "70000", SANDBOX_PORT: "abc", DATABASE_URL: "mysql://u:secret@h/d", REDIS_URL: "localhost" };
    expect(() => readSettings(wrong, ["--verbose"])).toThrow(
      /PORT is "70000"[\s\S]*SANDBOX_PORT is "abc"[\s\S]*DATABASE_URL must[\s\S]*REDIS_URL must[\s\S]*--verbose/,
    );
    expect(() => readSettings(wrong, [])).not.toThrow(/secret/);
  });

  it("refuses one port for both", () => {
    expect(() => readSettings({ PORT: "4010" }, [])).toThrow("must differ");
  });

  it("reads a relative data folder from where the command was typed", () => {
    expect(readDataDir({ DATA_DIR: "world", INIT_CWD: "/home/someone" })).toBe("/home/someone/world");
  });
});
