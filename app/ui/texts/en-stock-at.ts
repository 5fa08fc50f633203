import { count } from "./plural.ts";

export const stockAt = {
  title: "Stock at a moment",
  link: "Stock at a moment",
  lead: "Added up from every recorded movement up to then.",
  at: "Moment",
  show: "Show the stock",
  total: (p: { at: string; n: number; items: string; onHand: string; available: string }) =>
    `${p.at}: ${count(p.n, "item", "items", p.items)}, ${p.onHand} units on hand, ${p.available} available.`,
  before: "Nothing was recorded up to then: your stock begins with the opening count of the first channel.",
  noMatch: "No item matches. Change the search, or show all items.",
  table: "Stock of that moment, by item",
  columns: {
    item: "Item",
    onHand: "On hand then",
    reserved: "Reserved then",
    available: "Available then",
    now: "Available now",
    since: "Since then",
  },
  file: "Download all rows",
  fileHead: {
    sku: "SKU",
    title: "Item",
    onHand: "On hand then",
    reserved: "Reserved then",
    available: "Available then",
    availableNow: "Available now",
  },
  restore: "Put back as it was then",
  restoreOne: (p: { title: string }) => `Put ${p.title} back as it was then`,
  restoreShort: "Put back",
};
