/** The demo's mailbox: what would have been sent, as it would look, read from the outbox. Nothing leaves this machine. */
import type { Express } from "express";
import type { Database } from "#app/data/database.server.ts";
import { mailPage } from "#app/documents/mail-page.ts";
import { mailWords } from "#app/documents/mail-words.ts";
import type { MailContent } from "#app/domain/mail.ts";
import type { PortalDoor } from "#app/front.server.ts";
import type { MailSender } from "#app/services/mail-sender.ts";
import { escapeHtml } from "./escape-html.ts";

export const MAILBOX_PATH = "/demo/mail";

/** Takes everything at once: the outbox itself is the mailbox. */
export const demoMailCarrier: MailSender = { send: async () => ({ kind: "sent" }), spacingMs: 0 };

type Mail = { content: MailContent; to: string; state: string; at: Date };

/** Serves the signed-in person's seller only, as the portal does. */
export function mountMailbox(app: Express, portal: PortalDoor, db: Database): void {
  app.get(MAILBOX_PATH, async (req, res, next) => {
    try {
      const origin = `${req.protocol}://${req.get("host")}`;
      const { seller } = await portal.enter(new Request(`${origin}/portal`, { headers: { cookie: req.get("cookie") ?? "" } }));
      const mails = await db.write(seller.id, (sql) =>
        sql.query<Mail>(
          `select json_build_object('kind', m.kind, 'data', m.data) as content, u.email as to, m.state, m.created_at as at
           from mail_outbox m join app_user u on u.id = m.user_id where m.seller_id = $1 order by m.created_at desc limit 100`,
          [seller.id],
        ),
      );
      res
        .set("Cache-Control", "no-store")
        .type("html")
        .send(page(seller.name, mails, origin));
    } catch (refusal) {
      if (!(refusal instanceof Response)) return next(refusal);
      const location = refusal.headers.get("location");
      if (location) res.redirect(303, location);
      else res.status(refusal.status).end();
    }
  });
}

function page(seller: string, mails: readonly Mail[], origin: string): string {
  const rows = mails.map(({ content, to, state, at }) => {
    const words = mailWords(content, (iso) => new Date(iso).toUTCString());
    const link = `${origin}/portal${words.action.path}`;
    const { subject, text } = mailPage(words, link, seller);
    const paragraphs = text.split("\n\n").slice(0, words.paragraphs.length);
    return `<li><h2>${escapeHtml(subject)}</h2><p class="to">to ${escapeHtml(to)}, ${escapeHtml(state)}, <time>${at.toISOString()}</time></p>
${paragraphs.map((p) => `<p>${escapeHtml(p)}</p>`).join("")}<p><a href="${escapeHtml(link)}">${escapeHtml(words.action.label)}</a></p></li>`;
  });
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Demo mailbox - InventorySync</title><style>${STYLE}</style></head><body><main><h1>Mail of ${escapeHtml(seller)}</h1>
${rows.length ? `<ul>${rows.join("")}</ul>` : "<p>No mail yet. Mails of the demo are shown here and sent to nobody.</p>"}
</main></body></html>`;
}

const STYLE = `body{margin:0;font:16px/1.5 Charter,"Bitstream Charter","Sitka Text",Cambria,Georgia,serif;background:#f4efe6;color:#2a2118}
main{max-width:44rem;margin:4rem auto;padding:0 1.25rem}ul{list-style:none;padding:0;display:grid;gap:.75rem}h2{margin:0;font-size:1.1rem}
li{background:#fffdf8;border:1px solid #b9a98c;border-radius:2px;padding:.9rem 1rem}li p{margin:.5rem 0 0}.to,time{color:#5b4d3a;font-size:.9rem}a{color:#0f5c5c}`;
