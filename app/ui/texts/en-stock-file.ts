import { count } from "./plural.ts";

export const stockFile = {
  title: "Count by file",
  link: "Count by file",
  lead: "Give us a file with your SKUs and what you counted. You see row by row what would change on your channels before anything does.",
  columns:
    "It needs a column SKU and one of these: On hand (what lies there, sold but unsent units among it) or Available (what can still be sold). Other columns are ignored, and so are lines without a count.",
  template: "Download your stock as such a file",
  file: "File (CSV, up to 5 MB)",
  countedAt: "Counted at",
  zone: (p: { zone: string }) => `Times are ${p.zone}. What was sold after this moment stays sold.`,
  look: "Show what would change",
  reading: "Reading the file",
  wrongMoment: "That is no moment in the past. Choose another one.",
  noFile: "Choose a file first.",
  unreadable: {
    empty: "The file has no lines below its head. Nothing was changed.",
    "no-sku-column": "No column is called SKU. Name it so in the first line and try again.",
    "no-count-column": "No column is called On hand or Available. Name the one with your counts so and try again.",
    "two-count-columns": "More than one column could hold your counts. Leave either On hand or Available, and try again.",
    "too-long": "The file has more than 20,000 lines. Split it and give us the parts one after the other.",
    "too-large": "The file is larger than 5 MB. Leave only the two columns that are needed, or split it.",
  },
  nothing: "None of its lines can be used. Nothing was changed.",
  problems: (p: { n: number; text: string }) => `${count(p.n, "line", "lines", p.text)} can’t be used:`,
  more: (p: { text: string }) => `and ${p.text} more`,
  problem: (p: { line: string; sku: string; why: string }) => `Line ${p.line}${p.sku ? `, ${p.sku}` : ""}: ${p.why}`,
  why: {
    "no-sku": "a count without a SKU",
    "no-number": "the count is no whole number, such as 12",
    "too-large": "more than a million units",
    twice: "this SKU stands in the file with different counts",
    unknown: "no item here has this SKU",
  } as Record<string, string>,
  counted: (p: { n: number; text: string; same: string; at: string }) =>
    `${count(p.n, "item", "items", p.text)} would be corrected, ${p.same} are as counted. Counted ${p.at}.`,
  from: (p: { name: string }) => `From the file ${p.name}.`,
  head: ["SKU", "Title", "On hand", "Sold, not sent"] as const,
};
