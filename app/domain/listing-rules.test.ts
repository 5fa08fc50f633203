import { expect, it } from "vitest";
import { withFigures } from "./listing-rules.ts";
import type { Rule } from "./rules.ts";

const rule = (change: Partial<Rule>): Rule => ({
  ...{ id: "r", scope: "listing", connectionId: null, tag: null, listingId: "l1", buffer: null, percent: null, floor: null },
  ...{ cap: null, fixed: null, paused: null, lastUnits: null, lastRank: null, startsAt: null, endsAt: null },
  ...change,
});
let n = 0;
const newId = () => `new${++n}`;

it("a listing's rule keeps what it says beside the new figures, and where none stands one is made", () => {
  const standing = [rule({ cap: 5, buffer: 1 }), rule({ id: "other", scope: "seller", listingId: null, buffer: 9 })];
  const wishes = [
    { listingId: "l1", figures: { buffer: 2 } },
    { listingId: "l2", figures: { lastUnits: 1, lastRank: ["c"] } },
  ];
  expect(withFigures(standing, wishes, newId)).toEqual([
    rule({ id: "new1", cap: 5, buffer: 2 }),
    rule({ id: "new2", listingId: "l2", lastUnits: 1, lastRank: ["c"] }),
  ]);
});

it("a dated rule at the listing is left as it is", () => {
  const dated = rule({ cap: 5, endsAt: new Date(9) });
  expect(withFigures([dated], [{ listingId: "l1", figures: { buffer: 2 } }], () => "x")).toEqual([rule({ id: "x", buffer: 2 })]);
});
