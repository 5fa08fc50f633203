/** Who may do what in this account, and how far joining it with another one has come. */
import { isJoinProblem, type JoinProblem } from "#app/domain/join-code.ts";
import type { ViewHouse } from "./view-house.ts";

export type JoinView = {
  id: string | null;
  state: "open" | "entered" | "joining" | "joined" | "refused";
  shop: string | null;
  problem: JoinProblem | null;
  expiresAt: Date;
};
export type SettingsView = {
  now: Date;
  people: { id: string; name: string; role: "owner" | "manager" | "viewer" }[];
  join: JoinView | null;
};

/** `enters`: the side that is given a code and knows nothing of the account that made it. */
export async function settingsView(house: ViewHouse, sellerId: string, side: "makes" | "enters"): Promise<SettingsView> {
  return house.db.read(sellerId, async (prisma) => {
    const members = await prisma.membership.findMany({ where: { sellerId }, orderBy: [{ createdAt: "asc" }, { id: "asc" }] });
    const users = await prisma.appUser.findMany({ where: { id: { in: members.map((m) => m.userId) } } });
    const names = new Map(users.map((u) => [u.id, u.name]));
    const rows =
      side === "makes"
        ? await prisma.$queryRawUnsafe<Row[]>(MADE, sellerId)
        : await prisma.$queryRawUnsafe<Row[]>(
            `select null as id, null as shop, state, problem, expires_at as "expiresAt" from door_join_seen($1::uuid)`,
            sellerId,
          );
    return {
      now: house.now(),
      people: members.map((m) => ({ id: m.id, name: names.get(m.userId) ?? "", role: m.role })),
      join: joinOf(rows[0]),
    };
  });
}

type Row = { id: string | null; state: string; shop: string | null; problem: string | null; expiresAt: Date };

function joinOf(row: Row | undefined): JoinView | null {
  if (row === undefined) return null;
  const { state } = row;
  switch (state) {
    case "open":
    case "entered":
    case "joining":
    case "joined":
    case "refused":
      return { ...row, state, problem: isJoinProblem(row.problem) ? row.problem : null };
    default:
      return null;
  }
}

/** An open or entered one whose time is over is none. */
const MADE = `select id, state, shop, problem, expires_at as "expiresAt" from join_code
  where seller_id = $1::uuid and (state not in ('open', 'entered') or expires_at > clock_timestamp()) order by created_at desc limit 1`;
