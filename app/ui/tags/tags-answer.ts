/** What the address `tags` of either front takes and answers, where it does not lead to the rows. */
export type TagsRequest = { itemIds: string[]; add: string[]; remove: string[] };
export type TagsAnswer = { outcome: "done"; items: number } | { outcome: "no-tag" };
