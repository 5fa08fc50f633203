/** Links listings to items by SKU (settled.md 19). Ambiguous SKUs never link by themselves; packs and bundles are stated by the seller. */
import { appendAudit } from "#app/data/audit.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import {
  ensureItems,
  type LinkCandidate,
  linkListings as storeLinks,
  unambiguousUnlinked,
  unlinkedWithSku,
} from "#app/data/listings.server.ts";
import { LARGE_CHANGE, refreshStatistics } from "#app/data/statistics.server.ts";
import { skuKey } from "#app/domain/sku.ts";
import type { House } from "./house.server.ts";

export type Composition = { sku: string; components: { sku: string; title: string; units: number }[] };

/** Listings per transaction: what a large shop holds in memory and in locks at a time. Broken off, the rest is found unlinked. */
const BATCH = 2_000;

/**
 * Links what is clear; `compositions` says which SKUs are packs or bundles, and of what. With `only`, just that connection's listings.
 * Answers how many listings were linked.
 */
export async function linkBySku(
  house: House,
  sellerId: string,
  actorKey: string,
  compositions: Composition[],
  only: string | null = null,
): Promise<number> {
  const composed = new Map(compositions.map((c) => [skuKey(c.sku), c]));
  const correlationId = house.newId();
  const ids = await house.db.write(sellerId, (sql) => unlinkedWithSku(sql, sellerId, only));
  let linked = 0;
  for (let from = 0; from < ids.length; from += BATCH) {
    linked += await house.db.write(sellerId, async (sql) => {
      const candidates = await unambiguousUnlinked(sql, sellerId, ids.slice(from, from + BATCH));
      if (candidates.length === 0) return 0;
      await linkCandidates(house, sql, sellerId, candidates, composed);
      await appendAudit(sql, sellerId, [
        {
          id: house.newId(),
          connectionId: only,
          action: "link.listings",
          subject: null,
          actorKey,
          facts: { linked: candidates.length },
          correlationId,
        },
      ]);
      return candidates.length;
    });
  }
  if (linked >= LARGE_CHANGE) await refreshStatistics(house.db.plain);
  return linked;
}

async function linkCandidates(
  house: House,
  sql: Sql,
  sellerId: string,
  candidates: LinkCandidate[],
  composed: Map<string | null, Composition>,
): Promise<void> {
  const wanted = candidates.flatMap((c) => {
    const composition = composed.get(c.skuKey);
    if (composition === undefined) return [{ listingId: c.listingId, sku: c.sku, title: c.title, units: 1 }];
    return composition.components.map((part) => ({ listingId: c.listingId, sku: part.sku, title: part.title, units: part.units }));
  });
  const items = await ensureItems(
    sql,
    sellerId,
    wanted.map((w) => ({ id: house.newId(), sku: w.sku, skuKey: skuKey(w.sku) ?? "", title: w.title })),
  );
  await storeLinks(
    sql,
    sellerId,
    wanted.flatMap((w) => {
      const itemId = items.get(skuKey(w.sku) ?? "");
      return itemId === undefined ? [] : [{ listingId: w.listingId, itemId, units: w.units }];
    }),
  );
}
