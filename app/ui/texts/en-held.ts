import { count } from "./plural.ts";

type Figures = { n: number; text: string; base: string; percent: string; channel: string };

/** Words of a batch that was stopped because nothing explains it. */
export const held = {
  title: "Stopped for your word",
  /** By kind of hold: how much of the shop, and what it is about. */
  sentence: {
    edits: (p: Figures) =>
      `Somebody or another app changed numbers in ${p.channel}. Counting that would lower ${count(p.n, "number", "numbers", p.text)} of ${p.base} (${p.percent} %) within one hour, and no orders explain it.`,
    numbers: (p: Figures) =>
      `${count(p.n, "number", "numbers", p.text)} of ${p.base} (${p.percent} %) would go down within one hour, and no orders explain it.`,
    plan: (p: Figures) =>
      `A change that was to begin would lower ${count(p.n, "number", "numbers", p.text)} of ${p.base} (${p.percent} %), far more than when it was approved.`,
  } as Record<string, (p: Figures) => string>,
  zeroed: (p: { n: number; text: string }) => `${count(p.n, "of them would go", "of them would go", p.text)} to 0.`,
  meanwhile: "Nothing of it was sent. Until you decide, orders go on lowering these numbers one by one, and nothing raises them.",
  usual: {
    title: "What usually happens",
    line: (p: { usual: string; now: string }) => `Busiest hour of the last four weeks: ${p.usual} %. Now: ${p.now} %.`,
    none: (p: { now: string }) => `Nothing was lowered without an order in the last four weeks. Now: ${p.now} %.`,
  },
  causes: {
    title: "Likely cause",
    sameZero: (p: { channel: string; n: number }) =>
      `All ${p.n} went to 0 in ${p.channel}: looks like an empty feed or file, or an app that lost its stock.`,
    same: (p: { channel: string; n: number; value: string }) =>
      `All ${p.n} were set to ${p.value} in ${p.channel}: looks like a tool, not a count.`,
    within: (p: { channel: string; n: number; time: string }) =>
      `${count(p.n, "number", "numbers")} changed in ${p.channel} within ${p.time}.`,
    act: (p: { what: string; actor: string; at: string }) => `${p.what} (${p.at})`,
    listingState: "Listings ended or were switched off, and what they kept back moved to other channels.",
    rule: "A rule began or ended.",
    other: "A change inside InventorySync lowered what these numbers are made from.",
  },
  onlyBack: (p: { n: number }) =>
    `${count(p.n, "number shows", "numbers show")} a share, a pack or a bundle and says nothing about one item: ${p.n === 1 ? "it is" : "they are"} set back whatever you choose.`,
  choose: "Untick what should stay as it is. All numbers of one item go together.",
  keep: "Keep current numbers",
  sendAll: "Send all",
  sendSome: (p: { n: number; of: string }) => `Send ${p.n} of ${p.of}`,
  confirm: {
    keepEdits: "The changes made there are set back and our numbers are written again. Your stock stays as it is.",
    keepNumbers: "These numbers stay as they are, and orders go on lowering them, until you change the item or its rules.",
    send: (p: { n: number }) => `${count(p.n, "number goes", "numbers go")} to the channels as shown.`,
    cancel: "Look again",
  },
  reason: "Reason, for the record (optional)",
  computing: "Working out what would change. This page fills by itself.",
  failed: "We could not work out what would change. Nothing was sent. You can keep the numbers.",
  changed: "More changed since you looked. The rows are worked out again: look once more, then decide.",
  decided: {
    keep: (p: { who: string; at: string }) => `${p.who} kept the numbers ${p.at}.`,
    "send-all": (p: { who: string; at: string }) => `${p.who} sent all of it ${p.at}.`,
    "send-some": (p: { who: string; at: string }) => `${p.who} sent some of it ${p.at}.`,
    over: (p: { who: string; at: string }) => `Nothing was left to decide ${p.at}: orders explained it, or it was set back.`,
  } as Record<string, (p: { who: string; at: string }) => string>,
  someone: "Somebody",
};
