import { UUID } from "./cursor.ts";
import { type PreviewRowView, previewRows } from "./preview.server.ts";
import type { Change } from "./preview-changes.ts";
import type { ViewHouse } from "./view-house.ts";

export type PlanView = {
  now: Date;
  id: string;
  kind: string;
  state: string;
  hash: string;
  /** What the seller calls it, where the plan has a name. */
  title: string | null;
  createdAt: Date;
  approvedAt: Date | null;
  counts: Record<Change, number>;
  rows: PreviewRowView[];
  left: number;
};

/** A change over the whole account that waits for a yes. Null where this seller has none such. */
export async function planView(house: ViewHouse, sellerId: string, previewId: string, change: Change | null): Promise<PlanView | null> {
  if (!UUID.test(previewId)) return null;
  return house.db.read(sellerId, async (prisma) => {
    const preview = await prisma.preview.findFirst({ where: { id: previewId, sellerId, connectionId: null } });
    if (!preview) return null;
    const { counts, rows, left } = await previewRows(prisma, sellerId, preview.id, change);
    const { id, kind, state, hash, createdAt, approvedAt, plan } = preview;
    return { now: house.now(), id, kind, state, hash, title: titleOf(plan), createdAt, approvedAt, counts, rows, left };
  });
}

function titleOf(plan: unknown): string | null {
  if (typeof plan !== "object" || plan === null || !("title" in plan)) return null;
  return typeof plan.title === "string" ? plan.title : null;
}
