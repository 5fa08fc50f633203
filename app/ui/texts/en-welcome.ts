import type { InstallProblem } from "#app/domain/install-problem.ts";

export const welcome = {
  title: "Welcome to InventorySync",
  back: "Welcome back",
  intro: (p: { shop: string }) => `${p.shop} is not connected yet. Nothing of your shop has been read so far.`,
  backIntro: (p: { shop: string }) =>
    `${p.shop} was connected before. Its items, counts and history are still here and go on as soon as you say yes. Nothing has been read since it left.`,
  /** What is agreed to. A change of these words needs a new version: en-welcome.test.ts holds them together. */
  consent: {
    version: "shopify-1",
    title: "By connecting you agree that InventorySync",
    points: [
      "reads this shop's products, stock, locations and orders, and goes on reading them while the app is installed",
      "keeps no name, address, e-mail, phone number or note of your buyers: they are dropped before anything is stored",
      "is told by Shopify of orders and stock changes",
      "changes stock numbers in this shop only after you have approved a preview of every change",
      "keeps its access sealed and destroys it when you uninstall the app",
    ],
    changed: "The words you agree to have changed since this page was opened. Read them once more, then connect.",
  },
  agree: "Connect this shop",
  nothingYet: "No number changes before you've seen every change and said yes.",
  coming: "Asking Shopify for your shop's name and locations…",
  comingNote: "This takes a few seconds. The page goes on by itself.",
  tooLate: "That took too long, so the access was thrown away unused. Connect once more.",
  problems: {
    refused: "Shopify refused our access to this shop. Reload this page; if it stays, uninstall the app, install it again and open it.",
    "missing-scopes":
      "Shopify has not given the app every right it needs. Reload this page and accept the rights that Shopify asks you for.",
    "other-shop": "Shopify's answer was for another shop, so nothing was connected. Reload this page and try again.",
  } satisfies Record<InstallProblem, string>,
  nothingConnected: "Nothing was connected, nothing was changed in your shop.",
};
