/** Looks of the sandbox's pages; each channel has an accent of its own, so that nobody mixes the windows up. */
import type { ChannelName } from "./simulator.ts";

export const CHANNEL_LOOK: Record<ChannelName, { name: string; accent: string; tint: string }> = {
  shopify: { name: "Shopify", accent: "#1f6b3a", tint: "#e7f3ea" },
  ebay: { name: "eBay", accent: "#1d4fc4", tint: "#e8eefb" },
  etsy: { name: "Etsy", accent: "#b8470f", tint: "#fbeee6" },
  woocommerce: { name: "WooCommerce", accent: "#6a3fb0", tint: "#f1ebfa" },
};

export const PAGE_STYLE = `
:root { --accent: #333; --tint: #eee; color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.45 system-ui, -apple-system, "Segoe UI", sans-serif; color: #1c1d1f; background: #f6f6f4; }
header { background: var(--accent); color: #fff; padding: 1rem max(1.25rem, calc((100% - 69.5rem) / 2)); }
h2 { font-size: 1.1rem; margin: 1.5rem 0 .4rem; }
header h1 { margin: 0; font-size: 1.25rem; }
header p { margin: .15rem 0 0; opacity: .9; font-size: .9rem; }
main { max-width: 72rem; margin: 0 auto; padding: 1rem 1.25rem 3rem; }
nav { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0 0 1rem; }
nav a { padding: .35rem .8rem; border-radius: 99px; background: #fff; border: 1px solid #d9d9d4; color: inherit; text-decoration: none; }
nav a[aria-current] { background: var(--accent); border-color: var(--accent); color: #fff; }
form.search { display: flex; gap: .5rem; margin-bottom: 1rem; }
input, button { font: inherit; border-radius: .5rem; border: 1px solid #b9b9b3; padding: .45rem .7rem; background: #fff; min-height: 44px; }
form.search input { flex: 1; min-width: 0; }
button { cursor: pointer; }
button.buy { background: var(--accent); border-color: var(--accent); color: #fff; font-weight: 600; flex: 1; }
button:disabled { background: #d3d3ce; border-color: #d3d3ce; color: #55564f; cursor: not-allowed; }
:focus-visible { outline: 3px solid #ffb000; outline-offset: 2px; }
.notice { padding: .7rem 1rem; border-radius: .5rem; background: var(--tint); border-left: 4px solid var(--accent); margin: 0 0 1rem; }
.notice.bad { background: #fdecea; border-color: #b3261e; }
.goods { display: grid; gap: .9rem; grid-template-columns: repeat(auto-fill, minmax(16.5rem, 1fr)); list-style: none; margin: 0; padding: 0; }
.goods > li { background: #fff; border: 1px solid #e3e3de; border-radius: .8rem; padding: 1rem; display: flex; flex-direction: column; gap: .6rem; }
.goods h2 { margin: 0; font-size: 1.02rem; }
.sku { color: #5f6062; font-size: .85rem; }
.numbers { display: grid; grid-template-columns: repeat(4, 1fr); gap: .35rem; margin: 0; }
.numbers div { border-radius: .5rem; padding: .3rem .2rem; text-align: center; background: #f3f3f0; }
.numbers dt { font-size: .7rem; color: #55564f; overflow: hidden; text-overflow: ellipsis; }
.numbers dd { margin: 0; font-weight: 650; font-variant-numeric: tabular-nums; }
.numbers .here { background: var(--tint); box-shadow: inset 0 0 0 1.5px var(--accent); }
.numbers .moved { animation: moved 1.6s ease-out; }
@keyframes moved { from { background: #ffe08a; } }
@media (prefers-reduced-motion: reduce) { .numbers .moved { animation: none; } }
form.order { display: flex; gap: .5rem; margin-top: auto; }
form.order input { width: 4.5rem; }
.orders { background: #fff; border: 1px solid #e3e3de; border-radius: .8rem; margin-top: 1.5rem; padding: .5rem 1rem; }
.orders h2 { font-size: 1.02rem; }
.orders li { display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: center; justify-content: space-between; padding: .4rem 0; border-top: 1px solid #eeeeea; }
.orders ul { list-style: none; margin: 0; padding: 0; }
.cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); }
.cards a { display: block; background: #fff; border-radius: .8rem; border: 1px solid #e3e3de; border-top: 6px solid var(--accent); padding: 1rem; color: inherit; text-decoration: none; }
.cards a strong { display: block; font-size: 1.1rem; }
`;
