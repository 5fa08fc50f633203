import type { ViewHouse } from "./view-house.ts";

/** ISO 4217 code in which the seller's own amounts are kept. */
export async function reportingCurrency(house: ViewHouse, sellerId: string): Promise<string> {
  const seller = await house.db.read(sellerId, (prisma) =>
    prisma.seller.findUniqueOrThrow({ where: { id: sellerId }, select: { reportingCurrency: true } }),
  );
  return seller.reportingCurrency;
}
