/**
 * eBay's warnings that speak of deprecation: among a Trading answer's Errors of severity Warning, or a REST answer's `warnings`.
 * No code for it is confirmed, so the words decide; a listing's own title is never looked at.
 */
import { z } from "zod";
import type { HttpAnswer } from "#app/platform/http.ts";
import { noticeText, readStandardNotices } from "../interface-notices.ts";
import type { PlatformNotice } from "../port.ts";
import { nodesOf, parseXml, textOf } from "./xml.ts";

const SPEAKS_OF_IT = /deprecat|decommission/i;
const warningsShape = z.object({ warnings: z.array(z.object({ message: z.string().optional(), longMessage: z.string().optional() })) });

export function readNotices(operation: string, answer: HttpAnswer): PlatformNotice[] {
  const notices = readStandardNotices(operation, answer);
  if (!SPEAKS_OF_IT.test(answer.text)) return notices;
  const said = (/^[A-Z]/.test(operation) ? tradingWarnings(operation, answer.text) : restWarnings(answer.text)).filter((text) =>
    SPEAKS_OF_IT.test(text),
  );
  return [...notices, ...said.slice(0, 1).map((text): PlatformNotice => ({ kind: "deprecated", text: noticeText(text), endsAt: null }))];
}

function tradingWarnings(operation: string, text: string): string[] {
  const node = parseXml(text, `${operation}Response`);
  if (!node) return [];
  return nodesOf(node, "Errors")
    .filter((error) => textOf(error, "SeverityCode") === "Warning")
    .map((error) => textOf(error, "LongMessage") || textOf(error, "ShortMessage") || "");
}

function restWarnings(text: string): string[] {
  try {
    const read = warningsShape.safeParse(JSON.parse(text));
    return read.success ? read.data.warnings.map((warning) => warning.longMessage ?? warning.message ?? "") : [];
  } catch {
    // No JSON: whoever asked for the answer judges that.
    return [];
  }
}
