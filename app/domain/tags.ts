/** Tags of items: short names that a seller gives; rules may stand at one (settled.md 30). */
export const LONGEST_TAG = 60;

/** One tag as it is kept, or null for what is none. A comma would be two. */
export function readTag(text: string): string | null {
  const tag = text.replaceAll("\0", "").trim().replace(/\s+/g, " ");
  return tag === "" || tag.length > LONGEST_TAG || tag.includes(",") ? null : tag;
}

/** A tag that is known in another spelling is meant by it: rules name tags letter by letter. */
export function knownSpelling(tag: string, known: readonly string[]): string {
  return known.find((other) => other === tag) ?? known.find((other) => other.toLowerCase() === tag.toLowerCase()) ?? tag;
}

export type TagChange = { itemId: string; add: string[]; remove: string[] };

/** What would really change of items: what they have already is not added, what they lack is not removed. Items without a change are left out. */
export function tagChanges(current: ReadonlyMap<string, readonly string[]>, wish: { add: string[]; remove: string[] }): TagChange[] {
  return [...current].flatMap(([itemId, tags]) => {
    const remove = wish.remove.filter((tag) => tags.includes(tag));
    const add = wish.add.filter((tag) => !tags.includes(tag) && !wish.remove.includes(tag));
    return add.length + remove.length === 0 ? [] : [{ itemId, add, remove }];
  });
}

export function withChange(tags: readonly string[], change: TagChange | undefined): string[] {
  if (change === undefined) return [...tags];
  return [...new Set([...tags.filter((tag) => !change.remove.includes(tag)), ...change.add])];
}
