import { describe, expect, it } from "vitest";
import type { MailContent, MoveOutcome } from "#app/domain/mail.ts";
import { mailPage } from "./mail-page.ts";
import { mailWords } from "./mail-words.ts";

const moment = (iso: string) => `on ${iso}`;
const move = { channel: "etsy", account: "Harbour & Loom" };
const outcomes: MoveOutcome[] = ["moved", "kept", "dead", "busy", "support"];
const ALL: MailContent[] = [
  { kind: "alert", data: { alert: "blind", text: "We can't see Loom any more: its key is dead. Connect it again.", connectionId: "c1" } },
  { kind: "alert", data: { alert: "oversell", text: "One Blue mug was sold twice. Both orders are open.", connectionId: null } },
  { kind: "held", data: { holdId: "h1", reason: "12 of 40 numbers would go down.", lowered: 12, base: 40, zeroed: 3 } },
  { kind: "webhooks", data: { connectionId: "c1", name: "Loom Woo", text: "Loom Woo sent nothing for two hours." } },
  { kind: "token-ends", data: { connectionId: "c1", name: "Loom Etsy", text: "Connect it again.", endsAt: "2026-12-01T10:00:00.000Z" } },
  {
    kind: "move-asked",
    data: { ...move, moveId: "m1", connectionId: "c1", askedAt: "2026-11-23T10:00:00.000Z", dueAt: "2026-11-26T10:00:00.000Z" },
  },
  { kind: "move-done", data: { ...move, connectionId: "c1" } },
  ...outcomes.map((outcome): MailContent => ({ kind: "move-ended", data: { ...move, outcome } })),
];

describe("a mail", () => {
  it.each(ALL)("of kind $kind says what happened and where to go on, alike in both forms", (content) => {
    const words = mailWords(content, moment);
    const { subject, html, text } = mailPage(words, `https://x.example/portal${words.action.path}`, "Loom & Sons");
    expect(words.action.path).toMatch(/^\/[a-z]/);
    expect(subject.length).toBeGreaterThan(10);
    for (const paragraph of words.paragraphs) {
      expect(paragraph).not.toMatch(/undefined|null|\[object/);
      expect(text).toContain(paragraph);
      expect(html).toContain(paragraph.replaceAll("&", "&amp;").replaceAll("'", "&#x27;"));
    }
    expect(html).toContain(`href="https://x.example/portal${words.action.path}"`);
    expect(text).toContain(`${words.action.label}: https://x.example/portal${words.action.path}`);
  });

  it("takes other people's words as words: no markup, no second header", () => {
    const name = '<img src=x onerror="a()">\r\nBcc: all@example.com';
    const words = mailWords({ kind: "webhooks", data: { connectionId: "c1", name, text: `${name} was silent.` } }, moment);
    const page = mailPage(words, 'https://x.example/"><script>', name);
    expect(page.subject).not.toMatch(/[\r\n]/);
    expect(page.html).not.toMatch(/<img|<script/);
  });
});
