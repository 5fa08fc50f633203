import { count } from "./plural.ts";

export const limits = {
  title: "Calls to the channel",
  today: (p: { used: string; share: string }) => `${p.used} of ${p.share} calls used today.`,
  todayFree: (p: { used: string }) => `${p.used} calls today; this channel sets no daily limit.`,
  told: (p: { channel: string; left: string; perDay: string; resets: string; asked: string }) =>
    `${p.channel} says: ${p.left} of ${p.perDay} calls left today, resets ${p.resets}. Asked at ${p.asked}; this limit is shared by every shop that uses InventorySync.`,
  purpose: {
    orders: "Reading orders",
    falling: "Lowering numbers",
    rising: "Raising numbers",
    drift: "Looking at numbers",
    import: "Reading listings",
  },
  pace: (p: { poll: string; look: string }) => `Orders are looked for every ${p.poll}; every number is looked at every ${p.look}.`,
  paceNone: "How often it is read is worked out with the first reading.",
  reason: {
    busy: "Often, because orders are coming in.",
    "low-stock": "More often, because some numbers are down to one or two.",
    steady: "At an even pace.",
    quiet: "Rarely, because no order has come for a day.",
    night: "Rarely, because it is night for you.",
    pushed: "Rarely, because the channel tells us of orders by itself; this only makes sure.",
  } as Record<string, string>,
  limited: "The channel's daily limit is what makes this slower. Sales are still read before anything else.",
  spent: (p: { at: string }) =>
    `The channel's daily limit is used up, so its orders can't be read until ${p.at}. Units that sell there meanwhile are not counted yet and could be sold twice.`,
  seconds: (p: { n: number }) => count(p.n, "second", "seconds"),
  minutes: (p: { n: number }) => count(p.n, "minute", "minutes"),
  hours: (p: { n: number }) => count(p.n, "hour", "hours"),
  writing: {
    title: "How sales elsewhere reach this shop",
    about: "Only lowerings are concerned. A number that goes up, or is put right, is always set as it is.",
    choice: "A lowering is sent as",
    ways: {
      absolute: {
        name: "the new number",
        means:
          "We read the number, then set the new one. If somebody buys in your shop in that moment, the shop shows one unit too many until we have read the order, usually for a minute at most.",
      },
      differences: {
        name: "the units to take off",
        means:
          "We tell the shop how many units to take off, so that a sale of the same moment stays counted. WooCommerce does not document this; if an answer gets lost, that number waits up to a minute, since it must not be sent twice. If your shop ignores it, we notice at the first change and go back to setting the number.",
      },
    },
    save: "Save",
    saved: "Saved",
  },
  renewals: {
    title: "Renewals",
    about: (p: { fee: string }) =>
      `Etsy takes ${p.fee} for putting a sold out listing back on sale. Nothing is spent unless you allow it here, and never more than your monthly limit.`,
    spent: (p: { spent: string; cap: string }) => `${p.spent} of ${p.cap} spent this month.`,
    off: "Not allowed: listings that sell out stay sold out until you renew them on Etsy.",
    next: (p: { n: number; most: string }) =>
      p.n === 0
        ? "No listing is sold out now."
        : `${count(p.n, "listing is", "listings are")} sold out now; putting all of them back on sale would cost at most ${p.most}.`,
    cap: "Most per month, in US dollars",
    capBad: "Type an amount from 0.20 to 1000, like 5.00.",
    allow: "Allow renewals",
    change: "Change the limit",
    withdraw: "Allow none",
    mustAgree: "Tick the box to agree first.",
    agree: (p: { fee: string }) => `I agree that InventorySync may spend up to this amount a month on Etsy renewals, ${p.fee} each.`,
    allowed: "Renewals allowed",
    withdrawn: "No more renewals",
  },
};
