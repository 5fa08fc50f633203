/** A mail as HTML and as plain text, from the same words. React escapes; the markup is what old mail programs can show. */
import { createElement as h, type ReactElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import type { MailWords } from "#app/domain/mail.ts";

export type MailPage = { subject: string; html: string; text: string };

/**
 * @param link full address of the words' action
 * @param seller name of the account it is about: people act for several
 */
export function mailPage(words: MailWords, link: string, seller: string): MailPage {
  const why = `You get this mail because you look after ${seller} on InventorySync.`;
  return {
    subject: oneLine(words.subject),
    html: `<!doctype html>${renderToStaticMarkup(layout(words, link, why))}`,
    text: [...words.paragraphs, `${words.action.label}: ${link}`, "-- \nInventorySync", why].join("\n\n"),
  };
}

/** Names of shops are other people's words, and a subject is a header. */
function oneLine(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, 180);
}

const FONT = { fontFamily: "-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif" };
const INK = "#2a2118";

function layout(words: MailWords, link: string, why: string): ReactElement {
  const paragraphs = words.paragraphs.map((text) =>
    h("p", { key: text, style: { ...FONT, color: INK, fontSize: "16px", lineHeight: "24px", margin: "0 0 16px" } }, text),
  );
  const button = { ...FONT, background: "#0f5c5c", borderRadius: "4px", color: "#ffffff", display: "inline-block", fontSize: "16px" };
  return h(
    "html",
    { lang: "en" },
    h(
      "head",
      null,
      h("meta", { charSet: "utf-8" }),
      h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
      h("title", null, words.subject),
    ),
    h(
      "body",
      { style: { background: "#f4efe6", margin: 0, padding: "24px 12px" } },
      h(
        "div",
        { style: { background: "#ffffff", borderRadius: "4px", margin: "0 auto", maxWidth: "560px", padding: "28px 24px" } },
        h("h1", { style: { ...FONT, color: INK, fontSize: "20px", lineHeight: "28px", margin: "0 0 16px" } }, words.subject),
        ...paragraphs,
        h(
          "p",
          { style: { margin: "24px 0" } },
          h("a", { href: link, style: { ...button, padding: "12px 20px", textDecoration: "none" } }, words.action.label),
        ),
        h("p", { style: { ...FONT, color: "#5b4d3a", fontSize: "13px", lineHeight: "20px", margin: "24px 0 0" } }, why),
      ),
    ),
  );
}
