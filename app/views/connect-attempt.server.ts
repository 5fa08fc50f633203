/** One try to connect an account, as its page shows it. A session that did not begin it learns nothing but that. */
import type { ChannelName } from "#app/domain/channel-words.ts";
import type { AttemptState, AttemptWay } from "#app/domain/connect-attempt.ts";
import { type ConnectProblem, isConnectProblem } from "#app/domain/connect-problem.ts";
import { hashOfSecret } from "#app/platform/hash-of-secret.ts";
import { UUID } from "./cursor.ts";
import type { ViewHouse } from "./view-house.ts";

export type AttemptView = {
  now: Date;
  id: string;
  channel: ChannelName;
  way: AttemptWay;
  state: AttemptState;
  address: string;
  shopName: string | null;
  problem: ConnectProblem | null;
  /** Until when the next step may be taken, or keys that failed may be tried again. */
  until: Date;
  /** Whether this browser may say yes: for what was agreed to at a platform, only the one that came back from there. */
  mayClaim: boolean;
  /** Another seller holds the account: the offer to ask for it. */
  moveId: string | null;
  /** Set once it became a connection; `observing`: its set-up is still to come. */
  connection: { id: string; observing: boolean } | null;
};

type Row = {
  channel: ChannelName;
  way: AttemptWay;
  state: AttemptState;
  address: string;
  shopName: string | null;
  problem: string | null;
  until: Date;
  moveId: string | null;
  connectionId: string | null;
  lifecycle: string | null;
  sessionHash: string;
  claimHash: string | null;
};

/**
 * Null where the seller has no such try; "elsewhere" where another session began it. A session that may not claim is not told the
 * account's name either: it may be somebody's who was lured to the platform.
 */
export async function connectAttemptView(
  house: ViewHouse,
  sellerId: string,
  sessionKey: string,
  attemptId: string,
  claim: string | null,
): Promise<AttemptView | "elsewhere" | null> {
  if (!UUID.test(attemptId)) return null;
  const rows = await house.db.read(sellerId, (prisma) => prisma.$queryRawUnsafe<Row[]>(ROW, sellerId, attemptId));
  const [row] = rows;
  if (!row) return null;
  const { sessionHash, claimHash, connectionId, lifecycle, problem, ...rest } = row;
  if (sessionHash !== hashOfSecret(sessionKey)) return "elsewhere";
  const now = house.now();
  // The worker's clock destroys what is over; until it has come by, the page says so already.
  const over = rest.until <= now && ["ready", "waiting", "exchanging", "received"].includes(rest.state);
  const mayClaim = row.way !== "granted" || (claim !== null && claimHash === hashOfSecret(claim));
  return {
    ...rest,
    ...{ now, id: attemptId, mayClaim },
    shopName: mayClaim || connectionId !== null ? rest.shopName : null,
    state: over ? "expired" : rest.state,
    problem: isConnectProblem(problem) ? problem : null,
    connection: connectionId === null ? null : { id: connectionId, observing: lifecycle === "observe" },
  };
}

const ROW = `
select a.channel::text as channel, a.way, a.state, a.address, a.shop_name as "shopName", a.problem, a.expires_at as until,
  m.id as "moveId", a.connection_id as "connectionId", c.lifecycle::text as lifecycle, a.session_hash as "sessionHash",
  a.claim_hash as "claimHash"
from connect_attempt a left join connection c on c.id = a.connection_id
left join lateral (select id from move_request r where r.seller_id = a.seller_id and r.attempt_id = a.id order by r.created_at desc limit 1) m on true
where a.seller_id = $1::uuid and a.id = $2::uuid`;
