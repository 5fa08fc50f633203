import { count } from "./plural.ts";

/** Leaving a channel, its statement, and an account that changes hands. */
export const leaving = {
  choose: "What becomes of the numbers there?",
  plans: {
    keep: {
      name: "Leave them as they are",
      help: "Nothing is written any more. Each listing goes on showing what it shows now, and sells it.",
      act: "Disconnect, numbers stay",
    },
    freeze: {
      name: "Bring them up to date once, then stop",
      help: "Each live listing gets the number your rules give it now. What is sold elsewhere while we write lowers it; after that nothing changes it.",
      act: "Show me the rows",
    },
    zero: {
      name: "Take them off sale",
      help: "Each live listing shows 0 before we go. On Etsy that switches the listing off: it stays in your shop, costs nothing, and we remember that it was us.",
      act: "Show me the rows",
    },
  },
  onlyKeep: {
    "dead-token": "This channel no longer lets us in, so its numbers can only stay as they are.",
    "not-live": "Nothing is live here, so there is nothing of ours to bring up to date or take off sale.",
    paused: "Writing here is paused, so the numbers can only stay as they are. Resume it first to choose otherwise.",
    stopped: "All writing is stopped, so the numbers can only stay as they are. Resume it first to choose otherwise.",
  },
  points: [
    "From the moment it is done we neither read nor change anything there. Sales there are no longer counted, so one unit could be sold there and elsewhere.",
    "Our webhooks are taken down where the platform lets us, and the keys are destroyed. To connect again you give permission again.",
    "Your items, counts and the record stay here. Units already sold there and not yet shipped stay reserved.",
  ],
  rows: {
    freeze: (p: { n: number; text: string }) =>
      p.n === 0 ? "Every number is up to date already." : `${count(p.n, "number", "numbers", p.text)} would be brought up to date.`,
    zero: (p: { n: number; text: string }) => `${count(p.n, "number", "numbers", p.text)} would go to 0.`,
    note: "Nothing has been sent yet. Rows you leave out keep the number they show. Listings that are not linked are not ours to change.",
    other: "Choose otherwise",
    gone: "Stock moved since you looked, or these rows were decided already. Look at them anew.",
    approve: (p: { n: number; text: string }) =>
      p.n === 0 ? "Disconnect" : `Send ${count(p.n, "number", "numbers", p.text)} and disconnect`,
    confirmTitle: (p: { name: string }) => `Disconnect ${p.name}?`,
    confirmBody: {
      keep: (p: { n: number; text: string }) =>
        `${count(p.n, "listing keeps its number", "listings keep their numbers", p.text)}. We delete the keys at once.`,
      freeze: (p: { n: number; text: string }) =>
        `${count(p.n, "number is", "numbers are", p.text)} written once, then we delete the keys.`,
      zero: (p: { n: number; text: string }) =>
        `${count(p.n, "listing goes", "listings go", p.text)} off sale there, then we delete the keys. Until then you can still change your mind.`,
    },
    confirm: (p: { name: string }) => `Disconnect ${p.name}`,
    cancel: "Keep connected",
  },
  running: {
    keep: "Disconnecting: webhooks are being taken down, then the keys are destroyed. This takes a few seconds.",
    plan: (p: { done: string; total: string }) =>
      `${p.done} of ${p.total} numbers are out. Then the webhooks are taken down and the keys destroyed.`,
    until: (p: { at: string }) => `What the channel has not taken by ${p.at} stays as it is and is named in the statement.`,
    stay: "Stay connected after all",
    stayTitle: (p: { name: string }) => `Stay connected to ${p.name}?`,
    stayBody: "Numbers that were changed already come back to what your rules say, after its orders have been read.",
    stayConfirm: "Stay connected",
    stayCancel: "Go on disconnecting",
    tooLate: "It was disconnected already.",
  },
  left: {
    line: {
      keep: (p: { name: string; at: string }) =>
        `${p.name} was disconnected at ${p.at}. Its numbers stayed as they were. Its keys are destroyed.`,
      freeze: (p: { name: string; at: string }) =>
        `${p.name} was disconnected at ${p.at}, its numbers brought up to date once. Its keys are destroyed.`,
      zero: (p: { name: string; at: string }) =>
        `${p.name} was disconnected at ${p.at}, its live listings taken off sale. Its keys are destroyed.`,
    },
    moved: "It was moved to another InventorySync account, since nobody here kept it within 72 hours.",
    notWritten: (p: { n: number; text: string }) =>
      `${count(p.n, "listing does", "listings do", p.text)} not show what you chose: they stand first below, with the reason. Change them by hand.`,
    reserved: (p: { units: number; orders: number }) =>
      `${count(p.units, "unit", "units")} of ${count(p.orders, "order", "orders")} there ${p.units === 1 ? "was" : "were"} sold and not yet shipped. They stay reserved, since nobody tells us of their shipping any more: take them out of stock by hand when they leave.`,
    webhooksRemoved: (p: { n: number }) => `${count(p.n, "webhook", "webhooks")} taken down.`,
    byHand: "Left for you to do there",
    permission: {
      shopify:
        "Uninstall InventorySync in your Shopify admin, under Apps. That ends its permission and its webhooks; we can't do it for you.",
      ebay: "Take back the permission of InventorySync in your eBay account's settings, where the apps you allowed are listed. We hold no token any more.",
      etsy: "Take back the permission of InventorySync in your Etsy account's settings, where connected apps are listed. We hold no token any more.",
      woocommerce:
        "Delete the API key named InventorySync, under WooCommerce > Settings > Advanced > REST API. It opens nothing here any more, but the shop still knows it.",
    },
    hooks: (p: { n: number }) =>
      `${count(p.n, "webhook", "webhooks")} named InventorySync could not be taken down; delete them where you set up webhooks (WooCommerce > Settings > Advanced > Webhooks).`,
    unknownHooks:
      "The channel did not answer when we took our webhooks down: look for ones named InventorySync in its settings. What they send is refused here.",
    download: "Download the statement (CSV)",
    again: "Connect a channel",
    earlier: "Disconnected",
    open: (p: { name: string }) => `Statement of ${p.name}`,
  },
  statement: "Last number of each listing",
  columns: { listing: "Listing", sku: "SKU", number: "Last number seen", at: "Seen", wanted: "Should show", why: "Why not" },
  unknown: "not known",
  none: "It had no listings.",
  move: {
    title: (p: { name: string }) => `Move ${p.name} here`,
    offer: "Ask to have it moved here",
    ask: "Ask for it",
    decline: "No, destroy the permission",
    withdraw: "Take the request back",
    again: "Connect it again",
    setUp: "Set it up",
    keep: "Keep it here",
    keptNow: "Kept. It stays connected here.",
    tooLate: "This was decided already.",
    notice: (p: { at: string }) =>
      `Somebody who can sign in to this account wants to connect it to another InventorySync account. If nobody here keeps it, it moves there at ${p.at}: it is disconnected here, its numbers stay as they are, and you keep your record and a statement.`,
    points: [
      "You have just proved that you can sign in to it. Whoever has it connected now is told that it was asked for, not by whom.",
      "They have 72 hours to keep it. If they do, nothing changes. If nobody answers, it is disconnected there and connected here, watching only.",
      "No number changes in the shop. Your permission waits sealed and is tried once more at that moment.",
    ],
    offeredUntil: (p: { at: string }) => `You can ask until ${p.at}; then the permission is destroyed.`,
    states: {
      offered: (p: { name: string; at: string }) =>
        `${p.name} is connected to another InventorySync account. You can ask to have it moved to this one.`,
      asking: (_: { name: string; at: string }) => "Looking whether it can be asked for…",
      asked: (p: { name: string; at: string }) => `Asked for. Unless it is kept where it is, ${p.name} moves here at ${p.at}.`,
      moving: (p: { name: string; at: string }) => `${p.name} is moving here: it is being disconnected there.`,
      moved: (p: { name: string; at: string }) => `${p.name} is connected here now, watching only.`,
      kept: (p: { name: string; at: string }) => `${p.name} stays where it is: whoever has it said so. Your permission was destroyed.`,
      dead: (p: { name: string; at: string }) =>
        `${p.name} could not be moved: the permission you gave no longer opens it. Connect it again and ask once more.`,
      busy: (p: { name: string; at: string }) =>
        `${p.name} has been asked for already, and that is not decided yet. Try again in three days.`,
      support: (p: { name: string; at: string }) =>
        `${p.name} was asked for twice within 30 days, and whoever has it kept it. Nothing was changed, and your permission was destroyed. To ask again, write to support: name this account and how you can show that it is yours (an invoice of the platform, for example). Support asks both sides, tells neither who the other is, and moves no number; you may also wait until 30 days are over.`,
      dropped: (p: { name: string; at: string }) => `The request for ${p.name} is over, and the permission for it is destroyed.`,
    },
  },
};
