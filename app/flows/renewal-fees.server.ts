/**
 * Renewals cost money (Etsy): each is paid for out of the month's cap before its call goes out, and given back only where it surely was
 * not spent. Past the cap the listing stays sold out, its target says why, and a card asks (law: never spend unasked).
 */
import type { WriteResult } from "#app/channels/port.ts";
import { appendAudit, closeAlerts, raiseAlert } from "#app/data/audit.server.ts";
import type { ConnectionRow } from "#app/data/connections.server.ts";
import { releaseFee, renewalMoney, reserveFees, setRenewalCap, soldOutAtZero } from "#app/data/fees.server.ts";
import { retarget } from "#app/data/targets.server.ts";
import { RENEWAL_CONSENT_VERSION, RENEWAL_FEE } from "#app/domain/renewal-fee.ts";
import type { House } from "./house.server.ts";
import type { Planned } from "./planned-write.ts";
import { ringForWork } from "./ring.server.ts";

/** Fees taken for a batch, by the number that leads its listing; `paidFor` are all numbers that may go. */
export type Fees = { taken: Map<string, string>; paidFor: Set<string>; unpaid: Set<string> };

const alertKey = (connectionId: string) => `renewal-cap:${connectionId}`;

export async function takeFees(house: House, connection: ConnectionRow, batch: Planned[]): Promise<Fees> {
  // Whether an inactive listing has run out, and so costs a fee as well, only Etsy knows; with no room it comes back only where it is free.
  const may = connection.channel === "etsy" && connection.lifecycle === "live";
  const dear = may ? batch.filter((p) => p.step.rising && COSTLY.has(p.row.state)) : [];
  if (dear.length === 0) return { taken: new Map(), paidFor: new Set(), unpaid: new Set() };
  const listings = Map.groupBy(dear, (p) => p.row.parentKey ?? p.row.id);
  const leaders = [...listings.values()].map((group) => group[0]!.row.id);
  const taken = await house.db.write(connection.sellerId, (sql) =>
    reserveFees(sql, connection.sellerId, connection.id, leaders, house.newId),
  );
  const groups = [...listings.values()];
  const paidFor = new Set(groups.filter((group) => taken.has(group[0]!.row.id)).flatMap((group) => group.map((p) => p.row.id)));
  const unpaid = dear.filter((p) => p.row.state === "sold-out" && !paidFor.has(p.row.id)).map((p) => p.row.id);
  if (unpaid.length > 0) await stayAtZero(house, connection, unpaid);
  return { taken, paidFor, unpaid: new Set(unpaid) };
}

const COSTLY = new Set(["sold-out", "inactive"]);

/** A fee stands unless its write never reached the call, or the answer shows that the listing was on sale without one. */
export async function settleFees(
  house: House,
  connection: ConnectionRow,
  fees: Fees,
  batch: Planned[],
  results: WriteResult[],
  sentKeys: ReadonlySet<string>,
): Promise<void> {
  if (fees.taken.size === 0) return;
  await house.db.write(connection.sellerId, async (sql) => {
    for (const [quantityId, feeId] of fees.taken) {
      const leader = batch.find((p) => p.row.id === quantityId);
      const group = batch.filter((p) => (p.row.parentKey ?? p.row.id) === (leader?.row.parentKey ?? quantityId));
      const sent = group.filter((p) => sentKeys.has(p.row.key)).map((p) => results.find((r) => r.key === p.row.key));
      if (sent.some((result) => result?.outcome !== "confirmed" || result.note === "renewed-for-a-fee")) continue;
      await releaseFee(sql, { newFeeId: house.newId(), feeId, sellerId: connection.sellerId, connectionId: connection.id, quantityId });
    }
  });
}

async function stayAtZero(house: House, connection: ConnectionRow, quantityIds: string[]): Promise<void> {
  await house.db.write(connection.sellerId, async (sql) => {
    await raiseAlert(sql, connection.sellerId, {
      id: house.newId(),
      connectionId: connection.id,
      kind: "renewal-cap",
      key: alertKey(connection.id),
      severity: 4,
      text: `${connection.name}: what you allowed for renewals this month is spent. Listings that sold out stay sold out there until next month, or until you allow more on the channel's page.`,
      data: { connectionId: connection.id, quantityIds: quantityIds.slice(0, 50) },
    });
    await retarget(sql, connection.sellerId, quantityIds, { kind: "renewal-cap", id: house.newId(), at: house.now() }, house.now());
  });
  house.announce(connection.sellerId, "alerts");
}

/** Targets of sold out listings after the cap was changed or a new month began. */
export async function reviveWithinCap(house: House, connection: { id: string; sellerId: string }): Promise<void> {
  await house.db.write(connection.sellerId, async (sql) => {
    const numbers = await soldOutAtZero(sql, connection.id);
    if (numbers.length > 0)
      await retarget(sql, connection.sellerId, numbers, { kind: "renewal-cap", id: house.newId(), at: house.now() }, house.now());
    const { roomMinor } = await renewalMoney(sql, connection.sellerId, connection.id);
    if (roomMinor >= RENEWAL_FEE.amountMinor) await closeAlerts(sql, connection.sellerId, [alertKey(connection.id)]);
  });
  await ringForWork(house, connection.sellerId, new Set([connection.id]));
}

/** The seller allows renewals up to a sum a month, or no longer (null). */
export async function allowRenewals(
  house: House,
  wish: { sellerId: string; actorKey: string; connectionId: string; capMinor: number | null },
): Promise<void> {
  const { sellerId, actorKey, connectionId, capMinor } = wish;
  await house.db.write(sellerId, async (sql) => {
    const textVersion = RENEWAL_CONSENT_VERSION;
    if (!(await setRenewalCap(sql, { sellerId, connectionId, capMinor, actorKey, textVersion, consentId: house.newId() })))
      throw new Error("this connection does not exist");
    await appendAudit(sql, sellerId, [
      {
        id: house.newId(),
        connectionId,
        action: capMinor === null ? "withdraw.renewals" : "allow.renewals",
        subject: connectionId,
        actorKey,
        facts: { capMinor, currency: RENEWAL_FEE.currency, textVersion },
        correlationId: house.newId(),
      },
    ]);
  });
  await reviveWithinCap(house, { id: connectionId, sellerId });
  house.announce(sellerId, "channels");
}
