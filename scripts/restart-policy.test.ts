import { expect, it } from "vitest";
import { afterDeath } from "./restart-policy.ts";

it("waits longer after each death in a minute and gives up at the fifth", () => {
  const deaths: number[] = [];
  const answers = [0, 5_000, 10_000, 15_000, 59_000].map((at) => {
    deaths.push(at);
    return afterDeath(deaths, at);
  });
  expect(answers).toEqual([{ restartInMs: 100 }, { restartInMs: 400 }, { restartInMs: 1_600 }, { restartInMs: 6_400 }, "give up"]);
});

it("forgets deaths older than a minute", () => {
  expect(afterDeath([0, 1, 2, 3, 60_004], 60_004)).toEqual({ restartInMs: 100 });
});
