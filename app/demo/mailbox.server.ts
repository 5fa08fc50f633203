/** The demo's mailbox: what would have been sent, read from the outbox. Nothing leaves this machine. */
import type { Express } from "express";
import type { Database } from "#app/data/database.server.ts";
import type { PortalDoor } from "#app/front.server.ts";
import { escapeHtml } from "./escape-html.ts";

export const MAILBOX_PATH = "/demo/mail";

type Mail = { kind: string; to: string; state: string; created_at: Date; data: unknown };

/** Serves the signed-in person's seller only, as the portal does. */
export function mountMailbox(app: Express, portal: PortalDoor, db: Database): void {
  app.get(MAILBOX_PATH, async (req, res, next) => {
    try {
      const request = new Request(`${req.protocol}://${req.get("host")}/portal`, { headers: { cookie: req.get("cookie") ?? "" } });
      const { seller } = await portal.enter(request);
      const mails = await db.write(seller.id, (sql) =>
        sql.query<Mail>(
          `select m.kind, u.email as to, m.state, m.created_at, m.data from mail_outbox m join app_user u on u.id = m.user_id
            where m.seller_id = $1 order by m.created_at desc limit 100`,
          [seller.id],
        ),
      );
      res.set("Cache-Control", "no-store").type("html").send(page(seller.name, mails));
    } catch (refusal) {
      if (!(refusal instanceof Response)) return next(refusal);
      const location = refusal.headers.get("location");
      if (location) res.redirect(303, location);
      else res.status(refusal.status).end();
    }
  });
}

function page(seller: string, mails: readonly Mail[]): string {
  const rows = mails.map(
    ({ kind, to, state, created_at, data }) =>
      `<li><b>${escapeHtml(kind)}</b> to ${escapeHtml(to)}, ${escapeHtml(state)}, <time>${created_at.toISOString()}</time><pre>${escapeHtml(JSON.stringify(data, null, 2))}</pre></li>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Demo mailbox - InventorySync</title><style>${STYLE}</style></head><body><main><h1>Mail of ${escapeHtml(seller)}</h1>
${rows.length ? `<ul>${rows.join("")}</ul>` : "<p>No mail yet. Mails of the demo are shown here and sent to nobody.</p>"}
</main></body></html>`;
}

const STYLE = `body{margin:0;font:16px/1.5 Charter,"Bitstream Charter","Sitka Text",Cambria,Georgia,serif;background:#f4efe6;color:#2a2118}
main{max-width:44rem;margin:4rem auto;padding:0 1.25rem}ul{list-style:none;padding:0;display:grid;gap:.75rem}
li{background:#fffdf8;border:1px solid #b9a98c;border-radius:2px;padding:.9rem 1rem}pre{overflow:auto;margin:.5rem 0 0;font-size:.85rem}time{color:#5b4d3a}`;
