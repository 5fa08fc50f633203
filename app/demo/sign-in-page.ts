import { escapeHtml } from "./escape-html.ts";

type Person = { externalUserId: string; name: string; shop: string; about: string };

/** A plain page without script. All text is our own except `back`, which is escaped. */
export function signInPage(people: readonly Person[], back: string): string {
  const choices = people
    .map(
      (p) =>
        `<li><button name="person" value="${escapeHtml(p.externalUserId)}"><b>${escapeHtml(p.name)}</b><span>${escapeHtml(p.about)}</span></button></li>`,
    )
    .join("");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/favicon.svg" type="image/svg+xml"><title>Sign in to the demo - InventorySync</title><style>${STYLE}</style></head><body><main>
<h1>InventorySync demo</h1><p>There are no passwords here: the shops and everything in them are simulated on this machine. Who do you want to be?</p>
<form method="post" action="/demo/sign-in"><input type="hidden" name="back" value="${escapeHtml(back)}"><ul>${choices}</ul></form>
</main></body></html>`;
}

const STYLE = `body{margin:0;font:16px/1.5 Charter,"Bitstream Charter","Sitka Text",Cambria,Georgia,serif;background:#f4efe6;color:#2a2118}
main{max-width:34rem;margin:12vh auto 2rem;padding:0 1.25rem}h1{font-size:1.6rem;margin:0 0 .5rem}p{margin:0 0 1.5rem}
ul{list-style:none;margin:0;padding:0;display:grid;gap:.75rem}
button{width:100%;text-align:left;font:inherit;color:inherit;background:#fffdf8;border:1px solid #b9a98c;border-left:6px solid #0d5c63;border-radius:2px;padding:.9rem 1rem;cursor:pointer}
button:hover{background:#eef5f3}button:focus-visible{outline:3px solid #b4541a;outline-offset:2px}b{display:block}span{color:#5b4d3a}`;
