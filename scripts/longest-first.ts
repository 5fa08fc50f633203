import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files whose cases wait longest, longest first; a new one belongs here when it runs for more than half a minute. */
const LONG = [
  "soak/soak.db",
  "engine/races.db",
  "engine/deliveries.db",
  "engine/privacy.db",
  "engine/economy.db",
  "engine/crashes.db",
  "engine/bad-channel.db",
  "engine/zero-and-back.db",
  "engine/four-windows.db",
  "engine/overlap.db",
  "engine/stopped.db",
  "engine/law-four.db",
  "engine/late-orders.db",
];

/**
 * Begins the long files first, so that none of them is what everybody waits for at the end, and those with a database before the plain
 * ones, which then fill the gaps. Without it a fresh checkout goes by the size of the files.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => turn(a) - turn(b));
  }
}

function turn({ moduleId, project }: TestSpecification): number {
  const at = LONG.findIndex((name) => moduleId.includes(name));
  if (at >= 0) return at;
  return LONG.length + (project.name === "db" ? 0 : 1);
}
