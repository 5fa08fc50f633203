/**
 * Accepting proposed links (settled.md 25). A listing that is linked goes on being watched: nothing is written there before a look of its
 * own. What changes is what was sold on it meanwhile, where the seller wants that counted: every other channel follows.
 */
import { z } from "zod";
import { appendAudit, closeAlerts } from "#app/data/audit.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { appendMovements, type NewMovement } from "#app/data/ledger.server.ts";
import { linkListings } from "#app/data/listings.server.ts";
import {
  freezeComponents,
  lockProposed,
  lockUncountedLines,
  type Proposed,
  type UncountedLine,
  withoutProposals,
} from "#app/data/proposed-links.server.ts";
import { quantitiesOfItems, retarget } from "#app/data/targets.server.ts";
import { desiredEffect, movementKind } from "#app/domain/order-effects.ts";
import type { House } from "./house.server.ts";
import { type PlanActor, planKind, whatIf } from "./plan-kind.server.ts";
import { watchOversells } from "./watch-oversells.server.ts";

export const linksPlan = z.strictObject({
  listingIds: z.array(z.uuid()).min(1).max(10_000),
  /** Whether what was sold on them before is booked. */
  count: z.boolean(),
});
export type LinksPlan = z.infer<typeof linksPlan>;

export const acceptLinks = planKind(linksPlan, {
  choosable: false,
  async lines(house, sql, sellerId, plan) {
    const { links, lines } = await wanted(sql, sellerId, plan);
    const itemOf = new Map(links.map((link) => [link.listingId, link.itemId]));
    const levels = new Map<string, number>();
    for (const line of lines) {
      const itemId = itemOf.get(line.listingId);
      const { onHand, reserved } = desiredEffect(line, 1);
      if (itemId !== undefined) levels.set(itemId, (levels.get(itemId) ?? 0) + onHand - reserved);
    }
    return whatIf(house, sql, sellerId, { quantityIds: await quantitiesOfItems(sql, [...levels.keys()]), levels });
  },
  apply: (house, sql, who, plan) => linkProposed(house, sql, who, plan),
});

async function wanted(sql: Sql, sellerId: string, plan: LinksPlan): Promise<{ links: Proposed[]; lines: UncountedLine[] }> {
  // Orders before listings: a batch of orders that comes in at the same moment goes the same way.
  const lines = plan.count ? await lockUncountedLines(sql, sellerId, plan.listingIds) : [];
  const links = await lockProposed(sql, sellerId, plan.listingIds);
  const mine = new Set(links.map((link) => link.listingId));
  return { links, lines: lines.filter((line) => mine.has(line.listingId)) };
}

/** Answers the connections that may have work now. */
export async function linkProposed(house: House, sql: Sql, who: Omit<PlanActor, "previewId">, plan: LinksPlan): Promise<Set<string>> {
  const { links, lines } = await wanted(sql, who.sellerId, plan);
  await linkListings(
    sql,
    who.sellerId,
    links.map(({ listingId, itemId }) => ({ listingId, itemId, units: 1 })),
  );
  await closeCards(sql, who.sellerId, links);
  const itemIds = await countSold(house, sql, who, links, lines);
  await appendAudit(sql, who.sellerId, [
    {
      ...{ id: house.newId(), connectionId: null, action: "link.listings", subject: null, actorKey: who.actorKey },
      ...{ facts: { linked: links.length, counted: lines.length }, correlationId: who.correlationId },
    },
  ]);
  const cause = { kind: "order", id: who.correlationId, at: house.now() };
  const changed = await retarget(sql, who.sellerId, await quantitiesOfItems(sql, itemIds), cause, house.now());
  return new Set(changed.map((c) => c.connectionId));
}

async function closeCards(sql: Sql, sellerId: string, links: Proposed[]): Promise<void> {
  const done = await withoutProposals(sql, sellerId, [...new Set(links.map((link) => link.connectionId))]);
  const sales = links.map((link) => `unlinked-sale:${link.connectionId}:${link.externalId}`);
  await closeAlerts(sql, sellerId, [...done.map((id) => `new-listings:${id}`), ...sales]);
}

/** Books the lines as the engine would have; answers the items that moved. */
async function countSold(
  house: House,
  sql: Sql,
  who: Omit<PlanActor, "previewId">,
  links: Proposed[],
  lines: UncountedLine[],
): Promise<string[]> {
  const itemOf = new Map(links.map((link) => [link.listingId, link.itemId]));
  const booked = lines.flatMap((line) => {
    const itemId = itemOf.get(line.listingId);
    return itemId === undefined ? [] : [{ ...line, itemId }];
  });
  await freezeComponents(sql, booked);
  const movements = booked.flatMap((line): NewMovement[] => {
    const effect = desiredEffect(line, 1);
    const kind = movementKind(effect);
    if (kind === null) return [];
    return [
      {
        ...{ id: house.newId(), itemId: line.itemId, kind, onHandDelta: effect.onHand, reservedDelta: effect.reserved },
        ...{ orderId: line.orderId, orderLineId: line.id, sequence: 0, dedupeKey: `order:${line.id}:${line.itemId}:0` },
        ...{ connectionId: line.connectionId, actorKey: `channel:${line.channel}`, correlationId: who.correlationId },
        ...{ undoes: null, note: line.orderNumber, occurredAt: line.placedAt },
      },
    ];
  });
  const levels = await appendMovements(sql, who.sellerId, movements);
  await watchOversells(house, sql, who.sellerId, movements, levels);
  return [...new Set(movements.map((movement) => movement.itemId))];
}
