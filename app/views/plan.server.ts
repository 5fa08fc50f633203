import { asCounting } from "./counting-rows.server.ts";
import { UUID } from "./cursor.ts";
import { type PreviewRows, previewRows } from "./preview.server.ts";
import { ALL_CHANGES, type PreviewQuery } from "./preview-query.ts";
import { type StockFileNotes, stockFileNotes } from "./stock-file-notes.ts";
import type { ViewHouse } from "./view-house.ts";

export type PlanView = PreviewRows & {
  now: Date;
  id: string;
  kind: string;
  state: string;
  hash: string;
  /** What the seller calls it, where the plan has a name. */
  title: string | null;
  createdAt: Date;
  approvedAt: Date | null;
  /** What the file said, where the plan came from a file of counts. */
  file: StockFileNotes | null;
};

/** A change over the whole account that waits for a yes. Null where this seller has none such. */
export async function planView(
  house: ViewHouse,
  sellerId: string,
  previewId: string,
  query: PreviewQuery | null,
): Promise<PlanView | null> {
  if (!UUID.test(previewId)) return null;
  return house.db.read(sellerId, async (prisma) => {
    const preview = await prisma.preview.findFirst({ where: { id: previewId, sellerId, connectionId: null } });
    if (!preview) return null;
    const shown = await previewRows(prisma, sellerId, preview.id, query ?? ALL_CHANGES);
    const isFile = preview.kind === "stock-file";
    const { id, kind, state, hash, createdAt, approvedAt, plan } = preview;
    return {
      now: house.now(),
      id,
      kind,
      state,
      hash,
      title: isFile ? null : titleOf(plan),
      file: isFile ? stockFileNotes(plan) : null,
      createdAt,
      approvedAt,
      ...(kind === "counting" ? await asCounting(prisma, sellerId, id, shown) : shown),
    };
  });
}

function titleOf(plan: unknown): string | null {
  if (typeof plan !== "object" || plan === null || !("title" in plan)) return null;
  return typeof plan.title === "string" ? plan.title : null;
}
