import { describe, expect, it } from "vitest";
import { silentLogger } from "./log.server.ts";
import { isAway, NotYet, waitForBackend } from "./wait-for-backend.server.ts";

const coded = (code: string, message = "x") => Object.assign(new Error(message), { code });

describe("waiting for a backend", () => {
  it.each([
    coded("ECONNREFUSED"),
    coded("EAI_AGAIN"),
    coded("57P03", "the database system is starting up"),
    coded("53300", "too many clients"),
    coded("08006"),
    new Error("Connection terminated unexpectedly"),
    new Error("LOADING Redis is loading the dataset in memory"),
    new NotYet("1 migration is missing"),
    new AggregateError([coded("ECONNREFUSED"), coded("ECONNREFUSED")]),
  ])("helps against %s", (error) => {
    expect(isAway(error)).toBe(true);
  });

  it.each([
    coded("28P01", "password authentication failed"),
    coded("3D000", "database does not exist"),
    coded("42501", "permission denied"),
    new Error("WRONGPASS invalid username-password pair"),
    new Error("this Redis is version 5.0; 6.2 or newer is needed"),
    new AggregateError([coded("ECONNREFUSED"), coded("28P01")]),
    new TypeError("x is not a function"),
    "text",
  ])("does not help against %s", (error) => {
    expect(isAway(error)).toBe(false);
  });

  it("tries until it succeeds, says once what it waits for, and gives the result", async () => {
    const said: unknown[] = [];
    let tries = 0;
    const attempt = async () => {
      if (++tries < 4) throw coded("ECONNREFUSED", "connect ECONNREFUSED");
      return "here";
    };
    const log = { ...silentLogger, warn: (step: string, details?: Record<string, unknown>) => said.push([step, details?.message]) };
    expect(await waitForBackend(attempt, { what: "the database", log, retryEveryMs: 1 })).toBe("here");
    expect([tries, said]).toEqual([4, [["waiting for the database", "connect ECONNREFUSED"]]]);
  });
});
