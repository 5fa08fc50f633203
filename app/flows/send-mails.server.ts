/**
 * Sends what waits in the outbox. A clock rings it; nothing else in the product waits for a mail. The key of a mail is its row, so
 * that a try whose answer was lost is not a second mail.
 */
import { closeAlerts, raiseAlert } from "#app/data/audit.server.ts";
import { type DueMail, mailFailed, mailGivenUp, mailPutBack, mailSent, takeDueMails } from "#app/data/mail-outbox.server.ts";
import { mailPage } from "#app/documents/mail-page.ts";
import { mailWords } from "#app/documents/mail-words.ts";
import type { MailSender } from "#app/services/mail-sender.ts";
import type { House } from "./house.server.ts";

const MOST_PER_TURN = 30;
/** The carrier takes two a second from one customer, whoever sends them (recipes-services: its documented default). */
const BETWEEN_MS = 550;
/** How long all mail rests where the carrier itself is the trouble. */
const REST_MS = 60_000;

export async function sendMails(house: House): Promise<void> {
  const sender = house.mail;
  if (sender === null) return;
  const due = await takeDueMails(house.db.plain, MOST_PER_TURN);
  for (const [n, mail] of due.entries()) {
    if (n > 0) await house.pause(sender.spacingMs ?? BETWEEN_MS);
    const restMs = await sendOne(house, sender, mail);
    if (restMs === null) continue;
    await mailPutBack(
      house.db.plain,
      due.slice(n + 1).map((m) => m.id),
      restMs,
    );
    return;
  }
}

/** Answers how long all other mail should rest; null = go on. */
async function sendOne(house: House, sender: MailSender, mail: DueMail): Promise<number | null> {
  if (mail.email === "") {
    // Shopify names only addresses that it has verified; what the mail says stands in the product as well.
    await mailGivenUp(house.db.plain, mail.id, "no e-mail address of this person is known");
    return null;
  }
  const page = mailPage(mailWords(mail.content, momentFor(mail.timeZone)), linkFor(house, mail), mail.seller);
  const answer = await sender.send({ to: mail.email, ...page, key: `mail/${mail.id}` });
  switch (answer.kind) {
    case "sent":
      await mailSent(house.db.plain, mail.id);
      await house.db.write(mail.sellerId, (sql) => closeAlerts(sql, mail.sellerId, [undeliveredKey(mail.userId)]));
      return null;
    case "later": {
      const again = await mailFailed(house.db.plain, mail, answer.reason, answer.waitMs);
      house.log.warn("a mail was not sent", { mailId: mail.id, kind: mail.content.kind, tries: mail.tries, again, reason: answer.reason });
      if (!again) await tellUndelivered(house, mail, answer.reason);
      return answer.everyMail ? Math.max(REST_MS, answer.waitMs) : null;
    }
    case "refused":
      await mailGivenUp(house.db.plain, mail.id, answer.reason);
      house.log.warn("a mail was refused", { mailId: mail.id, kind: mail.content.kind, reason: answer.reason });
      await tellUndelivered(house, mail, answer.reason);
      return null;
    default: {
      const never: never = answer;
      return never;
    }
  }
}

const undeliveredKey = (userId: string) => `mail:${userId}`;

async function tellUndelivered(house: House, mail: DueMail, reason: string): Promise<void> {
  await house.db.write(mail.sellerId, (sql) =>
    raiseAlert(sql, mail.sellerId, {
      id: house.newId(),
      connectionId: null,
      kind: "mail",
      key: undeliveredKey(mail.userId),
      severity: 6,
      text: `A mail to ${mail.name || "one of you"} could not be delivered: ${reason}. What it said stands on these pages as well. Check that person's address where they sign in.`,
      data: { mailId: mail.id, kind: mail.content.kind },
    }),
  );
}

/** Each person is led to the front he knows: the portal, or the app inside Shopify admin. */
function linkFor(house: House, mail: DueMail): string {
  const { path } = mailWords(mail.content, String).action;
  const shop = mail.shop?.replace(/\.myshopify\.com$/, "");
  const key = house.appKeys.shopify?.clientId;
  if (shop === undefined || key === undefined) return `${house.appUrl}/portal${path}`;
  return house.platformPage(`https://admin.shopify.com/store/${shop}/apps/${key}/app${path}`);
}

/** "Tue 24 Nov, 14:05 (Europe/Berlin)": a time without its zone is no time. */
function momentFor(timeZone: string): (iso: string) => string {
  const format = new Intl.DateTimeFormat("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    timeZone,
  });
  return (iso) => `${format.format(new Date(iso))} (${timeZone})`;
}
