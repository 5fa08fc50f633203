import { describe, expect, it } from "vitest";
import { askReadiness, migrationsCheck } from "./readiness.ts";

describe("readiness", () => {
  it("is given when everything answers", async () => {
    const checks = [migrationsCheck(async () => []), { name: "queue", check: async () => null }];
    expect(await askReadiness(checks, 1_000)).toEqual({ ready: true, checks: { database: "ok", queue: "ok" } });
  });

  it("says what is missing, for each thing", async () => {
    const checks = [
      migrationsCheck(async () => ["2_b", "3_c"]),
      { name: "queue", check: async () => "the queue is away" },
      { name: "silent", check: () => new Promise<null>(() => {}) },
      {
        name: "broken",
        check: async () => {
          throw Object.assign(new Error("connect ECONNREFUSED 10.0.0.1:5432 user=secret"), { code: "ECONNREFUSED" });
        },
      },
    ];
    expect(await askReadiness(checks, 20)).toEqual({
      ready: false,
      checks: {
        database: "2 migration(s) are missing, the first is 2_b: run `npm run migrate`",
        queue: "the queue is away",
        silent: "no answer within 20 ms",
        broken: "does not answer (ECONNREFUSED)",
      },
    });
  });
});
