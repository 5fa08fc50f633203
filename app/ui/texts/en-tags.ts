import { count } from "./plural.ts";

export const tags = {
  title: "Tags",
  none: "No tags yet. A rule can stand at a tag and so speak about many items.",
  field: "Tag",
  add: "Add tag",
  remove: "Remove",
  removeTag: "Remove tag",
  removeLabel: (p: { tag: string }) => `Remove the tag ${p.tag}`,
  ruleLabel: (p: { tag: string }) => `Rule for the tag ${p.tag}`,
  wrong: "Write a tag of up to 60 letters, without a comma.",
  done: "Tags changed",
  nothing: "Nothing to change",
  bulk: "Chosen items",
  chosen: (p: { n: number; text: string }) => `${count(p.n, "item", "items", p.text)} chosen`,
  choose: (p: { title: string }) => `Choose ${p.title}`,
  clear: "Clear choice",
};
