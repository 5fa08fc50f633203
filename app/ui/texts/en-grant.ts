/** Words of connecting an account on a platform's own page (eBay, Etsy), and of choosing a channel at all. */
const AGREED_IN_COMMON = [
  "keeps no name, address, e-mail, phone number or note of your buyers: they are dropped before anything is stored",
  "changes stock numbers only after you have approved a preview of every change",
  "keeps the permission sealed and destroys it when you disconnect, which you can do at any time",
];

/** What is agreed to, per platform. A change of these words needs a new version: en-connect.test.ts holds them together. */
export const grantConsent = {
  ebay: {
    version: "connect-ebay-1",
    title: "By connecting you agree that InventorySync",
    points: [
      "reads this account's listings, stock and orders, and goes on reading them while it is connected",
      "asks eBay to tell it of new orders",
      ...AGREED_IN_COMMON,
    ],
  },
  etsy: {
    version: "connect-etsy-1",
    title: "By connecting you agree that InventorySync",
    points: [
      "reads this shop's listings, stock and orders, and goes on reading them while it is connected",
      "never renews a listing and never spends money at Etsy unless you allow that later, listing by listing or up to a limit",
      ...AGREED_IN_COMMON,
    ],
  },
};

export const grantProblems = {
  denied: "You did not agree there. Begin again whenever you want to.",
  "approval-over": "The permission was used already or has run out before it could be taken. Begin again; it takes a minute.",
  "app-refused": "The platform refuses our application, not you. We have been told; please try again later.",
  "platform-away": "The platform does not answer us at the moment. Wait a few minutes, then begin again.",
  "no-shop": "You are signed in there with an account that has no shop. Open the shop first, or sign in with the account that has it.",
  "no-seat":
    "Our key at this platform may serve five shops only, and all five are taken. Nothing was sent there. Ask whoever runs this installation for a commercial key.",
  "too-many-tries":
    "That were many tries within an hour. Nothing was sent there. Wait an hour, check the address and the keys meanwhile, then try again.",
  "channel-off": "This channel is not set up in this installation: whoever runs it has to enter the application's keys first.",
};

export const choose = {
  promise: "Connecting changes no number. You see every change first and say yes or no.",
  needs: "You need",
  takes: "It takes",
  cards: {
    shopify: {
      needs: "a Shopify shop where you may install apps. It is installed from Shopify, not from here.",
      takes: "about two minutes.",
      act: "Open the Shopify App Store",
    },
    ebay: {
      needs: "your eBay sign-in. You agree on eBay's own page and come back here; no password passes through us.",
      takes: "about two minutes, then your listings are read.",
      act: "Connect eBay",
    },
    etsy: {
      needs: "the sign-in of the Etsy account that owns the shop. You agree on Etsy's own page and come back here.",
      takes: "about two minutes, then your listings are read.",
      act: "Connect Etsy",
    },
    woocommerce: {
      needs: "the address of your shop, and either its admin sign-in or an API key.",
      takes: "about five minutes.",
      act: "Connect WooCommerce",
    },
  },
  off: (p: { channel: string }) =>
    `${p.channel} is not set up in this installation: whoever runs it has to enter the application's keys first.`,
  noStoreAddress: "Look for InventorySync in the Shopify App Store.",
  /** Etsy's terms ask for this sentence in this wording wherever its API is used (contracts/etsy.md 7). */
  etsyNotice:
    "The term 'Etsy' is a trademark of Etsy, Inc. This application uses the Etsy API but is not endorsed or certified by Etsy, Inc.",
  all: "All channels",
};

export const grant = {
  title: (p: { channel: string }) => `Connect ${p.channel}`,
  leaving: (p: { channel: string }) => `Taking you to ${p.channel}…`,
  open: (p: { channel: string }) => `Open ${p.channel} to agree`,
  waiting: (p: { channel: string; at: string }) => `Waiting for ${p.channel} until ${p.at}. Agree there; you come back here by yourself.`,
  goAgain: (p: { channel: string }) => `Go to ${p.channel} once more`,
  over: "The time for this is over. Begin again.",
  exchanging: (p: { channel: string }) => `Asking ${p.channel} whose account it is…`,
  received: (p: { channel: string; shop: string }) =>
    `${p.channel} says you agreed for ${p.shop}. Is this the account you want to connect?`,
  receivedNote: (p: { at: string }) => `The permission is sealed and unused. Without your yes it is destroyed at ${p.at}.`,
  refuse: "No, destroy the permission",
  /** The session is right, but the browser did not come from the platform. */
  otherTab: (p: { channel: string }) => `${p.channel} has answered in another tab`,
  otherTabBody: (p: { at: string }) =>
    `Go on in the tab that came back from there. If you did not agree there yourself, do nothing: without a yes it is destroyed at ${p.at}.`,
  proving: "Connecting…",
  expiredBody: (p: { channel: string }) =>
    `Nothing was connected, and a permission that had come is destroyed. ${p.channel} may still list InventorySync among the apps you let in; you can take it out there.`,
  returnedOver: {
    title: "This link is over",
    body: "It was used already, or its ten minutes are over. Nothing was connected. Go back to InventorySync and begin again under Channels.",
  },
  returnedBroken: {
    title: "Something broke on our side",
    body: "Nothing was connected. Go back to InventorySync and begin again under Channels in a minute.",
  },
};
