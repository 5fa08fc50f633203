import type { PrismaTx } from "#app/data/database.server.ts";
import type { RuleScope } from "#app/domain/rules.ts";
import type { ViewHouse } from "./view-house.ts";

/** What a rule is called: the seller's name for it, or the place where it stands. */
export type RuleName = {
  id: string;
  title: string | null;
  scope: RuleScope;
  channel: string | null;
  connectionName: string | null;
  tag: string | null;
  listingTitle: string | null;
  listingSku: string | null;
};

export const RULE_NAME_COLUMNS = `r.id, r.title, r.scope, k.channel::text as channel, k.name as "connectionName", r.tag, l.title as "listingTitle", l.sku as "listingSku"`;
export const RULE_NAME_TABLES = `rule r left join listing l on l.id = r.listing_id left join connection k on k.id = coalesce(r.connection_id, l.connection_id)`;

/** The named rules that exist, by id; also replaced and ended ones. */
export async function ruleNames(prisma: PrismaTx, sellerId: string, ids: readonly string[]): Promise<Record<string, RuleName>> {
  if (ids.length === 0) return {};
  const rows = await prisma.$queryRawUnsafe<RuleName[]>(
    `select ${RULE_NAME_COLUMNS} from ${RULE_NAME_TABLES} where r.seller_id = $1::uuid and r.id = any($2::uuid[])`,
    sellerId,
    ids,
  );
  return Object.fromEntries(rows.map((row) => [row.id, row]));
}

/** The rules that these steps name. */
export function ruleIdsOf(steps: readonly { ruleId: string | null }[]): string[] {
  return [...new Set(steps.flatMap((step) => step.ruleId ?? []))];
}

export function namesOfRules(house: ViewHouse, sellerId: string, ids: readonly string[]): Promise<Record<string, RuleName>> {
  return house.db.read(sellerId, (prisma) => ruleNames(prisma, sellerId, ids));
}
