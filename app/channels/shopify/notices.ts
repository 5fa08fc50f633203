/** Shopify's own signs: a deprecated part of a call, and a version served that is not the one asked for (it falls forward when ours has ended). */
import type { HttpAnswer } from "#app/platform/http.ts";
import { noticeText, readStandardNotices } from "../interface-notices.ts";
import type { PlatformNotice } from "../port.ts";
import { API_VERSION } from "./admin-api.ts";

export function readNotices(operation: string, answer: HttpAnswer): PlatformNotice[] {
  const notices = readStandardNotices(operation, answer);
  const reason = answer.headers["x-shopify-api-deprecated-reason"];
  if (reason) notices.push({ kind: "deprecated", text: noticeText(reason), endsAt: null });
  const served = answer.headers["x-shopify-api-version"];
  if (served && served !== API_VERSION) {
    notices.push({ kind: "other-version", text: noticeText(`asked for ${API_VERSION}, served ${served}`), endsAt: null });
  }
  return notices;
}
