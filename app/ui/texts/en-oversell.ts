import { count } from "./plural.ts";

type Pair = { first: string; second: string; between: string; learned: string; known: string };

/** Words of the desk for units that were sold twice. */
export const oversell = {
  listTitle: "Sold twice",
  title: (p: { title: string }) => `Sold twice: ${p.title}`,
  views: { open: "Open", settled: "Settled" },
  viewsLabel: "Which cases",
  none: "Nothing was sold twice. If two channels ever sell the same unit, it shows up here within seconds.",
  noneSettled: "No case has been settled yet.",
  summary: (p: { n: number; causes: string }) => `${count(p.n, "case", "cases")} in the last 90 days: ${p.causes}.`,
  row: (p: { n: number; channels: string }) => `${count(p.n, "unit", "units")} too many, ${p.channels}`,
  /** Short names of the causes, for lists. */
  causeName: {
    physical: "sold before our number could arrive",
    "late-news": "the order reached us late",
    "not-seen": "we couldn't see a channel",
    "write-refused": "a channel refused our number",
    "write-late": "our number was late",
    "no-writing": "we weren't writing to a channel",
    "raised-by-hand": "a number was raised by somebody else",
    "sells-without-stock": "a channel sells without stock",
    "opening-count": "an opening count was too high",
    "lowered-by-hand": "units were taken away by hand",
    "before-baseline": "an order older than the opening count",
    unknown: "cause not on record",
  } as Record<string, string>,
  verdict: {
    missing: (p: { n: number; title: string; sku: string }) =>
      `${p.title} (${p.sku}): ${count(p.n, "unit was", "units were")} sold that you don't have.`,
    hidden: (p: { title: string; sku: string }) =>
      `${p.title} (${p.sku}) was sold on two channels at once. Something covers it now: check that both orders can be filled.`,
    found: (p: { time: string }) => `Found ${p.time} after the second sale.`,
    zero: "All channels show 0 for it until this is settled.",
  },
  orders: {
    title: "Who gets the unit?",
    order: (p: { number: string; channel: string }) => `${p.channel} · ${p.number}`,
    placed: "Placed",
    known: "We knew of it",
    after: (p: { time: string }) => `${p.time} later`,
    units: "Units",
    price: "Price",
    state: "State",
    penalty: "If you cancel it",
    paid: "paid",
    unpaid: "not paid yet",
    status: { open: "not shipped", shipped: "shipped", cancelled: "cancelled", refunded: "refunded" } as Record<string, string>,
    gaveBack: "It gave its units back.",
    unknownPrice: "not told",
    keep: "Keep this one",
  },
  penalty: ["costs you nothing there", "hurts a little", "hurts", "hurts a lot: the channel counts it against you"],
  penaltyTitle: "What a cancellation costs you",
  penaltyIntro:
    "The advice which order to keep weighs the channels by this. eBay counts cancellations for lack of stock against your account and wants less than 2 % of them.",
  penaltyChoice: ["Nothing", "A little", "Something", "A lot"],
  penaltySaved: "Saved",
  advice: {
    shipped: "Keep it: it has been shipped.",
    paid: "Keep it: it is paid, the other isn't.",
    penalty: "Keep it: a cancellation there costs you more.",
    price: "Keep it: it brings more.",
    earlier: "Keep it: it came first.",
  } as Record<string, string>,
  elsewhere: {
    title: "Stock that could still fill both",
    line: (p: { n: number; place: string; channel: string }) =>
      `${count(p.n, "unit", "units")} at ${p.place} (${p.channel}), which you don't count`,
    none: "No other place of yours shows units of it.",
  },
  cause: {
    title: "How it happened",
    physical: (p: Pair) =>
      `${p.second} sold it ${p.between} after ${p.first}. We knew of the first sale ${p.learned} after it was placed; no number of ours could have been there in time.`,
    sameSecond: (p: Pair) => `${p.first} and ${p.second} sold it within about a second. No number of ours could have been there in time.`,
    lateNews: (p: Pair) =>
      `${p.first} told us of its order only ${p.learned} after it was placed. By then ${p.second} had sold the unit again.`,
    notSeen: (p: Pair & { at: string }) =>
      `We couldn't see ${p.first} since ${p.at} and did not know of its sale when ${p.second} sold the unit again.`,
    writeRefused: (p: Pair) => `${p.second} refused our lower number before it sold the unit again.`,
    writeLate: (p: Pair) => `We had known of the sale on ${p.first} for ${p.known}, but our number had not reached ${p.second}.`,
    noWriting: {
      paused: (p: Pair & { at: string }) => `${p.second} was paused since ${p.at}: it kept its number and sold the unit again.`,
      blind: (p: Pair & { at: string }) => `We couldn't reach ${p.second} since ${p.at}: it kept its number and sold the unit again.`,
      held: (p: Pair & { at: string }) =>
        `The number on ${p.second} waited for your word since ${p.at}: it was not sent, and the unit was sold again.`,
      stopped: (p: Pair & { at: string }) => `All writing was stopped since ${p.at}: ${p.second} kept its number and sold the unit again.`,
      watching: (p: Pair & { at: string }) => `We only watch this listing on ${p.second}: it kept its own number and sold the unit again.`,
      "item-paused": (p: Pair & { at: string }) => `This listing is paused on ${p.second}: it kept its number and sold the unit again.`,
    } as Record<string, (p: Pair & { at: string }) => string>,
    raised: (p: Pair & { from: string; to: string; at: string }) =>
      `Somebody raised the number on ${p.second} from ${p.from} to ${p.to} (seen ${p.at}). We had not.`,
    raisedUnseen: (p: Pair & { quantity: string; at: string }) =>
      `${p.second} was proved to show ${p.quantity} at ${p.at}, and sold more after that: somebody else raised it in between.`,
    sellsWithoutStock: (p: Pair & { quantity: string; at: string }) =>
      `${p.second} goes on selling without stock: it showed ${p.quantity} at ${p.at} and sold it all the same.`,
    openingHand: (p: { who: string; n: number; at: string }) =>
      `${p.who} took ${count(p.n, "unit", "units")} away ${p.at}, after they had been sold. Nothing but the opening count had ever brought any in, so that count was too high.`,
    openingOwn: (p: Pair) => `${p.second} still showed its own number, higher than our opening count. We had never written there.`,
    lowered: (p: { who: string; n: number; at: string }) =>
      `${p.who} took ${count(p.n, "unit", "units")} away ${p.at}, after they had been sold.`,
    baseline: "One of the orders is older than the opening count, so its unit may have been counted although it was sold.",
    unknown: "What is on record does not say. Look at the steps below.",
    said: (p: { text: string }) => `It said: ${p.text}`,
  },
  chain: {
    title: "Step by step",
    placed: (p: { n: number; order: string; channel: string }) => `${p.n} sold on ${p.channel}, order ${p.order}`,
    learned: (p: { order: string; channel: string }) => `We knew of order ${p.order} on ${p.channel}`,
    confirmed: (p: { channel: string; from: string; to: string }) => `${p.channel} showed ${p.to} (before: ${p.from}), proved`,
    refused: (p: { channel: string; to: string }) => `${p.channel} did not take ${p.to}`,
    seen: (p: { channel: string; from: string; to: string }) => `${p.channel} was seen to show ${p.to} (before: ${p.from})`,
    moved: (p: { who: string; units: string }) => `${p.who} changed what can be sold by ${p.units}`,
    opened: "This case was opened",
    someone: "InventorySync",
  },
  prevent: {
    title: "Not again",
    buffer: "Buffers from measured delays",
    intro: (p: { n: number }) =>
      p.n > 1
        ? `This item was sold twice ${p.n} times so far. A rule can leave its last unit to one channel only. You see what it changes before anything is sent.`
        : "A rule can leave the last unit of this item to one channel only. You see what it changes before anything is sent.",
    keepOn: (p: { channel: string }) => `Keep the last unit on ${p.channel} only from now on`,
    ruleTitle: (p: { title: string }) => `Last unit of ${p.title}`,
    gone: "This item is not listed there any more.",
  },
  settle: {
    title: "Settle it",
    cancelled: (p: { order: string; channel: string }) => `I cancel ${p.order} on ${p.channel}`,
    found: "I found stock for both",
    bought: "I buy or make one more",
    other: "Something else",
    legend: "What did you do?",
    costLabel: (p: { currency: string }) => `What it cost you in ${p.currency} (optional)`,
    note: "Note for the record (optional)",
    button: "Settle this case",
    confirm: "Settle it",
    cancelNote: "We don't cancel orders for you: cancel it on the channel. As soon as we see that there, the stock follows.",
    confirmBody: "The case is closed with your name. If the item is still short, its channels go on showing 0.",
    back: "Go back",
    chooseOrder: "Say which order you cancel.",
    badCost: "Write an amount like 4.50.",
    gone: "This case was settled meanwhile.",
  },
  draft: {
    title: "A message to the buyer",
    hint: "We hold no buyer's name or address. Copy it and send it on the channel.",
    text: (p: { order: string; title: string }) =>
      `Hello,\n\nI'm sorry: ${p.title} from your order ${p.order} was sold at the same moment in another place, and I have none left. I'm cancelling the order, and you get your money back in full.\n\nIf you'd rather wait for the next one, write to me and I'll tell you when it can be there.\n\nKind regards`,
    copy: "Copy",
    copied: "Copied",
  },
  settled: {
    title: "Settled",
    cancelled: (p: { who: string; order: string; at: string }) => `${p.who} cancelled ${p.order} (${p.at}).`,
    found: (p: { who: string; at: string }) => `${p.who} found stock for both (${p.at}).`,
    bought: (p: { who: string; at: string }) => `${p.who} bought or made one more (${p.at}).`,
    other: (p: { who: string; at: string }) => `${p.who} settled it another way (${p.at}).`,
    cancelledThere: (p: { order: string; at: string }) => `${p.order} was cancelled on its channel (${p.at}). It settled itself.`,
    covered: (p: { at: string }) => `Stock came in that covers all orders (${p.at}). It settled itself.`,
    cost: (p: { amount: string }) => `Cost: ${p.amount}.`,
  },
  someone: "Somebody",
};
