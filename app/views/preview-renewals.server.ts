import type { ViewHouse } from "./view-house.ts";

/** What sending a preview's rows may cost at Etsy: sold out listings that it would put back on sale, and the month's money. */
export type PreviewRenewals = { connectionId: string; listings: number; capMinor: number | null; spentMinor: number };

/** One row per connection on which something may be renewed. */
export async function previewRenewals(house: ViewHouse, sellerId: string, previewId: string): Promise<PreviewRenewals[]> {
  return house.db.read(sellerId, (prisma) => prisma.$queryRawUnsafe<PreviewRenewals[]>(RENEWALS, sellerId, previewId));
}

const RENEWALS = `
select c.id as "connectionId", count(distinct coalesce(q.parent_key, q.key))::int as listings, max(c.renewal_cap_minor)::int as "capMinor", max(m.spent_minor)::int as "spentMinor"
from preview_row r join channel_quantity q on q.id = r.quantity_id join connection c on c.id = q.connection_id cross join lateral renewal_money(c.id) m
where r.seller_id = $1::uuid and r.preview_id = $2::uuid and r.change = 'from-zero' and not r.excluded and c.channel = 'etsy' and q.state = 'sold-out'
group by c.id order by c.id`;
