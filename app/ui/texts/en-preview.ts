import { count } from "./plural.ts";

export const preview = {
  title: (p: { name: string }) => `Go live on ${p.name}`,
  summary: (p: { n: number; text: string; name: string }) =>
    p.n === 0
      ? `Going live on ${p.name} changes no number today.`
      : `${count(p.n, "number", "numbers", p.text)} would change on ${p.name}.`,
  danger: (p: { n: number }) => `${count(p.n, "listing", "listings")} would stop being for sale.`,
  nothingSent: "Nothing has been sent yet.",
  computing: "Every number is being read afresh. This page fills by itself.",
  failed: (p: { name: string }) =>
    `${p.name} did not answer, so the rows could not be worked out. Nothing was sent. Try again, or look at the channel's state first.`,
  change: { "to-zero": "To zero", down: "Down", "from-zero": "From zero", up: "Up", same: "Same" },
  chip: (p: { name: string; n: string }) => `${p.name} ${p.n}`,
  allChanges: "All changes",
  filters: "Show only",
  search: "Title or SKU",
  sort: "Order",
  sorts: { danger: "Dangerous first", title: "Item", channel: "Channel", now: "Number now", after: "Number after" },
  allChannels: "All channels",
  file: "Download all rows",
  fileHead: { channel: "Channel", title: "Item", sku: "SKU", now: "Now", after: "After", change: "Change", why: "Why" },
  columns: { send: "Send", channel: "Channel", item: "Item", change: "Now → after", kind: "Change", why: "Why", state: "State" },
  include: (p: { title: string; before: string; after: string }) => `Send ${p.title}, ${p.before} to ${p.after}`,
  excludedNote: (p: { n: number }) => `${count(p.n, "row", "rows")} left out; they stay watched and unchanged.`,
  approve: (p: { n: number; text: string }) => (p.n === 0 ? "Go live" : `Send ${count(p.n, "change", "changes", p.text)}`),
  choose: {
    label: "Which listings go live",
    all: "All of them",
    first: (p: { n: string }) => `Only the first ${p.n} shown`,
    mine: "Only the ones I tick",
    note: "The rest stays watched: nothing is sent there until you go on with it from the channel’s page.",
    picked: (p: { n: number; text: string; rest: string }) =>
      p.n === 0
        ? "Tick at least one row."
        : `${count(p.n, "listing goes", "listings go", p.text)} live; ${p.rest} stay watched and unchanged.`,
    approve: (p: { n: number; text: string }) => (p.n === 0 ? "Go live" : `Go live with ${count(p.n, "listing", "listings", p.text)}`),
  },
  recompute: "Work it out again",
  changed: "Stock moved since you looked. The rows were worked out again: look once more, then send.",
  approved: "Changes approved",
  sending: (p: { done: string; total: string }) => `${p.done} of ${p.total} confirmed`,
  done: (p: { total: string }) => `All ${p.total} confirmed.`,
  left: (p: { n: string }) => `${p.n} more rows are not shown. They are sent too; narrow the view to see them.`,
  result: { confirmed: "Confirmed", sending: "Sending", excluded: "Left out", waiting: "Waiting" },
  none: "No row in this view.",
  table: "What would change",
  discarded: "This preview is no longer open.",
  madeAt: (p: { at: string }) => `Worked out ${p.at}.`,
  renewal: (p: { n: number; most: string; left: string }) =>
    `${count(p.n, "sold out Etsy listing is", "sold out Etsy listings are")} put back on sale by this: Etsy takes at most ${p.most}. Your limit leaves ${p.left} this month; what does not fit stays sold out.`,
  plan: {
    title: {
      rules: "Change rules",
      "rule-start": "Begin a rule",
      "stock-file": "Count by file",
      restore: "Put back as it was",
      "first-shown": "Before InventorySync",
      links: "Link listings and count their sales",
      tags: "Change tags",
      counting: "Let Shopify keep a number",
      resume: "Resume writing",
      "held-edits": "Changes made on a channel",
      "held-numbers": "Held changes",
    } as Record<string, string>,
    anyTitle: "What would change",
    summary: (p: { n: number; text: string }) =>
      p.n === 0 ? "This changes no number today." : `${count(p.n, "number", "numbers", p.text)} would change on your channels.`,
    computing: "Working out what would change. This page fills by itself.",
    failed: "We could not work out what would change. Nothing was changed. Go back and try again.",
    apply: (p: { n: number; text: string }) => (p.n === 0 ? "Save" : `Save and send ${count(p.n, "change", "changes", p.text)}`),
    drop: "Don’t change anything",
    dropped: "Nothing was changed.",
    /** Words of their own, by kind, where saving is not what happens. */
    own: {
      "stock-file": {
        summary: (p: { n: number; text: string }) =>
          p.n === 0
            ? "This changes no number on your channels."
            : `${count(p.n, "number", "numbers", p.text)} would change on your channels.`,
        apply: (p: { n: number; text: string }) =>
          p.n === 0 ? "Take the counts over" : `Take the counts over and send ${count(p.n, "change", "changes", p.text)}`,
        drop: "Don’t change anything",
        dropped: "Nothing was changed.",
      },
      counting: {
        summary: (p: { n: number; text: string }) =>
          p.n === 0
            ? "No listing here would start to show stock."
            : `${count(p.n, "listing starts", "listings start", p.text)} to show stock; each row says what it would show. A variant that Shopify did not track stops selling without limit. Shopify begins with what it holds at your receiving location, usually zero; the number follows when you take the listing live.`,
        apply: (p: { n: number; text: string }) => (p.n === 0 ? "Close" : `Let Shopify keep ${count(p.n, "number", "numbers", p.text)}`),
        drop: "Don’t change anything",
        dropped: "Nothing was changed.",
      },
      resume: {
        summary: (p: { n: number; text: string }) =>
          p.n === 0
            ? "Nothing waits to be written. Writing can go on."
            : `${count(p.n, "number", "numbers", p.text)} would be written at once: now shown → then shown. Every number is read again before it is raised.`,
        apply: (p: { n: number; text: string }) =>
          p.n === 0 ? "Resume now" : `Resume and send ${count(p.n, "change", "changes", p.text)}`,
        drop: "Stay stopped",
        dropped: "Writing stays stopped.",
      },
    } as Record<string, PlanWords>,
  },
  of: (p: { sku: string }) => p.sku,
};

type PlanWords = {
  summary: (p: { n: number; text: string }) => string;
  apply: (p: { n: number; text: string }) => string;
  drop: string;
  dropped: string;
};
