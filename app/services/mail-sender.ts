/** The port to whoever carries our mail. */
export type OutgoingMail = {
  to: string;
  subject: string;
  html: string;
  text: string;
  /** The same key again within a day sends nothing twice. */
  key: string;
};

export type MailAnswer =
  | { kind: "sent" }
  /** Worth another try; `waitMs` where the carrier asked for it. `everyMail`: not this mail is the trouble, but us or the carrier. */
  | { kind: "later"; reason: string; waitMs: number; everyMail: boolean }
  /** This mail will never be taken. */
  | { kind: "refused"; reason: string };

export type MailSender = {
  send: (mail: OutgoingMail) => Promise<MailAnswer>;
  /** Least time between two mails, where it is not the usual one (milliseconds). */
  spacingMs?: number;
};
