import type { PrismaTx } from "#app/data/database.server.ts";

/** Numbers that could be put back to what they showed before our first write, and numbers that stand put back. */
export type FirstShown = { kept: number; back: number };

export async function readFirstShown(
  prisma: PrismaTx,
  sellerId: string,
  of: { connectionId: string } | { quantityIds: string[] },
): Promise<FirstShown> {
  const where = { sellerId, target: { not: null }, ...("connectionId" in of ? of : { id: { in: of.quantityIds } }) };
  return {
    kept: await prisma.channelQuantity.count({ where: { ...where, firstShown: { not: null }, putBack: null } }),
    back: await prisma.channelQuantity.count({ where: { ...where, putBack: { not: null } } }),
  };
}
