import { CHANGES, type Change } from "./preview-changes.ts";

/** How the rows of a preview may be ordered: the dangerous first, by a column, or by the number that would be shown. */
export const PREVIEW_SORTS = ["danger", "title", "channel", "now", "after"] as const;
export type PreviewSort = (typeof PREVIEW_SORTS)[number];

export type PreviewQuery = {
  change: Change | null;
  sort: PreviewSort;
  /** Part of a title or SKU. */
  q: string;
  channel: string | null;
  cursor: string | null;
};

export const ALL_CHANGES: PreviewQuery = { change: null, sort: "danger", q: "", channel: null, cursor: null };

/** Out of an address; what makes no sense shows the plain list. */
export function readPreviewQuery(params: URLSearchParams): PreviewQuery {
  return {
    change: CHANGES.find((c) => c === params.get("only")) ?? null,
    sort: PREVIEW_SORTS.find((s) => s === params.get("sort")) ?? "danger",
    q: (params.get("q") ?? "").replaceAll("\0", "").trim().slice(0, 100),
    channel: params.get("channel"),
    cursor: params.get("page"),
  };
}
