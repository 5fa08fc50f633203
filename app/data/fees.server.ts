/** Money that a write may cost: taken from the month's cap before the call, given back where it surely was not spent. Append-only. */
import { RENEWAL_FEE } from "#app/domain/renewal-fee.ts";
import type { Sql } from "./database.server.ts";

export type RenewalMoney = { spentMinor: number; roomMinor: number };

/** Of the seller's present month. */
export async function renewalMoney(sql: Sql, sellerId: string, connectionId: string): Promise<RenewalMoney> {
  const [row] = await sql.query<RenewalMoney>(
    `select m.spent_minor as "spentMinor", m.room_minor as "roomMinor" from connection c cross join lateral renewal_money(c.id) m
     where c.id = $1 and c.seller_id = $2`,
    [connectionId, sellerId],
  );
  return row ?? { spentMinor: 0, roomMinor: 0 };
}

/** Takes one fee for each number, as far as the cap allows, in their order; answers the fee's id by number. In a transaction. */
export async function reserveFees(
  sql: Sql,
  sellerId: string,
  connectionId: string,
  quantityIds: string[],
  newId: () => string,
): Promise<Map<string, string>> {
  // Nobody else takes from this cap, changes it or withdraws it meanwhile.
  await sql.query(`select id from connection where id = $1 for update`, [connectionId]);
  const { roomMinor } = await renewalMoney(sql, sellerId, connectionId);
  const paid = quantityIds.slice(0, Math.floor(roomMinor / RENEWAL_FEE.amountMinor)).map((id) => [id, newId()] as const);
  for (const [quantityId, feeId] of paid) await insertFee(sql, { feeId, sellerId, connectionId, quantityId, sign: 1, undoes: null });
  return new Map(paid);
}

export async function releaseFee(
  sql: Sql,
  fee: { newFeeId: string; feeId: string; sellerId: string; connectionId: string; quantityId: string },
): Promise<void> {
  await insertFee(sql, { ...fee, feeId: fee.newFeeId, sign: -1, undoes: fee.feeId });
}

async function insertFee(
  sql: Sql,
  fee: { feeId: string; sellerId: string; connectionId: string; quantityId: string; sign: 1 | -1; undoes: string | null },
): Promise<void> {
  await sql.query(
    `insert into fee_spent (id, seller_id, connection_id, quantity_id, amount_minor, currency, undoes_id, at) values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp())`,
    [fee.feeId, fee.sellerId, fee.connectionId, fee.quantityId, fee.sign * RENEWAL_FEE.amountMinor, RENEWAL_FEE.currency, fee.undoes],
  );
}

/** The seller's word on renewals: up to so much a month, or none (null). Answers false where there is no such connection. */
export async function setRenewalCap(
  sql: Sql,
  wish: { sellerId: string; connectionId: string; capMinor: number | null; actorKey: string; textVersion: string; consentId: string },
): Promise<boolean> {
  const rows = await sql.query(
    `update connection set may_spend = $3::int is not null, renewal_cap_minor = $3 where id = $1 and seller_id = $2 and channel = 'etsy' returning id`,
    [wish.connectionId, wish.sellerId, wish.capMinor],
  );
  if (rows.length === 0) return false;
  await sql.query(`insert into consent (id, seller_id, connection_id, kind, text_version, actor_key) values ($1, $2, $3, $4, $5, $6)`, [
    wish.consentId,
    wish.sellerId,
    wish.connectionId,
    wish.capMinor === null ? "etsy-renewal-withdrawn" : "etsy-renewal",
    wish.textVersion,
    wish.actorKey,
  ]);
  return true;
}

/** Numbers of listings that sold out and wait at zero for a renewal. */
export async function soldOutAtZero(sql: Sql, connectionId: string): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select id from channel_quantity where connection_id = $1 and state = 'sold-out' and target is not null order by id`,
    [connectionId],
  );
  return rows.map((r) => r.id);
}
