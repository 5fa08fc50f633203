/** The intake role's narrow doors: find the connection a delivery is for, and record deliveries. It can do nothing else. */
import pg from "pg";
import type { ChannelName } from "#app/domain/channel-words.ts";

export type FoundConnection = { id: string; sellerId: string; lifecycle: string };
export type FoundSecret = { sellerId: string; channel: ChannelName; lifecycle: string; secretId: string | null; sealed: string | null };
export type NewEvent = {
  id: string;
  sellerId: string;
  connectionId: string;
  topic: string;
  dedupeKey: string;
  keyUntil: Date | null;
  /** JSON of ChannelEvent[]. */
  events: string;
  status: "waiting" | "parked";
  parkedReason: string | null;
  correlationId: string;
  receivedAt: Date;
};

export type Intake = {
  findConnection: (channel: ChannelName, externalId: string | null, address: string | null) => Promise<FoundConnection | null>;
  findSecret: (connectionId: string) => Promise<FoundSecret | null>;
  /** One statement for all that arrived together; answers the ids that were new. */
  record: (events: NewEvent[]) => Promise<Set<string>>;
  /** The try whose one-time state this is, while it waits for its keys; null for every other state. */
  findHandOver: (channel: ChannelName, stateHash: string) => Promise<{ id: string; sellerId: string } | null>;
  /** Lays sealed keys into it, once; false where that is no longer possible. They then wait `confirmMs` for the seller's yes. */
  keepHandOver: (handOver: { id: string; stateHash: string; sealed: string; confirmMs: number }) => Promise<boolean>;
  /** Lays a sealed authorization code into the try, once, and says where its browser goes on; null where that is no longer possible. */
  takeGrant: (grant: {
    id: string;
    stateHash: string;
    codeSealed: string;
    claimHash: string;
    exchangeMs: number;
  }) => Promise<string | null>;
  /** The platform sent no code but a refusal: the try is over, and its browser goes on to read why. */
  refuseGrant: (refusal: { id: string; stateHash: string; problem: string }) => Promise<string | null>;
  close: () => Promise<void>;
};

export function openIntake(url: string, onError?: (error: Error) => void, maxConnections = 4): Intake {
  const pool = new pg.Pool({ connectionString: url, max: maxConnections, keepAlive: true });
  pool.on("error", (error) => onError?.(error));
  return {
    async findConnection(channel, externalId, address) {
      const { rows } = await pool.query("select id, seller_id, lifecycle from intake_connection($1, $2, $3)", [
        channel,
        externalId,
        address,
      ]);
      const row = rows[0];
      return row ? { id: row.id, sellerId: row.seller_id, lifecycle: row.lifecycle } : null;
    },
    async findSecret(connectionId) {
      const { rows } = await pool.query("select seller_id, channel, lifecycle, secret_id, sealed from intake_secret($1)", [connectionId]);
      const row = rows[0];
      return row
        ? { sellerId: row.seller_id, channel: row.channel, lifecycle: row.lifecycle, secretId: row.secret_id, sealed: row.sealed }
        : null;
    },
    async record(events) {
      const sorted = [...events].sort((a, b) => (a.connectionId + a.dedupeKey < b.connectionId + b.dedupeKey ? -1 : 1));
      const { rows } = await pool.query(
        `select intake_record($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::text[], $9::text[], $10::text[], $11::timestamptz[]) as id`,
        [
          sorted.map((e) => e.id),
          sorted.map((e) => e.sellerId),
          sorted.map((e) => e.connectionId),
          sorted.map((e) => e.topic),
          sorted.map((e) => e.dedupeKey),
          sorted.map((e) => e.keyUntil),
          sorted.map((e) => e.events),
          sorted.map((e) => e.status),
          sorted.map((e) => e.parkedReason),
          sorted.map((e) => e.correlationId),
          sorted.map((e) => e.receivedAt),
        ],
      );
      return new Set(rows.map((row) => row.id as string));
    },
    async findHandOver(channel, stateHash) {
      const { rows } = await pool.query("select id, seller_id from intake_hand_over($1, $2)", [channel, stateHash]);
      const row = rows[0];
      return row ? { id: row.id, sellerId: row.seller_id } : null;
    },
    async keepHandOver({ id, stateHash, sealed, confirmMs }) {
      const { rows } = await pool.query("select intake_hand_over_keep($1, $2, $3, $4) as kept", [id, stateHash, sealed, confirmMs]);
      return rows[0]?.kept === true;
    },
    async takeGrant({ id, stateHash, codeSealed, claimHash, exchangeMs }) {
      const { rows } = await pool.query('select intake_grant_take($1, $2, $3, $4, $5) as "returnTo"', [
        ...[id, stateHash, codeSealed, claimHash, exchangeMs],
      ]);
      return rows[0]?.returnTo ?? null;
    },
    async refuseGrant({ id, stateHash, problem }) {
      const { rows } = await pool.query('select intake_grant_refuse($1, $2, $3) as "returnTo"', [id, stateHash, problem]);
      return rows[0]?.returnTo ?? null;
    },
    close: () => pool.end(),
  };
}
