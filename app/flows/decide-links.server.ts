/** What the seller says of proposed links: one or many, taken or not. */
import { appendAudit, closeAlerts } from "#app/data/audit.server.ts";
import { lockProposed, lockUncountedLines, setLinkState, withoutProposals } from "#app/data/proposed-links.server.ts";
import type { House } from "./house.server.ts";
import { openPlan } from "./open-plan.server.ts";
import { linkProposed } from "./plan-links.server.ts";
import { ringForWork } from "./ring.server.ts";

export type LinkWisher = { sellerId: string; actorKey: string };
export type LinksWished = { outcome: "linked"; listings: number } | { outcome: "plan"; previewId: string };

/** Links at once where no public number changes by it; where sales are to be counted, the rows are shown first. */
export async function wishLinks(house: House, who: LinkWisher, wish: { listingIds: string[]; count: boolean }): Promise<LinksWished> {
  const { listingIds, count } = wish;
  const { sellerId, actorKey } = who;
  const done = await house.db.write(sellerId, async (sql) => {
    if (count && (await lockUncountedLines(sql, sellerId, listingIds)).length > 0) return null;
    const links = await lockProposed(sql, sellerId, listingIds);
    const touched = await linkProposed(house, sql, { ...who, correlationId: house.newId() }, { listingIds, count: false });
    return { touched, listings: links.length };
  });
  if (done === null)
    return { outcome: "plan", previewId: await openPlan(house, { sellerId, actorKey, kind: "links", plan: { listingIds, count } }) };
  await ringForWork(house, sellerId, done.touched);
  return { outcome: "linked", listings: done.listings };
}

/** `to`: "refused" = not this item; "proposed" = asked again after all. Answers how many changed. */
export async function turnDown(house: House, who: LinkWisher, wish: { listingIds: string[]; to: "proposed" | "refused" }): Promise<number> {
  const { sellerId, actorKey } = who;
  const { listingIds, to } = wish;
  return house.db.write(sellerId, async (sql) => {
    const links = to === "refused" ? await lockProposed(sql, sellerId, listingIds) : [];
    const changed = await setLinkState(sql, sellerId, listingIds, { from: to === "refused" ? "proposed" : "refused", to });
    const done = await withoutProposals(sql, sellerId, [...new Set(links.map((link) => link.connectionId))]);
    await closeAlerts(
      sql,
      sellerId,
      done.map((id) => `new-listings:${id}`),
    );
    if (changed > 0)
      await appendAudit(sql, sellerId, [
        {
          ...{
            id: house.newId(),
            connectionId: null,
            action: to === "refused" ? "refuse.links" : "propose.links",
            subject: null,
            actorKey,
          },
          ...{ facts: { listings: changed }, correlationId: house.newId() },
        },
      ]);
    return changed;
  });
}
