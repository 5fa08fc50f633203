import { describe, expect, it } from "vitest";
import { knownSpelling, readTag, tagChanges, withChange } from "./tags.ts";

describe("a tag", () => {
  it.each([
    ["  rush  hour ", "rush hour"],
    ["", null],
    [" \0 ", null],
    ["a,b", null],
    ["x".repeat(61), null],
  ])("%j is kept as %j", (text, kept) => expect(readTag(text)).toBe(kept));

  it("takes the spelling that is known, an exact one first", () => {
    expect(knownSpelling("KITCHEN", ["garden", "kitchen"])).toBe("kitchen");
    expect(knownSpelling("KITCHEN", ["kitchen", "KITCHEN"])).toBe("KITCHEN");
    expect(knownSpelling("new", ["kitchen"])).toBe("new");
  });
});

describe("a change of tags", () => {
  const current = new Map([
    ["mug", ["kitchen"]],
    ["lamp", []],
  ]);
  it("is only what really changes, and taken back leaves the tags as they were", () => {
    const changes = tagChanges(current, { add: ["kitchen", "gift"], remove: [] });
    expect(changes).toEqual([
      { itemId: "mug", add: ["gift"], remove: [] },
      { itemId: "lamp", add: ["kitchen", "gift"], remove: [] },
    ]);
    for (const [itemId, tags] of current) {
      const change = changes.find((c) => c.itemId === itemId);
      const then = withChange(tags, change);
      const back = change && { itemId, add: change.remove, remove: change.add };
      expect(withChange(then, back)).toEqual(tags);
    }
  });

  it("removes nothing that is not there, and what is both taken and given is taken", () => {
    expect(tagChanges(current, { add: [], remove: ["gift"] })).toEqual([]);
    expect(tagChanges(current, { add: ["kitchen"], remove: ["kitchen"] })).toEqual([{ itemId: "mug", add: [], remove: ["kitchen"] }]);
  });
});
