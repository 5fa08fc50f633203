/** Leaving a channel: what can be chosen, how far it is, and afterwards the statement, which stays. */
import type { ChannelName } from "#app/domain/channel-words.ts";
import { type LeavePlan, type OnlyKeep, onlyKeep } from "#app/domain/leave-plan.ts";
import { UUID } from "./cursor.ts";
import { type PreviewRowView, previewRows } from "./preview.server.ts";
import { ALL_CHANGES } from "./preview-query.ts";
import type { ViewHouse } from "./view-house.ts";

export type StatementLine = {
  listingId: string;
  title: string;
  sku: string | null;
  number: number | null;
  readAt: Date | null;
  /** What the plan wanted; null = it left the number alone. */
  wanted: number | null;
  why: string | null;
};

export type StatementView = {
  now: Date;
  connection: { id: string; channel: ChannelName; name: string; address: string | null; lifecycle: string };
  /** Why nothing but keeping the numbers is offered; null where a plan can be chosen. */
  onlyKeep: OnlyKeep | null;
  /** The plan that was asked to be shown. */
  preview: {
    id: string;
    plan: LeavePlan;
    state: string;
    hash: string;
    changing: number;
    rows: PreviewRowView[];
    left: number;
  } | null;
  leaving: { plan: LeavePlan; done: number; total: number; until: Date | null; cancellable: boolean } | null;
  /** Set once it is disconnected. `webhooksLeft` null = the shop did not answer, undefined = it has none of ours. */
  left: {
    at: Date;
    plan: LeavePlan;
    moved: boolean;
    webhooksRemoved: number;
    webhooksLeft?: number | null;
    notWritten: number;
    reservedUnits: number;
    reservedOrders: number;
  } | null;
  listings: number;
  lines: StatementLine[];
  /** First line of the next page; null on the last. */
  next: number | null;
};

export const STATEMENT_LINES = 200;
type Facts = {
  webhooksRemoved?: number;
  webhooksLeft?: number | null;
  notWritten?: number;
  reservedUnits?: number;
  reservedOrders?: number;
};
type Tx = Parameters<Parameters<ViewHouse["db"]["read"]>[1]>[0];

export async function statementView(
  house: ViewHouse,
  sellerId: string,
  connectionId: string,
  asked: { from: number; previewId: string | null },
): Promise<StatementView | null> {
  if (!UUID.test(connectionId)) return null;
  return house.db.read(sellerId, async (prisma) => {
    const where = { sellerId, connectionId };
    const connection = await prisma.connection.findFirst({ where: { id: connectionId, sellerId } });
    if (!connection) return null;
    const { stoppedAt, restrictedAt } = await prisma.seller.findUniqueOrThrow({ where: { id: sellerId } });
    const last = await prisma.leaving.findFirst({
      where: { ...where, OR: [{ outcome: null }, { outcome: "left" }] },
      orderBy: { beganAt: "desc" },
    });
    const said = await prisma.auditEvent.findFirst({ where: { ...where, action: "disconnect.account" }, orderBy: { at: "desc" } });
    const { id, name, address, lifecycle } = connection;
    const gone = lifecycle === "disconnected";
    const statement = gone && last !== null && last.outcome === "left";
    const listings = statement
      ? await prisma.leftNumber.count({ where: { sellerId, leavingId: last.id } })
      : await prisma.listing.count({ where });
    const lines = statement
      ? await prisma.$queryRawUnsafe<StatementLine[]>(LEFT, sellerId, last.id, STATEMENT_LINES, asked.from)
      : await prisma.$queryRawUnsafe<StatementLine[]>(LINES, sellerId, connectionId, STATEMENT_LINES, asked.from);
    const facts = ((statement ? last.facts : said?.facts) ?? {}) as Facts;
    return {
      now: house.now(),
      connection: { id, channel: connection.channel as ChannelName, name, address, lifecycle },
      onlyKeep: onlyKeep({ ...connection, stoppedAt, restrictedAt }),
      preview: lifecycle === "live" && asked.previewId !== null ? await planShown(prisma, sellerId, connectionId, asked.previewId) : null,
      leaving: lifecycle === "leaving" && last !== null ? await progress(prisma, sellerId, connection, last) : null,
      left:
        gone && said !== null
          ? {
              at: said.at,
              plan: (last?.plan ?? "keep") as LeavePlan,
              moved: last?.reason === "moved",
              webhooksRemoved: facts.webhooksRemoved ?? 0,
              ...("webhooksLeft" in facts ? { webhooksLeft: facts.webhooksLeft ?? null } : {}),
              notWritten: facts.notWritten ?? 0,
              reservedUnits: facts.reservedUnits ?? 0,
              reservedOrders: facts.reservedOrders ?? 0,
            }
          : null,
      listings,
      lines,
      next: asked.from + lines.length < listings ? asked.from + lines.length : null,
    };
  });
}

async function planShown(prisma: Tx, sellerId: string, connectionId: string, previewId: string): Promise<StatementView["preview"]> {
  if (!UUID.test(previewId)) return null;
  const preview = await prisma.preview.findFirst({ where: { id: previewId, sellerId, connectionId, kind: "leave" } });
  if (!preview) return null;
  const { counts, rows, left } = await previewRows(prisma, sellerId, preview.id, ALL_CHANGES);
  const changing = counts["to-zero"] + counts.down + counts["from-zero"] + counts.up;
  const plan = (preview.plan as { numbers: LeavePlan }).numbers;
  return { id: preview.id, plan, state: preview.state, hash: preview.hash, changing, rows, left };
}

async function progress(
  prisma: Tx,
  sellerId: string,
  connection: { id: string; leaveUntil: Date | null },
  leaving: { plan: string; reason: string },
): Promise<StatementView["leaving"]> {
  const numbers = { sellerId, connectionId: connection.id, leaveTarget: { not: null } };
  const total = await prisma.channelQuantity.count({ where: numbers });
  const open = await prisma.channelQuantity.count({ where: { ...numbers, dirty: true } });
  return {
    plan: leaving.plan as LeavePlan,
    done: total - open,
    total,
    until: connection.leaveUntil,
    cancellable: leaving.reason === "asked",
  };
}

/** Every line of the last statement, for the download; null where there is none. */
export async function wholeStatement(
  house: ViewHouse,
  sellerId: string,
  connectionId: string,
): Promise<{ name: string; lines: StatementLine[] } | null> {
  if (!UUID.test(connectionId)) return null;
  return house.db.read(sellerId, async (prisma) => {
    const where = { sellerId, connectionId };
    const connection = await prisma.connection.findFirst({ where: { id: connectionId, sellerId } });
    const last = await prisma.leaving.findFirst({ where: { ...where, outcome: "left" }, orderBy: { beganAt: "desc" } });
    if (!connection || !last) return null;
    return { name: connection.name, lines: await prisma.$queryRawUnsafe<StatementLine[]>(LEFT, sellerId, last.id, 1_000_000, 0) };
  });
}

const LEFT = `
select n.listing_id as "listingId", n.title, n.sku, n.number, n.read_at as "readAt", n.wanted, n.why
from left_number n where n.seller_id = $1::uuid and n.leaving_id = $2::uuid order by n.why is null, n.title, n.id limit $3::int offset $4::int`;

const LINES = `
select l.id as "listingId", l.title, l.sku, q.confirmed as number, q.confirmed_at as "readAt", null::int as wanted, null::text as why
from listing l join channel_quantity q on q.id = l.quantity_id
where l.seller_id = $1::uuid and l.connection_id = $2::uuid order by l.title, l.id limit $3::int offset $4::int`;
