import type { PrismaTx } from "#app/data/database.server.ts";

const MOST = 500;

/** Tags that items of the seller carry. */
export async function tagsInUse(prisma: PrismaTx, sellerId: string): Promise<string[]> {
  const rows = await prisma.$queryRawUnsafe<{ tag: string }[]>(
    `select distinct tag from item_tag where seller_id = $1::uuid order by tag limit ${MOST}`,
    sellerId,
  );
  return rows.map((row) => row.tag);
}
