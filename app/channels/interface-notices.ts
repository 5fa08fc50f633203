/**
 * Signs that a platform is going to change or end what we use, in the headers that web standards give for it (`Deprecation`, RFC
 * 9745; `Sunset`, RFC 8594). Whether a platform sends them is not confirmed for any of the four: nothing happens where they are absent.
 */
import type { HttpAnswer } from "#app/platform/http.ts";
import type { PlatformNotice } from "./port.ts";

const MOST_TEXT = 300;

export function readStandardNotices(_operation: string, { headers }: HttpAnswer): PlatformNotice[] {
  const notices: PlatformNotice[] = [];
  const { deprecation, sunset } = headers;
  if (deprecation !== undefined && !/^(false|\?0)$/i.test(deprecation.trim())) {
    notices.push({ kind: "deprecated", text: noticeText(`Deprecation: ${deprecation}`), endsAt: dateOf(sunset) });
  } else if (sunset !== undefined) {
    notices.push({ kind: "ends", text: noticeText(`Sunset: ${sunset}`), endsAt: dateOf(sunset) });
  }
  return notices;
}

/** Cut short and on one line; the database takes neither null characters nor halves of a pair. */
export function noticeText(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, MOST_TEXT)
    .toWellFormed();
}

function dateOf(text: string | undefined): Date | null {
  if (text === undefined) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : new Date(at);
}
