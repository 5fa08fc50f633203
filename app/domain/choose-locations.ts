/** Which places of a shop count, and which one is written (settled.md 17); a wish is taken as a whole or refused with its reason. */
import type { LocationChoice } from "./locations.ts";

export type KnownLocation = { externalId: string; fulfilmentService: boolean };
export type LocationWish = {
  counted: string[];
  receiving: string /** The seller's order; places that it leaves out come last. */;
  order: string[];
};
export type LocationProblem = "none-counted" | "receiving-not-counted" | "counted-while-live";

/** A fulfilment service's place is neither counted nor written, whatever was asked for. */
export function chooseLocations(known: KnownLocation[], wish: LocationWish): LocationChoice[] | LocationProblem {
  const place = (id: string) => (wish.order.includes(id) ? wish.order.indexOf(id) : wish.order.length);
  const chosen = [...known]
    .sort((a, b) => place(a.externalId) - place(b.externalId))
    .map(({ externalId, fulfilmentService }, rank) => ({
      ...{ externalId, fulfilmentService, rank },
      counted: !fulfilmentService && wish.counted.includes(externalId),
      receiving: !fulfilmentService && wish.receiving === externalId,
    }));
  if (!chosen.some((l) => l.counted)) return "none-counted";
  if (!chosen.some((l) => l.receiving && l.counted)) return "receiving-not-counted";
  return chosen;
}

/** Another sum would look like an outside edit of every number, so it is chosen only while nothing is live. */
export function countsChange(before: readonly LocationChoice[], after: readonly LocationChoice[]): boolean {
  const counted = (choices: readonly LocationChoice[]) =>
    choices
      .filter((l) => l.counted)
      .map((l) => l.externalId)
      .sort()
      .join("\n");
  return counted(before) !== counted(after);
}
