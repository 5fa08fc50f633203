/** Keeps a platform's daily cap on writes of one listing (eBay): what has to wait says so on its number, zero never waits. */
import { holdBack, revisionsToday } from "#app/data/quantities.server.ts";
import { mayRevise, type RevisionVerdict } from "#app/domain/revision-cap.ts";
import type { House } from "./house.server.ts";
import type { Planned } from "./planned-write.ts";

type Why = Extract<RevisionVerdict, { go: false }>["why"];

/** Answers the writes that may go; the others are put off with their reason. */
export async function withinRevisions(house: House, connectionId: string, cap: number | undefined, planned: Planned[]): Promise<Planned[]> {
  if (cap === undefined || planned.length === 0) return planned;
  const used = await revisionsToday(
    house.db.plain,
    connectionId,
    planned.map((p) => p.row.id),
  );
  const now = house.now();
  const verdicts = planned.map((p) => {
    const today = used.get(p.row.id);
    const verdict: RevisionVerdict = today ? mayRevise({ ...today, cap, rising: p.step.rising, to: p.step.to, now }) : { go: true };
    return { p, verdict };
  });
  await holdBack(
    house.db.plain,
    verdicts.flatMap(({ p, verdict }) =>
      verdict.go ? [] : [{ id: p.row.id, until: verdict.until, kind: "revisions", text: textOf(verdict.why, cap) }],
    ),
  );
  return verdicts.filter(({ verdict }) => verdict.go).map(({ p }) => p);
}

function textOf(why: Why, cap: number): string {
  const limit = `The channel takes ${cap} changes of one listing a day, and most of them are used.`;
  switch (why) {
    case "raises-wait":
      return `${limit} It goes up when the channel's new day begins; sales still lower it.`;
    case "lowerings-gathered":
      return `${limit} Several sales are sent as one change; zero is sent at once.`;
    case "only-zero":
      return `${limit} The rest is kept for zero, which is sent at once.`;
    default: {
      const never: never = why;
      throw new Error(`no words for ${String(never)}`);
    }
  }
}
