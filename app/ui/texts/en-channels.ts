import { count } from "./plural.ts";

export const channels = {
  title: "Channels",
  none: {
    title: "No channel connected",
    body: "Connecting a channel only reads it. Nothing is changed before you have seen every change and said yes.",
  },
  state: {
    "in-step": "In step",
    behind: "Sending",
    "needs-you": "Needs you",
    blind: "Can't see",
    paused: "Paused",
    observe: "Watching only",
    leaving: "Leaving",
    disconnected: "Disconnected",
  },
  sentence: {
    "in-step": (p: { n: number; text: string; at: string }) => `${count(p.n, "number", "numbers", p.text)} in step · checked ${p.at}`,
    behind: (p: { n: number; text: string; usual: string | null }) =>
      `${count(p.n, "number", "numbers", p.text)} on ${p.n === 1 ? "its" : "their"} way${p.usual ? `, usually ${p.usual}` : ""}`,
    "needs-you": (p: { n: number; text: string; inStep: string }) =>
      `${count(p.n, "number waits", "numbers wait", p.text)} for your word, ${p.inStep} in step.`,
    behindLong: (p: { n: number; text: string; at: string }) =>
      `${count(p.n, "number waits", "numbers wait", p.text)} since ${p.at}. We keep trying.`,
    waitingQuota: (p: { at: string }) => `Waiting: the channel asked us to call again ${p.at}.`,
    blind: (p: { at: string; reason: string }) => `We can't see it since ${p.at}. ${p.reason}`,
    unseen: {
      access: "Its orders are being caught up.",
      quota: "The day's calls are spent; we go on as soon as calls are left.",
      unanswered: "It does not answer; we keep asking and catch up by ourselves.",
      webhooks: "It does not tell us about orders, and its limits let us ask only rarely.",
    } as Record<string, string>,
    blindPlain: "Its numbers may be old, and nothing is sent until we see it again.",
    paused: (p: { at: string }) => `Paused at ${p.at}. Orders are read, nothing is sent.`,
    observe: "Reads only. Nothing has been changed here.",
    importing: (p: { done: string; total: string | null }) => `${p.done}${p.total ? ` of about ${p.total}` : ""} listings read.`,
    leaving: "Leaving: the last numbers are being settled.",
    disconnected: "Disconnected.",
  },
  facts: {
    lastOrder: "Last order seen",
    lastConfirmed: "Last number confirmed",
    lag: "Usual time to channel",
    waiting: "Oldest difference",
    budget: "Calls left today",
    budgetOf: (p: { left: string; of: string }) => `${p.left} of ${p.of}`,
    noLimit: "no daily limit",
    webhooks: "Webhooks",
    webhooksNone: "no delivery yet; orders are found by asking",
    webhooksSet: "registered, no delivery yet",
    webhooksRefused: {
      host: "registered, but WordPress sends nothing to private addresses; orders are found by asking",
      port: "registered, but WordPress calls only the ports 80, 443 and 8080; orders are found by asking",
    },
    webhooksBroken: (p: { at: string | null }) =>
      `switched off${p.at ? ` since about ${p.at}` : ""}, and we could not switch them on again; orders are found by asking.`,
    webhooksSilent: (p: { at: string | null }) =>
      `no word of the last orders${p.at ? ` since about ${p.at}` : ""}; they are found by asking`,
    webhooksMended: "had been switched off; we switched them on again",
    webhooksSeen: (p: { at: string }) => `last delivery ${p.at}`,
    token: "Access until",
    tokenRenews: (p: { at: string }) => `${p.at}, prolonged by itself while the channel is in use`,
    tokenKept: "prolonged by itself while the channel is in use",
    tokenEnds: (p: { at: string; n: number }) => `${p.at}: ${count(p.n, "day", "days")} left. Connect the channel again before then.`,
    tokenNone: "does not end",
    version: "API version",
    versionEndsSoon: (p: { version: string; at: string; n: number }) =>
      `${p.version}, supported until ${p.at} (${count(p.n, "day", "days")}). We are told and move to the next one; there is nothing for you to do.`,
    versionEnded: (p: { version: string; at: string }) =>
      `${p.version}, no longer supported since ${p.at}. We are told; there is nothing for you to do.`,
    versionEnds: (p: { version: string; at: string }) => `${p.version}, supported until ${p.at}`,
    unlinked: "Not linked listings",
    numbers: "Numbers kept",
    tooHigh: "Showing too many",
    lastCall: "Last answer",
    nothingYet: "none yet",
    title: "Health",
  },
  pause: {
    pause: "Pause channel",
    resume: "Resume channel",
    title: (p: { name: string }) => `Pause ${p.name}?`,
    body: (p: { name: string }) =>
      `Orders keep being read and counted, but ${p.name} gets no new numbers. Units that sell elsewhere stay on show there and could be sold twice.`,
    confirm: (p: { name: string }) => `Pause ${p.name}`,
    cancel: "Keep sending",
    paused: "Channel paused",
  },
  golive: {
    title: "Go live",
    never: "See row by row what would change before anything is sent.",
    would: (p: { n: number; text: string; at: string }) =>
      p.n === 0
        ? `Going live would change no number (worked out ${p.at}).`
        : `${count(p.n, "number", "numbers", p.text)} would change if you went live (worked out ${p.at}).`,
    look: "See what would change",
    open: "Open the preview",
    again: "Work it out again",
    share: (p: { live: string; linked: string; n: number; rest: string }) =>
      `${p.live} of ${p.linked} linked listings are live. ${count(p.n, "is", "are", p.rest)} only watched: nothing is sent there.`,
    goOn: "Go on with the rest",
    restTitle: "Only watched so far",
  },
  edits: {
    title: (p: { channel: string }) => `Changed in ${p.channel}`,
    held: "Many numbers were changed here at once. They wait for one decision.",
    policy: {
      accept: "Small changes here are taken into your stock by themselves; these ones need your word.",
      review: "Changes made there wait for your word. Nothing was overwritten.",
      revert: "Changes made there are set back; these ones need your word.",
    } as Record<string, string>,
    line: (p: { title: string; expected: string; observed: string }) => `${p.title}: should show ${p.expected}, shows ${p.observed}`,
    accept: "Count it",
    revert: "Set it back",
    acceptLabel: (p: { title: string; observed: string }) => `Count the change of ${p.title}, take over ${p.observed}`,
    revertLabel: (p: { title: string; expected: string }) => `Set ${p.title} back to ${p.expected}`,
    accepted: "Edit counted",
    reverted: "Setting it back",
  },
  problems: {
    title: "Listings that can't be kept in step safely",
    count: (p: { n: number }) => count(p.n, "listing", "listings"),
    begin: {
      untracked: (p: { n: number }) => `See what tracking ${count(p.n, "linked listing", "linked listings")} would show`,
      "not-stocked": (p: { n: number }) => `See what stocking ${count(p.n, "linked listing", "linked listings")} would show`,
    } as Record<string, (p: { n: number }) => string>,
    beginning: (p: { n: number }) =>
      `Shopify is being asked to keep a number for ${count(p.n, "listing", "listings")}. After that they can go live.`,
    inShopify: "This can only be changed in Shopify. On the product's page, clear “Continue selling when out of stock”:",
  },
  notices: {
    title: (p: { n: number }) => `What the platform says of its interface (${p.n})`,
    why: "Parts of the platform's interface that change or end. We are told of them too; there is nothing for you to do.",
    kind: { deprecated: "Will go", ends: "Ends", "other-version": "Another version" } as Record<string, string>,
    ends: (p: { at: string }) => `Ends on ${p.at}.`,
  },
  log: {
    title: "Last deliveries",
    none: "No delivery from the channel yet.",
    aside: (p: { n: number }) =>
      `${count(p.n, "message was", "messages were")} put aside because the work on ${p.n === 1 ? "it" : "them"} broke off each time. Orders are still read by polling.`,
    tryAgain: "Try again",
    triedAgain: "Trying the messages again",
    status: { waiting: "Waiting", applied: "Done", parked: "Put aside" } as Record<string, string>,
    feed: {
      orders: "Orders",
      listings: "Listings",
      scan: "Check of all numbers",
      webhooks: "Check of webhooks",
      check: "Daily check of orders",
    } as Record<string, string>,
    read: (p: { at: string }) => `read to the end ${p.at}`,
    next: (p: { at: string }) => `next ${p.at}`,
    feedsTitle: "Reading",
    failed: (p: { n: number; text: string }) => `${count(p.n, "attempt", "attempts")} failed: ${p.text}`,
  },
  retry: "Try all now",
  retried: "Trying now",
};
