import type { ViewHouse } from "./view-house.ts";

/** The zone in which a seller reads and writes times (IANA name). */
export async function timeZoneOf(house: ViewHouse, sellerId: string): Promise<string> {
  const seller = await house.db.read(sellerId, (prisma) =>
    prisma.seller.findUniqueOrThrow({ where: { id: sellerId }, select: { timeZone: true } }),
  );
  return seller.timeZone;
}
