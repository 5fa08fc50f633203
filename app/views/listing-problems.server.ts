/** Why listings of a channel cannot be kept in step safely, by reason, and what the seller can do about each from here. */
import type { PrismaTx } from "#app/data/database.server.ts";

export type ListingProblems = {
  kind: string;
  text: string;
  count: number;
  /** Linked listings that the channel could be asked to keep a number for; 0 where it cannot be asked. */
  countable: number;
  /** Of those, how many were asked for and not begun yet. */
  asked: number;
  /** Why the channel refused, a few of them. */
  refused: { title: string; text: string }[];
  /** Where only the shop's own page helps: the products there, a few of them. */
  pages: { title: string; url: string }[];
};

type Row = Pick<ListingProblems, "kind" | "text" | "count" | "countable" | "asked"> & {
  refused: { title: string; text: string }[] | null;
  products: { title: string; id: string }[] | null;
};

const SHOWN = 5;

const PROBLEMS = `
select x.p ->> 'kind' as kind, min(x.p ->> 'text') as text, count(*)::int as count,
  (count(*) filter (where l.link_state = 'linked' and l.state = 'untracked' and q.target is null and q.counting_asked_at is null))::int as countable,
  (count(*) filter (where q.counting_asked_at is not null))::int as asked,
  jsonb_path_query_array(jsonb_agg(jsonb_build_object('title', l.title, 'text', q.counting_problem) order by l.title) filter (where q.counting_problem is not null), '$[0 to ${SHOWN - 1}]') as refused,
  jsonb_path_query_array(jsonb_agg(jsonb_build_object('title', coalesce(l.parent_title, l.title), 'id', l.external_parent_id) order by l.title), '$[0 to ${SHOWN - 1}]') as products
from listing l join channel_quantity q on q.id = l.quantity_id cross join lateral jsonb_array_elements(l.problems) as x(p)
where l.seller_id = $1::uuid and l.connection_id = $2::uuid and l.go_live <> 'ignored' and l.problems <> '[]'::jsonb group by 1 order by 3 desc`;

export type ProblemChannel = { id: string; channel: string; address: string | null; live: boolean };

export async function readListingProblems(prisma: PrismaTx, sellerId: string, connection: ProblemChannel): Promise<ListingProblems[]> {
  const rows = await prisma.$queryRawUnsafe<Row[]>(PROBLEMS, sellerId, connection.id);
  const shopify = connection.channel === "shopify";
  return rows.map(({ products, refused, ...row }) => {
    const mayAsk = shopify && connection.live && (row.kind === "untracked" || row.kind === "not-stocked");
    return {
      ...row,
      countable: mayAsk ? row.countable : 0,
      asked: mayAsk ? row.asked : 0,
      refused: mayAsk ? (refused ?? []) : [],
      pages: shopify && row.kind === "oversell-allowed" ? productPages(connection.address, products ?? []) : [],
    };
  });
}

/** Selling on is switched off on the product's own page: that needs write_products, which this app does not ask for. */
export function productPages(address: string | null, products: { title: string; id: string }[]): { title: string; url: string }[] {
  if (address === null || !/^[a-z0-9][a-z0-9-]*\.myshopify\.com$/.test(address)) return [];
  const pages = products.flatMap(({ title, id }) => {
    const number = /^gid:\/\/shopify\/Product\/(\d+)$/.exec(id)?.[1];
    return number === undefined ? [] : [{ title, url: `https://${address}/admin/products/${number}` }];
  });
  return [...new Map(pages.map((page) => [page.url, page])).values()];
}
