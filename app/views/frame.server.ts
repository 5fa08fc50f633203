import type { ViewHouse } from "./view-house.ts";

export type FrameView = { seller: { name: string; timeZone: string; stoppedAt: Date | null }; now: Date };

/** What stands around every screen: the seller, the clock's zone, and whether all writing is stopped. */
export async function frameView(house: ViewHouse, sellerId: string): Promise<FrameView> {
  const seller = await house.db.read(sellerId, (prisma) =>
    prisma.seller.findUniqueOrThrow({ where: { id: sellerId }, select: { name: true, timeZone: true, stoppedAt: true } }),
  );
  return { seller, now: house.now() };
}
