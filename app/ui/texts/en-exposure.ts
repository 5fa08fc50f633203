import { count } from "./plural.ts";

/** Words of the page that says for how long channels showed too many. */
export const exposure = {
  title: "Exposure",
  link: "Exposure",
  sentence: (p: { month: string; n: number; text: string; half: string; most: string }) =>
    `In ${p.month} a sale or change reached the other channels within ${p.half} half of the time, and within ${p.most} in 95 of 100 cases (${count(p.n, "lowered number", "lowered numbers", p.text)}).`,
  slowest: (p: { first: string; second: string; time: string }) =>
    `Slowest: sold on ${p.first}, shown on ${p.second}, up to ${p.time} in 95 of 100 cases.`,
  meaning: "Until then a channel showed more than there was, and a unit could have been sold twice.",
  through: (p: { at: string }) => `Figures up to ${p.at}; they are added up every few minutes.`,
  none: (p: { month: string }) =>
    `Nothing was lowered on any channel in ${p.month}. Figures come with the first sale that travels from one channel to another, some minutes after it.`,
  months: "Month",
  pairs: {
    title: "From sale to the other channels",
    caption: "Time from a sale on one channel until another was proved to show it",
    soldOn: "Sold on",
    shownOn: "Shown on",
    changes: "Changes",
    p50: "Half within",
    p95: "95 % within",
    p99: "99 % within",
    units: "Units at risk",
  },
  notSold: "Not a sale (a count or a rule)",
  anywhere: "Anywhere",
  worst: {
    title: "Items most at risk",
    caption: "Items by units shown too many times the seconds they were shown",
    item: "Item",
    unitSeconds: "Unit seconds",
    none: "No item showed too many.",
  },
  file: "Download all as CSV",
  fileHead: [
    "SKU",
    "Title",
    "Sold on",
    "Shown on",
    "Changes",
    "Median (ms)",
    "95th percentile (ms)",
    "99th percentile (ms)",
    "Units at risk",
    "Unit seconds",
  ] as const,
  buffers: {
    title: "Buffers worth having",
    intro:
      "Held back so that what sells elsewhere before a channel's number follows is covered. Measured over the last 30 days; nothing changes before you have seen and approved it.",
    none: "No buffer is worth its price: everywhere less than one unit is expected to sell while a number is on its way.",
    line: (p: { n: number; channel: string; lag: string; every: string }) =>
      `${count(p.n, "unit", "units")} on ${p.channel}: ${p.lag} lag × 1 sale per ${p.every} at peak`,
    now: (p: { n: number }) => (p.n === 0 ? "no buffer now" : `${p.n} now`),
    show: "Show what it would change",
    legend: "Choose",
    ruleTitle: "Measured buffers",
    gone: "These proposals are gone meanwhile. Look at the new ones.",
    chooseOne: "Tick at least one.",
  },
};
