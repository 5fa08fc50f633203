/** Rows of a plan that has a shop begin to keep numbers: no number is sent by it, so a row is done when the shop has begun. */
import type { PrismaTx } from "#app/data/database.server.ts";
import type { PreviewRows } from "./preview.server.ts";

type Wish = { id: string; asked: boolean; problem: string | null };

const WISHES = `
select q.id, q.counting_asked_at is not null as asked, q.counting_problem as problem
from preview_row r join channel_quantity q on q.id = r.quantity_id where r.seller_id = $1::uuid and r.preview_id = $2::uuid and not r.excluded`;

export async function asCounting(prisma: PrismaTx, sellerId: string, previewId: string, shown: PreviewRows): Promise<PreviewRows> {
  const wishes = await prisma.$queryRawUnsafe<Wish[]>(WISHES, sellerId, previewId);
  const byId = new Map(wishes.map((wish) => [wish.id, wish]));
  return {
    ...shown,
    progress: { sent: wishes.length, done: wishes.filter((wish) => !wish.asked && wish.problem === null).length },
    rows: shown.rows.map((row) => {
      const wish = byId.get(row.quantityId);
      // Once it takes part, the row follows its number like any other.
      if (wish === undefined || row.target !== null) return row;
      return { ...row, target: row.after, confirmed: row.after, dirty: wish.asked, failureText: wish.problem };
    }),
  };
}
