import type { JoinProblem } from "#app/domain/join-code.ts";

export const settings = {
  title: "Settings",
  people: {
    title: "People",
    note: "People of a Shopify shop come in through Shopify: its owner owns this account too, staff may change things, collaborators may look.",
    roles: { owner: "Owner", manager: "May change things", viewer: "May look" },
    columns: { name: "Person", role: "Rights" },
  },
  join: {
    title: "One account for portal and Shopify",
    onlyOwner: "An owner of this account can join it with another one.",
    makes: {
      body: "You have a Shopify shop? Install the app there, then join it with this account: one stock, both ways in.",
      install: "Install from the Shopify App Store",
      noAddress: "Install the app from the Shopify App Store, then open it in your shop's admin.",
      act: "Make a code",
      again: "Make a new code",
      code: "Your code",
      how: (p: { at: string }) =>
        `In Shopify open InventorySync, go to Settings and enter it there before ${p.at}. It works once. Give it to nobody.`,
      tooMany: "That were five codes within an hour. Wait a while, then make another.",
      entered: (p: { shop: string }) => `${p.shop} entered your code and wants to join this account.`,
      enteredNote:
        "Say yes only if this is your shop and it was you who typed the code: its staff will then see and change this account's stock.",
      yes: (p: { shop: string }) => `Yes, join with ${p.shop}`,
      no: "No, this isn't mine",
      tooLate: "That was too late: the code is no longer good. Make a new one.",
    },
    enters: {
      body: "You have an account at the portal already? Make a code there under Settings and enter it here. Enter only a code that you made yourself.",
      field: "Code",
      act: "Join",
      wrong: "That code isn't good: it has a typing error, was used, or is older than ten minutes.",
      "slow-down": "That were five wrong codes. Wait ten minutes, then try again.",
      waiting: (p: { at: string }) => `The code is good. Now say yes at the portal, under Settings, before ${p.at}.`,
    },
    joining: "Joining the two accounts…",
    joined: "Joined: portal and Shopify show the same stock.",
    refused: "Nothing was joined: the portal's answer was no.",
    problems: {
      "has-history":
        "Not joined: both accounts already have a stock history, and two histories can't be made one. Keep the account with the longer one; uninstall the app from the shop, have its data erased (Shopify does so after 48 hours), install it again and join before you count anything.",
      "is-live": "Not joined: a channel of the account that would be taken up is live. Disconnect it there first, then join.",
      gone: "Not joined: the other account no longer exists.",
    } satisfies Record<JoinProblem, string>,
  },
};
