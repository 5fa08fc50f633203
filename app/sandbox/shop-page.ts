/** The shop page as HTML: buying is a plain form; a small script only keeps the numbers fresh. */
import { CHANNEL_LOOK, PAGE_STYLE } from "./shop-style.ts";
import type { Numbers, ShopItem, ShopView } from "./shop-view.ts";
import { CHANNELS, type ChannelName } from "./simulator.ts";

export type Notice = { good: boolean; text: string };

const POLL_MS = 1_000;

export function renderShop(view: ShopView, notice: Notice | null): string {
  const look = CHANNEL_LOOK[view.channel];
  const address = shopAddress(view.channel, view);
  return renderPage(
    `${look.name} shop`,
    look,
    `<header><h1>${look.name} shop, simulated</h1><p>Buy something here and watch the other channels follow. Account ${view.account}.</p></header>
<main>
<nav aria-label="Shops">${CHANNELS.map((one) => `<a href="${shopAddress(one, view)}"${one === view.channel ? ' aria-current="page"' : ""}>${CHANNEL_LOOK[one].name}</a>`).join("")}</nav>
${notice ? `<p class="notice${notice.good ? "" : " bad"}" role="status">${escapeHtml(notice.text)}</p>` : ""}
<form class="search" action="/shop/${view.channel}"><input type="hidden" name="account" value="${view.account}">
<input type="search" name="q" value="${escapeHtml(view.search)}" placeholder="Search goods or SKU" aria-label="Search goods or SKU"><button>Search</button></form>
<ul class="goods">${view.items.map((item) => renderItem(item, view, address)).join("")}</ul>
<p>${view.items.length === view.found ? `${view.found} goods` : `${view.items.length} of ${view.found} goods; search to see others`}</p>
${renderOrders(view, address)}
</main>
<script>${pollScript(`/shop/${view.channel}/numbers?account=${view.account}&q=${encodeURIComponent(view.search)}`)}</script>`,
  );
}

export function renderIndex(running: ChannelName[]): string {
  const cards = running.map((channel) => {
    const { name, accent } = CHANNEL_LOOK[channel];
    return `<a href="/shop/${channel}" style="--accent:${accent}"><strong>${name}</strong>Shop page: buy something</a>`;
  });
  return renderPage(
    "InventorySync sandbox",
    { accent: "#2b3440", tint: "#eef0f2" },
    `<header><h1>InventorySync sandbox</h1><p>Four sales channels, simulated on this machine. Nothing here leaves it.</p></header>
<main><div class="cards">${cards.join("")}</div>
<h2>Other accounts</h2><p>Add <code>?account=2</code> or <code>?account=3</code> to a shop page.</p>
<h2>For tests and benchmarks</h2><p>The control API stands under <code>/control</code>: <a href="/control/state">/control/state</a> shows every number, order and count.</p></main>`,
  );
}

export function shopAddress(channel: ChannelName, { account, search }: Pick<ShopView, "account" | "search">): string {
  return `/shop/${channel}?account=${account}${search ? `&amp;q=${escapeHtml(encodeURIComponent(search))}` : ""}`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function renderItem(item: ShopItem, view: ShopView, address: string): string {
  const left = item.numbers[view.channel] ?? 0;
  const sku = escapeHtml(item.sku);
  return `<li data-sku="${sku}"><div><h2>${escapeHtml(item.title)}</h2><span class="sku">${sku}${item.priceMinor === null ? "" : ` &middot; ${(item.priceMinor / 100).toFixed(2)}`}</span></div>
${renderNumbers(item.numbers, view.channel)}
<form class="order" method="post" action="${address}"><input type="hidden" name="sku" value="${sku}">
<input type="number" name="quantity" value="1" min="1" max="999" aria-label="How many of ${escapeHtml(item.title)}"><button class="buy"${left > 0 ? "" : " disabled"}>${left > 0 ? "Buy" : "Sold out"}</button></form></li>`;
}

function renderNumbers(numbers: Numbers, here: ChannelName): string {
  const cells = (Object.entries(numbers) as [ChannelName, number | null][]).map(
    ([channel, quantity]) =>
      `<div class="${channel === here ? "here" : ""}" data-channel="${channel}"><dt>${CHANNEL_LOOK[channel].name}</dt><dd>${quantity ?? "&ndash;"}</dd></div>`,
  );
  return `<dl class="numbers">${cells.join("")}</dl>`;
}

function renderOrders(view: ShopView, address: string): string {
  if (view.orders.length === 0) return "";
  const rows = view.orders.map(({ id, status, lines }) => {
    const what = lines.map(({ sku, quantity }) => `${quantity} x ${sku}`).join(", ");
    return `<li><span>${escapeHtml(what)} <span class="sku">${escapeHtml(id)} &middot; ${escapeHtml(status)}</span></span>
<form method="post" action="${address}"><input type="hidden" name="cancel" value="${escapeHtml(id)}"><button>Cancel and restock</button></form></li>`;
  });
  return `<section class="orders"><h2>Latest orders here</h2><ul>${rows.join("")}</ul></section>`;
}

/** Asks for the numbers once a second while the page is looked at, and marks what moved. */
function pollScript(address: string): string {
  return `
const poll = async () => {
  if (!document.hidden) {
    try {
      const numbers = await (await fetch(${JSON.stringify(address).replace(/</g, "\\u003c")})).json();
      for (const row of document.querySelectorAll("[data-sku]")) {
        for (const cell of row.querySelectorAll("[data-channel]")) {
          const now = String(numbers[row.dataset.sku]?.[cell.dataset.channel] ?? "\\u2013");
          const shown = cell.querySelector("dd");
          if (shown.textContent === now) continue;
          shown.textContent = now;
          cell.classList.remove("moved");
          void cell.offsetWidth;
          cell.classList.add("moved");
          if (cell.classList.contains("here")) {
            const buy = row.querySelector("button.buy");
            buy.disabled = !(Number(now) > 0);
            buy.textContent = buy.disabled ? "Sold out" : "Buy";
          }
        }
      }
    } catch { /* the sandbox is restarting; the next round asks again */ }
  }
  setTimeout(poll, ${POLL_MS});
};
poll();`;
}

function renderPage(title: string, { accent, tint }: { accent: string; tint: string }, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="icon" href="data:,"><style>${PAGE_STYLE}:root { --accent: ${accent}; --tint: ${tint}; }</style></head><body>${body}</body></html>`;
}
