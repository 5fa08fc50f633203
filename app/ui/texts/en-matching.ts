import { count } from "./plural.ts";

export const matching = {
  title: "Link listings",
  link: "Link listings",
  tabsLabel: "Why listings are not linked",
  tabs: { proposed: "Proposed", "no-sku": "No SKU", duplicate: "SKU twice", unknown: "New SKU", refused: "Turned down" },
  tab: (p: { name: string; n: string }) => `${p.name} ${p.n}`,
  /** What each group is, and what to do about it. */
  about: {
    proposed:
      "These carry the SKU of one of your items. Linking one sends nothing there: it stays watched until you approve a look at what would change.",
    "no-sku":
      "These have no SKU, so we can’t tell what they are. Give each one its SKU on the channel; at the next look it is proposed here.",
    duplicate:
      "Several listings of one channel carry the same SKU, so we can’t tell which one is meant and link none. Give each its own SKU on the channel, or end the one you don’t need.",
    unknown: "No item of yours has these SKUs. Correct the SKU on the channel, or run the channel’s set-up again to make items of them.",
    refused: "You said that these are not the items they seem to be. They are left alone.",
  },
  none: {
    proposed: "No link is proposed now.",
    "no-sku": "Every listing has a SKU.",
    duplicate: "No SKU stands twice on a channel.",
    unknown: "Every SKU is known.",
    refused: "You turned none down.",
  },
  noMatch: "No listing matches. Change the search, or show all.",
  table: "Listings that are not linked",
  columns: { take: "Take", listing: "Listing", channel: "Channel", item: "Item with this SKU", effect: "What follows", todo: "What to do" },
  takeLabel: (p: { title: string }) => `Take ${p.title}`,
  takeAll: "Take all rows of this page",
  available: (p: { n: string }) => `${p.n} available`,
  shows: (p: { n: string }) => `shows ${p.n}`,
  effect: {
    same: "Shows what you have already.",
    would: (p: { from: string; to: string; channel: string }) =>
      `Stays at ${p.from} now. Once live it would show up to ${p.to} on ${p.channel}, as your rules say.`,
    twin: (p: { n: number }) =>
      `${count(p.n, "other listing", "other listings")} of this channel ${p.n === 1 ? "carries" : "carry"} this SKU: each would show the same units, and a sale on one lowers all.`,
    sold: (p: { n: number }) => `${count(p.n, "unit was", "units were")} sold here and not counted.`,
  },
  todo: {
    "no-sku": "Write a SKU on the channel.",
    duplicate: (p: { n: number }) => `${count(p.n, "other listing has", "other listings have")} it: change one SKU on the channel.`,
    unknown: "Correct the SKU on the channel.",
  },
  count: (p: { n: number; text: string }) =>
    `Also count what was sold here before: ${count(p.n, "unit", "units", p.text)}. The other channels are lowered by it; you see the rows first.`,
  accept: (p: { n: number; text: string }) => (p.n === 0 ? "Link" : `Link ${count(p.n, "listing", "listings", p.text)}`),
  acceptAll: (p: { text: string }) => `Link all ${p.text}`,
  refuse: (p: { n: number; text: string }) => (p.n === 0 ? "Not these items" : `Turn ${count(p.n, "link", "links", p.text)} down`),
  again: "Propose again",
  againLabel: (p: { title: string }) => `Propose the link of ${p.title} again`,
  pick: "Tick the ones you mean.",
  linked: (p: { n: number }) => `${count(p.n, "listing", "listings")} linked`,
  refused: (p: { n: number }) => `${count(p.n, "link", "links")} turned down`,
  proposed: "Proposed again",
  moved: "The list changed since you looked. Look once more.",
  next: "Linked listings are watched. See what would change on their channels before anything is sent:",
  confirm: {
    title: (p: { text: string }) => `Link all ${p.text}?`,
    body: "Each is linked to the item with its SKU. Nothing is sent to them before you approve a look at what would change.",
    yes: "Link all",
    no: "Not yet",
  },
};
