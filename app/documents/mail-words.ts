/** What each mail says. One sentence of what happened, what it means, what to do; the page it leads to says the rest. */
import type { MailContent, MailWords, MoveOutcome } from "#app/domain/mail.ts";

/** @param moment how a time is written for this reader (his time zone, with its name) */
export function mailWords(content: MailContent, moment: (iso: string) => string): MailWords {
  switch (content.kind) {
    case "held": {
      const { holdId, reason, lowered } = content.data;
      return {
        subject: `${lowered === 1 ? "1 number waits" : `${lowered} numbers wait`} for your yes`,
        paragraphs: [
          `${reason} We have sent none of it. Your channels keep showing what they show, and orders go on lowering them one by one.`,
          "Look at the numbers, row by row, then keep them as they are or send the change.",
        ],
        action: { label: "Look and decide", path: `/activity/held/${holdId}` },
      };
    }
    case "alert": {
      const { alert, text, connectionId } = content.data;
      return {
        subject: firstSentence(text),
        paragraphs: [text],
        action:
          alert === "oversell"
            ? { label: "See both orders and decide", path: "/activity/oversells" }
            : { label: "See what to do", path: connectionId === null ? "/" : `/channels/${connectionId}` },
      };
    }
    case "webhooks": {
      const { connectionId, name, text } = content.data;
      return {
        subject: `${name} had stopped telling us of its sales`,
        paragraphs: [text],
        action: { label: `See ${name}`, path: `/channels/${connectionId}` },
      };
    }
    case "token-ends": {
      const { connectionId, name, text, endsAt } = content.data;
      return {
        subject: `Our access to ${name} ends on ${moment(endsAt)}`,
        paragraphs: [text],
        action: { label: `Connect ${name} again`, path: `/channels/${connectionId}` },
      };
    }
    case "move-asked": {
      const { account, dueAt, connectionId } = content.data;
      return {
        subject: `Somebody wants to move ${account} to another account`,
        paragraphs: [
          `Somebody who can sign in to ${account} has asked to connect it to another InventorySync account.`,
          `If nobody here keeps it, it moves on ${moment(dueAt)}: it is disconnected here, and its numbers stay as they are. If it was not you or a colleague, keep it and change the password of that shop.`,
        ],
        action: { label: "Keep it here, or let it go", path: `/channels/${connectionId}` },
      };
    }
    case "move-done":
      return {
        subject: `${content.data.account} has moved to another account`,
        paragraphs: [
          `${content.data.account} is no longer connected here, as announced 72 hours ago. Its numbers were left as they were; what we knew of it is still in your records.`,
        ],
        action: { label: "Read its last statement", path: `/channels/${content.data.connectionId}` },
      };
    case "move-ended":
      return {
        subject: movedSubject(content.data.account, content.data.outcome),
        paragraphs: [movedText(content.data.account, content.data.outcome)],
        action: { label: "Open your channels", path: "/channels" },
      };
    default: {
      const never: never = content;
      return never;
    }
  }
}

function firstSentence(text: string): string {
  return /^.*?[.:!?](?=\s|$)/s.exec(text)?.[0].slice(0, -1) ?? text;
}

function movedSubject(account: string, outcome: MoveOutcome): string {
  return outcome === "moved" ? `${account} is connected here now` : `${account} was not moved here`;
}

function movedText(account: string, outcome: MoveOutcome): string {
  switch (outcome) {
    case "moved":
      return `${account} is connected to your account. Nothing is written there before you have looked at its numbers and said yes.`;
    case "kept":
      return `The account that holds ${account} has kept it. If it is yours, sign in there, or write to our support.`;
    case "dead":
      return `The permission you gave for ${account} no longer opens it. Connect it again and ask once more; the 72 hours then begin anew.`;
    case "busy":
      return `${account} could not be moved at its time, because it was still being changed where it is. Ask once more.`;
    case "support":
      return `${account} has been moved twice in a short time already. Please write to our support, so that a person looks at it.`;
    default: {
      const never: never = outcome;
      return never;
    }
  }
}
