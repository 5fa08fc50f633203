import { count } from "./plural.ts";

export const home = {
  title: "Home",
  exposure: "For how long channels showed too many",
  verdict: {
    none: "No channel is connected yet. Nothing is read, nothing is changed.",
    inStep: (p: { n: number; checked: string }) =>
      p.n === 1 ? `Your channel is in step · checked ${p.checked}` : `All ${p.n} channels in step · checked ${p.checked}`,
    sending: (p: { n: number; text: string; channels: string; usual: string | null }) =>
      `${count(p.n, "number", "numbers", p.text)} on ${p.n === 1 ? "its" : "their"} way to ${p.channels}${p.usual ? `, usually ${p.usual}` : ""}`,
    waiting: (p: { n: number; text: string; channels: string; at: string }) =>
      `${count(p.n, "number waits", "numbers wait", p.text)} for ${p.channels} since ${p.at}. We keep trying.`,
    blind: (p: { channels: string; at: string }) => `We can't see ${p.channels} since ${p.at}. Its numbers may be old.`,
    stopped: (p: { at: string }) => `All writing is stopped since ${p.at}. Orders are read, nothing is sent.`,
    needsYou: (p: { n: number; text: string; channels: string }) =>
      `${count(p.n, "number waits", "numbers wait", p.text)} for your word on ${p.channels}. Everything else is in step.`,
    paused: (p: { channels: string }) => `${p.channels}: paused. Everything else is in step.`,
    watching: (p: { n: number }) => `Watching only. We read ${count(p.n, "channel", "channels")} and have changed nothing.`,
    partly: (p: { live: number; watching: number; checked: string }) =>
      `${count(p.live, "channel", "channels")} in step, ${p.watching} watching only · checked ${p.checked}`,
  },
  metrics: {
    lag: "Time to channel today",
    risk: "Units at risk now",
    inStep: "Numbers in step",
    percent: (p: { n: string }) => `${p.n} %`,
    noLag: "no change yet",
  },
  needs: {
    title: (p: { n: number }) => (p.n === 0 ? "Needs you" : `Needs you (${p.n})`),
    none: "Nothing waits for you.",
    edits: (p: { n: number; channel: string }) =>
      `${count(p.n, "number", "numbers")} changed in ${p.channel} by somebody else. Nothing was overwritten.`,
    held: (p: { n: number; reason: string }) => `${count(p.n, "number", "numbers")} stopped for review: ${p.reason}`,
    blind: (p: { channel: string; at: string; reason: string }) => `We can't see ${p.channel} since ${p.at}. ${p.reason}`,
    reviewEdits: "Review edits",
    reviewHeld: "Review changes",
    openChannel: "Open channel",
    openItem: "Open item",
    chooseOrder: "Choose order",
    openRules: "Look at rules",
    openNumbers: "Show items",
    all: (p: { n: number }) => `All ${p.n}`,
    times: (p: { n: number }) => `${p.n} times`,
  },
  channels: {
    title: "Channels",
    open: (p: { name: string }) => `Open ${p.name}`,
    none: "Connect a channel to begin. We only read until you go live.",
  },
  feed: {
    title: "Live",
    none: "No sale or change yet. The first one shows up here and you can watch it travel.",
    /** A sale and its like move units one way; everything else says by how much. */
    moved: (p: { what: string; units: string; title: string; where: string }) => `${p.what} ${p.units} × ${p.title}${p.where}`,
    changed: (p: { what: string; units: string; title: string; where: string }) => `${p.what} ${p.title} by ${p.units}${p.where}`,
    on: (p: { channel: string }) => ` on ${p.channel}`,
    by: (p: { name: string }) => ` by ${p.name}`,
    pending: "on its way",
    took: (p: { channel: string; time: string }) => `${p.channel} showed it after ${p.time}`,
    list: "Latest changes of stock",
  },
};
