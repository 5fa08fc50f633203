import { count } from "./plural.ts";

const lastDays = (n: number) => (n === 1 ? "the last day" : `the last ${n} days`);

/** How fresh our knowledge is, the daily check of orders, and what others hold back while a channel can't be seen. */
export const sight = {
  readings: {
    title: "How fresh the numbers are",
    none: "No number is kept in step here yet.",
    fresh: (p: { fresh: string; n: number; text: string }) =>
      `${p.fresh} of ${count(p.n, "number was", "numbers were", p.text)} read within the last 15 minutes.`,
    oldest: (p: { at: string }) => `The oldest reading was made ${p.at}.`,
    unread: (p: { n: number; text: string }) => `${count(p.n, "number has", "numbers have", p.text)} not been read yet.`,
    number: (p: { channel: string; at: string }) => `Looked at on ${p.channel} ${p.at}`,
    numberNever: (p: { channel: string }) => `Not looked at on ${p.channel} yet`,
  },
  proof: {
    title: "Orders counted",
    none: "The first check of all orders comes with the next night.",
    all: (p: { n: number; text: string; days: number; at: string }) =>
      `${p.n === 1 ? "The one order" : `All ${p.text} orders`} of ${lastDays(p.days)} ${p.n === 1 ? "is" : "are"} counted, checked ${p.at}`,
    noOrders: (p: { days: number; at: string }) => `No orders in ${lastDays(p.days)}, and none missed. Checked ${p.at}`,
    repaired: (p: { n: number; channel: string }) =>
      `${count(p.n, "order", "orders")} on ${p.channel} had not reached us; the check found and counted ${p.n === 1 ? "it" : "them"}.`,
    open: (p: { n: number; channel: string }) =>
      `${p.channel} lists ${count(p.n, "order", "orders")} that we could not read, so ${p.n === 1 ? "it is" : "they are"} not counted yet.`,
    gone: (p: { n: number; channel: string }) =>
      `${count(p.n, "counted order is", "counted orders are")} no longer listed on ${p.channel}: deleted there.`,
    unchecked: (p: { channels: string }) => `Not checked yet: ${p.channels}.`,
    old: (p: { channel: string; at: string }) => `${p.channel} was last checked ${p.at}.`,
    failed: (p: { channel: string; text: string }) => `${p.channel} could not be checked: ${p.text}`,
    running: "Checking now. This takes a moment; the result shows up here.",
    checkNow: "Check now",
    asked: "Checking orders",
    byChannel: (p: { counted: string; listed: string; at: string }) =>
      p.listed === "0" ? `No orders to count, checked ${p.at}` : `${p.counted} of ${p.listed} orders counted, checked ${p.at}`,
  },
  blind: {
    title: (p: { name: string }) => `When ${p.name} can't be seen`,
    about: (p: { name: string }) =>
      `What sells on ${p.name} while we can't see it is not counted yet. Other channels can hold a little back of what both sell, so that it is not sold twice. It is given back once the orders of that time are counted.`,
    units: "Units to hold back on each shared listing (0 = none)",
    lastUnit: "Hold back even the last unit: the listing then shows 0 and may go off sale",
    keepsLast: "The last unit always stays on sale unless you tick this.",
    wrong: "Type a whole number from 0 to 1000.",
    look: "Show the effect",
    effect: (p: { lowered: string; n: number; text: string; units: string }) =>
      `If it were lost now, ${p.lowered} of ${count(p.n, "shared number", "shared numbers", p.text)} would go down, by ${p.units} in all.`,
    effectNone: "If it were lost now, no number would change.",
    zeroes: (p: { n: number; text: string }) => `${count(p.n, "listing", "listings", p.text)} would show 0.`,
    switchedOff: (p: { n: number; text: string }) => `${count(p.n, "of them is", "of them are", p.text)} on Etsy and would go off sale.`,
    noZeroes: "Nothing would be taken off sale.",
    changed: "Stock moved since. This is the effect now; look again before you save.",
    save: "Save this choice",
    saved: "Choice saved",
    now: (p: { n: number; units: string; at: string }) =>
      `Other channels hold back ${count(p.n, "unit", "units", p.units)} since ${p.at}, until its orders are caught up.`,
    nowNone: "Other channels hold nothing back, as you chose.",
  },
};
